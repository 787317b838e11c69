pub fn power() -> u32 {
    60
}
