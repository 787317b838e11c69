//! The format `MessagePack` with names of fields and variants, for types that need them to be read back.

use super::{Codec, CodecError, Storable};
use crate::arguments;
use crate::verification;
use std::borrow::Cow;

/// The codec of every type that serde knows, in [MessagePack](https://msgpack.org) with the names of fields and variants.
/// Feature `messagepack`.
///
/// It reads back what [`Postcard`](crate::Postcard) cannot, since its bytes tell what they are: untagged enums, flattened
/// fields, fields that are left out. In turn it is larger and slower.
///
/// # Example
/// ```
/// #[derive(serde::Serialize, serde::Deserialize)]
/// #[serde(untagged)]
/// enum Answer {
///     Number(u32),
///     Text(String),
/// }
///
/// #[mamo::memo(codec = mamo::MessagePack)]
/// fn answer(question: &str) -> Answer {
///     question.parse().map_or_else(|_| Answer::Text(question.into()), Answer::Number)
/// }
///
/// assert!(matches!(answer("42"), Answer::Number(42)));
/// ```
#[derive(Clone, Copy, Debug)]
pub struct MessagePack;

impl<T: Storable> Codec<T> for MessagePack {
    const NAME: &'static str = "messagepack-named-1";
    const BUILT_IN: bool = true;

    fn encode(value: &T) -> Result<Cow<'_, [u8]>, CodecError> {
        rmp_serde::to_vec_named(value)
            .map(Cow::Owned)
            .map_err(CodecError::new)
    }

    fn decode(mut bytes: &[u8]) -> Result<T, CodecError> {
        let value = rmp_serde::from_read(&mut bytes).map_err(CodecError::new)?;
        if bytes.is_empty() {
            Ok(value)
        } else {
            Err(CodecError::new("bytes are left over"))
        }
    }

    fn content(value: &T) -> Option<[u8; 32]> {
        arguments::content(value)
    }

    fn difference(stored: &T, computed: &T) -> Option<String> {
        verification::of_values(stored, computed)
    }
}
