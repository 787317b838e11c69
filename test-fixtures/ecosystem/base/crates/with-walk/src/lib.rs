//! Source that tests read.

pub mod first;
pub mod second;
