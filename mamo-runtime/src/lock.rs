//! Who computes a missing value: one thread of one process, while the others wait.
//!
//! An operating-system lock on a file per value key; the kernel releases it when its holder dies. Locks are taken only
//! after a miss, never on the way to a hit. A lock may be missing or refused at any time: then a value is computed
//! twice, which costs time and nothing else.
//!
//! A second sort keeps blobs: who stores one holds [`of_blobs`] with others until an entry refers to it, who deletes those
//! that none refers to holds it alone.

use crate::format::{layout, place};
use crate::key::ValueKey;
use crate::nesting::{self, Within};
use crate::notice;
use std::collections::BTreeSet;
use std::fs::{self, File, TryLockError};
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

/// How long a thread that computes one value waits for another thread's. Threads of a work-stealing pool can wait for
/// each other in a ring; each of them then computes what it needs by itself.
const NESTED_WAIT: Duration = Duration::from_secs(10);

/// How long a thread that computes nothing waits for another thread of its process. Threads that join each other can wait
/// in a ring that no lock shows.
const WAIT_WITHIN_PROCESS: Duration = Duration::from_secs(60);

/// How long it waits for another process. A ring of processes that wait for each other's end is rarer, and a value that
/// takes this long is worth waiting for.
const WAIT_FOR_PROCESS: Duration = Duration::from_secs(3600);

/// After this long it is said what is waited for.
const UNTOLD: Duration = Duration::from_secs(1);

/// How often a lock is tried whose file was removed by the one who held it before. Each time another has had its turn.
const ATTEMPTS: usize = 10_000;

/// The values that this process is computing.
static IN_PROCESS: Mutex<BTreeSet<ValueKey>> = Mutex::new(BTreeSet::new());

/// How long one waits for whoever computes a value.
#[derive(Clone, Copy)]
pub(crate) enum Patience {
    /// Inside the computation of another value, where it may wait for this one in turn.
    Nested,
    /// Where nobody can wait for this one.
    Long,
}

impl Patience {
    /// That of this thread, as it is now.
    pub(crate) fn here() -> Self {
        if nesting::is_nested() {
            Self::Nested
        } else {
            Self::Long
        }
    }

    fn limit(self, key: &ValueKey) -> Duration {
        match self {
            Self::Nested => NESTED_WAIT,
            Self::Long => wait_for(key),
        }
    }
}

/// The turn to compute a value; given up when dropped, also by a panic.
pub(crate) struct Turn {
    _within: Within,
    _held: Option<Held>,
}

impl Turn {
    /// Waits for the turn to compute `key`, a value of `function`.
    pub(crate) fn wait(mamo_dir: &Path, key: ValueKey, function: &str) -> Self {
        Self::of(mamo_dir, key, function, Patience::here())
    }

    /// The same for a fixture. Inside of a process others have waited before they came here, and fixtures that wait for each
    /// other would call each other without end: so even a nested wait is for another process that will be done.
    pub(crate) fn wait_for_fixture(mamo_dir: &Path, key: ValueKey, function: &str) -> Self {
        Self::of(mamo_dir, key, function, Patience::Long)
    }

    fn of(mamo_dir: &Path, key: ValueKey, function: &str, patience: Patience) -> Self {
        let held = Held::wait(mamo_dir, &key, function, patience);
        Self {
            _within: Within::enter(key),
            _held: held,
        }
    }
}

/// A lock, wherever it goes: a turn that is no thread's.
pub(crate) struct Held {
    key: ValueKey,
    file: File,
    path: PathBuf,
}

impl Held {
    /// Waits for the lock of `key`, a value of `function`; `None` if it cannot be had.
    pub(crate) fn wait(
        mamo_dir: &Path,
        key: &ValueKey,
        function: &str,
        patience: Patience,
    ) -> Option<Self> {
        let path = layout::lock(mamo_dir, key);
        let start = Instant::now();
        let limit = || {
            if start.elapsed() >= UNTOLD {
                let who = if in_process().contains(key) {
                    "another thread"
                } else {
                    "another process"
                };
                notice::progress(
                    &path.to_string_lossy(),
                    format_args!("waiting for `{function}`, which {who} computes"),
                );
            }
            patience.limit(key)
        };
        match acquire(mamo_dir, &path, &limit) {
            Ok(file) => {
                let file = file?;
                in_process().insert(*key);
                Some(Self {
                    key: *key,
                    file,
                    path,
                })
            }
            Err(error) => {
                let path = path.display();
                notice::once(
                    "lock",
                    format_args!(
                        "cannot lock `{path}` ({error}); values may be computed more than once"
                    ),
                );
                None
            }
        }
    }
}

impl Drop for Held {
    fn drop(&mut self) {
        in_process().remove(&self.key);
        // Removed while it is held, so that nobody can hold it; see `is_current` for those who wait for it.
        if cfg!(unix) {
            let _ = fs::remove_file(&self.path);
        }
        let _ = self.file.unlock();
    }
}

/// Deletes the lock files that nobody holds, or with `dry` only counts them: those of processes that were killed.
pub(crate) fn sweep(mamo_dir: &Path, dry: bool) -> io::Result<u64> {
    let mut gone = 0;
    for path in place::listed(&layout::locks(mamo_dir))? {
        let is_lock = path
            .extension()
            .is_some_and(|extension| extension == "lock");
        let is_file = fs::symlink_metadata(&path).is_ok_and(|metadata| metadata.is_file());
        if !(cfg!(unix) && is_lock && is_file) {
            continue;
        }
        let Ok(file) = File::options().write(true).open(&path) else {
            continue;
        };
        // As its holder would: while it is held, so that those who wait for it see that it is gone.
        if file.try_lock().is_ok() && is_current(&file, &path) {
            gone += u64::from(dry || place::remove(mamo_dir, &path).is_ok_and(|there| there));
        }
    }
    Ok(gone)
}

/// A lock that is given up when dropped, also where a process that is being started still has a copy of the file.
pub(crate) struct Locked(File);

impl Drop for Locked {
    fn drop(&mut self) {
        let _ = self.0.unlock();
    }
}

/// Holds the lock at `path` alone, if nobody holds it. `None` if somebody does; an error where it cannot be told.
pub(crate) fn try_alone(mamo_dir: &Path, path: &Path) -> io::Result<Option<Locked>> {
    let file = open(mamo_dir, path)?;
    match file.try_lock() {
        Ok(()) => Ok(Some(Locked(file))),
        Err(TryLockError::WouldBlock) => Ok(None),
        Err(TryLockError::Error(error)) => Err(error),
    }
}

/// Holds the lock on the file at `path` with others. `None` if somebody holds it alone, or it is gone. Where there are no
/// locks nobody holds it alone either.
pub(crate) fn try_with_others(path: &Path) -> Option<Locked> {
    let file = existing(path)?;
    match file.try_lock_shared() {
        Err(TryLockError::WouldBlock) => None,
        _ => is_current(&file, path).then_some(Locked(file)),
    }
}

/// Holds the lock on the file at `path` alone. `None` if others hold it, it is gone, or cannot be told.
pub(crate) fn try_existing(path: &Path) -> Option<Locked> {
    let file = existing(path)?;
    let is_held = file.try_lock().is_ok() && is_current(&file, path);
    is_held.then_some(Locked(file))
}

/// Does nobody hold the lock of the file at `path`?
pub(crate) fn is_free(path: &Path) -> bool {
    File::open(path).is_ok_and(|file| file.try_lock().is_ok())
}

fn existing(path: &Path) -> Option<File> {
    let is_file = fs::symlink_metadata(path).is_ok_and(|metadata| metadata.is_file());
    let file = is_file.then(|| File::options().append(true).open(path));
    file?.ok()
}

/// Holds the lock on what blobs there are, alone or with others, until it is dropped. `None` if it cannot be had:
/// then a blob may be deleted before an entry refers to it, and its value is lost.
pub(crate) fn of_blobs(mamo_dir: &Path, alone: bool, limit: Duration) -> Option<Locked> {
    let file = open(mamo_dir, &layout::blob_lock(mamo_dir)).ok()?;
    let try_lock = || {
        if alone {
            file.try_lock()
        } else {
            file.try_lock_shared()
        }
    };
    let held = try_within(&try_lock, &|| limit).ok()?;
    held.then_some(Locked(file))
}

fn in_process() -> MutexGuard<'static, BTreeSet<ValueKey>> {
    IN_PROCESS.lock().unwrap_or_else(PoisonError::into_inner)
}

/// How long to wait for whoever computes `key` now.
fn wait_for(key: &ValueKey) -> Duration {
    if in_process().contains(key) {
        WAIT_WITHIN_PROCESS
    } else {
        WAIT_FOR_PROCESS
    }
}

/// The locked file, or `None` if waiting took longer than `limit` or the file would not stay in its place.
fn acquire(mamo_dir: &Path, path: &Path, limit: &dyn Fn() -> Duration) -> io::Result<Option<File>> {
    for _ in 0..ATTEMPTS {
        let file = open(mamo_dir, path)?;
        if !try_within(&|| file.try_lock(), limit)? {
            return Ok(None);
        }
        if is_current(&file, path) {
            return Ok(Some(file));
        }
    }
    Ok(None)
}

/// Opens a lock file. Whatever else is in its place is not opened: a pipe would block, a link leads elsewhere.
fn open(mamo_dir: &Path, path: &Path) -> io::Result<File> {
    place::open_end(mamo_dir, path)
}

fn try_within(
    try_lock: &dyn Fn() -> Result<(), TryLockError>,
    limit: &dyn Fn() -> Duration,
) -> io::Result<bool> {
    let start = Instant::now();
    let mut pause = Duration::from_micros(200);
    loop {
        match try_lock() {
            Ok(()) => return Ok(true),
            Err(TryLockError::Error(error)) if error.kind() != io::ErrorKind::Interrupted => {
                return Err(error);
            }
            Err(_) if start.elapsed() >= limit() => return Ok(false),
            Err(_) => std::thread::sleep(pause),
        }
        pause = (pause * 2).min(Duration::from_millis(20));
    }
}

/// Is the locked file still the one at `path`? The one who held it before has removed it.
#[cfg(unix)]
fn is_current(file: &File, path: &Path) -> bool {
    use std::os::unix::fs::MetadataExt as _;
    let identity = |metadata: fs::Metadata| (metadata.dev(), metadata.ino());
    match (file.metadata(), fs::metadata(path)) {
        (Ok(held), Ok(there)) => identity(held) == identity(there),
        _ => false,
    }
}

#[cfg(not(unix))]
fn is_current(_: &File, _: &Path) -> bool {
    true // nothing is removed there
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test that cannot go on should stop")]

    use super::*;

    #[test]
    fn a_limited_wait_for_a_held_lock_ends_without_it() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("locks").join("a.lock");
        let acquire = |limit| acquire(directory.path(), &path, &|| limit);
        let held = acquire(NESTED_WAIT).unwrap();
        assert!(held.is_some());
        assert!(acquire(Duration::from_millis(30)).unwrap().is_none());
        drop(held);
        assert!(acquire(Duration::from_millis(30)).unwrap().is_some());
    }

    #[test]
    fn a_value_that_this_process_computes_is_not_waited_for_without_end() {
        let directory = tempfile::tempdir().unwrap();
        let held = Held::wait(directory.path(), &[3; 32], "f", Patience::Long).unwrap();
        assert_eq!(wait_for(&[3; 32]), WAIT_WITHIN_PROCESS);
        drop(held);
        assert_eq!(wait_for(&[3; 32]), WAIT_FOR_PROCESS);
    }

    #[test]
    fn only_lock_files_that_nobody_holds_are_swept() {
        let directory = tempfile::tempdir().unwrap();
        let held = Held::wait(directory.path(), &[3; 32], "f", Patience::Long).unwrap();
        let left = layout::lock(directory.path(), &[4; 32]);
        fs::write(&left, "").unwrap();
        assert_eq!(sweep(directory.path(), true).unwrap(), 1);
        assert!(left.exists());
        assert_eq!(sweep(directory.path(), false).unwrap(), 1);
        assert!(!left.exists() && held.path.exists());
    }

    #[test]
    #[cfg(unix)]
    fn what_is_no_file_is_not_opened_as_a_lock() {
        let directory = tempfile::tempdir().unwrap();
        let outside = tempfile::tempdir().unwrap();
        let path = layout::lock(directory.path(), &[3; 32]);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::os::unix::fs::symlink(outside.path().join("new"), &path).unwrap();
        assert!(Held::wait(directory.path(), &[3; 32], "f", Patience::Long).is_some());
        assert_eq!(fs::read_dir(outside.path()).unwrap().count(), 0);
        let made = std::process::Command::new("mkfifo").arg(&path).status();
        assert!(made.unwrap().success());
        assert!(Held::wait(directory.path(), &[3; 32], "f", Patience::Long).is_none());
    }
}
