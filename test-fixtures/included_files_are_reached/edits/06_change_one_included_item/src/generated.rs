pub fn made() -> u32 {
    3
}

pub fn also_made() -> u32 {
    2
}
