pub fn power() -> u32 {
    2
}
