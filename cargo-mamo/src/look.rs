//! How a file or directory looks from outside: what changes when it is written.

use serde::{Deserialize, Serialize};
use std::path::Path;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

/// A file that was written this shortly before it was looked at may be written again without looking different.
const SETTLED: Duration = Duration::from_secs(2);

/// File systems tell time in steps, which are no longer than this.
pub const STEP: Duration = Duration::from_millis(20);

/// A file from outside: size, modification, change (nanoseconds since 1970), inode.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Look(u64, u128, i128, u64);

impl Look {
    /// How `path` looks now.
    pub fn of(path: &Path) -> Option<Self> {
        let metadata = path.metadata().ok()?;
        let modified = metadata.modified().ok()?.duration_since(UNIX_EPOCH).ok()?;
        #[cfg(unix)]
        let (changed, inode) = {
            use std::os::unix::fs::MetadataExt;
            let nanos =
                i128::from(metadata.ctime()) * 1_000_000_000 + i128::from(metadata.ctime_nsec());
            (nanos, metadata.ino())
        };
        #[cfg(not(unix))]
        let (changed, inode) = (0, 0);
        Some(Self(metadata.len(), modified.as_nanos(), changed, inode))
    }

    /// Was it last written, and changed in any other way, before `time` (nanoseconds since 1970)?
    pub fn is_before(&self, time: u128) -> bool {
        self.1 < time && u128::try_from(self.2).is_ok_and(|changed| changed < time)
    }

    /// `None` for a file that was written just now.
    pub fn settled(path: &Path) -> Option<Self> {
        Self::before(path, SystemTime::now())
    }

    /// How `path` looks, if it was last written well before `time`.
    pub fn before(path: &Path, time: SystemTime) -> Option<Self> {
        let look = Self::of(path)?;
        let limit = time
            .duration_since(UNIX_EPOCH)
            .ok()?
            .checked_sub(SETTLED)?
            .as_nanos();
        let changed = u128::try_from(look.2).ok()?;
        (look.1 < limit && changed < limit).then_some(look)
    }
}
