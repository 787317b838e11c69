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
    let unfinished = unfinished(mamo_dir).join(unique_name());
    place::make_room(mamo_dir, &unfinished)?;
    let mut file = File::create_new(&unfinished)?;
    // Without a lock, where there are none, nobody else takes it for a dead one's either.
    let _ = file.try_lock();
    let written = parts.iter().try_for_each(|part| file.write_all(part));
    let placed = written
        .and_then(|()| place::make_room(mamo_dir, path))
        .and_then(|()| fs::rename(&unfinished, path));
    if placed.is_err() {
        // The first error is the one to report; a leftover is harmless.
        let _ = fs::remove_file(&unfinished);
    }
    placed
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
