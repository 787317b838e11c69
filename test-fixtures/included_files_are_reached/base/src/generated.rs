pub fn made() -> u32 {
    1
}

pub fn also_made() -> u32 {
    2
}
