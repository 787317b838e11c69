//! Whether this process knows which code it is: the snapshot of the running executable, or why there is none.
//!
//! Looked up once a process, at the first call of a memo or fixture. Without a trusted snapshot nothing is served and
//! nothing is stored.

use crate::format::snapshot::ALL;
use crate::format::{Executable, FormatError, Snapshot, layout};
use std::path::{Path, PathBuf};
use std::sync::OnceLock;

/// A snapshot that speaks for the running executable, and the mamo directory that goes with it.
pub(crate) struct Trust {
    /// Where values are.
    pub(crate) mamo_dir: PathBuf,
    /// What the code of each function is.
    pub(crate) snapshot: Snapshot,
}

/// The trusted snapshot of this process, or the reason for having none.
pub(crate) fn of_process() -> Result<&'static Trust, &'static str> {
    static TRUST: OnceLock<Result<Trust, String>> = OnceLock::new();
    TRUST
        .get_or_init(establish)
        .as_ref()
        .map_err(String::as_str)
}

/// The mamo directory, with a snapshot or without: for what is not tied to code that has to be known.
pub(crate) fn directory() -> Option<&'static Path> {
    static DIRECTORY: OnceLock<Option<PathBuf>> = OnceLock::new();
    let find = || {
        let running = Executable::running().ok()?;
        layout::find(&running.path).filter(|directory| Path::is_dir(directory))
    };
    match of_process() {
        Ok(trust) => Some(&trust.mamo_dir),
        Err(_) => DIRECTORY.get_or_init(find).as_deref(),
    }
}

fn establish() -> Result<Trust, String> {
    let running = Executable::running()
        .map_err(|error| format!("the running executable cannot be examined: {error}"))?;
    let mamo_dir = layout::find(&running.path);
    let named = std::env::var_os(layout::SNAPSHOT_VARIABLE)
        .filter(|name| !name.is_empty())
        .map(PathBuf::from);
    let snapshot = match (&named, &mamo_dir) {
        (Some(file), _) => Snapshot::read(file),
        (None, Some(directory)) => Snapshot::find(directory, &running.path),
        (None, None) => {
            return Err(format!(
                "no mamo directory belongs to `{}`",
                running.path.display()
            ));
        }
    };
    let snapshot = snapshot.map_err(|error| refusal(&error, &running.path))?;
    if snapshot.executable != running {
        return Err(format!(
            "its snapshot is of another build of `{}`",
            running.path.display()
        ));
    }
    if let Some(why) = snapshot.untrusted.get(ALL) {
        return Err(why.clone());
    }
    let mamo_dir = mamo_dir
        .or_else(|| directory_of(named.as_deref()?))
        .ok_or_else(|| format!("no mamo directory belongs to `{}`", running.path.display()))?;
    Ok(Trust { mamo_dir, snapshot })
}

fn refusal(error: &FormatError, executable: &Path) -> String {
    if error.is_absent() {
        format!("there is no snapshot of `{}`", executable.display())
    } else {
        format!("the snapshot {error}")
    }
}

/// The mamo directory in which a snapshot file lies: `D/snapshots/v1/name`.
fn directory_of(snapshot: &Path) -> Option<PathBuf> {
    let directory = snapshot.ancestors().nth(3)?;
    layout::is_mamo(directory).then(|| directory.to_owned())
}
