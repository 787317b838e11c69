//! Which values a function has had, whatever its code was: for questions about values of an older version.
//!
//! One append-only file a function, of 96-byte records: identity, code fingerprint, value key. It is advice: what it
//! names is believed only if the entry of that key says the same. Never read on the way to a hit.

use crate::format::layout;
use crate::key::ValueKey;
use std::fs::{self, File};
use std::io::{self, Write as _};
use std::path::Path;

const RECORD: usize = 96;

/// Notes that the value `key` of `identity` was stored under `fingerprint`.
pub(crate) fn note(
    mamo_dir: &Path,
    function: &str,
    identity: &[u8; 32],
    fingerprint: &[u8; 32],
    key: &ValueKey,
) -> io::Result<()> {
    let path = layout::index(mamo_dir, function);
    let open = || File::options().create(true).append(true).open(&path);
    let mut file = open().or_else(|_| {
        fs::create_dir_all(layout::indices(mamo_dir))?;
        open()
    })?;
    let mut record = [0; RECORD];
    record[..32].copy_from_slice(identity);
    record[32..64].copy_from_slice(fingerprint);
    record[64..].copy_from_slice(key);
    file.write_all(&record)
}

/// The keys noted for `identity`, the newest first.
pub(crate) fn keys_of(mamo_dir: &Path, function: &str, identity: &[u8; 32]) -> Vec<ValueKey> {
    let bytes = fs::read(layout::index(mamo_dir, function)).unwrap_or_default();
    let mut keys = Vec::new();
    for record in bytes.chunks_exact(RECORD).rev() {
        if let Some(key) = record[64..].first_chunk()
            && record[..32] == *identity
            && !keys.contains(key)
        {
            keys.push(*key);
        }
    }
    keys
}
