pub fn power() -> u32 {
    30
}
