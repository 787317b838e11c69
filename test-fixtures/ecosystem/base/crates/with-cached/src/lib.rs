//! Functions that `cached` wraps.

use cached::macros::*;

mod sums;
pub use sums::*;

fn key_of(n: u32) -> u32 {
    n / 10
}

#[cached(key = "u32", convert = r#"{ key_of(n) }"#)]
pub fn rounded(n: u32) -> u32 {
    n
}

#[once]
pub fn started() -> u32 {
    first()
}

fn first() -> u32 {
    1
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn key_by_conversion() {
        assert_eq!(rounded(11), 11);
        assert_eq!(rounded(12), 11);
    }

    #[test]
    fn once() {
        assert_eq!(started(), 1);
    }

    #[test]
    fn apart() {
        assert_eq!(1 + 1, 2);
    }
}
