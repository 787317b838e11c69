//! What a store holds, as far as it decides on what goes.

use super::super::listing;
use crate::format::entry::{self, Content, Header};
use crate::format::{Executable, Snapshot, layout, place};
use crate::tree;
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::time::Duration;

/// What files are rounded up to.
const BLOCK: u64 = 4096;

/// A program may be on its way to its place while its snapshot is there already.
const SETTLED: Duration = Duration::from_secs(24 * 3600);

/// A stored value.
pub(super) struct Value {
    pub(super) path: PathBuf,
    pub(super) key: [u8; 32],
    pub(super) function: String,
    pub(super) fingerprint: [u8; 32],
    /// The digest of its blob, its tree, or both.
    pub(super) blob: Option<[u8; 32]>,
    /// What its own file takes.
    pub(super) bytes: u64,
    pub(super) compute_ns: u64,
    pub(super) is_tag: bool,
}

/// A blob or tree, and how many values refer to it.
#[derive(Clone, Copy, Default)]
pub(super) struct Blob {
    pub(super) bytes: u64,
    pub(super) values: u64,
}

/// What there is.
pub(super) struct Survey {
    pub(super) values: Vec<Value>,
    pub(super) blobs: BTreeMap<[u8; 32], Blob>,
    /// Files among the values that can never be served, and what they take.
    pub(super) damaged: Vec<(PathBuf, u64)>,
    /// Values of older formats.
    pub(super) older: Vec<(PathBuf, u64)>,
    /// Snapshots of programs that are no more.
    pub(super) outdated: Vec<PathBuf>,
    /// Functions and their code in all programs; `None` if a snapshot cannot be read, or there is none.
    pub(super) current: Current,
    /// What files take that are neither known nor damaged.
    unknown: u64,
}

impl Survey {
    /// Of the store in `mamo_dir`.
    pub(super) fn of(mamo_dir: &Path) -> io::Result<Self> {
        let (current, outdated) = snapshots(mamo_dir)?;
        let older = listing::files_of(&layout::older_values(mamo_dir))?;
        let with_size = |path: PathBuf| (path.clone(), on_disk(listing::length(&path)));
        let mut survey = Self {
            values: Vec::new(),
            blobs: blobs(mamo_dir)?,
            damaged: Vec::new(),
            older: older.into_iter().map(with_size).collect(),
            outdated,
            current,
            unknown: 0,
        };
        for path in listing::values(mamo_dir)? {
            survey.add(mamo_dir, path);
        }
        Ok(survey)
    }

    fn add(&mut self, mamo_dir: &Path, path: PathBuf) {
        match entry::read_header(&path) {
            Ok((header, content, length)) if self.is_whole(mamo_dir, &path, &header, &content) => {
                self.values.push(Value {
                    path,
                    key: header.key,
                    is_tag: header.is_tag(),
                    function: header.function,
                    fingerprint: header.fingerprint,
                    blob: (content.in_blob || content.of_tree).then_some(content.digest),
                    bytes: on_disk(length),
                    compute_ns: header.compute_ns,
                });
            }
            Err(error) if error.is_absent() => {}
            Err(error) if !error.is_broken() => self.unknown += on_disk(listing::length(&path)),
            _ => {
                let bytes = on_disk(listing::length(&path));
                self.damaged.push((path, bytes));
            }
        }
    }

    /// Is the entry in its place, and its blob and tree there? They then count one value more.
    fn is_whole(
        &mut self,
        mamo_dir: &Path,
        path: &Path,
        header: &Header,
        content: &Content,
    ) -> bool {
        if layout::value(mamo_dir, &header.key) != path {
            return false;
        }
        // What was stored after blobs were listed is looked for again.
        let mut new = Blob::default();
        if content.of_tree {
            let place = layout::tree(mamo_dir, &content.digest);
            if !place::is_directory(mamo_dir, &place) {
                return false;
            }
            new.bytes = tree::space(&place);
        }
        if content.in_blob {
            let place = layout::blob(mamo_dir, &content.digest);
            let length = fs::symlink_metadata(place).map(|metadata| metadata.len());
            if length.ok() != Some(content.length) {
                return false;
            }
            new.bytes = new.bytes.saturating_add(on_disk(content.length));
        }
        if content.in_blob || content.of_tree {
            self.blobs.entry(content.digest).or_insert(new).values += 1;
        }
        true
    }

    /// What all of it takes.
    pub(super) fn bytes(&self) -> u64 {
        let values = self.values.iter().map(|value| value.bytes);
        let blobs = self.blobs.values().map(|blob| blob.bytes);
        let others = self.damaged.iter().chain(&self.older);
        values
            .chain(blobs)
            .chain(others.map(|(_, bytes)| *bytes))
            .fold(self.unknown, u64::saturating_add)
    }

    /// What tags take.
    pub(super) fn tag_bytes(&self) -> u64 {
        let tags = self.values.iter().filter(|value| value.is_tag);
        let blob_of = |value: &Value| value.blob.and_then(|digest| self.blobs.get(&digest));
        tags.map(|tag| tag.bytes + blob_of(tag).map_or(0, |blob| blob.bytes))
            .sum()
    }

    /// The blobs that may go. A value that cannot be read may refer to any.
    pub(super) fn removable(&self) -> BTreeMap<[u8; 32], Blob> {
        if self.unknown == 0 {
            self.blobs.clone()
        } else {
            BTreeMap::new()
        }
    }

    /// What each blob takes that nothing refers to.
    pub(super) fn unreferred(&self) -> Vec<u64> {
        let blobs = self.removable().into_values();
        let unreferred = blobs.filter(|blob| blob.values == 0);
        unreferred.map(|blob| blob.bytes).collect()
    }
}

/// Blobs and trees by digest, where a tree counts as one with the blob of its manifest; what lies among them under another name is nobody's.
fn blobs(mamo_dir: &Path) -> io::Result<BTreeMap<[u8; 32], Blob>> {
    let mut blobs = BTreeMap::new();
    for path in listing::blobs(mamo_dir)? {
        if let Some(digest) = layout::digest_in(&path) {
            let bytes = on_disk(listing::length(&path));
            blobs.insert(digest, Blob { bytes, values: 0 });
        }
    }
    for container in listing::trees(mamo_dir)? {
        if let Some(digest) = layout::digest_in(&container) {
            let blob = blobs.entry(digest).or_default();
            blob.bytes = blob.bytes.saturating_add(tree::space(&container));
        }
    }
    Ok(blobs)
}

/// Code fingerprints by function.
type Current = Option<BTreeMap<String, BTreeSet<[u8; 32]>>>;

/// The code of all programs, and the snapshots of those that are no more.
fn snapshots(mamo_dir: &Path) -> io::Result<(Current, Vec<PathBuf>)> {
    let mut current: Current = None;
    let (mut outdated, mut unreadable) = (Vec::new(), false);
    for path in place::listed(&layout::snapshots(mamo_dir))? {
        match Snapshot::read(&path) {
            Ok(snapshot) if is_outdated(&path, &snapshot) => outdated.push(path),
            Ok(snapshot) => {
                let current = current.get_or_insert_default();
                for (function, entry) in snapshot.entries {
                    current
                        .entry(function)
                        .or_default()
                        .insert(entry.fingerprint);
                }
            }
            Err(error) => unreadable |= !error.is_absent(),
        }
    }
    Ok((current.filter(|_| !unreadable), outdated))
}

/// Is it of no program that there is, and has been for a while? What cannot be told is not.
fn is_outdated(path: &Path, snapshot: &Snapshot) -> bool {
    let now = Executable::at(&snapshot.executable.path);
    let other = match now {
        Ok(now) => now != snapshot.executable,
        Err(error) => error.kind() == io::ErrorKind::NotFound,
    };
    let modified = fs::symlink_metadata(path).and_then(|metadata| metadata.modified());
    let age = modified.ok().and_then(|modified| modified.elapsed().ok());
    other && age.is_some_and(|age| age > SETTLED)
}

fn on_disk(length: u64) -> u64 {
    length.div_ceil(BLOCK).saturating_mul(BLOCK)
}
