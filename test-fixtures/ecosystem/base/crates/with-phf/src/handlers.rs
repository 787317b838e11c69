pub fn first() -> u32 {
    10
}

pub fn second() -> u32 {
    20
}
