pub fn shown() -> u32 {
    7
}

pub fn told() -> u32 {
    2
}
