pub fn power() -> u32 {
    50
}
