pub fn apart() -> u32 {
    2
}
