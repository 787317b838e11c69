//! Arguments that stand for something outside of the program: files, directories, and what a name identifies.
//!
//! A file counts by its content, whatever its path. Its digest is kept while size and modification time stay the same,
//! unless it was modified so lately that another change could bear the same time.

use crate::arguments::{FILE, is_ours};
use serde::ser::{Error as _, Serialize, Serializer};
use std::cell::RefCell;
use std::collections::HashMap;
use std::fs::{self, Metadata};
use std::io;
use std::ops::Deref;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, SystemTime};

/// What is known of the content of a path; `None` if nothing is there.
type Digest = Option<[u8; 32]>;

/// A file or directory tree whose content was part of a call's arguments.
pub(crate) struct Watched {
    path: PathBuf,
    digest: Digest,
}

impl Watched {
    /// Is its content still what it was?
    pub(crate) fn holds(&self) -> bool {
        tree(&self.path).is_ok_and(|digest| digest == self.digest)
    }
}

thread_local! {
    static WATCHED: RefCell<Vec<Watched>> = const { RefCell::new(Vec::new()) };
}

/// What this thread's last arguments watch.
pub(crate) fn take_watched() -> Vec<Watched> {
    WATCHED.with_borrow_mut(std::mem::take)
}

/// Gives back what was [taken](take_watched).
pub(crate) fn set_watched(watched: Vec<Watched>) {
    WATCHED.set(watched);
}

/// A file as an argument: it counts by its content. Dereferences to its path. Made by [`file()`].
#[derive(Clone, Debug)]
pub struct File(PathBuf);

/// A directory as an argument: it counts by the names and contents of all files in it. Made by [`dir`].
#[derive(Clone, Debug)]
pub struct Dir(PathBuf);

/// A value as an argument that counts by a name alone. Dereferences to the value. Made by [`external`].
#[derive(Clone, Debug)]
pub struct External<T> {
    name: String,
    value: T,
}

/// The file at `path`, for an argument of a memo: a call is served while the file's content is the same.
///
/// A file that is not there is an argument too, equal to every other such file.
///
/// # Example
/// ```
/// #[mamo::memo]
/// fn lines(text: &mamo::File) -> usize {
///     std::fs::read_to_string(text.path()).unwrap_or_default().lines().count()
/// }
///
/// assert_eq!(lines(&mamo::file("no such file")), 0);
/// ```
pub fn file(path: impl Into<PathBuf>) -> File {
    File(path.into())
}

/// The directory at `path`, for an argument of a memo: a call is served while names and contents of all files below it
/// are the same. Symbolic links count by what they name.
pub fn dir(path: impl Into<PathBuf>) -> Dir {
    Dir(path.into())
}

/// A value that `name` identifies: as an argument of a memo it counts by the name alone, and need not serialize.
///
/// # Restrictions
/// Another value needs another name, also in later runs.
pub fn external<T>(name: impl Into<String>, value: T) -> External<T> {
    External {
        name: name.into(),
        value,
    }
}

impl File {
    /// Where it is.
    pub fn path(&self) -> &Path {
        &self.0
    }
}

impl Dir {
    /// Where it is.
    pub fn path(&self) -> &Path {
        &self.0
    }
}

impl AsRef<Path> for File {
    fn as_ref(&self) -> &Path {
        &self.0
    }
}

impl AsRef<Path> for Dir {
    fn as_ref(&self) -> &Path {
        &self.0
    }
}

impl<T> Deref for External<T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.value
    }
}

impl<T> External<T> {
    /// The value.
    pub fn into_inner(self) -> T {
        self.value
    }
}

impl Serialize for File {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        watched(&self.0, serializer)
    }
}

impl Serialize for Dir {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        watched(&self.0, serializer)
    }
}

impl<T> Serialize for External<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_newtype_struct("$mamo::external", &self.name)
    }
}

/// Into a digest goes the content; into anything else the path.
fn watched<S: Serializer>(path: &Path, serializer: S) -> Result<S::Ok, S::Error> {
    if !is_ours::<S>() {
        return path.serialize(serializer);
    }
    let digest = tree(path)
        .map_err(|error| S::Error::custom(format!("read `{}`: {error}", path.display())))?;
    let path = std::path::absolute(path).map_err(S::Error::custom)?;
    WATCHED.with_borrow_mut(|watched| watched.push(Watched { path, digest }));
    serializer.serialize_newtype_struct(FILE, &digest)
}

/// The digest of a file, or of all that is below a directory.
fn tree(path: &Path) -> io::Result<Digest> {
    let metadata = match fs::metadata(path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        other => other?,
    };
    if !metadata.is_dir() {
        return content(path, &metadata).map(Some);
    }
    let mut names = fs::read_dir(path)?
        .map(|entry| Ok(entry?.file_name()))
        .collect::<io::Result<Vec<_>>>()?;
    names.sort();
    let mut hasher = blake3::Hasher::new();
    for name in names {
        let below = path.join(&name);
        let name = name.as_encoded_bytes();
        hasher
            .update(&(name.len() as u64).to_le_bytes())
            .update(name);
        hasher.update(&[if below.is_dir() { 2 } else { 1 }]);
        hasher.update(&tree(&below)?.unwrap_or_default());
    }
    // Told from a file with these bytes.
    hasher.update(b"mamo directory");
    Ok(Some(*hasher.finalize().as_bytes()))
}

/// A file's size and modification time, when it was digested.
type Known = HashMap<PathBuf, (u64, SystemTime, [u8; 32])>;

fn content(path: &Path, metadata: &Metadata) -> io::Result<[u8; 32]> {
    static KNOWN: Mutex<Option<Known>> = Mutex::new(None);
    /// Clocks of file systems tick in up to this.
    const TICK: Duration = Duration::from_secs(2);
    let known = || KNOWN.lock().unwrap_or_else(PoisonError::into_inner);
    let path = path.canonicalize()?;
    let state = (metadata.len(), metadata.modified()?);
    if let Some((length, modified, digest)) = known().get_or_insert_default().get(&path)
        && (*length, *modified) == state
    {
        return Ok(*digest);
    }
    let mut hasher = blake3::Hasher::new();
    io::copy(&mut fs::File::open(&path)?, &mut hasher)?;
    let digest = *hasher.finalize().as_bytes();
    let after = fs::metadata(&path)?;
    let settled = SystemTime::now()
        .duration_since(state.1)
        .is_ok_and(|age| age > TICK);
    if settled && (after.len(), after.modified()?) == state {
        known()
            .get_or_insert_default()
            .insert(path, (state.0, state.1, digest));
    }
    Ok(digest)
}
