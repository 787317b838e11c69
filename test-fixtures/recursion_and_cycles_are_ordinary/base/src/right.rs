pub use super::left::*;

pub fn up(n: u32) -> u32 {
    if n == 0 { 0 } else { n + down(n - 1) }
}

pub fn apart() -> u32 {
    0
}
