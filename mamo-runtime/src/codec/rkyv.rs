//! Archives of rkyv, for types that derive its traits.

use super::{Codec, CodecError};
use crate::store::Payload;
use rkyv::api::high::{HighDeserializer, HighSerializer, HighValidator, to_bytes_in};
use rkyv::bytecheck::CheckBytes;
use rkyv::rancor::Error;
use rkyv::ser::allocator::ArenaHandle;
use rkyv::util::AlignedVec;
use rkyv::{Archive, Deserialize, Serialize};
use std::borrow::Cow;

/// The codec of types that derive [rkyv](https://rkyv.org)'s `Archive`, `Serialize` and `Deserialize`; they need not be
/// serde's. Feature `rkyv`.
///
/// Bytes are checked before they are believed, and a hit makes the value of them; an archive is not used in place.
///
/// # Example
/// ```
/// #[derive(rkyv::Archive, rkyv::Serialize, rkyv::Deserialize)]
/// struct Index {
///     words: Vec<String>,
/// }
///
/// #[mamo::memo(codec = mamo::Rkyv)]
/// fn index(text: &str) -> Index {
///     Index { words: text.split(' ').map(str::to_owned).collect() }
/// }
///
/// assert_eq!(index("warp and weft").words.len(), 3);
/// ```
#[derive(Clone, Copy, Debug)]
pub struct Rkyv;

impl<T> Codec<T> for Rkyv
where
    T: Archive + for<'a> Serialize<HighSerializer<Vec<u8>, ArenaHandle<'a>, Error>>,
    T::Archived:
        for<'a> CheckBytes<HighValidator<'a, Error>> + Deserialize<T, HighDeserializer<Error>>,
{
    const NAME: &'static str = "rkyv-0.8";
    const BUILT_IN: bool = true;

    fn encode(value: &T) -> Result<Cow<'_, [u8]>, CodecError> {
        to_bytes_in(value, Vec::new())
            .map(Cow::Owned)
            .map_err(CodecError::new)
    }

    fn decode(bytes: &[u8]) -> Result<T, CodecError> {
        let mut aligned: AlignedVec = AlignedVec::with_capacity(bytes.len());
        aligned.extend_from_slice(bytes);
        rkyv::from_bytes(&aligned).map_err(CodecError::new)
    }

    fn load(payload: Payload) -> Result<T, CodecError> {
        let mut aligned: AlignedVec = AlignedVec::new();
        aligned.resize(payload.len(), 0);
        payload.fill(&mut aligned)?;
        rkyv::from_bytes(&aligned).map_err(CodecError::new)
    }
}
