//! How a value becomes bytes and a value again: postcard, for now the only codec.
//!
//! A codec's name joins the value key, so a value is never decoded by another codec than the one that encoded it.

use serde::Serialize;
use serde::de::DeserializeOwned;

/// Names the codec and its version in every value key.
pub(crate) const ID: &str = "postcard-1";

/// A type that mamo can store: it serializes, and deserializes without borrowing. Implemented for every such type.
#[diagnostic::on_unimplemented(
    message = "mamo cannot store a `{Self}`",
    label = "a stored result must implement `serde::Serialize` and `serde::de::DeserializeOwned`",
    note = "add `#[derive(serde::Serialize, serde::Deserialize)]` to the type; of a `Result` only the `Ok` type needs it"
)]
pub trait Storable: Serialize + DeserializeOwned {}

#[diagnostic::do_not_recommend]
impl<T: Serialize + DeserializeOwned> Storable for T {}

/// Encodes `value`; the error is for people.
pub(crate) fn encode<T: Storable>(value: &T) -> Result<Vec<u8>, postcard::Error> {
    postcard::to_stdvec(value)
}

/// Decodes a whole payload; trailing bytes are an error.
pub(crate) fn decode<T: Storable>(payload: &[u8]) -> Result<T, postcard::Error> {
    match postcard::take_from_bytes(payload)? {
        (value, []) => Ok(value),
        _ => Err(postcard::Error::DeserializeBadEncoding),
    }
}
