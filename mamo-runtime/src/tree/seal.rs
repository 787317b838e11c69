//! The seal of a tree: how each file looked to the system when its content was last known.
//!
//! A stamp is inode, size, time of modification and time of change. Every call that changes content, permissions or names moves the time
//! of change, which no program can set. So a file whose stamp is the same has the same content, unless it changed within one tick of the
//! clock that the file system uses: what is too young for that has no stamp yet. A seal that is lost, or on another disk, costs a
//! look at all contents; it is advice, and never says what a tree is.

use super::manifest::{Item, Kind, Manifest};
use crate::format::{place, preamble, write_whole};
use std::fs::Metadata;
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

const MAGIC: [u8; 8] = *b"MAMOSEL\0";
const VERSION: u32 = 1;
/// Preamble, checksum, space on disk.
const HEADER: usize = preamble::LENGTH + 16 + 8;
const STAMP: usize = 48;
/// File systems' clocks tick at least this often; on network disks that tick in seconds, writers of one second are not told apart.
pub(super) const TICK: Duration = Duration::from_millis(50);

/// How a file looked; all zero if that says nothing.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Stamp([u64; 6]);

impl Stamp {
    /// Says nothing.
    pub(super) const NONE: Self = Self([0; 6]);

    /// Is it the same as that, and says something?
    pub(super) fn holds(self, now: Self) -> bool {
        self == now && self != Self::NONE
    }

    /// How a file looks now.
    #[cfg(unix)]
    pub(super) fn of(metadata: &Metadata) -> Self {
        use std::os::unix::fs::MetadataExt as _;
        let words = [
            metadata.mtime(),
            metadata.mtime_nsec(),
            metadata.ctime(),
            metadata.ctime_nsec(),
        ];
        let [mtime, mtime_ns, ctime, ctime_ns] = words.map(i64::cast_unsigned);
        Self([
            metadata.ino(),
            metadata.len(),
            mtime,
            mtime_ns,
            ctime,
            ctime_ns,
        ])
    }

    /// There is no time of change that could be trusted.
    #[cfg(not(unix))]
    pub(super) fn of(_: &Metadata) -> Self {
        Self::NONE
    }

    /// The stamp, if whatever happens to the file from `now` on gives it another.
    pub(super) fn settled(self, now: SystemTime) -> Self {
        let [.., seconds, nanoseconds] = self.0;
        let since = now
            .duration_since(SystemTime::UNIX_EPOCH)
            .unwrap_or_default();
        let nanoseconds = u32::try_from(nanoseconds).unwrap_or(u32::MAX);
        let changed = Duration::new(seconds, nanoseconds.min(999_999_999));
        if since.checked_sub(changed).is_some_and(|age| age > TICK) {
            self
        } else {
            Self::NONE
        }
    }
}

fn file(container: &Path) -> PathBuf {
    container.join("seal")
}

/// The stamps of a tree of `count` items; all of them none if there are no others.
pub(super) fn read(container: &Path, count: usize) -> Vec<Stamp> {
    stamps(container, count).unwrap_or_else(|| vec![Stamp::NONE; count])
}

fn stamps(container: &Path, count: usize) -> Option<Vec<Stamp>> {
    let length = count.checked_mul(STAMP)?.checked_add(HEADER)?;
    let bytes = place::read_whole(&file(container), length).ok()?;
    if preamble::judge(&bytes, MAGIC, VERSION) != preamble::Verdict::Ours || bytes.len() != length {
        return None;
    }
    let checked = bytes.get(preamble::LENGTH + 16..)?;
    if bytes[preamble::LENGTH..][..16] != xxhash_rust::xxh3::xxh3_128(checked).to_le_bytes() {
        return None;
    }
    let word = |bytes: &[u8]| bytes.first_chunk().copied().map_or(0, u64::from_le_bytes);
    let stamp = |bytes: &[u8]| Stamp(std::array::from_fn(|at| word(&bytes[at * 8..])));
    Some(bytes[HEADER..].chunks_exact(STAMP).map(stamp).collect())
}

/// Seals a tree that takes `space` bytes on disk. Nothing is said if that cannot be: the seal is advice.
pub(super) fn write(mamo_dir: &Path, container: &Path, space: u64, stamps: &[Stamp]) {
    let mut body = Vec::with_capacity(8 + stamps.len() * STAMP);
    body.extend_from_slice(&space.to_le_bytes());
    for word in stamps.iter().flat_map(|stamp| stamp.0) {
        body.extend_from_slice(&word.to_le_bytes());
    }
    let check = xxhash_rust::xxh3::xxh3_128(&body).to_le_bytes();
    let head = preamble::of(MAGIC, VERSION);
    let _ = write_whole(mamo_dir, &file(container), &[&head, &check, &body]);
}

/// What a tree takes on disk, about.
pub(super) fn space_of(manifest: &Manifest) -> u64 {
    const BLOCK: u64 = 4096;
    let of = |item: &Item| match item.kind {
        Kind::File { length, .. } => length.div_ceil(BLOCK).saturating_mul(BLOCK),
        _ => BLOCK,
    };
    manifest.0.iter().map(of).fold(0, u64::saturating_add)
}

/// What the tree in `container` takes on disk, by its seal; 0 if that does not say.
pub(crate) fn space(container: &Path) -> u64 {
    let start = place::read_start(&file(container), HEADER);
    let Ok((bytes, _)) = start else { return 0 };
    let ours = preamble::judge(&bytes, MAGIC, VERSION) == preamble::Verdict::Ours;
    let word = bytes.get(HEADER - 8..).and_then(|word| word.first_chunk());
    word.filter(|_| ours).copied().map_or(0, u64::from_le_bytes)
}

#[cfg(all(test, unix))]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test that cannot go on should stop")]

    use super::*;
    use std::fs;

    #[test]
    fn a_seal_is_read_back_and_damage_says_nothing() {
        let directory = tempfile::tempdir().unwrap();
        let stamp = Stamp::of(&fs::metadata(directory.path()).unwrap());
        let later = SystemTime::now() + Duration::from_secs(1);
        assert!(!stamp.settled(SystemTime::now()).holds(stamp), "too young");
        assert!(stamp.settled(later).holds(stamp));
        let container = directory.path().join("container");
        write(directory.path(), &container, 5, &[stamp, Stamp::NONE]);
        assert_eq!(read(&container, 2), [stamp, Stamp::NONE]);
        assert_eq!(
            (read(&container, 1), space(&container)),
            (vec![Stamp::NONE], 5)
        );
        let path = file(&container);
        let mut bytes = fs::read(&path).unwrap();
        *bytes.last_mut().unwrap() ^= 1;
        fs::write(&path, bytes).unwrap();
        assert_eq!(read(&container, 2), [Stamp::NONE; 2]);
    }
}
