pub fn one() -> u32 {
    10
}

pub fn two() -> u32 {
    2
}
