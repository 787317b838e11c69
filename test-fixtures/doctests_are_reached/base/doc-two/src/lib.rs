/// Nothing.
///
/// ```
/// assert_eq!(doc_two::zero(), 0);
/// ```
pub fn zero() -> u32 {
    0
}
