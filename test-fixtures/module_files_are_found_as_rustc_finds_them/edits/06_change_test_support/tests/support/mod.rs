#![allow(dead_code)]

pub fn ready() -> u32 {
    12
}

pub fn idle() -> u32 {
    0
}
