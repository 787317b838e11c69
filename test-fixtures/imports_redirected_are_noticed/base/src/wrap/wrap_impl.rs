pub fn wrap() -> u32 {
    3
}
