pub fn weight() -> u32 {
    7
}
