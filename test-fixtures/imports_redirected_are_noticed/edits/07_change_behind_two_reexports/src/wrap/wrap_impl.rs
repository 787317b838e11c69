pub fn wrap() -> u32 {
    4
}
