//! A table that a build script wrote, in the place of an expression.

pub mod handlers;

static TABLE: phf::Map<&'static str, fn() -> u32> = include!(concat!(env!("OUT_DIR"), "/table.rs"));

pub fn call(word: &str) -> u32 {
    TABLE[word]()
}

pub fn apart() -> u32 {
    4
}
