//! What the macro read.

pub fn mode() -> &'static str {
    reads_mode::mode!()
}

pub fn text() -> &'static str {
    reads_mode::text!()
}

pub fn handled() -> u32 {
    reads_mode::handled!(a)
}

pub fn handle_a() -> u32 {
    1
}

mod things;
pub use things::*;

pub fn apart() -> u32 {
    1
}
