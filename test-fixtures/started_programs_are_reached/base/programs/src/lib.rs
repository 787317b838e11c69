pub fn shown() -> u32 {
    1
}

pub fn told() -> u32 {
    2
}
