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

seq!(N in 1..=3 {
    pub fn sum() -> u32 {
        0 #( + part~N() )*
    }
});
