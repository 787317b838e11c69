//! Traits that macros implement.

pub mod ports;
pub mod shapes;
pub mod stores;

pub fn apart() -> u32 {
    1
}
