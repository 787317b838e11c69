//! Tables of objects, kept so that only what was compiled anew is read.
//!
//! One file for each object or library, named by its place, holding how it looked and its tables; for a library a second one with
//! what tells which programs it is part of, so that its tables need not be read for that. What looks different is read.

use super::collection::{OBJECTS, OUTLINES, name_of};
use crate::fingerprint::Fingerprint;
use crate::home::Home;
use anyhow::{Context, Result, bail};
use mamo_code::{ObjectOutline, ObjectTable, TABLE_VERSION, archive_objects};
use serde::{Deserialize, Serialize};
use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};
use std::time::UNIX_EPOCH;

/// The tables of one file.
pub(super) type FileTables = Arc<ObjectFile>;

/// Reads tables, from the store where it can.
pub(super) struct Tables<'h> {
    home: &'h Home,
    files: ReadFiles<ObjectFile>,
    libraries: ReadFiles<Library>,
}

/// What was read in this run: each file once, whoever asks first.
type ReadFiles<T> = Mutex<HashMap<PathBuf, Arc<OnceLock<Result<Arc<T>, String>>>>>;

/// How a file of objects looked. rustc links objects that it keeps into a new directory, which changes their change time.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct ObjectStamp {
    version: u32,
    size: u64,
    modified: u128,
    inode: u64,
}

/// The tables of one file, and how it looked.
#[derive(Serialize, Deserialize)]
pub(super) struct ObjectFile {
    place: PathBuf,
    stamp: ObjectStamp,
    tables: Vec<ObjectTable>,
}

impl ObjectFile {
    pub(super) fn tables(&self) -> &[ObjectTable] {
        &self.tables
    }
}

/// A library, without its tables.
#[derive(Serialize, Deserialize)]
pub(super) struct Library {
    pub(super) path: PathBuf,
    stamp: ObjectStamp,
    /// Of its tables.
    pub(super) digest: Fingerprint,
    pub(super) objects: Vec<ObjectOutline>,
}

impl Library {
    /// The numbers of its objects that are part of a program that names these.
    pub(super) fn linked(&self, is_linked: &impl Fn(&str) -> bool) -> Vec<usize> {
        let all = self.objects.iter().enumerate();
        let parts = all.filter(|(_, object)| object.is_part(is_linked));
        parts.map(|(at, _)| at).collect()
    }
}

impl<'h> Tables<'h> {
    pub(super) fn open(home: &'h Home) -> Self {
        Self {
            home,
            files: Mutex::default(),
            libraries: Mutex::default(),
        }
    }

    pub(super) fn home(&self) -> &'h Home {
        self.home
    }

    /// The tables of an object file or of a library. `place` names it from build to build.
    pub(super) fn read(&self, path: &Path, place: &Path) -> Result<FileTables> {
        once(&self.files, path, || self.read_kept(path, place))
    }

    /// What there is to know of a library without its tables.
    pub(super) fn library(&self, path: &Path) -> Result<Arc<Library>> {
        once(&self.libraries, path, || self.read_library(path))
    }

    /// The tables of a library that is as it was when this was read.
    pub(super) fn tables_of(&self, library: &Library) -> Result<FileTables> {
        let tables = self.read(&library.path, &library.path)?;
        if tables.stamp != library.stamp {
            bail!("`{}` was written meanwhile", library.path.display());
        }
        Ok(tables)
    }

    fn read_kept(&self, path: &Path, place: &Path) -> Result<ObjectFile> {
        let stamp = looked_at(path)?;
        let kept_at = self.home.part(OBJECTS).join(name_of(place));
        let kept = self.home.read::<ObjectFile>(&kept_at).present();
        let kept = kept.filter(|kept| kept.stamp == stamp && kept.place == place);
        let kept = kept.filter(|kept| kept.tables.iter().all(ObjectTable::is_sound));
        if let Some(kept) = kept {
            return Ok(kept);
        }
        let tables = tables_of(path)?;
        let kept = ObjectFile {
            place: place.to_path_buf(),
            stamp,
            tables,
        };
        // What is written meanwhile would be kept under another look.
        if stamp_of(path) == Some(stamp) {
            self.home.write(&kept_at, &kept);
        }
        Ok(kept)
    }

    fn read_library(&self, path: &Path) -> Result<Library> {
        let stamp = looked_at(path)?;
        let kept_at = self.home.part(OUTLINES).join(name_of(path));
        let kept = self.home.read::<Library>(&kept_at).present();
        if let Some(kept) = kept.filter(|kept| kept.stamp == stamp && kept.path == path) {
            return Ok(kept);
        }
        let file = self.read(path, path)?;
        let bytes = postcard::to_stdvec(&file.tables)?;
        let library = Library {
            path: path.to_path_buf(),
            stamp: file.stamp,
            digest: Fingerprint::of(&bytes),
            objects: file.tables.iter().map(ObjectTable::outline).collect(),
        };
        if stamp_of(path) == Some(file.stamp) {
            self.home.write(&kept_at, &library);
        }
        Ok(library)
    }
}

/// What is known of a file; `read` reads it, the first time. Who asks meanwhile waits for it.
fn once<T>(files: &ReadFiles<T>, path: &Path, read: impl FnOnce() -> Result<T>) -> Result<Arc<T>> {
    let mut known = files.lock().unwrap_or_else(PoisonError::into_inner);
    let cell = Arc::clone(known.entry(path.to_path_buf()).or_default());
    drop(known);
    let read = || read().map(Arc::new).map_err(|why| format!("{why:#}"));
    cell.get_or_init(read).clone().map_err(anyhow::Error::msg)
}

fn tables_of(path: &Path) -> Result<Vec<ObjectTable>> {
    let reading = || format!("read `{}`", path.display());
    let bytes = std::fs::read(path).with_context(reading)?;
    if path.extension().is_some_and(|extension| extension == "o") {
        return Ok(vec![ObjectTable::read(&bytes).with_context(reading)?]);
    }
    let objects = archive_objects(&bytes).with_context(reading)?;
    let tables = objects
        .iter()
        .map(|object| ObjectTable::read(object.bytes).with_context(reading));
    tables.collect()
}

fn looked_at(path: &Path) -> Result<ObjectStamp> {
    stamp_of(path).with_context(|| format!("look at `{}`", path.display()))
}

/// How a file looks now.
pub(super) fn stamp_of(path: &Path) -> Option<ObjectStamp> {
    let metadata = path.metadata().ok()?;
    let modified = metadata.modified().ok()?.duration_since(UNIX_EPOCH).ok()?;
    #[cfg(unix)]
    let inode = std::os::unix::fs::MetadataExt::ino(&metadata);
    #[cfg(not(unix))]
    let inode = 0;
    Some(ObjectStamp {
        version: TABLE_VERSION,
        size: metadata.len(),
        modified: modified.as_nanos(),
        inode,
    })
}
