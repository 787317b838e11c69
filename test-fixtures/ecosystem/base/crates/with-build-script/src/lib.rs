//! Code that was made.

include!(concat!(env!("OUT_DIR"), "/made.rs"));

pub fn level() -> &'static str {
    env!("LEVEL")
}

pub fn apart() -> u32 {
    1
}
