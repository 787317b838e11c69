//! What of an earlier build looks as it did: of that, what is on record need not be read again.
//!
//! Looks were taken when the digests were known to hold, and of nothing that had been written just before.

use super::Record;
use crate::cargo::marks::Marks;
use crate::fingerprint::Fingerprint;
use crate::sight::Sight;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// The inputs of a record that look as they did when their digests held.
#[derive(Debug, Default)]
pub struct Settled {
    /// Of files and directories.
    pub inputs: BTreeMap<PathBuf, Unmoved>,
    /// Of packages whose build scripts name no files.
    pub undirected: BTreeMap<PathBuf, Unmoved>,
}

/// What looks as it did.
#[derive(Debug)]
pub struct Unmoved {
    /// What it was then and is now.
    pub digest: Fingerprint,
    /// How all looks that the digest is made of; `None` where looks could not tell, and it was read.
    pub sights: Option<Vec<(PathBuf, Sight)>>,
}

/// What is known from before a build.
#[derive(Clone, Copy, Debug)]
pub struct Earlier<'a> {
    /// Files that were compiled.
    pub marks: &'a Marks,
    /// What decides whether a record holds.
    pub settled: &'a Settled,
    /// The record that it was on.
    pub record: Option<&'a Record>,
}

impl Settled {
    /// The digest of an input, if it is known, else what `read` finds.
    pub fn input(&self, path: &Path, read: impl FnOnce(&Path) -> Fingerprint) -> Fingerprint {
        digest(&self.inputs, path, read)
    }

    /// The same of a package.
    pub fn package(&self, dir: &Path, read: impl FnOnce(&Path) -> Fingerprint) -> Fingerprint {
        digest(&self.undirected, dir, read)
    }
}

fn digest(
    known: &BTreeMap<PathBuf, Unmoved>,
    path: &Path,
    read: impl FnOnce(&Path) -> Fingerprint,
) -> Fingerprint {
    known
        .get(path)
        .map_or_else(|| read(path), |known| known.digest)
}
