/// As loud as it gets.
///
/// ```
/// assert_eq!(loud::volume(), 11);
/// ```
pub fn volume() -> u32 {
    shared::volume()
}

/// Its name.
///
/// ```
/// assert_eq!(loud::name(), "loud");
/// ```
pub fn name() -> &'static str {
    "proud"
}

/// Its first letter.
///
/// ```
/// assert_eq!(loud::letter(), 'l');
/// ```
pub fn letter() -> char {
    name().chars().next().unwrap_or_default()
}
