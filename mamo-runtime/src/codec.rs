//! How a value becomes bytes and a value again.
//!
//! [`Postcard`] takes every type of serde; [`Raw`] takes vectors of plain data as they lie in memory, and is chosen by
//! itself where it applies; others stand behind features; any [`Codec`] is named by the option `codec`. A codec's name
//! joins the value key, so a value is never decoded by another codec than the one that encoded it.

#[cfg(feature = "ndarray")]
mod array;
#[cfg(feature = "messagepack")]
mod messagepack;
mod raw;
#[cfg(feature = "rkyv")]
mod rkyv;

#[cfg(feature = "ndarray")]
pub use array::RawArray;
#[cfg(feature = "messagepack")]
pub use messagepack::MessagePack;
pub use raw::Raw;
#[cfg(feature = "rkyv")]
pub use rkyv::Rkyv;

use crate::arguments;
use crate::store::Payload;
use crate::verification;
use serde::Serialize;
use serde::de::DeserializeOwned;
use std::borrow::Cow;
use std::fmt;
use std::marker::PhantomData;

/// Why a value could not be encoded or decoded, for people.
#[derive(Debug)]
pub struct CodecError(String);

impl CodecError {
    /// An error that says `what`.
    pub fn new(what: impl fmt::Display) -> Self {
        Self(what.to_string())
    }
}

impl fmt::Display for CodecError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for CodecError {}

/// A way to store values of type `T`, for the option `codec` of [`memo`](crate::memo).
///
/// # Restrictions
/// `decode` gives back what `encode` was given; each value is read back before it is stored, and compared by its `PartialEq` or
/// `Debug` where `T` has one, and by its encoding. When the meaning of
/// bytes changes, so must the code that a memo reaches, which it does if the codec is in the workspace, or `NAME`.
///
/// # Example
/// ```
/// use mamo::{Codec, CodecError};
/// use std::borrow::Cow;
///
/// struct Text;
///
/// impl Codec<String> for Text {
///     const NAME: &'static str = "text-1";
///
///     fn encode(value: &String) -> Result<Cow<'_, [u8]>, CodecError> {
///         Ok(value.as_bytes().into())
///     }
///
///     fn decode(bytes: &[u8]) -> Result<String, CodecError> {
///         String::from_utf8(bytes.to_vec()).map_err(CodecError::new)
///     }
/// }
///
/// #[mamo::memo(codec = Text)]
/// fn shout(word: &str) -> String {
///     word.to_uppercase()
/// }
///
/// assert_eq!(shout("warp"), "WARP");
/// ```
pub trait Codec<T> {
    /// Names the codec and its version.
    const NAME: &'static str;

    /// Is it one of mamo's own, whose meaning only its name decides?
    #[doc(hidden)]
    const BUILT_IN: bool = false;

    /// Does it map a payload, rather than read it?
    #[doc(hidden)]
    const MAPS: bool = false;

    /// Does every value read back as it was, so that nobody need look?
    #[doc(hidden)]
    const EXACT: bool = false;

    /// The bytes of `value`.
    ///
    /// # Errors
    /// If this value has none. The call then computes and stores nothing.
    fn encode(value: &T) -> Result<Cow<'_, [u8]>, CodecError>;

    /// The value of `bytes`, all of them.
    ///
    /// # Errors
    /// If they are no value's. The call then computes.
    fn decode(bytes: &[u8]) -> Result<T, CodecError>;

    /// The value of a stored payload.
    #[doc(hidden)]
    fn load(payload: Payload) -> Result<T, CodecError> {
        Self::decode(&payload.into_bytes()?)
    }

    /// What `value` takes in memory, where its encoding takes `length`.
    #[doc(hidden)]
    fn weight(_value: &T, length: u64) -> u64 {
        length
    }

    /// The digest of what is encoded of `value`, but for the order in hash maps.
    #[doc(hidden)]
    fn content(_: &T) -> Option<[u8; 32]> {
        None
    }

    /// Where a stored value and the same one computed again first differ, for people.
    #[doc(hidden)]
    fn difference(_: &T, _: &T) -> Option<String> {
        None
    }
}

/// A type that mamo can store: it serializes, and deserializes without borrowing. Implemented for every such type.
#[diagnostic::on_unimplemented(
    message = "mamo cannot store a `{Self}`",
    label = "a stored result must implement `serde::Serialize` and `serde::de::DeserializeOwned`",
    note = "add `#[derive(serde::Serialize, serde::Deserialize)]` to the type; of a `Result` only the `Ok` type needs it"
)]
pub trait Storable: Serialize + DeserializeOwned {}

#[diagnostic::do_not_recommend]
impl<T: Serialize + DeserializeOwned> Storable for T {}

/// The codec of every type that serde knows, in [postcard](https://postcard.jamesmunns.com/wire-format)'s format.
#[derive(Clone, Copy, Debug)]
pub struct Postcard;

impl<T: Storable> Codec<T> for Postcard {
    const NAME: &'static str = "postcard-1";
    const BUILT_IN: bool = true;

    fn encode(value: &T) -> Result<Cow<'_, [u8]>, CodecError> {
        postcard::to_stdvec(value)
            .map(Cow::Owned)
            .map_err(CodecError::new)
    }

    fn decode(bytes: &[u8]) -> Result<T, CodecError> {
        match postcard::take_from_bytes(bytes).map_err(CodecError::new)? {
            (value, []) => Ok(value),
            _ => Err(CodecError::new("bytes are left over")),
        }
    }

    fn content(value: &T) -> Option<[u8; 32]> {
        arguments::content(value)
    }

    fn difference(stored: &T, computed: &T) -> Option<String> {
        verification::of_values(stored, computed)
    }
}

/// A codec named by its type alone, which may have no value.
pub struct Named<C>(PhantomData<fn() -> C>);

impl<C> Named<C> {
    /// The only value.
    pub const NEW: Self = Self(PhantomData);
}

impl<T, C: Codec<T>> Codec<T> for Named<C> {
    const NAME: &'static str = C::NAME;
    const BUILT_IN: bool = C::BUILT_IN;
    const MAPS: bool = C::MAPS;
    const EXACT: bool = C::EXACT;

    fn encode(value: &T) -> Result<Cow<'_, [u8]>, CodecError> {
        C::encode(value)
    }

    fn decode(bytes: &[u8]) -> Result<T, CodecError> {
        C::decode(bytes)
    }

    fn load(payload: Payload) -> Result<T, CodecError> {
        C::load(payload)
    }

    fn weight(value: &T, length: u64) -> u64 {
        C::weight(value, length)
    }

    fn content(value: &T) -> Option<[u8; 32]> {
        C::content(value)
    }

    fn difference(stored: &T, computed: &T) -> Option<String> {
        C::difference(stored, computed)
    }
}
