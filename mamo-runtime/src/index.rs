//! Which values a function has had, whatever its code was: for questions about values of an older version.
//!
//! One append-only file a function, of 96-byte records: identity, code fingerprint, value key. It is advice: what it
//! names is believed only if the entry of that key says the same. Never read on the way to a hit.

use crate::format::{layout, place, write_whole};
use crate::key::ValueKey;
use std::collections::BTreeSet;
use std::io::{self, Write as _};
use std::path::Path;

const RECORD: usize = 96;
/// No index grows longer, until `gc` finds that some of what it names is gone.
const LONGEST: usize = 64 << 20;

/// Notes that the value `key` of `identity` was stored under `fingerprint`.
pub(crate) fn note(
    mamo_dir: &Path,
    function: &str,
    identity: &[u8; 32],
    fingerprint: &[u8; 32],
    key: &ValueKey,
) -> io::Result<()> {
    let path = layout::index(mamo_dir, function);
    let mut file = place::open_end(mamo_dir, &path)?;
    let length = file.metadata()?.len();
    if length >= LONGEST as u64 {
        return Ok(());
    }
    if length % RECORD as u64 != 0 {
        // A disk was full in the middle of a record: what comes behind it could not be read.
        let whole = whole_records(&path);
        write_whole(mamo_dir, &path, &[&whole])?;
        file = place::open_end(mamo_dir, &path)?;
    }
    let mut record = [0; RECORD];
    record[..32].copy_from_slice(identity);
    record[32..64].copy_from_slice(fingerprint);
    record[64..].copy_from_slice(key);
    file.write_all(&record)
}

/// The keys noted for `identity`, the newest first.
pub(crate) fn keys_of(mamo_dir: &Path, function: &str, identity: &[u8; 32]) -> Vec<ValueKey> {
    let bytes = whole_records(&layout::index(mamo_dir, function));
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

/// Leaves out the records whose value `is_there` denies, and all but the last of each value.
///
/// What another process notes in the meantime may be lost, so it is done only if half of the records go.
pub(crate) fn compact(
    mamo_dir: &Path,
    path: &Path,
    is_there: impl Fn(&ValueKey) -> bool,
) -> io::Result<()> {
    let bytes = whole_records(path);
    let mut seen = BTreeSet::new();
    let mut kept: Vec<&[u8]> = bytes
        .chunks_exact(RECORD)
        .rev()
        .filter(|record| seen.insert(&record[64..]))
        .filter(|record| record[64..].first_chunk().is_some_and(&is_there))
        .collect();
    kept.reverse();
    let gone = bytes.len() - kept.len() * RECORD;
    if kept.is_empty() {
        place::remove(mamo_dir, path).map(drop)
    } else if gone * 2 >= bytes.len() {
        write_whole(mamo_dir, path, &kept)
    } else {
        Ok(())
    }
}

/// The records that can be read; none if there is no such file, or something else in its place.
fn whole_records(path: &Path) -> Vec<u8> {
    let mut bytes = place::read_whole(path, LONGEST + RECORD * 1024).unwrap_or_default();
    bytes.truncate(bytes.len() / RECORD * RECORD);
    bytes
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test that cannot go on should stop")]

    use super::*;
    use std::fs;

    fn noted(mamo_dir: &Path, key: u8) {
        note(mamo_dir, "p/c::f", &[1; 32], &[2; 32], &[key; 32]).unwrap();
    }

    #[test]
    fn a_torn_record_costs_itself_and_none_behind_it() {
        let directory = tempfile::tempdir().unwrap();
        let keys = || keys_of(directory.path(), "p/c::f", &[1; 32]);
        noted(directory.path(), 3);
        let path = layout::index(directory.path(), "p/c::f");
        let mut bytes = fs::read(&path).unwrap();
        bytes.extend([9; 40]);
        fs::write(&path, bytes).unwrap();
        assert_eq!(keys(), [[3; 32]]);
        noted(directory.path(), 4);
        assert_eq!(keys(), [[4; 32], [3; 32]]);
    }

    #[test]
    fn compacting_keeps_what_is_there_in_its_order() {
        let directory = tempfile::tempdir().unwrap();
        for key in [3, 4, 3, 5, 3, 3] {
            noted(directory.path(), key);
        }
        let path = layout::index(directory.path(), "p/c::f");
        compact(directory.path(), &path, |key| *key != [5; 32]).unwrap();
        assert_eq!(fs::metadata(&path).unwrap().len(), 2 * RECORD as u64);
        let keys = keys_of(directory.path(), "p/c::f", &[1; 32]);
        assert_eq!(keys, [[3; 32], [4; 32]]);
        compact(directory.path(), &path, |_| false).unwrap();
        assert!(!path.exists());
    }
}
