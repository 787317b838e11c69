/// Quiet only where it is built alone.
///
/// ```
/// assert_eq!(quiet::volume(), 11);
/// ```
pub fn volume() -> u32 {
    shared::volume()
}

/// Half of it.
///
/// ```
/// assert_eq!(quiet::half(8), 5);
/// ```
pub fn half(of: u32) -> u32 {
    of / 2
}
