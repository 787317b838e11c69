//! Touching files of the mamo directory and nothing else.
//!
//! A link inside of it could lead anywhere. So what is written, appended to or removed lies in real directories all the
//! way from the mamo directory, which may be a link itself; and what is read is a regular file of bounded length. A link
//! that is put there between the look and the deed is not seen.

use super::FormatError;
use std::fs::{self, File};
use std::io::{self, Read as _};
use std::path::{Path, PathBuf};

/// More than most files take; it is read at once.
const GULP: usize = 4096;

/// How often a file is looked at again that comes and goes while it is opened. Each time another has made or removed it.
const MOVES: usize = 10_000;

/// Makes the directories above `path`, and sees that none of them leads out of `mamo_dir`.
///
/// # Errors
/// If one of them is anything but a directory, or cannot be made.
pub(crate) fn make_room(mamo_dir: &Path, path: &Path) -> io::Result<()> {
    match check(mamo_dir, path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            let directory = path.parent().unwrap_or(mamo_dir);
            fs::create_dir_all(directory)?;
            check(mamo_dir, path)
        }
        other => other,
    }
}

/// Sees that every directory between `mamo_dir` and `path` is one. The first that is missing ends the look: nothing
/// behind it can lead anywhere.
fn check(mamo_dir: &Path, path: &Path) -> io::Result<()> {
    let outside = || io::Error::other(format!("`{}` lies outside", path.display()));
    let between = path.strip_prefix(mamo_dir).map_err(|_| outside())?;
    let mut directory = mamo_dir.to_owned();
    for name in between.parent().into_iter().flatten() {
        directory.push(name);
        if !fs::symlink_metadata(&directory)?.is_dir() {
            let shown = directory.display();
            let what = format!("`{shown}` is no directory, or a link to one");
            return Err(io::Error::new(io::ErrorKind::NotADirectory, what));
        }
    }
    Ok(())
}

/// Deletes the file or link at `path`; was there one?
///
/// # Errors
/// If it lies outside of `mamo_dir`, or cannot be deleted.
pub(crate) fn remove(mamo_dir: &Path, path: &Path) -> io::Result<bool> {
    match check(mamo_dir, path).and_then(|()| fs::remove_file(path)) {
        Ok(()) => Ok(true),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(false),
        Err(error) => Err(error),
    }
}

/// Deletes a directory with all that is in it, whatever its permissions. Links are deleted, never followed.
///
/// # Errors
/// If it lies outside of `mamo_dir`, or cannot be deleted.
pub(crate) fn remove_tree(mamo_dir: &Path, path: &Path) -> io::Result<()> {
    check(mamo_dir, path)?;
    match fs::remove_dir_all(path) {
        Err(error) if error.kind() == io::ErrorKind::PermissionDenied => {
            open_up(path)?;
            fs::remove_dir_all(path)
        }
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
        other => other,
    }
}

/// Lets the owner write in a directory and all below it.
#[cfg(unix)]
fn open_up(path: &Path) -> io::Result<()> {
    use std::os::unix::fs::PermissionsExt as _;
    if !fs::symlink_metadata(path)?.is_dir() {
        return Ok(());
    }
    fs::set_permissions(path, fs::Permissions::from_mode(0o700))?;
    fs::read_dir(path)?.try_for_each(|entry| open_up(&entry?.path()))
}

/// Lets files be deleted that nobody may write to.
#[cfg(not(unix))]
fn open_up(path: &Path) -> io::Result<()> {
    let metadata = fs::symlink_metadata(path)?;
    if metadata.is_dir() {
        return fs::read_dir(path)?.try_for_each(|entry| open_up(&entry?.path()));
    }
    let mut permissions = metadata.permissions();
    #[expect(clippy::permissions_set_readonly_false, reason = "it is deleted next")]
    permissions.set_readonly(false);
    fs::set_permissions(path, permissions)
}

/// Is this a directory below `mamo_dir`, with no link on the way?
pub(crate) fn is_directory(mamo_dir: &Path, path: &Path) -> bool {
    check(mamo_dir, &path.join("below")).is_ok()
}

/// Opens a regular file for writing at its end; a link in its place is deleted first.
///
/// # Errors
/// If there is something else, or it cannot be opened.
pub(crate) fn open_end(mamo_dir: &Path, path: &Path) -> io::Result<File> {
    let mut attempts = 0..MOVES;
    loop {
        make_room(mamo_dir, path)?;
        match open_what_is_there(path) {
            Err(error) if has_moved(&error) && attempts.next().is_some() => {}
            done => return done,
        }
    }
}

fn open_what_is_there(path: &Path) -> io::Result<File> {
    let mut end = File::options();
    end.append(true);
    match fs::symlink_metadata(path) {
        Ok(metadata) if metadata.is_file() => return end.open(path),
        Ok(metadata) if !metadata.is_symlink() => return Err(irregular()),
        Ok(_) => fs::remove_file(path)?,
        Err(_) => {}
    }
    // New for certain: otherwise a link could have come in between.
    end.create_new(true).open(path)
}

/// Did another process or thread remove or make a file between the look and the deed?
fn has_moved(error: &io::Error) -> bool {
    use io::ErrorKind::{AlreadyExists, NotFound};
    matches!(error.kind(), NotFound | AlreadyExists)
}

/// All of a regular file that is at most `limit` bytes long. Links, directories, pipes and devices are refused before
/// they are opened.
///
/// # Errors
/// [`FormatError`]: absent, unreadable, or broken.
pub(crate) fn read_whole(path: &Path, limit: usize) -> Result<Vec<u8>, FormatError> {
    let length = length_of(path)?;
    if length > limit as u64 {
        return Err(FormatError::Broken {
            path: path.into(),
            what: "it is longer than such a file can be",
        });
    }
    read(path, limit, length)
}

/// The first `limit` bytes of a regular file, and its length.
///
/// # Errors
/// As [`read_whole`].
pub(crate) fn read_start(path: &Path, limit: usize) -> Result<(Vec<u8>, u64), FormatError> {
    let length = length_of(path)?;
    Ok((read(path, limit, length)?, length))
}

fn length_of(path: &Path) -> Result<u64, FormatError> {
    let metadata = fs::symlink_metadata(path);
    let metadata = metadata.map_err(|source| FormatError::on_reading(path, source))?;
    if metadata.is_file() {
        Ok(metadata.len())
    } else {
        Err(FormatError::Broken {
            path: path.into(),
            what: "it is not a regular file",
        })
    }
}

fn read(path: &Path, limit: usize, length: u64) -> Result<Vec<u8>, FormatError> {
    let failed = |source| FormatError::on_reading(path, source);
    let length = usize::try_from(length).unwrap_or(usize::MAX);
    let mut file = File::open(path).map_err(failed)?;
    // One read takes all of a small file; a read that comes short means that there may be more.
    let mut bytes = vec![0; length.min(limit).min(GULP) + 1];
    let got = file.read(&mut bytes).map_err(failed)?;
    let whole = got == length;
    bytes.truncate(got);
    if !whole && got < limit {
        let rest = (limit - got).min(length.saturating_sub(got));
        bytes
            .try_reserve_exact(rest)
            .map_err(|error| failed(io::Error::other(error)))?;
        let mut file = file.take((limit - got) as u64);
        file.read_to_end(&mut bytes).map_err(failed)?;
    }
    bytes.truncate(limit);
    Ok(bytes)
}

/// What lies in a directory, sorted; nothing if there is none, or a link to one.
///
/// # Errors
/// If it cannot be listed.
pub(crate) fn listed(directory: &Path) -> io::Result<Vec<PathBuf>> {
    if !fs::symlink_metadata(directory).is_ok_and(|metadata| metadata.is_dir()) {
        return Ok(Vec::new());
    }
    let entries = match fs::read_dir(directory) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
        other => other?,
    };
    let mut paths = entries
        .map(|entry| Ok(entry?.path()))
        .collect::<io::Result<Vec<_>>>()?;
    paths.sort();
    Ok(paths)
}

/// The same without directories.
///
/// # Errors
/// As [`listed`].
pub(crate) fn listed_files(directory: &Path) -> io::Result<Vec<PathBuf>> {
    if !fs::symlink_metadata(directory).is_ok_and(|metadata| metadata.is_dir()) {
        return Ok(Vec::new());
    }
    let mut paths = Vec::new();
    for entry in fs::read_dir(directory)? {
        let entry = entry?;
        if entry.file_type().is_ok_and(|kind| !kind.is_dir()) {
            paths.push(entry.path());
        }
    }
    paths.sort();
    Ok(paths)
}

/// That something is there, but no file.
pub(crate) fn irregular() -> io::Error {
    io::Error::other("it is not a regular file")
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test that cannot go on should stop")]

    use super::*;

    #[test]
    fn a_file_that_others_make_and_remove_is_opened_all_the_same() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("locks").join("a.lock");
        std::thread::scope(|scope| {
            for _ in 0..4 {
                scope.spawn(|| {
                    for _ in 0..2000 {
                        open_end(directory.path(), &path).unwrap();
                        let _ = fs::remove_file(&path);
                    }
                });
            }
        });
    }
}
