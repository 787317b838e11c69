pub fn power() -> u32 {
    6
}
