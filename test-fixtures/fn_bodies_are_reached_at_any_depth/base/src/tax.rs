pub fn rounded(net: u32) -> u32 {
    round(net * rate())
}

fn round(hundredths: u32) -> u32 {
    hundredths / 100
}

fn rate() -> u32 {
    19
}

pub fn unused() -> u32 {
    7
}
