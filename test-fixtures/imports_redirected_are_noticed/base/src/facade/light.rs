#[allow(dead_code)]
pub fn weight() -> u32 {
    2
}
