pub use super::right::*;

pub fn down(n: u32) -> u32 {
    if n == 0 { 0 } else { n + up(n - 1) }
}
