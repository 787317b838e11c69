//! Functions with properties.

pub fn double(n: u8) -> u16 {
    u16::from(n) * 2
}
