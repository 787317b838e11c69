//! A library for other languages, and for Rust.

pub fn apart() -> u32 {
    1
}

pub fn mode() -> Option<&'static str> {
    option_env!("WITH_CDYLIB_MODE")
}
