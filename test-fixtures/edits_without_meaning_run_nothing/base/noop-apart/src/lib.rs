pub fn apart() -> u32 {
    1
}
