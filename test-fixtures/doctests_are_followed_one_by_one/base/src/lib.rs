#![doc = include_str!("../README.md")]

/// Doubles.
///
/// ```
/// # use doc_blocks::double;
/// assert_eq!(double(2), 4);
/// ```
pub fn double(n: u32) -> u32 {
    n * factor()
}

fn factor() -> u32 {
    2
}

/// ```should_panic
/// doc_blocks::half(3);
/// ```
pub fn half(n: u32) -> u32 {
    check(n);
    n / 2
}

fn check(n: u32) {
    assert_eq!(n % 2, 0);
}

/// ```no_run
/// doc_blocks::forever();
/// ```
pub fn forever() -> u32 {
    text().len() as u32
}

/// ```compile_fail
/// let _: u32 = doc_blocks::text();
/// ```
pub fn text() -> &'static str {
    "text"
}

/// ```
/// assert_eq!(doc_blocks::other(), 7);
/// ```
pub fn other() -> u32 {
    7
}
