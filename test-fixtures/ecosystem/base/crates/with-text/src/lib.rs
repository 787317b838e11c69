//! Source as data.

pub const SAMPLE: &str = include_str!("./../data/sample.rs");
pub const OTHER: &str = include_str!("./other.rs");
pub const JOINED: &str = include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/data/", "joined.rs"));

pub fn lines() -> usize {
    SAMPLE.lines().count()
}

pub fn apart() -> u32 {
    1
}
