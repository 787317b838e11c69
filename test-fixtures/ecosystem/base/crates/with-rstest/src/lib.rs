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

#[macro_export]
macro_rules! tripled {
    ($n:expr) => { $crate::times($n, $crate::three()) };
}

pub fn times(a: u32, b: u32) -> u32 {
    a * b
}

pub fn three() -> u32 {
    2 + 1
}

pub static STARTED: std::sync::atomic::AtomicU32 = std::sync::atomic::AtomicU32::new(0);

pub fn started() -> u32 {
    7
}
