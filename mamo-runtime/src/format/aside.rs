//! Directories beside their place: trees that are being filled, and private copies.
//!
//! Such a directory lies in `unfinished` next to an empty file of its name, which its owner keeps locked as long as it lives. What an
//! owner that died left there is told by the lock, as with files; what somebody wants to keep is marked.

use super::replace::{UNFINISHED, Unfinished, unfinished};
use super::{place, write_whole};
use crate::lock;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

/// What the names of such directories end with.
const ENDING: &str = ".tree";
/// In a directory that stays when its owner is gone.
const KEPT: &str = "kept";

/// A directory of one's own. Dropped without a place, it is deleted.
#[derive(Debug)]
pub(crate) struct Aside {
    base: PathBuf,
    /// Empty once it is somewhere else.
    path: PathBuf,
    /// Its file, and so its lock.
    _lock: Unfinished,
}

impl Aside {
    /// A new one, empty, in the `unfinished` of `base`.
    pub(crate) fn new(base: &Path) -> io::Result<Self> {
        let lock = Unfinished::write(base, &[])?;
        let mut path = lock.path().to_owned().into_os_string();
        path.push(ENDING);
        let path = PathBuf::from(path);
        fs::create_dir(&path)?;
        Ok(Self {
            base: base.to_owned(),
            path,
            _lock: lock,
        })
    }

    /// Takes the directory at `from` out of its place.
    pub(crate) fn taken(base: &Path, from: &Path) -> io::Result<Self> {
        let aside = Self::new(base)?;
        fs::remove_dir(&aside.path)?;
        fs::rename(from, &aside.path)?;
        Ok(aside)
    }

    /// Where it is.
    pub(crate) fn path(&self) -> &Path {
        &self.path
    }

    /// Gives it its place, where nothing may be.
    pub(crate) fn put(&mut self, to: &Path) -> io::Result<()> {
        place::make_room(&self.base, to)?;
        fs::rename(&self.path, to)?;
        self.path = PathBuf::new();
        Ok(())
    }

    /// Leaves it where it is, for good.
    pub(crate) fn keep(mut self) -> io::Result<()> {
        write_whole(&self.base, &self.path.join(KEPT), &[])?;
        self.path = PathBuf::new();
        Ok(())
    }
}

impl Drop for Aside {
    fn drop(&mut self) {
        if !self.path.as_os_str().is_empty() {
            // A leftover is swept once the lock is gone.
            let _ = place::remove_tree(&self.base, &self.path);
        }
    }
}

/// Deletes, or with `dry` only counts, the directories whose owners died, and if `kept_too` those that were to stay.
pub(crate) fn sweep(mamo_dir: &Path, dry: bool, kept_too: bool) -> io::Result<u64> {
    let mut gone = 0;
    for path in place::listed(&unfinished(mamo_dir))? {
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        let Some(owner) = name
            .strip_suffix(ENDING)
            .filter(|name| name.starts_with(UNFINISHED))
        else {
            continue;
        };
        let owner = path.with_file_name(owner);
        let is_kept = path.join(KEPT).exists();
        let is_owned = owner.exists() && !lock::is_free(&owner);
        if is_owned || is_kept && !kept_too || !place::is_directory(mamo_dir, &path) {
            continue;
        }
        gone += u64::from(dry || place::remove_tree(mamo_dir, &path).is_ok());
    }
    Ok(gone)
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test that cannot go on should stop")]

    use super::*;
    use crate::format::sweep_unfinished;

    #[test]
    fn a_directory_aside_is_swept_only_after_its_owner_and_not_if_it_is_to_stay() {
        let directory = tempfile::tempdir().unwrap();
        let base = directory.path();
        let sweep_all = |kept_too| {
            sweep_unfinished(base, false).unwrap();
            sweep(base, false, kept_too).unwrap()
        };
        let mut aside = Aside::new(base).unwrap();
        let path = aside.path().to_owned();
        fs::write(path.join("a"), "a").unwrap();
        assert_eq!(sweep_all(true), 0);
        aside.path = PathBuf::new(); // as if it had died
        drop(aside);
        assert_eq!((sweep_all(false), path.exists()), (1, false));
        let kept = Aside::new(base).unwrap();
        let path = kept.path().to_owned();
        kept.keep().unwrap();
        assert_eq!((sweep_all(false), path.exists()), (0, true));
        assert_eq!((sweep_all(true), path.exists()), (1, false));
    }
}
