//! Tables of objects, kept so that only what was compiled anew is read.
//!
//! One file for each object or library, named by its place, holding how it looked and its tables. What looks different is read.

use crate::fingerprint::Fingerprint;
use crate::home::Home;
use anyhow::{Context, Result};
use mamo_code::{ObjectTable, TABLE_VERSION, archive_objects};
use serde::{Deserialize, Serialize};
use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::UNIX_EPOCH;

/// The tables of one file.
pub(super) type FileTables = Arc<Vec<ObjectTable>>;

/// Reads tables, from the store where it can.
pub(super) struct Tables<'h> {
    home: &'h Home,
    known: Mutex<HashMap<PathBuf, FileTables>>,
}

/// How a file of objects looked. rustc links objects that it keeps into a new directory, which changes their change time.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct ObjectStamp {
    version: u32,
    size: u64,
    modified: u128,
    inode: u64,
}

#[derive(Serialize, Deserialize)]
struct Kept {
    stamp: ObjectStamp,
    tables: Vec<ObjectTable>,
}

impl<'h> Tables<'h> {
    pub(super) fn open(home: &'h Home) -> Self {
        Self {
            home,
            known: Mutex::default(),
        }
    }

    /// The tables of an object file or of a library. `place` names it from build to build.
    pub(super) fn read(&self, path: &Path, place: &Path) -> Result<FileTables> {
        let known = || self.known.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(known) = known().get(path) {
            return Ok(Arc::clone(known));
        }
        let stamp = stamp_of(path).with_context(|| format!("look at `{}`", path.display()))?;
        let name = Fingerprint::of(place.as_os_str().as_encoded_bytes()).to_hex();
        let kept_at = self.home.part("objects").join(name);
        let kept = self.home.read::<Kept>(&kept_at).present();
        let kept = kept.filter(|kept| kept.stamp == stamp);
        let kept = kept.filter(|kept| kept.tables.iter().all(ObjectTable::is_sound));
        let tables = if let Some(kept) = kept {
            kept.tables
        } else {
            let tables = tables_of(path)?;
            let kept = Kept { stamp, tables };
            // What is written meanwhile would be kept under another look.
            if stamp_of(path) == Some(stamp) {
                self.home.write(&kept_at, &kept);
            }
            kept.tables
        };
        let tables = Arc::new(tables);
        known().insert(path.to_path_buf(), Arc::clone(&tables));
        Ok(tables)
    }
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

fn stamp_of(path: &Path) -> Option<ObjectStamp> {
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
