//! What a build script embeds into a program: the code fingerprint of each memo and fixture of its package.
//!
//! A table of records, one a function, that the macros take their own record from while they are compiled; so what
//! reads it here runs in the compiler. A record says which files must not have changed since it was made, because source
//! that was edited while it was compiled would be other code than was looked at.

use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;
use std::fs::Metadata;
use std::io;
use std::path::{Path, PathBuf};
use std::time::UNIX_EPOCH;

/// Names the table to the macros; set by the build script for its package's compilations.
pub const TABLE_VARIABLE: &str = "MAMO_EMBEDDED";
/// What is appended to the table's path for the file that says what the macros must look at.
pub const CIRCUMSTANCES: &str = "circumstances";

/// What is known of one memo or fixture.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Record {
    /// When source was looked at, by the clock of the file system that holds it.
    pub began_ns: u64,
    /// Files and directories with source of that function's package, and of those that it is linked with.
    pub watched: BTreeSet<PathBuf>,
    /// What its code is, or why that cannot be said.
    pub code: Result<Code, String>,
}

/// The code of one memo or fixture, as far as a build script can know it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Code {
    /// Of everything that it can reach; how it was compiled is to be added.
    pub fingerprint: [u8; 32],
    /// Environment variables that its reach reads by name.
    pub variables: Vec<String>,
    /// If it may read files when it runs: the file with their [`Seen`]s, and the digest of that file.
    pub files: Option<(PathBuf, [u8; 32])>,
}

/// How a path looked from outside.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Seen {
    /// Nothing was there.
    Absent,
    /// A file of this length, and last written then.
    File(u64, u64),
    /// A directory with these names, hidden ones and `target` apart.
    Directory([u8; 32]),
}

impl Seen {
    /// How `path` looks now.
    pub fn of(path: &Path) -> Self {
        let Ok(metadata) = path.metadata() else {
            return Self::Absent;
        };
        if !metadata.is_dir() {
            return Self::File(metadata.len(), written(&metadata).unwrap_or_default());
        }
        let names = std::fs::read_dir(path).into_iter().flatten().flatten();
        let names = names.map(|entry| entry.file_name());
        let counts = |name: &std::ffi::OsString| {
            !name.as_encoded_bytes().starts_with(b".") && name != "target"
        };
        let names: BTreeSet<_> = names.filter(counts).collect();
        let mut digest = blake3::Hasher::new();
        for name in names {
            digest.update(&(name.len() as u64).to_le_bytes());
            digest.update(name.as_encoded_bytes());
        }
        Self::Directory(digest.finalize().into())
    }
}

/// When a file was last written, in nanoseconds since 1970.
pub fn written(metadata: &Metadata) -> io::Result<u64> {
    let at = metadata.modified()?.duration_since(UNIX_EPOCH);
    u64::try_from(at.map_err(io::Error::other)?.as_nanos()).map_err(io::Error::other)
}

/// Adds the record of the function `key`, as it is in the tests of a crate or in the crate itself.
///
/// # Errors
/// If it cannot be encoded or is longer than 4 GiB.
pub fn push(table: &mut Vec<u8>, key: &str, test: bool, record: &Record) -> io::Result<()> {
    let body = postcard::to_stdvec(record).map_err(io::Error::other)?;
    for part in [key.as_bytes(), &[u8::from(test)], &body] {
        let length = u32::try_from(part.len()).map_err(io::Error::other)?;
        table.extend(length.to_le_bytes());
        table.extend(part);
    }
    Ok(())
}

/// The record in the bytes that [`take`] gives; `None` if the table had none.
pub fn read(record: &[u8]) -> Option<Record> {
    postcard::from_bytes(record).ok()
}

/// How long the record of `key` is in `table`; 0 if it has none. For the macros, in the compiler.
pub const fn length(table: &[u8], key: &str, test: bool) -> usize {
    find(table, key, test).1
}

/// The record of `key` in `table`, whose length is `N`. For the macros, in the compiler.
pub const fn take<const N: usize>(table: &[u8], key: &str, test: bool) -> [u8; N] {
    let (start, _) = find(table, key, test);
    let mut record = [0; N];
    let mut at = 0;
    while at < N {
        record[at] = table[start + at];
        at += 1;
    }
    record
}

/// Start and length of a record.
const fn find(table: &[u8], key: &str, test: bool) -> (usize, usize) {
    let mut at = 0;
    while at < table.len() {
        let (name, name_length) = part(table, at);
        let (kind, _) = part(table, name + name_length);
        let (body, length) = part(table, kind + 1);
        let matches = (table[kind] == 1) == test && holds(table, name, name_length, key.as_bytes());
        if matches {
            return (body, length);
        }
        at = body + length;
    }
    (0, 0)
}

/// Start and length of the part whose length stands at `at`.
const fn part(table: &[u8], at: usize) -> (usize, usize) {
    let length = [table[at], table[at + 1], table[at + 2], table[at + 3]];
    (at + 4, u32::from_le_bytes(length) as usize)
}

const fn holds(table: &[u8], start: usize, length: usize, key: &[u8]) -> bool {
    if length != key.len() {
        return false;
    }
    let mut at = 0;
    while at < length {
        if table[start + at] != key[at] {
            return false;
        }
        at += 1;
    }
    true
}

#[cfg(test)]
mod tests {
    use super::*;

    fn record(why: &str) -> Record {
        Record {
            began_ns: 7,
            watched: [PathBuf::from("/w/src")].into(),
            code: Err(why.to_owned()),
        }
    }

    #[test]
    fn each_function_finds_its_own_record() {
        let mut table = Vec::new();
        for (key, test) in [("p/a::f", false), ("p/a::f", true), ("p/a::ff", false)] {
            let record = record(&format!("{key} {test}"));
            push(&mut table, key, test, &record).expect("memory is writable");
        }
        let found = |key: &str, test| {
            let (start, length) = find(&table, key, test);
            read(&table[start..start + length])
        };
        assert_eq!(found("p/a::f", false), Some(record("p/a::f false")));
        assert_eq!(found("p/a::f", true), Some(record("p/a::f true")));
        assert_eq!(found("p/a::ff", false), Some(record("p/a::ff false")));
        assert_eq!(found("p/a::ff", true), None);
        assert_eq!(length(&[], "p/a::f", false), 0);
    }

    #[test]
    fn a_record_is_taken_out_while_it_is_compiled() {
        // One record with the key `k` of a crate itself, and the body 1 2 3.
        const TABLE: &[u8] = &[1, 0, 0, 0, b'k', 1, 0, 0, 0, 0, 3, 0, 0, 0, 1, 2, 3];
        const LENGTH: usize = length(TABLE, "k", false);
        const RECORD: [u8; LENGTH] = take(TABLE, "k", false);
        assert_eq!(RECORD, [1, 2, 3]);
    }
}
