//! The memory of earlier runs: values by their keys, in the mamo directory.
//!
//! A store answers "was this computed, and what came out?". It may forget anything at any time; it may never answer
//! wrongly. Whatever it cannot read or verify is one warning that names the file, and counts as absent.

pub mod usage;

mod payload;

pub use payload::Payload;

use crate::codec::CodecError;
use crate::format::entry::{self, Content, Entry, Header};
use crate::format::{FormatError, blob, layout};
use crate::key::ValueKey;
use crate::notice;
use std::path::Path;

/// What a look-up found.
pub(crate) enum Lookup {
    /// The value.
    Found(Box<Entry>),
    /// Nothing usable; the value can be stored.
    Missing,
    /// A newer mamo's file, which has to stay as it is.
    Sealed,
}

/// Looks for the value named `key`.
pub(crate) fn load(mamo_dir: &Path, key: &ValueKey) -> Lookup {
    let path = layout::value(mamo_dir, key);
    match entry::read(&path, key) {
        Ok(entry) => Lookup::Found(entry.into()),
        Err(error) if error.is_absent() => Lookup::Missing,
        Err(error @ FormatError::Io { .. }) => {
            notice::once(
                "load",
                format_args!("stored values cannot be read: {error}"),
            );
            Lookup::Missing
        }
        Err(error) => {
            notice::of_file(&path, format_args!("a stored value is not used: {error}"));
            if error.is_newer() {
                Lookup::Sealed
            } else {
                Lookup::Missing
            }
        }
    }
}

/// Says that the payload of `key` could not be decoded, though its checksum held.
pub(crate) fn undecodable(mamo_dir: &Path, key: &ValueKey, error: &CodecError) {
    let path = layout::value(mamo_dir, key);
    let shown = path.display();
    notice::of_file(
        &path,
        format_args!("a stored value is not used: `{shown}` does not decode as its type ({error})"),
    );
}

/// Stores a value. What cannot be stored is forgotten, with one warning a process.
pub(crate) fn save(mamo_dir: &Path, header: &Header, content: &Content, payload: &[u8]) -> bool {
    let path = layout::value(mamo_dir, &header.key);
    let blob = if content.in_blob {
        blob::write(mamo_dir, &content.digest, payload)
    } else {
        Ok(())
    };
    let Err(error) = blob.and_then(|()| entry::write(&path, header, content, payload)) else {
        return true;
    };
    if !notice::was_told_of(&path) {
        let shown = path.display();
        notice::once(
            "save",
            format_args!("values cannot be stored: `{shown}`: {error}"),
        );
    }
    false
}

/// Deletes a value, which is computed again when it is wanted.
pub(crate) fn forget(mamo_dir: &Path, key: &ValueKey) {
    // Absent already, or not ours to delete: a later look-up says so.
    let _ = std::fs::remove_file(layout::value(mamo_dir, key));
}
