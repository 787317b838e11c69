pub fn limit() -> u8 {
    100
}

pub fn double(n: u8) -> u16 {
    u16::from(n) * 2
}
