//! What the macros' output and `cargo mamo` use. No part of the public interface; it may change at any time.

pub use crate::format;
