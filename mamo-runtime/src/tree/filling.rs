//! A directory that a fixture is about to fill, or has filled; nobody else sees it.

use super::{lease, root};
use crate::at_end;
use crate::format::aside::Aside;
use crate::search::Search;
use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};
use std::sync::OnceLock;

/// The container of a tree to be.
#[derive(Debug)]
pub(crate) struct Filling {
    pub(super) aside: Aside,
    pub(super) base: PathBuf,
}

impl Filling {
    /// An empty one: in the mamo directory if there is one that may be used, else among the system's temporary files.
    pub(crate) fn new(mamo_dir: Option<&Path>) -> io::Result<Self> {
        let base = mamo_dir.map_or_else(scratch, |directory| Ok(directory.to_owned()))?;
        let aside = Aside::new(&base)?;
        fs::create_dir(root(aside.path()))?;
        File::create_new(lease(aside.path()))?;
        Ok(Self { aside, base })
    }

    /// One for the value of a search.
    pub(crate) fn of(search: Option<&Search>) -> Result<Self, String> {
        let mamo_dir = search.map(Search::mamo_dir);
        let filling = Self::new(mamo_dir).or_else(|_| Self::new(None));
        filling.map_err(|error| format!("there is no directory for it to fill: {error}"))
    }

    /// Is it still where it was filled?
    pub(super) fn is_there(&self) -> bool {
        !self.aside.path().as_os_str().is_empty()
    }

    /// What the fixture fills.
    pub(crate) fn path(&self) -> PathBuf {
        root(self.aside.path())
    }
}

/// This process' own directory among the system's temporary files; deleted at the end of the process.
fn scratch() -> io::Result<PathBuf> {
    static SCRATCH: OnceLock<PathBuf> = OnceLock::new();
    if let Some(path) = SCRATCH.get() {
        return Ok(path.clone());
    }
    let now = std::time::SystemTime::UNIX_EPOCH
        .elapsed()
        .unwrap_or_default();
    let name = format!("mamo-{}-{}", std::process::id(), now.as_nanos());
    let path = std::env::temp_dir().join(name);
    fs::create_dir(&path)?;
    let used = SCRATCH.get_or_init(|| path.clone()).clone();
    if used == path {
        at_end::register(move || {
            let _ = crate::format::place::remove_tree(&std::env::temp_dir(), &path);
        });
    } else {
        let _ = fs::remove_dir(&path); // another thread was first
    }
    Ok(used)
}
