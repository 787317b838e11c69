pub fn power() -> u32 {
    20
}
