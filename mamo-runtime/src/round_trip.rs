//! Encoding a value, and in debug builds seeing that its bytes give it back.
//!
//! A value that is served must be the one that was stored. Types can break that without an error: fields that are left out,
//! enums without tags, a `Deserialize` that is not the inverse of `Serialize`. It is found where it costs nobody time.

use crate::call::cannot_store;
use crate::codec::CodecError;
use crate::recipe::Recipe;
use crate::site::Site;
use std::borrow::Cow;

/// The encoded value, if it can be encoded and, where that is checked, reads back the same.
pub(crate) fn encoded<'a, R: Recipe>(site: &Site, stored: &'a R::Stored) -> Option<Cow<'a, [u8]>> {
    let encode = || {
        let payload = R::encode(stored)?;
        if cfg!(debug_assertions) {
            check::<R>(stored, &payload)?;
        }
        Ok(payload)
    };
    encode().inspect_err(|error| cannot_store(site, error)).ok()
}

/// Does `payload` give back `stored`, as far as can be seen?
///
/// By equality where the type has one, and by encoding once more what was read. Bytes that differ only in their order are
/// taken for those of a hash map; if a third encoding differs from the second, then encodings of this type say nothing.
fn check<R: Recipe>(stored: &R::Stored, payload: &[u8]) -> Result<(), CodecError> {
    let read = R::decode(payload)?;
    if !R::same(stored, &read) {
        return Err(CodecError::new("what is read back is not equal"));
    }
    let again = R::encode(&read)?;
    if *again == *payload || counts(&again) == counts(payload) {
        return Ok(());
    }
    let third = R::decode(&again)?;
    if R::encode(&third)? == again {
        return Err(CodecError::new(
            "what is read back encodes to other bytes than what was stored",
        ));
    }
    Ok(())
}

/// How often each byte occurs.
fn counts(bytes: &[u8]) -> [usize; 256] {
    let mut counts = [0; 256];
    for byte in bytes {
        counts[usize::from(*byte)] += 1;
    }
    counts
}
