//! Lazy values: results that know what they are before they are read.
//!
//! A [`Value`] names a result by the digest of its encoding. As an argument of another memo this digest stands for it,
//! so a chain of fresh steps looks at headers only, and a step that was computed again to an equal result leaves the
//! later ones fresh. The value itself is read when it is first looked at.

use crate::arguments::{VALUE, is_ours};
use crate::call::nanoseconds;
use crate::codec::CodecError;
use crate::format::entry::Entry;
use crate::recipe::Recipe;
use crate::round_trip::reliable;
use crate::site::{Figure, Site};
use crate::store::Payload;
use serde::ser::{Error as _, Serialize, Serializer};
use std::cell::Cell;
use std::fmt;
use std::ops::Deref;
use std::path::Path;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};
use std::time::Instant;

/// A result of a memo, read from the store when it is first looked at. Made by `f::value(..)` of a memo `f`, and by
/// [`tagged`](crate::tagged).
///
/// Cheap to clone; dereferences to the result. As an argument of another memo (`&Value<T>`) it counts by the digest of
/// the result, and is neither read nor hashed.
///
/// # Panics
/// Looking at a value panics if the store has lost it since the handle was made, which [`Value::load`] tells instead.
/// Values of up to 64 KiB are in the handle from the start; larger ones survive `cargo mamo clean`, for their file is open.
///
/// # Example
/// ```
/// use mamo::Value;
///
/// #[mamo::memo]
/// fn numbers(below: u32) -> Vec<f64> {
///     (0..below).map(f64::from).collect()
/// }
///
/// #[mamo::memo]
/// fn mean(numbers: &Value<Vec<f64>>) -> f64 {
///     numbers.iter().sum::<f64>() / numbers.len() as f64
/// }
///
/// let numbers = numbers::value(5);
/// assert_eq!(mean(&numbers), 2.0);
/// ```
pub struct Value<T>(Arc<Inner<T>>);

struct Inner<T> {
    value: OnceLock<T>,
    source: Option<Source<T>>,
    digest: OnceLock<Option<Digest>>,
    /// How many steps above it the nearest value of older code was made: 0 if it is of older code itself.
    stale_at: Option<u32>,
    /// Digests a value that was computed here.
    digest_of: fn(&T) -> Option<Digest>,
}

/// Where the value is stored.
struct Source<T> {
    payload: Mutex<Option<Payload>>,
    /// Whose figures reading it adds to.
    site: Option<&'static Site>,
    load: fn(Payload) -> Result<T, CodecError>,
}

/// What names a result: the digest of its bytes, and the codec that they are of.
#[derive(Clone, Copy)]
pub(crate) struct Digest {
    bytes: [u8; 32],
    codec: &'static str,
    /// Of a codec that is not mamo's: the code that it belongs to.
    code: [u8; 32],
}

impl Digest {
    pub(crate) fn new<R: Recipe>(bytes: [u8; 32], code: &[u8; 32]) -> Self {
        Self {
            bytes,
            codec: R::CODEC,
            code: if R::BUILT_IN { [0; 32] } else { *code },
        }
    }
}

thread_local! {
    /// How far above the arguments that are being gathered a value of older code was made.
    static STALE_AT: Cell<Option<u32>> = const { Cell::new(None) };
}

/// What this thread's last arguments are made from: the steps to the nearest value of older code, if there is one.
pub(crate) fn take_stale_at() -> Option<u32> {
    STALE_AT.take()
}

/// Gives back what was [taken](take_stale_at).
pub(crate) fn set_stale_at(steps: Option<u32>) {
    STALE_AT.set(steps);
}

/// A value that the store has lost since its handle was made.
#[derive(Debug)]
#[non_exhaustive]
pub struct Lost(String);

impl fmt::Display for Lost {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "a stored value is gone or damaged: {}", self.0)
    }
}

impl std::error::Error for Lost {}

impl<T> Value<T> {
    /// A value that was computed, with its digest if that is known.
    pub(crate) fn computed<R: Recipe<Returned = T>>(
        value: T,
        digest: Option<Digest>,
        stale_at: Option<u32>,
    ) -> Self {
        Self(Arc::new(Inner {
            value: value.into(),
            source: None,
            digest: digest.map_or_else(OnceLock::new, |digest| Some(digest).into()),
            stale_at,
            digest_of: digest_of::<R>,
        }))
    }

    /// A value that is stored; `None` if it cannot be opened.
    pub(crate) fn stored<R: Recipe<Returned = T>>(
        mamo_dir: &Path,
        entry: Arc<Entry>,
        site: Option<&'static Site>,
        stale_at: Option<u32>,
    ) -> Option<Self> {
        let digest = Digest::new::<R>(entry.content.digest, &entry.header.fingerprint);
        let payload = Payload::open(mamo_dir, entry)?;
        Some(Self(Arc::new(Inner {
            value: OnceLock::new(),
            source: Some(Source {
                payload: Mutex::new(Some(payload)),
                site,
                load: |payload| R::load(payload).map(R::restored),
            }),
            digest: Some(digest).into(),
            stale_at,
            digest_of: digest_of::<R>,
        })))
    }

    /// The value, read if it was not yet.
    ///
    /// # Errors
    /// [`Lost`], if it was stored when the handle was made and cannot be read any more.
    pub fn load(&self) -> Result<&T, Lost> {
        let inner = &*self.0;
        if let (None, Some(source)) = (inner.value.get(), &inner.source) {
            let mut payload = source
                .payload
                .lock()
                .unwrap_or_else(PoisonError::into_inner);
            if inner.value.get().is_none() {
                let payload = payload
                    .take()
                    .ok_or_else(|| Lost("it could not be read before".into()))?;
                let start = Instant::now();
                let value = (source.load)(payload).map_err(|error| Lost(error.to_string()))?;
                if let Some(site) = source.site {
                    site.add(Figure::LoadNs, nanoseconds(start.elapsed()));
                }
                let _ = inner.value.set(value);
            }
        }
        inner
            .value
            .get()
            .ok_or_else(|| Lost("it has no source".into()))
    }

    /// Was it read, or computed here?
    pub fn is_loaded(&self) -> bool {
        self.0.value.get().is_some()
    }

    /// Is it of older code, or made from a [`Value`] that is, any number of steps above it? Only the policies `missing`
    /// and `stale` to a depth serve such values.
    pub fn is_stale(&self) -> bool {
        self.0.stale_at.is_some()
    }

    /// The same, but looking up no more than `depth` steps: 0 asks about its own code alone.
    pub fn is_stale_to(&self, depth: u32) -> bool {
        self.0.stale_at.is_some_and(|steps| steps <= depth)
    }

    /// The digest of its encoding, the same for equal results of any function; `None` if it cannot be encoded.
    pub fn digest(&self) -> Option<[u8; 32]> {
        self.named().map(|digest| digest.bytes)
    }

    fn named(&self) -> Option<Digest> {
        let inner = &*self.0;
        *inner
            .digest
            .get_or_init(|| inner.value.get().and_then(inner.digest_of))
    }
}

/// The digest of a value that was not stored. Without a trusted snapshot nothing is served under it either, so the code
/// of a codec is left out. What does not read back has none: its encoding may be that of another value.
fn digest_of<R: Recipe>(value: &R::Returned) -> Option<Digest> {
    let payload = reliable::<R>(R::stored(value)?)?;
    R::BUILT_IN.then(|| Digest::new::<R>(*blake3::hash(&payload).as_bytes(), &[0; 32]))
}

impl<T> Clone for Value<T> {
    fn clone(&self) -> Self {
        Self(self.0.clone())
    }
}

impl<T> Deref for Value<T> {
    type Target = T;

    fn deref(&self) -> &T {
        match self.load() {
            Ok(value) => value,
            Err(lost) => panic!("{lost}; make the handle again to compute it"),
        }
    }
}

impl<T: fmt::Debug> fmt::Debug for Value<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Value").field(&self.0.value.get()).finish()
    }
}

impl<T: Serialize> Serialize for Value<T> {
    /// Into the arguments of a memo goes the digest; into anything else the value.
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        if !is_ours::<S>() {
            let value = self.load().map_err(S::Error::custom)?;
            return value.serialize(serializer);
        }
        let Digest { bytes, codec, code } = self
            .named()
            .ok_or_else(|| S::Error::custom("a value has no digest"))?;
        if let Some(steps) = self.0.stale_at {
            let nearest = STALE_AT.get().unwrap_or(u32::MAX);
            STALE_AT.set(Some(nearest.min(steps.saturating_add(1))));
        }
        serializer.serialize_newtype_struct(VALUE, &(bytes, codec, code))
    }
}
