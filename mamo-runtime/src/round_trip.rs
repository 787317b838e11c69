//! Encoding a value, and seeing that its bytes give it back.
//!
//! A value that is served must be the one that was stored. Types can break that without an error: fields that are left out,
//! enums without tags, a `Deserialize` that is not the inverse of `Serialize`. Which value breaks it is its own matter, so each
//! is read back before it is stored or named, in every build; only what would take as long again is left out for long values
//! after a function's first, where an equality has shown that they came back.

use crate::call::cannot_store;
use crate::codec::CodecError;
use crate::recipe::Recipe;
use crate::site::Site;
use std::borrow::Cow;
use std::fmt::{self, Debug, Write as _};
use std::panic::{AssertUnwindSafe, catch_unwind};

/// Encodings up to this length are compared in every way each time.
const SHORT: usize = 64 * 1024;

/// How often a value is read back, to see whether readings differ among themselves.
const READINGS: usize = 4;

/// The encoded value, if it can be encoded and reads back the same; else it is said why it is not stored.
pub(crate) fn encoded<'a, R: Recipe>(site: &Site, stored: &'a R::Stored) -> Option<Cow<'a, [u8]>> {
    let is_first = || site.reads_back_first();
    checked::<R>(stored, is_first)
        .inspect_err(|error| cannot_store(site, error, R::CODEC))
        .ok()
}

/// The encoded value, if it can be encoded and reads back the same.
pub(crate) fn reliable<R: Recipe>(stored: &R::Stored) -> Option<Cow<'_, [u8]>> {
    checked::<R>(stored, || true).ok()
}

/// The encoded value; an error if it cannot be encoded, or does not read back the same. `is_first` of its function?
pub(crate) fn checked<R: Recipe>(
    stored: &R::Stored,
    is_first: impl FnOnce() -> bool,
) -> Result<Cow<'_, [u8]>, CodecError> {
    let check = || {
        let payload = R::encode(stored)?;
        if !R::EXACT {
            let thorough = is_first() || payload.len() <= SHORT;
            compare::<R>(stored, &payload, thorough)?;
        }
        Ok(payload)
    };
    // The caller gets what the function returned, whatever reading it back comes to.
    catch_unwind(AssertUnwindSafe(check))
        .unwrap_or_else(|_| Err(CodecError::new("encoding it and reading it back panics")))
}

/// Does `payload` give back `stored`, as far as can be seen?
///
/// By equality where the type has one; by what `Debug` shows where equality tells nothing, since an encoding cannot show what it
/// left out; and by what is encoded. Readings that differ among themselves say nothing, such as those of maps without order.
fn compare<R: Recipe>(
    stored: &R::Stored,
    payload: &[u8],
    thorough: bool,
) -> Result<(), CodecError> {
    let read = R::decode(payload)?;
    if !R::same(stored, &read) {
        return Err(CodecError::new("what is read back is not equal"));
    }
    let is_equal = R::equal(stored, &read);
    if is_equal && !thorough {
        return Ok(());
    }
    // Equality told nothing, so that nothing but this sees what an encoding leaves out, in long values as in short ones.
    if !is_equal && differ::<R, _>(payload, stored, &read, |value| Ok(R::shown(value)))? {
        return Err(CodecError::new(
            "what is read back is shown as another value by its `Debug`",
        ));
    }
    if differ::<R, _>(payload, stored, &read, content::<R>)? {
        return Err(CodecError::new(
            "what is read back encodes to other bytes than what was stored",
        ));
    }
    Ok(())
}

/// Do both differ in what `seen` gives, while readings of the same bytes do not?
fn differ<R: Recipe, S: PartialEq>(
    payload: &[u8],
    stored: &R::Stored,
    read: &R::Stored,
    seen: impl Fn(&R::Stored) -> Result<S, CodecError>,
) -> Result<bool, CodecError> {
    let of_read = seen(read)?;
    if seen(stored)? == of_read {
        return Ok(false);
    }
    // All are kept until the end: what was freed would be made at the same address again.
    let mut readings = Vec::new();
    for _ in 0..READINGS {
        let reading = R::decode(payload)?;
        if seen(&reading)? != of_read {
            return Ok(false);
        }
        readings.push(reading);
    }
    Ok(true)
}

/// What serde shows of a value, or how often each byte occurs in its encoding.
#[derive(PartialEq)]
enum Content {
    Digest([u8; 32]),
    Bytes(Box<Counts>),
}

fn content<R: Recipe>(value: &R::Stored) -> Result<Content, CodecError> {
    Ok(match R::content(value) {
        Some(digest) => Content::Digest(digest),
        None => Content::Bytes(Box::new(Counts::of(&R::encode(value)?))),
    })
}

/// How often each byte occurs: the same for the entries of a map in any order.
#[derive(Clone, PartialEq, Eq)]
pub struct Counts([u64; 256]);

impl Counts {
    /// Of what `Debug` shows.
    pub(crate) fn of_shown(value: &impl Debug) -> Option<Self> {
        let mut counts = Self([0; 256]);
        write!(counts, "{value:?}").is_ok().then_some(counts)
    }

    fn of(bytes: &[u8]) -> Self {
        let mut counts = Self([0; 256]);
        counts.add(bytes);
        counts
    }

    fn add(&mut self, bytes: &[u8]) {
        for byte in bytes {
            self.0[usize::from(*byte)] += 1;
        }
    }
}

impl fmt::Write for Counts {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        self.add(text.as_bytes());
        Ok(())
    }
}
