// TIDY: second
pub fn second() -> u32 {
    2
}
