//! How much the value store may take, as people write it.

use std::fmt;
use std::str::FromStr;

/// A number of bytes, or no bound.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Bound(pub Option<u64>);

/// Units of ten and of two, by which people count bytes.
const UNITS: [(&str, u64); 9] = [
    ("B", 1),
    ("kB", 1000),
    ("MB", 1_000_000),
    ("GB", 1_000_000_000),
    ("TB", 1_000_000_000_000),
    ("KiB", 1 << 10),
    ("MiB", 1 << 20),
    ("GiB", 1 << 30),
    ("TiB", 1 << 40),
];

const UNLIMITED: &str = "unlimited";

impl Default for Bound {
    /// 5 GiB.
    fn default() -> Self {
        Self(Some(5 << 30))
    }
}

impl FromStr for Bound {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        if text == UNLIMITED {
            return Ok(Self(None));
        }
        let wrong = || format!("`{text}` is no size such as `500 MiB`, `5 GiB` or `{UNLIMITED}`");
        let end = text.find(|c: char| !c.is_ascii_digit());
        let (number, unit) = text.split_at(end.unwrap_or(text.len()));
        let unit = UNITS.iter().find(|(name, _)| *name == unit.trim());
        let (_, unit) = unit.ok_or_else(wrong)?;
        let bytes = number.parse().ok().and_then(|n: u64| n.checked_mul(*unit));
        bytes.map(|bytes| Self(Some(bytes))).ok_or_else(wrong)
    }
}

impl fmt::Display for Bound {
    /// In the largest unit of two that it is a whole number of.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Some(bytes) = self.0 else {
            return f.write_str(UNLIMITED);
        };
        let units = UNITS.iter().rev();
        let whole = units.filter(|(name, unit)| {
            (name.contains('i') || *unit == 1) && bytes > 0 && bytes.is_multiple_of(*unit)
        });
        let (name, unit) = whole.max_by_key(|(_, unit)| *unit).unwrap_or(&UNITS[0]);
        write!(f, "{} {name}", bytes / unit)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_are_read_as_people_write_them_and_shown_so_that_they_read_back() {
        for (text, bytes, shown) in [
            ("5 GiB", 5 << 30, "5 GiB"),
            ("500MB", 500_000_000, "500000000 B"),
            ("1024 KiB", 1 << 20, "1 MiB"),
            ("0 B", 0, "0 B"),
            ("7kB", 7000, "7000 B"),
        ] {
            let bound: Bound = text.parse().unwrap();
            assert_eq!(bound, Bound(Some(bytes)), "{text}");
            assert_eq!(bound.to_string(), shown);
        }
        assert_eq!("unlimited".parse(), Ok(Bound(None)));
        assert_eq!(Bound::default().to_string(), "5 GiB");
        for text in [
            "",
            "5",
            "GiB",
            "-1 GiB",
            "5 gib",
            "99999999999 TiB",
            "1.5 GiB",
        ] {
            assert!(text.parse::<Bound>().is_err(), "{text}");
        }
    }
}
