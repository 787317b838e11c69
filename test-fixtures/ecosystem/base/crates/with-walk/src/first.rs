// TIDY: first
pub fn first() -> u32 {
    1
}
