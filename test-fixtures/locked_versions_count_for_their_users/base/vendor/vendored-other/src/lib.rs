pub fn other() -> u32 {
    7
}
