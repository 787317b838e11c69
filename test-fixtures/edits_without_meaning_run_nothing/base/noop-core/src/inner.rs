pub fn deep() -> u32 {
    5
}
