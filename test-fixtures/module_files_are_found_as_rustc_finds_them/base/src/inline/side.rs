pub fn power() -> u32 {
    4
}
