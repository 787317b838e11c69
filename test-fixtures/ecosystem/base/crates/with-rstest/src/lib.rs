//! What rstest's fixtures are made of.

pub fn base() -> u32 {
    1
}

pub fn step() -> u32 {
    10
}

pub fn defaulted() -> u32 {
    100
}

pub fn case_value() -> u32 {
    3
}

pub fn check(n: u32) -> bool {
    n < 50
}

pub static STARTED: std::sync::atomic::AtomicU32 = std::sync::atomic::AtomicU32::new(0);

pub fn started() -> u32 {
    7
}
