mod deep;

pub fn power() -> u32 {
    deep::power()
}
