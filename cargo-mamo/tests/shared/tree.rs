//! Trees of files: a scratch copy, and putting it back as its base is.
//!
//! What is written is newer than the build before it, because cargo decides by that.

use anyhow::{Context, Result, ensure};
use std::fs;
use std::path::Path;

/// What [`copy`] does with a file that holds the same bytes already.
#[derive(Clone, Copy, PartialEq)]
pub(crate) enum Equal {
    /// Write it all the same, which makes it newer.
    Write,
    /// Leave it as old as it is.
    Leave,
}

/// Copies the files below `from` to `to`.
pub(crate) fn copy(from: &Path, to: &Path, equal: Equal) -> Result<()> {
    fs::create_dir_all(to).with_context(|| format!("create `{}`", to.display()))?;
    for entry in from
        .read_dir()
        .with_context(|| format!("read `{}`", from.display()))?
    {
        let entry = entry?;
        let target = to.join(entry.file_name());
        if entry.path().is_dir() {
            copy(&entry.path(), &target, equal)?;
            continue;
        }
        let bytes =
            fs::read(entry.path()).with_context(|| format!("read `{}`", entry.path().display()))?;
        if equal == Equal::Write || fs::read(&target).ok().as_ref() != Some(&bytes) {
            fs::write(&target, bytes).with_context(|| format!("write `{}`", target.display()))?;
            fs::set_permissions(&target, entry.metadata()?.permissions())?;
        }
    }
    Ok(())
}

/// Removes what lies below `dir` and not in the base; cargo's own files stay.
pub(crate) fn remove_new(root: &Path, dir: &Path, base: &Path) -> Result<()> {
    for entry in dir
        .read_dir()
        .with_context(|| format!("read `{}`", dir.display()))?
    {
        let path = entry?.path();
        let cargos = path
            .file_name()
            .is_some_and(|name| name == "target" || name == "Cargo.lock");
        if cargos {
            continue;
        }
        if !base
            .join(path.strip_prefix(root).context("a path below the root")?)
            .exists()
        {
            remove(&path)?;
        } else if path.is_dir() {
            remove_new(root, &path, base)?;
        }
    }
    Ok(())
}

/// Removes a file, or a directory with all in it.
pub(crate) fn remove(path: &Path) -> Result<()> {
    ensure!(path.exists(), "`{}` is not there to remove", path.display());
    let removed = if path.is_dir() {
        fs::remove_dir_all(path)
    } else {
        fs::remove_file(path)
    };
    removed.with_context(|| format!("remove `{}`", path.display()))
}
