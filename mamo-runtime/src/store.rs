//! The memory of earlier runs: values by their keys, in the mamo directory.
//!
//! A store answers "was this computed, and what came out?". It may forget anything at any time; it may never answer
//! wrongly. Whatever it cannot read or verify is one warning that names the file, and counts as absent.

pub mod gc;
pub mod usage;

mod listing;
mod payload;

#[cfg(feature = "mmap")]
pub(crate) use payload::Mapping;
pub use payload::Payload;

use crate::codec::CodecError;
use crate::format::entry::{self, Content, Entry, Header};
use crate::format::{FormatError, Unfinished, aside, blob, layout, place, sweep_unfinished};
use crate::key::ValueKey;
use crate::{failure, lock, notice};
use std::io;
use std::path::Path;
use std::sync::Once;
use std::time::Duration;

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

/// An encoded value on its way into the store.
#[derive(Debug)]
pub(crate) struct Draft {
    /// What it is.
    pub(crate) content: Content,
    /// Its file, if it was written while that was worked out.
    written: Option<Unfinished>,
}

impl Draft {
    /// This draft as the manifest of a tree.
    pub(crate) fn of_tree(mut self) -> Self {
        self.content.of_tree = true;
        self
    }

    /// Of `payload`; a large one is digested and written at the same time.
    pub(crate) fn of(mamo_dir: &Path, payload: &[u8]) -> Self {
        /// Starting a thread takes less than what it saves.
        const LARGE: usize = 1 << 20;
        if payload.len() < LARGE {
            return Self {
                content: Content::of(payload),
                written: None,
            };
        }
        tidy_once(mamo_dir);
        std::thread::scope(|scope| {
            let write = || Unfinished::write(mamo_dir, &[payload]).ok();
            let aside = std::thread::Builder::new().spawn_scoped(scope, write);
            let content = Content::of(payload);
            // What could not be written is tried once more, and then told of.
            let written = aside.ok().and_then(|thread| thread.join().ok()).flatten();
            Self { content, written }
        })
    }
}

/// Stores a value. What cannot be stored is forgotten, with one warning a process.
pub(crate) fn save(mamo_dir: &Path, header: &Header, draft: Draft, payload: &[u8]) -> bool {
    let Err(error) = put(mamo_dir, header, draft, payload) else {
        return true;
    };
    let path = layout::value(mamo_dir, &header.key);
    if !notice::was_told_of(&path) {
        let shown = path.display();
        notice::once(
            "save",
            format_args!("values cannot be stored: `{shown}`: {error}"),
        );
    }
    false
}

/// What nothing refers to is deleted in less.
pub(crate) const PATIENCE: Duration = Duration::from_secs(10);

/// Stores a value: first its blob, if it is to be one, then the entry that refers to it.
pub(crate) fn put(
    mamo_dir: &Path,
    header: &Header,
    draft: Draft,
    payload: &[u8],
) -> io::Result<()> {
    tidy_once(mamo_dir);
    let Draft { content, written } = draft;
    let _kept = if content.in_blob {
        let lock = lock::of_blobs(mamo_dir, false, PATIENCE);
        blob::write(mamo_dir, &content.digest, payload, written)?;
        lock
    } else {
        None
    };
    entry::write(mamo_dir, header, &content, payload)
}

/// Once a process, before it first writes: deletes what processes that were killed left behind.
pub(crate) fn tidy_once(mamo_dir: &Path) {
    static DONE: Once = Once::new();
    DONE.call_once(|| {
        // Nothing but space is lost if this fails.
        let _ = sweep_unfinished(mamo_dir, false);
        let _ = aside::sweep(mamo_dir, false, false);
        failure::sweep(mamo_dir);
        let _ = lock::sweep(mamo_dir, false);
    });
}

/// Deletes a value, which is computed again when it is wanted; was there one?
pub(crate) fn forget(mamo_dir: &Path, key: &ValueKey) -> bool {
    // What cannot be deleted a later look-up says.
    place::remove(mamo_dir, &layout::value(mamo_dir, key)).is_ok_and(|there| there)
}
