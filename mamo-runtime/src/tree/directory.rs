//! What users hold: a directory that is lent, and copies of their own.

use super::check;
use super::filling::Filling;
use super::manifest::Manifest;
use super::seal::{self, Stamp};
use super::{copy, lease, root};
use crate::at_end;
use crate::format::aside::Aside;
use crate::format::{layout, place};
use crate::lock::{self, Locked};
use std::fmt;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

/// A directory that a fixture filled, lent to all who ask: to be read, or copied.
///
/// No file and no directory in it has write permission, so that nobody changes it unasked; whoever changes it nevertheless
/// has it filled anew by the next process, and gets no copy from this one.
///
/// # Restrictions
/// Nothing in it names the place where it was filled. Times and owners of files are not kept, and files that are linked
/// become as many files.
pub struct Directory {
    /// The tree itself.
    path: PathBuf,
    /// For people.
    name: &'static str,
    /// The mamo directory, or where this process has its temporary files.
    base: PathBuf,
    manifest: Arc<Manifest>,
    stamps: Vec<Stamp>,
    _lease: Option<Locked>,
}

/// A copy of a [`Directory`] that belongs to whoever asked for it. Deleted when dropped.
///
/// What processes leave behind that are killed, the next one that stores something deletes.
#[derive(Debug)]
pub struct PrivateCopy {
    path: PathBuf,
    aside: Aside,
}

impl Directory {
    /// Where it is.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// A copy that can be changed, with the permissions that the fixture gave.
    ///
    /// On file systems that can (Btrfs, XFS, APFS), it shares its blocks with the directory until they are written to.
    /// A copy that takes more than two seconds says on standard error how far it is.
    ///
    /// # Errors
    /// If it cannot be written, or the directory was changed while it was lent.
    pub fn copy(&self) -> io::Result<PrivateCopy> {
        let filling = Filling::new(Some(&self.base)).or_else(|_| Filling::new(None))?;
        let path = filling.path();
        copy::tree(&self.path, &path, &self.manifest, &self.stamps, self.name)?;
        let aside = filling.aside;
        Ok(PrivateCopy { path, aside })
    }

    /// Lends the stored tree that `manifest` describes and `digest` names. `Err` says what is wrong with it, `None` that it is
    /// not there.
    pub(super) fn stored(
        mamo_dir: &Path,
        digest: &[u8; 32],
        manifest: Arc<Manifest>,
        name: &'static str,
    ) -> Result<Option<Self>, String> {
        let container = layout::tree(mamo_dir, digest);
        if !place::is_directory(mamo_dir, &container) {
            return Ok(None);
        }
        let lock = lease(&container);
        let Some(lease) = lock::try_with_others(&lock) else {
            // Whoever holds it alone is about to delete the tree.
            let is_damaged = container.exists() && !lock.exists();
            let damage = "its lock is missing".to_owned();
            return if is_damaged { Err(damage) } else { Ok(None) };
        };
        let path = root(&container);
        let stamps = seal::read(&container, manifest.0.len());
        let checked = check::tree(&path, &manifest, &stamps)?;
        if checked.is_news {
            let space = seal::space_of(&manifest);
            seal::write(mamo_dir, &container, space, &checked.stamps);
        }
        Ok(Some(Self {
            path,
            name,
            base: mamo_dir.to_owned(),
            manifest,
            stamps: checked.stamps,
            _lease: Some(lease),
        }))
    }

    /// Lends what was filled to this process alone; it is deleted at its end.
    pub(super) fn private(
        filling: Filling,
        (manifest, stamps): (Manifest, Vec<Stamp>),
        name: &'static str,
    ) -> Self {
        let directory = Self {
            path: filling.path(),
            name,
            base: filling.base.clone(),
            manifest: Arc::new(manifest),
            stamps,
            _lease: None,
        };
        let held = Mutex::new(Some(filling));
        at_end::register(move || {
            drop(held.lock().unwrap_or_else(PoisonError::into_inner).take());
        });
        directory
    }
}

impl AsRef<Path> for Directory {
    fn as_ref(&self) -> &Path {
        &self.path
    }
}

impl fmt::Debug for Directory {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Directory").field(&self.path).finish()
    }
}

impl PrivateCopy {
    /// Where it is.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Leaves it where it is, and says where: to look at what a test made of it. `cargo mamo clean` deletes it.
    ///
    /// # Errors
    /// If that cannot be noted; it is then deleted.
    pub fn keep(self) -> io::Result<PathBuf> {
        self.aside.keep()?;
        Ok(self.path)
    }
}

impl AsRef<Path> for PrivateCopy {
    fn as_ref(&self) -> &Path {
        &self.path
    }
}
