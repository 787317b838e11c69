//! Code in files that are not called `.rs`.

mod handlers;

pub fn listed() -> Vec<u32> {
    include!("listed.in")
}

pub fn stated() -> u32 {
    let sum;
    include!("stated.inc");
    sum
}

pub fn apart() -> u32 {
    4
}
