//! Writing a file so that a reader sees all of it or none of it.
//!
//! It is written under a name of its own in [`unfinished`], locked as long as its writer lives, and renamed. What a writer
//! that died left there is told by its lock, which the system released.

use super::place;
use std::fs::{self, File};
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};

/// What the names of unfinished files start with. Such a file is nobody's: it can be deleted at any time.
pub const UNFINISHED: &str = ".unfinished-";

/// How often a file is written that somebody deletes before it is in its place, or whose directory goes.
const ATTEMPTS: usize = 5;

/// The directory of unfinished files.
pub fn unfinished(mamo_dir: &Path) -> PathBuf {
    mamo_dir.join("unfinished")
}

/// Writes `parts` one after another to `path` below `mamo_dir`, whole or not at all; makes missing directories.
///
/// # Errors
/// Whatever the operating system answers, or if a link leads out of `mamo_dir`. Nothing is then left of the attempt, and
/// an earlier file stays.
pub fn write_whole(mamo_dir: &Path, path: &Path, parts: &[&[u8]]) -> io::Result<()> {
    for _ in 1..ATTEMPTS {
        match write_once(mamo_dir, path, parts) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => {}
            other => return other,
        }
    }
    write_once(mamo_dir, path, parts)
}

fn write_once(mamo_dir: &Path, path: &Path, parts: &[&[u8]]) -> io::Result<()> {
    Unfinished::write(mamo_dir, parts)?.put(mamo_dir, path)
}

/// A file that is written whole and has no place yet. Dropped without one, it is deleted.
#[derive(Debug)]
pub struct Unfinished {
    /// Empty once it is in its place.
    path: PathBuf,
    /// Open, and so locked.
    file: File,
}

impl Unfinished {
    /// Writes `parts` one after another.
    ///
    /// # Errors
    /// Whatever the operating system answers. Nothing is then left of it.
    pub fn write(mamo_dir: &Path, parts: &[&[u8]]) -> io::Result<Self> {
        let path = unfinished(mamo_dir).join(unique_name());
        place::make_room(mamo_dir, &path)?;
        let file = File::create_new(&path)?;
        // Without a lock, where there are none, nobody else takes it for a dead one's either.
        let _ = file.try_lock();
        let mut unfinished = Self { path, file };
        for part in parts {
            unfinished.file.write_all(part)?;
        }
        Ok(unfinished)
    }

    /// Where it is until it has its place: another program may write it on.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Gives it its place, where it replaces what is there.
    ///
    /// # Errors
    /// Whatever the operating system answers, or if a link leads out of `mamo_dir`.
    pub fn put(mut self, mamo_dir: &Path, path: &Path) -> io::Result<()> {
        place::make_room(mamo_dir, path)?;
        fs::rename(&self.path, path)?;
        self.path = PathBuf::new();
        Ok(())
    }
}

impl Drop for Unfinished {
    fn drop(&mut self) {
        if !self.path.as_os_str().is_empty() {
            // A leftover is harmless.
            let _ = fs::remove_file(&self.path);
        }
    }
}

/// Deletes, or with `dry` only counts, what writers left that died: how many files, and their bytes.
///
/// # Errors
/// If the directory cannot be listed.
pub fn sweep_unfinished(mamo_dir: &Path, dry: bool) -> io::Result<(u64, u64)> {
    let directory = unfinished(mamo_dir);
    let mut gone = (0, 0);
    for path in place::listed(&directory)? {
        let Ok(metadata) = fs::symlink_metadata(&path) else {
            continue;
        };
        let abandoned =
            metadata.is_file() && File::open(&path).is_ok_and(|file| file.try_lock().is_ok());
        if abandoned && (dry || place::remove(mamo_dir, &path).is_ok_and(|there| there)) {
            gone.0 += 1;
            gone.1 += metadata.len();
        }
    }
    Ok(gone)
}

/// A name that no other thread or process uses.
fn unique_name() -> String {
    static NEXT: AtomicU64 = AtomicU64::new(0);
    let number = NEXT.fetch_add(1, Ordering::Relaxed);
    let now = std::time::SystemTime::now()
        .duration_since(std::time::UNIX_EPOCH)
        .unwrap_or_default();
    let id = std::process::id();
    format!("{UNFINISHED}{id}-{number}-{}", now.as_nanos())
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test that cannot go on should stop")]

    use super::*;

    #[test]
    fn an_unfinished_file_is_placed_whole_or_deleted_and_swept_only_after_its_writer() {
        let directory = tempfile::tempdir().unwrap();
        let mamo_dir = directory.path();
        let (there, count) = (mamo_dir.join("there"), || {
            fs::read_dir(unfinished(mamo_dir)).unwrap().count()
        });
        let file = Unfinished::write(mamo_dir, &[b"a", b"b"]).unwrap();
        assert_eq!(sweep_unfinished(mamo_dir, false).unwrap(), (0, 0));
        file.put(mamo_dir, &there).unwrap();
        assert_eq!((fs::read(&there).unwrap(), count()), (b"ab".to_vec(), 0));
        drop(Unfinished::write(mamo_dir, &[b"c"]).unwrap());
        assert_eq!(count(), 0, "dropped without a place");
        let gone = Unfinished::write(mamo_dir, &[b"d"]).unwrap();
        fs::remove_file(&gone.path).unwrap();
        assert!(gone.put(mamo_dir, &there).is_err());
        assert_eq!(fs::read(&there).unwrap(), b"ab");
    }
}
