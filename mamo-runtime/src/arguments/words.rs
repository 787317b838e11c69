//! A few scalars as arguments: numbers in registers, put into bytes only where they are not enough.
//!
//! A hit in memory takes less time than to make a buffer. Up to three scalars stay words, by which [`crate::front`] finds
//! a value; whoever wants bytes gets those that serde would have put.

use super::plain::{AddBy, Argument};
use super::serializer::Tag;
use super::{ArgumentError, Sink};
use serde::Serialize;

/// A scalar argument, and the tag that tells its type.
#[derive(Clone, Copy)]
pub struct Word {
    pub(super) tag: Tag,
    pub(super) bits: u64,
}

/// What the arguments of a call are, if they are few scalars; those that are not there are 0.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) struct Three(pub(crate) u64, pub(crate) u64, pub(crate) u64);

/// The first arguments of a call, as long as all are scalars. Not an array: the compiler keeps fields in registers.
#[derive(Clone, Copy)]
pub(crate) struct Words {
    first: Word,
    second: Word,
    third: Word,
    count: u8,
    /// Are there other arguments?
    pub(super) more: bool,
}

impl Word {
    const NONE: Self = Self {
        tag: Tag::End,
        bits: 0,
    };
}

impl Words {
    pub(super) const NONE: Self = Self {
        first: Word::NONE,
        second: Word::NONE,
        third: Word::NONE,
        count: 0,
        more: false,
    };

    /// How many there are.
    pub(super) fn count(&self) -> u64 {
        u64::from(self.count)
    }

    /// All arguments, if they are words.
    #[inline]
    pub(crate) fn all(&self) -> Option<Three> {
        (!self.more).then_some(Three(self.first.bits, self.second.bits, self.third.bits))
    }

    /// Takes one more; false if there is no room, or if others went before it.
    #[inline]
    pub(super) fn push(&mut self, word: Word) -> bool {
        if self.more {
            return false;
        }
        match self.count {
            0 => self.first = word,
            1 => self.second = word,
            2 => self.third = word,
            _ => return false,
        }
        self.count += 1;
        true
    }

    /// Puts what serde would have put.
    pub(super) fn put(&self, sink: &mut Sink) {
        let all = [self.first, self.second, self.third];
        for Word { tag, bits } in all.iter().take(self.count.into()) {
            let width = match tag {
                Tag::Bool | Tag::I8 | Tag::U8 => 1,
                Tag::I16 | Tag::U16 => 2,
                Tag::I32 | Tag::U32 | Tag::F32 | Tag::Char => 4,
                _ => 8,
            };
            sink.tag(*tag);
            sink.put(&bits.to_le_bytes()[..width]);
        }
    }
}

/// By its bits.
pub struct Scalar;

/// What fits into a word.
pub trait Bits: Serialize + Copy {
    /// It as a word.
    fn word(self) -> Word;
}

macro_rules! scalars {
    ($($scalar:ty, $tag:ident, |$value:ident| $bits:expr;)*) => {
        $(
            impl Bits for $scalar {
                #[inline]
                fn word(self) -> Word {
                    let $value = self;
                    Word { tag: Tag::$tag, bits: $bits }
                }
            }

            impl Bits for &$scalar {
                #[inline]
                fn word(self) -> Word {
                    (*self).word()
                }
            }

            impl Argument<'_, $scalar> {
                /// A scalar is added by its bits.
                pub const fn way(&self) -> Scalar {
                    Scalar
                }
            }

            impl Argument<'_, &$scalar> {
                /// A scalar is added by its bits.
                pub const fn way(&self) -> Scalar {
                    Scalar
                }
            }
        )*
    };
}

scalars! {
    bool, Bool, |value| u64::from(value);
    char, Char, |value| u64::from(u32::from(value));
    u8, U8, |value| u64::from(value);
    u16, U16, |value| u64::from(value);
    u32, U32, |value| u64::from(value);
    u64, U64, |value| value;
    usize, U64, |value| value as u64;
    i8, I8, |value| i64::from(value).cast_unsigned();
    i16, I16, |value| i64::from(value).cast_unsigned();
    i32, I32, |value| i64::from(value).cast_unsigned();
    i64, I64, |value| value.cast_unsigned();
    isize, I64, |value| (value as i64).cast_unsigned();
    f32, F32, |value| u64::from(value.to_bits());
    f64, F64, |value| value.to_bits();
}

impl<S: Bits> AddBy<S> for Scalar {
    #[expect(private_interfaces, reason = "only the runtime calls it")]
    fn add(sink: &mut Sink, argument: &S) -> Result<(), ArgumentError> {
        sink.value(argument)
    }

    #[inline]
    fn word(argument: &S) -> Option<Word> {
        Some((*argument).word())
    }
}
