pub fn power() -> u32 {
    10
}
