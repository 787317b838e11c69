pub fn third() -> u32 {
    30
}

pub fn fourth() -> u32 {
    40
}
