//! How one path looked, and whether it looks so still.
//!
//! What was last written well before is believed by its outside (size, times, inode), as git's index does; what was
//! written just before, by what it holds.

use crate::fingerprint::Fingerprint;
use crate::look::Look;
use serde::{Deserialize, Serialize};
use std::path::Path;
use std::time::SystemTime;

/// What was seen at one path. A directory stands for the names in it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Sight {
    /// Nothing.
    Absent,
    /// No file that can be read.
    Unread,
    /// A file or directory that had not been written for a while.
    Looks(Look),
    /// A file that [held] this, or source of these bytes.
    Holds(Fingerprint),
    /// A directory with these names.
    Lists(Fingerprint),
}

impl Sight {
    /// Of `path` now. What was not written for a while before `began` is believed by its outside.
    pub fn of(path: &Path, began: SystemTime) -> Self {
        if !path.exists() {
            return Self::Absent;
        }
        if let Some(look) = Look::before(path, began) {
            return Self::Looks(look);
        }
        if path.is_dir() {
            return Self::Lists(names(path));
        }
        held(path).map_or(Self::Unread, Self::Holds)
    }

    /// Of a file that held this when it was read after `began`.
    pub fn of_read(path: &Path, digest: Fingerprint, began: SystemTime) -> Self {
        match digest {
            Fingerprint::NONE => Self::Unread,
            digest => Look::before(path, began).map_or(Self::Holds(digest), Self::Looks),
        }
    }

    /// Was it written so shortly before that only what it holds can tell?
    pub fn is_recent(&self) -> bool {
        matches!(self, Self::Holds(_) | Self::Lists(_))
    }

    /// Does `path` look so?
    pub fn holds(&self, path: &Path) -> bool {
        match self {
            Self::Absent => !path.exists(),
            Self::Unread => !path.exists() || std::fs::read(path).is_err(),
            Self::Looks(look) => Look::of(path).as_ref() == Some(look),
            Self::Holds(digest) => bytes_of(path)
                .is_some_and(|bytes| bytes == *digest || held_with(path, bytes) == *digest),
            Self::Lists(digest) => path.is_dir() && names(path) == *digest,
        }
    }
}

/// What somebody finds who opens a file, starts it, or asks what it is: its bytes, who may read, write and start it, and
/// where it leads if it is a link. Never the digest of bytes alone.
pub fn held(path: &Path) -> Option<Fingerprint> {
    Some(held_with(path, bytes_of(path)?))
}

/// What `path` [holds](held) if its bytes have this digest.
pub fn held_with(path: &Path, bytes: Fingerprint) -> Fingerprint {
    let link = path.read_link().unwrap_or_default();
    let link = link.as_os_str().as_encoded_bytes();
    Fingerprint::of_parts([bytes.0.as_slice(), link, &permissions(path).to_le_bytes()])
}

fn bytes_of(path: &Path) -> Option<Fingerprint> {
    std::fs::read(path)
        .ok()
        .map(|bytes| Fingerprint::of(&bytes))
}

/// Who may read, write and start it. A program may be hindered by any of these, or ask for it.
#[cfg(unix)]
fn permissions(path: &Path) -> u32 {
    use std::os::unix::fs::PermissionsExt;
    let metadata = path.metadata();
    metadata.map_or(0, |metadata| metadata.permissions().mode() & 0o777)
}

#[cfg(not(unix))]
fn permissions(path: &Path) -> u32 {
    let metadata = path.metadata();
    metadata.map_or(0, |metadata| u32::from(metadata.permissions().readonly()))
}

/// The names in a directory, those of directories told apart.
pub fn names(dir: &Path) -> Fingerprint {
    let read = std::fs::read_dir(dir).into_iter().flatten().flatten();
    let named = read.map(|entry| {
        let mut name = entry.file_name().into_encoded_bytes();
        name.push(u8::from(entry.file_type().is_ok_and(|kind| kind.is_dir())));
        name
    });
    let mut named: Vec<_> = named.collect();
    named.sort();
    Fingerprint::of_parts(named.iter().map(Vec::as_slice))
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::path::PathBuf;
    use std::time::Duration;

    /// Whether sights taken before `edit` still hold after it, when the past is believed and when it is not.
    fn after(path: &str, edit: impl Fn(&Path)) -> (bool, bool) {
        let [later, now] = [
            SystemTime::now() + Duration::from_secs(60),
            SystemTime::now(),
        ];
        let seen = |began| {
            let dir = tempfile::tempdir().unwrap();
            std::fs::create_dir(dir.path().join("sub")).unwrap();
            std::fs::write(dir.path().join("file"), "1").unwrap();
            let at: PathBuf = dir.path().join(path);
            let sight = Sight::of(&at, began);
            assert!(sight.holds(&at));
            edit(dir.path());
            sight.holds(&at)
        };
        (seen(later), seen(now))
    }

    #[test]
    fn what_is_written_appears_or_goes_is_seen() {
        let write = |name: &'static str, text: &'static str| {
            move |dir: &Path| std::fs::write(dir.join(name), text).unwrap()
        };
        assert_eq!(after("sub", write("file", "2")), (true, true));
        assert_eq!(after("sub", write("sub/new", "")), (false, false));
        assert_eq!(after("file", write("file", "2")), (false, false));
        assert_eq!(after("absent", write("absent", "")), (false, false));
        let remove = |dir: &Path| std::fs::remove_file(dir.join("file")).unwrap();
        assert_eq!(after("file", remove), (false, false));
    }

    #[cfg(unix)]
    #[test]
    fn every_permission_of_a_file_counts_and_of_source_none() {
        use std::os::unix::fs::PermissionsExt;
        let dir = tempfile::tempdir().unwrap();
        let file = dir.path().join("file");
        std::fs::write(&file, "1").unwrap();
        let set = |mode| {
            std::fs::set_permissions(&file, std::fs::Permissions::from_mode(mode)).unwrap();
        };
        set(0o644);
        let (before, now) = (held(&file).unwrap(), SystemTime::now());
        let data = Sight::of_read(&file, before, now);
        let source = Sight::of_read(&file, Fingerprint::of(b"1"), now);
        for bit in (0..9).map(|shift| 1 << shift).filter(|bit| *bit != 0o400) {
            set(0o644 ^ bit);
            assert_ne!(held(&file), Some(before), "{bit:o}");
            assert!(!data.holds(&file) && source.holds(&file), "{bit:o}");
        }
        set(0o644);
        assert!(data.holds(&file));
    }

    #[test]
    fn what_was_written_just_before_is_seen_by_what_it_holds() {
        let dir = tempfile::tempdir().unwrap();
        let file = dir.path().join("file");
        std::fs::write(&file, "1").unwrap();
        let now = SystemTime::now();
        assert!(Sight::of(&file, now).is_recent());
        assert!(Sight::of(dir.path(), now).is_recent());
        assert!(!Sight::of(&file, now + Duration::from_secs(60)).is_recent());
    }
}
