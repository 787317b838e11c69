//! Values that people name: kept whatever becomes of the code that made them.
//!
//! A tag is an entry of its own, by postcard, whose key is made of the name and the type. It is read and checked as every
//! entry is.

use crate::codec::{Postcard, Storable};
use crate::format::entry::Header;
use crate::format::layout;
use crate::keep::Whole;
use crate::recipe::{Bytes, Unseen, Way};
use crate::round_trip::checked;
use crate::store::{self, Draft, Lookup};
use crate::trust;
use crate::value::Value;
use std::fmt;
use std::io;
use std::path::PathBuf;
use std::sync::Arc;

/// How tagged values are treated.
type Tagged<T> = Way<Whole<T>, Postcard, Bytes, Unseen>;

/// Why a tag could not be set.
#[derive(Debug)]
#[non_exhaustive]
pub enum TagError {
    /// No mamo directory belongs to this program; `cargo mamo` makes one, or `MAMO_DIR` names one.
    NoDirectory,
    /// The value does not go through serde and back, in its words.
    Unencodable(String),
    /// The store cannot be written.
    Io {
        /// The tag's file.
        path: PathBuf,
        /// What the operating system answered.
        source: io::Error,
    },
}

impl fmt::Display for TagError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoDirectory => f.write_str("no mamo directory belongs to this program"),
            Self::Unencodable(why) => write!(f, "the value cannot be encoded: {why}"),
            Self::Io { path, source } => write!(f, "write `{}`: {source}", path.display()),
        }
    }
}

impl std::error::Error for TagError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Self::Io { source, .. } => Some(source),
            _ => None,
        }
    }
}

/// Keeps `value` under `name`, in place of what was there, until [`untag`] or `cargo mamo clean`.
///
/// # Errors
/// [`TagError`]. A tag is never silently not set.
///
/// # Example
/// ```no_run
/// mamo::tag("best", &vec![0.5, 0.25])?;
/// let best = mamo::tagged::<Vec<f64>>("best").ok_or("nothing was tagged")?;
/// assert_eq!(*best, [0.5, 0.25]);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn tag<T: Storable>(name: &str, value: &T) -> Result<(), TagError> {
    let mamo_dir = trust::directory().ok_or(TagError::NoDirectory)?;
    let payload = checked::<Tagged<T>>(value, || true);
    let payload = payload.map_err(|error| TagError::Unencodable(error.to_string()))?;
    let key = key_of::<T>(name);
    let path = layout::value(mamo_dir, &key);
    let draft = Draft::of(mamo_dir, &payload);
    let header = Header {
        key,
        identity: key,
        fingerprint: [0; 32],
        compute_ns: 0,
        function: format!("tag/{name}"),
    };
    store::put(mamo_dir, &header, draft, &payload).map_err(|source| TagError::Io { path, source })
}

/// The value of type `T` that was last kept under `name`, unread.
pub fn tagged<T: Storable>(name: &str) -> Option<Value<T>> {
    let mamo_dir = trust::directory()?;
    match store::load(mamo_dir, &key_of::<T>(name)) {
        Lookup::Found(entry) => Value::stored::<Tagged<T>>(mamo_dir, Arc::new(*entry), None, None),
        _ => None,
    }
}

/// Removes the value of type `T` from `name`; was there one?
pub fn untag<T>(name: &str) -> bool {
    trust::directory().is_some_and(|mamo_dir| store::forget(mamo_dir, &key_of::<T>(name)))
}

fn key_of<T>(name: &str) -> [u8; 32] {
    crate::key::framed([
        b"mamo tag 2".as_slice(),
        name.as_bytes(),
        std::any::type_name::<T>().as_bytes(),
    ])
}
