pub fn absent() -> u32 {
    1
}
