pub const READ_BIT: u32 = 0b1;

pub fn table() -> Vec<u32> {
    vec![1, 2, 3]
}

pub fn narrow() -> u32 {
    8
}

pub fn part1() -> u32 {
    10
}

pub fn part2() -> u32 {
    20
}

pub fn part3() -> u32 {
    30
}

pub fn scale() -> u32 {
    100
}
