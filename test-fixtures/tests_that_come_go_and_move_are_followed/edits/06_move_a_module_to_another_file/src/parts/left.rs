pub fn left() -> u32 {
    3
}
