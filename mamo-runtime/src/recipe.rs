//! How results of one type are treated: what of them is stored, in which bytes, and how memory keeps them.
//!
//! Each choice is made by the type, not by how it is spelt: an inherent method of [`Kept`] that wants more of a type goes
//! before the trait method that every [`Kept`] has. Where a type is a parameter, the general choice is made.

use crate::codec::{Codec, CodecError, Postcard, Raw};
use crate::keep::Keep;
use crate::memory::Held;
use crate::round_trip::Counts;
use crate::store::Payload;
use bytemuck::Pod;
use std::any::Any;
use std::borrow::Cow;
use std::fmt::Debug;
use std::marker::PhantomData;
use std::sync::Arc;

/// Everything that a call needs to know of its result's type.
pub trait Recipe {
    /// What the function returns.
    type Returned;
    /// What is stored of it.
    type Stored;
    /// The codec's name.
    const CODEC: &'static str;
    /// Is the codec mamo's own?
    const BUILT_IN: bool;
    /// Does the codec map payloads?
    const MAPS: bool;
    /// Does memory keep values?
    const REMEMBERED: bool;
    /// Does every value read back as it was, by the codec itself?
    const EXACT: bool;

    /// The part to store, if this result has one.
    fn stored(returned: &Self::Returned) -> Option<&Self::Stored>;
    /// The result that had this stored part.
    fn restored(stored: Self::Stored) -> Self::Returned;
    /// Its bytes.
    fn encode(stored: &Self::Stored) -> Result<Cow<'_, [u8]>, CodecError>;
    /// The value of bytes.
    fn decode(bytes: &[u8]) -> Result<Self::Stored, CodecError>;
    /// The value of a payload.
    fn load(payload: Payload) -> Result<Self::Stored, CodecError>;
    /// What the value takes in memory, where its encoding takes `length`.
    fn weight(stored: &Self::Stored, length: u64) -> u64;
    /// What memory keeps; `None` for the bytes.
    fn held(stored: &Self::Stored) -> Option<Held>;
    /// The value that memory kept.
    fn recalled(held: &Held) -> Option<Self::Stored>;
    /// Is what was read back the same? True where that cannot be told.
    fn same(stored: &Self::Stored, read: &Self::Stored) -> bool;
    /// Are both seen to be equal?
    fn equal(stored: &Self::Stored, computed: &Self::Stored) -> bool;
    /// What `Debug` shows of it, if the type has one.
    fn shown(stored: &Self::Stored) -> Option<Counts>;
    /// What the codec takes of it, but for the order in hash maps, if it can tell.
    fn content(stored: &Self::Stored) -> Option<[u8; 32]>;
    /// Where they differ, if that can be told.
    fn difference(stored: &Self::Stored, computed: &Self::Stored) -> Option<String>;
}

/// A recipe made of a rule, a codec, a tier, a comparison and a look.
pub struct Way<K, C, M, E, L = Unshown>(Choice<K, C, M, E, L>);

type Choice<K, C, M, E, L> = PhantomData<fn() -> (K, C, M, E, L)>;

/// Joins the five choices.
pub const fn way<K, C, M, E, L>(_: &K, _: &C, _: &M, _: &E, _: &L) -> Way<K, C, M, E, L> {
    Way(PhantomData)
}

impl<K, C, M, E, L> Recipe for Way<K, C, M, E, L>
where
    K: Keep,
    C: Codec<K::Kept>,
    M: Tier<K::Kept>,
    E: Comparison<K::Kept>,
    L: Look<K::Kept>,
{
    type Returned = K::Returned;
    type Stored = K::Kept;
    const CODEC: &'static str = C::NAME;
    const BUILT_IN: bool = C::BUILT_IN;
    const MAPS: bool = C::MAPS;
    const REMEMBERED: bool = M::REMEMBERED;
    const EXACT: bool = C::EXACT;

    fn stored(returned: &K::Returned) -> Option<&K::Kept> {
        K::kept(returned)
    }

    fn restored(stored: K::Kept) -> K::Returned {
        K::restored(stored)
    }

    fn encode(stored: &K::Kept) -> Result<Cow<'_, [u8]>, CodecError> {
        C::encode(stored)
    }

    fn decode(bytes: &[u8]) -> Result<K::Kept, CodecError> {
        C::decode(bytes)
    }

    fn load(payload: Payload) -> Result<K::Kept, CodecError> {
        C::load(payload)
    }

    fn weight(stored: &K::Kept, length: u64) -> u64 {
        C::weight(stored, length)
    }

    fn held(stored: &K::Kept) -> Option<Held> {
        M::held(stored)
    }

    #[inline]
    fn recalled(held: &Held) -> Option<K::Kept> {
        match held {
            Held::Encoded(bytes) => C::decode(bytes).ok(),
            other => M::recalled(other),
        }
    }

    fn same(stored: &K::Kept, read: &K::Kept) -> bool {
        E::same(stored, read)
    }

    fn equal(stored: &K::Kept, computed: &K::Kept) -> bool {
        E::equal(stored, computed)
    }

    fn shown(stored: &K::Kept) -> Option<Counts> {
        L::shown(stored)
    }

    fn content(stored: &K::Kept) -> Option<[u8; 32]> {
        C::content(stored)
    }

    fn difference(stored: &K::Kept, computed: &K::Kept) -> Option<String> {
        C::difference(stored, computed)
    }
}

/// Stands for a stored type while choices are made.
pub struct Kept<T>(PhantomData<fn() -> T>);

impl<T> Kept<T> {
    /// The only value.
    pub const TYPE: Self = Self(PhantomData);
}

impl<P: Pod> Kept<Vec<P>> {
    /// Plain data is stored as it lies in memory.
    pub const fn codec(&self) -> Raw {
        Raw
    }
}

impl<P: Pod> Kept<Box<[P]>> {
    /// Plain data is stored as it lies in memory.
    pub const fn codec(&self) -> Raw {
        Raw
    }
}

#[cfg(feature = "mmap")]
impl<P: Pod> Kept<crate::Mapped<[P]>> {
    /// Plain data is stored as it lies in memory.
    pub const fn codec(&self) -> Raw {
        Raw
    }
}

#[cfg(feature = "ndarray")]
impl<P: Pod, D: ndarray::Dimension> Kept<ndarray::Array<P, D>> {
    /// Plain data is stored as it lies in memory.
    pub const fn codec(&self) -> crate::RawArray {
        crate::RawArray
    }
}

/// Gives the codec of everything else.
pub trait AnyCodec {
    /// The codec.
    fn codec(&self) -> Postcard;
}

impl<T> AnyCodec for Kept<T> {
    fn codec(&self) -> Postcard {
        Postcard
    }
}

/// How memory keeps a value.
pub trait Tier<T> {
    /// Is anything kept?
    const REMEMBERED: bool = true;

    /// What is kept, unless it is the bytes.
    fn held(value: &T) -> Option<Held>;
    /// The value of what was kept.
    fn recalled(held: &Held) -> Option<T>;
}

/// Keeps the value itself.
pub struct Typed;

/// Keeps the encoded bytes.
pub struct Bytes;

/// Keeps nothing: a fixture keeps its value itself.
pub struct Nowhere;

impl<T: Clone + Send + Sync + 'static> Kept<T> {
    /// What can be cloned and shared is kept as it is.
    pub const fn tier(&self) -> Typed {
        Typed
    }
}

/// Gives the tier of everything else.
pub trait AnyTier {
    /// The tier.
    fn tier(&self) -> Bytes;
}

impl<T> AnyTier for Kept<T> {
    fn tier(&self) -> Bytes {
        Bytes
    }
}

/// Numbers live in the table itself, without a pointer.
macro_rules! numbers {
    ($($number:ty)*) => {
        fn word_of<T: 'static>(value: &T) -> Option<u64> {
            let value: &dyn Any = value;
            $(if let Some(number) = value.downcast_ref::<$number>() {
                return Some(u64::from_le_bytes(widened(&number.to_le_bytes())));
            })*
            None
        }

        #[inline]
        fn of_word<T: Clone + 'static>(word: u64) -> Option<T> {
            let bytes = word.to_le_bytes();
            $({
                let number = <$number>::from_le_bytes(narrowed(bytes));
                if let Some(value) = (&number as &dyn Any).downcast_ref::<T>() {
                    return Some(value.clone());
                }
            })*
            None
        }
    };
}

numbers! { u8 u16 u32 u64 usize i8 i16 i32 i64 isize f32 f64 }

fn widened<const N: usize>(bytes: &[u8; N]) -> [u8; 8] {
    std::array::from_fn(|at| bytes.get(at).copied().unwrap_or(0))
}

fn narrowed<const N: usize>(bytes: [u8; 8]) -> [u8; N] {
    std::array::from_fn(|at| bytes.get(at).copied().unwrap_or(0))
}

impl<T: Clone + Send + Sync + 'static> Tier<T> for Typed {
    fn held(value: &T) -> Option<Held> {
        let shared = || Held::Typed(Arc::new(value.clone()));
        Some(word_of(value).map_or_else(shared, Held::Word))
    }

    #[inline]
    fn recalled(held: &Held) -> Option<T> {
        match held {
            Held::Word(word) => of_word(*word),
            Held::Typed(value) => value.downcast_ref::<T>().cloned(),
            Held::Encoded(_) => None,
        }
    }
}

impl<T> Tier<T> for Nowhere {
    const REMEMBERED: bool = false;

    fn held(_: &T) -> Option<Held> {
        None
    }

    fn recalled(_: &Held) -> Option<T> {
        None
    }
}

impl<T> Tier<T> for Bytes {
    fn held(_: &T) -> Option<Held> {
        None
    }

    fn recalled(_: &Held) -> Option<T> {
        None
    }
}

/// Whether a value read back is the one that was stored.
pub trait Comparison<T> {
    /// False only if they are seen to differ.
    fn same(stored: &T, read: &T) -> bool;

    /// True only if they are seen to be equal.
    fn equal(_: &T, _: &T) -> bool {
        false
    }
}

/// By `PartialEq`; a value that differs from itself, such as NaN, tells nothing.
pub struct Compared;

/// Cannot be told.
pub struct Unseen;

impl<T: PartialEq> Kept<T> {
    /// What has an equality is compared by it.
    pub const fn comparison(&self) -> Compared {
        Compared
    }
}

/// Gives the comparison of everything else.
pub trait AnyComparison {
    /// The comparison.
    fn comparison(&self) -> Unseen;
}

impl<T> AnyComparison for Kept<T> {
    fn comparison(&self) -> Unseen {
        Unseen
    }
}

impl<T: PartialEq> Comparison<T> for Compared {
    #[expect(clippy::eq_op, reason = "a value may differ from itself")]
    fn same(stored: &T, read: &T) -> bool {
        stored == read || stored != stored
    }

    fn equal(stored: &T, computed: &T) -> bool {
        stored == computed
    }
}

impl<T> Comparison<T> for Unseen {
    fn same(_: &T, _: &T) -> bool {
        true
    }
}

/// What people can see of a value.
pub trait Look<T> {
    /// How often each byte occurs in it, if there is something to see.
    fn shown(_: &T) -> Option<Counts> {
        None
    }
}

/// By `Debug`.
pub struct Shown;

/// Nothing.
pub struct Unshown;

impl<T: Debug> Kept<T> {
    /// What has a `Debug` is looked at by it.
    pub const fn look(&self) -> Shown {
        Shown
    }
}

/// Gives the look of everything else.
pub trait AnyLook {
    /// The look.
    fn look(&self) -> Unshown;
}

impl<T> AnyLook for Kept<T> {
    fn look(&self) -> Unshown {
        Unshown
    }
}

impl<T: Debug> Look<T> for Shown {
    fn shown(value: &T) -> Option<Counts> {
        Counts::of_shown(value)
    }
}

impl<T> Look<T> for Unshown {}
