//! What a tree is: every name in it, with its kind, its permissions, and what it holds.
//!
//! No times, no owners, no inode numbers: two fillings that come to the same are one tree. Paths are bytes, since names need not be
//! UTF-8; parents come before what is in them. What is read from disk is believed only if no path leads out.

use crate::codec::{Codec, CodecError};
use crate::keep::Whole;
use crate::recipe::{Nowhere, Unseen, Way};
use serde::{Deserialize, Serialize};
use std::borrow::Cow;
use std::collections::BTreeSet;
use std::ffi::OsString;
use std::path::{Path, PathBuf};

/// How manifests are treated as values of a function.
pub(crate) type Kept = Way<Whole<Manifest>, TreeCodec, Nowhere, Unseen>;

/// All of a tree, the directory itself first.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Manifest(pub(super) Vec<Item>);

/// Something in a tree.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Item {
    /// From the tree's own directory, with `/` between names; empty for that directory.
    pub(super) path: Vec<u8>,
    /// Permissions as they were when it was filled; 0 of a link.
    pub(super) mode: u32,
    pub(super) kind: Kind,
}

/// What it is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) enum Kind {
    Directory,
    File { length: u64, digest: [u8; 32] },
    Link { target: Vec<u8> },
}

impl Manifest {
    /// How many files, and their bytes.
    pub(super) fn size(&self) -> (u64, u64) {
        let lengths = self.0.iter().filter_map(|item| match item.kind {
            Kind::File { length, .. } => Some(length),
            _ => None,
        });
        lengths.fold((0, 0), |(files, bytes), length| (files + 1, bytes + length))
    }

    /// The names that lie directly in the directory that is item `at`, by their whole paths.
    pub(super) fn below(&self, at: usize) -> BTreeSet<&[u8]> {
        let path = &*self.0[at].path;
        let rest = self.0[at + 1..].iter().map(|item| &*item.path);
        let all = rest.take_while(|other| path.is_empty() || other.starts_with(path));
        all.filter(|other| parent(other) == path).collect()
    }

    /// Does every path stay inside, below a directory that came before?
    fn is_sound(&self) -> bool {
        let mut directories = BTreeSet::new();
        self.0.iter().enumerate().all(|(at, item)| {
            let name = item
                .path
                .rsplit(|byte| *byte == b'/')
                .next()
                .unwrap_or_default();
            let is_root = at == 0 && item.path.is_empty() && item.kind == Kind::Directory;
            let is_name = !matches!(name, b"" | b"." | b"..") && !name.contains(&0);
            let is_name = is_name && !item.path.starts_with(b"/");
            let has_parent = || directories.contains(parent(&item.path));
            let sound = is_root || at > 0 && is_name && has_parent() && is_plain(name);
            if item.kind == Kind::Directory {
                directories.insert(&*item.path);
            }
            sound
        }) && !self.0.is_empty()
    }
}

/// On systems where other characters part names too, or name drives.
fn is_plain(name: &[u8]) -> bool {
    cfg!(unix) || !name.iter().any(|byte| matches!(byte, b'\\' | b':'))
}

fn parent(path: &[u8]) -> &[u8] {
    let at = path.iter().rposition(|byte| *byte == b'/');
    &path[..at.unwrap_or(0)]
}

impl Item {
    /// Where it is in the tree at `root`.
    pub(super) fn below(&self, root: &Path) -> PathBuf {
        if self.path.is_empty() {
            return root.to_owned();
        }
        root.join(named(self.path.clone()))
    }
}

/// The name that these bytes were.
#[cfg(unix)]
pub(super) fn named(bytes: Vec<u8>) -> OsString {
    std::os::unix::ffi::OsStringExt::from_vec(bytes)
}

/// The name that these bytes were. What is no UTF-8 was none of ours, and names nothing.
#[cfg(not(unix))]
pub(super) fn named(bytes: Vec<u8>) -> OsString {
    String::from_utf8(bytes).unwrap_or_default().into()
}

/// Manifests as bytes.
pub(crate) struct TreeCodec;

impl Codec<Manifest> for TreeCodec {
    const NAME: &'static str = "tree-1";
    const BUILT_IN: bool = true;

    fn encode(manifest: &Manifest) -> Result<Cow<'_, [u8]>, CodecError> {
        let bytes = postcard::to_stdvec(manifest).map_err(CodecError::new)?;
        Ok(bytes.into())
    }

    fn decode(bytes: &[u8]) -> Result<Manifest, CodecError> {
        let manifest: Manifest = match postcard::take_from_bytes(bytes) {
            Ok((manifest, [])) => manifest,
            Ok(_) => return Err(CodecError::new("bytes are left over")),
            Err(error) => return Err(CodecError::new(error)),
        };
        let sound = manifest.is_sound().then_some(manifest);
        sound.ok_or_else(|| CodecError::new("it names paths outside of the tree"))
    }

    fn difference(stored: &Manifest, computed: &Manifest) -> Option<String> {
        let mut pairs = stored.0.iter().zip(&computed.0);
        let differing = pairs.find(|(one, other)| one != other).map(|(one, _)| one);
        let shorter = stored.0.len().min(computed.0.len());
        let left = || stored.0.get(shorter).or(computed.0.get(shorter));
        let path = &differing.or_else(left)?.path;
        Some(format!("first at `{}`", String::from_utf8_lossy(path)))
    }
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test that cannot go on should stop")]

    use super::*;

    fn manifest(paths: &[&str]) -> Manifest {
        let item = |path: &&str| Item {
            path: path.as_bytes().to_vec(),
            mode: 0o755,
            kind: if path.ends_with(|last: char| last.is_ascii_lowercase()) {
                Kind::Link {
                    target: b"x".to_vec(),
                }
            } else {
                Kind::Directory
            },
        };
        Manifest(paths.iter().map(item).collect())
    }

    #[test]
    fn a_manifest_that_leads_out_is_not_read() {
        let sound = manifest(&["", "A", "A/b", "A/C", "A/C/..d", "e"]);
        let bytes = TreeCodec::encode(&sound).unwrap();
        assert_eq!(TreeCodec::decode(&bytes).unwrap(), sound);
        assert_eq!(sound.below(1).len(), 2);
        assert_eq!(sound.below(0).len(), 2);
        for paths in [
            &["", "A/b"][..],
            &["", "../b"],
            &["", "A", "A/../b"],
            &["", "/b"],
            &["", ""],
            &["A"],
            &[],
            &["", "a", "a/b"],
            &["", "A\0"],
            &["", "A", "A/"],
        ] {
            let bytes = TreeCodec::encode(&manifest(paths)).unwrap().into_owned();
            assert!(TreeCodec::decode(&bytes).is_err(), "{paths:?}");
        }
    }
}
