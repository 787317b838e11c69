//! Writing a file so that a reader sees all of it or none of it.

use std::fs::{self, File};
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};

/// What the names of unfinished files start with. Such a file is nobody's: it can be deleted at any time.
pub const UNFINISHED: &str = ".unfinished-";

/// Writes `parts` one after another to `path` by a file beside it and a rename; makes missing directories.
///
/// # Errors
/// Whatever the operating system answers. Nothing is then left of the attempt, and an earlier file stays.
pub fn write_whole(path: &Path, parts: &[&[u8]]) -> io::Result<()> {
    let directory = path.parent().unwrap_or(Path::new("."));
    let unfinished = unfinished_in(directory);
    let mut file = match File::create_new(&unfinished) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            fs::create_dir_all(directory)?;
            File::create_new(&unfinished)?
        }
        other => other?,
    };
    let written = parts.iter().try_for_each(|part| file.write_all(part));
    drop(file);
    let placed = written.and_then(|()| fs::rename(&unfinished, path));
    if placed.is_err() {
        // The first error is the one to report; a leftover is harmless.
        let _ = fs::remove_file(&unfinished);
    }
    placed
}

/// A name that no other thread or process uses.
fn unfinished_in(directory: &Path) -> PathBuf {
    static NEXT: AtomicU64 = AtomicU64::new(0);
    let number = NEXT.fetch_add(1, Ordering::Relaxed);
    let now = std::time::SystemTime::now()
        .duration_since(std::time::UNIX_EPOCH)
        .unwrap_or_default();
    directory.join(format!(
        "{UNFINISHED}{}-{number}-{}",
        std::process::id(),
        now.as_nanos()
    ))
}
