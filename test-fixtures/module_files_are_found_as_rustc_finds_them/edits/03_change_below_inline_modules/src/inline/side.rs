pub fn power() -> u32 {
    40
}
