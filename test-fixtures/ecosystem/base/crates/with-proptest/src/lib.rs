//! Functions with properties.

pub mod sorted;
pub use sorted::*;

pub fn apart() -> u32 {
    1
}
