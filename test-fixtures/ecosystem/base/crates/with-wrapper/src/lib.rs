//! What a wrapper around rustc may change.

pub fn size() -> u32 {
    if cfg!(small) { 1 } else { 2 }
}
