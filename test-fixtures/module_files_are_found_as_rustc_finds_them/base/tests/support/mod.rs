#![allow(dead_code)]

pub fn ready() -> u32 {
    11
}

pub fn idle() -> u32 {
    0
}
