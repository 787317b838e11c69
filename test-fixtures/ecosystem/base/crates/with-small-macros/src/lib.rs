//! Items that others' macros make.

use bitflags::bitflags;
use duplicate::duplicate_item;
use lazy_static::lazy_static;
use seq_macro::seq;

mod parts;
use parts::*;

lazy_static! {
    /// Made at first use.
    pub static ref TABLE: Vec<u32> = table();
}

bitflags! {
    #[derive(Debug, Clone, Copy, PartialEq)]
    pub struct Flags: u32 {
        const READ = READ_BIT;
        const WRITE = 0b10;
        const ALL = Self::READ.bits() | Self::WRITE.bits();
    }
}

pub trait Width {
    fn width() -> u32;
}

#[duplicate_item(
    int_type  bits;
    [u8]      [ narrow() ];
    [u16]     [ 16 ];
)]
impl Width for int_type {
    fn width() -> u32 {
        bits
    }
}

/// Calls another macro of this crate, as it was done before `$crate`.
#[macro_export(local_inner_macros)]
macro_rules! outer {
    ($n:expr) => { inner_of!($n) };
}

#[macro_export]
macro_rules! inner_of {
    ($n:expr) => { $crate::halved($n) };
}

pub fn halved(n: u32) -> u32 {
    n / 2
}

macro_rules! squares {
    ($n:literal) => { $n * scale() };
}

seq!(N in 1..=2 {
    pub fn squared() -> Vec<u32> {
        vec![#( squares!(N), )*]
    }
});

lazy_static! {
    pub static ref BOUND: u32 = squares!(7);
}

seq!(N in 1..=3 {
    pub fn sum() -> u32 {
        0 #( + part~N() )*
    }
});
