//! Loaded by programs that are compiled with it.

/// What a file beside it says.
pub fn text() -> &'static str {
    include_str!("text.txt")
}
