pub fn absent() -> u32 {
    2
}
