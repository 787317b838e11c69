//! Trees: directories that fixtures filled, kept whole in the store and lent from there.
//!
//! A tree lies in a directory of its own with a *seal* beside it and a lock. Its *manifest*, which is an entry's value, says what it
//! is: names, kinds, permissions, lengths, digests. Whether it still is, is checked each time that a process comes to lend it
//! and before each copy: what no file system call has touched since it was sealed, by inode, size and both times, is as it was;
//! everything else is read and digested again. A tree that is found otherwise is never handed out.
//!
//! It must never: be seen before it is whole, be written to by mamo after it was sealed, share a file with a private copy.

mod check;
mod copy;
mod directory;
mod filling;
mod harvest;
mod keeping;
mod manifest;
mod mode;
mod parallel;
mod seal;

pub use directory::{Directory, PrivateCopy};
pub(crate) use filling::Filling;
pub(crate) use keeping::{finished, found, harvested, remove};
pub(crate) use manifest::Kept;
pub(crate) use seal::space;

use std::path::{Path, PathBuf};

/// The tree in its container.
pub(crate) fn root(container: &Path) -> PathBuf {
    container.join("tree")
}

/// The lock that those who use the tree hold together, and who deletes it alone.
pub(crate) fn lease(container: &Path) -> PathBuf {
    container.join("lock")
}

/// Where all of a tree would lie below `root`.
#[cfg(fuzzing)]
pub(crate) fn paths(manifest: &manifest::Manifest, root: &Path) -> Vec<PathBuf> {
    manifest.0.iter().map(|item| item.below(root)).collect()
}

/// Reads the seal in `container`.
#[cfg(fuzzing)]
pub(crate) fn seal_of(container: &Path, count: usize) -> usize {
    seal::read(container, count).len()
}
