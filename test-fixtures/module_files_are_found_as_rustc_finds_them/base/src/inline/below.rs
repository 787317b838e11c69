pub fn power() -> u32 {
    3
}
