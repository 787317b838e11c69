//! Whether a tree is what its manifest says.

use super::manifest::{Kind, Manifest};
use super::seal::Stamp;
use super::{harvest, mode, parallel};
use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

/// What was found of a tree that is as its manifest says.
pub(super) struct Checked {
    pub(super) stamps: Vec<Stamp>,
    /// Is more known than the stamps said before?
    pub(super) is_news: bool,
}

/// Checks the tree at `root`; what is wrong with it, for people.
pub(super) fn tree(root: &Path, manifest: &Manifest, stamps: &[Stamp]) -> Result<Checked, String> {
    let found = parallel::each(manifest.0.len(), |at| item(root, manifest, at, stamps[at]))?;
    let is_news = found.iter().zip(stamps).any(|(new, old)| new != old);
    let stamps = found;
    Ok(Checked { stamps, is_news })
}

/// Checks one item, and says how it looks.
pub(super) fn item(
    root: &Path,
    manifest: &Manifest,
    at: usize,
    stamp: Stamp,
) -> Result<Stamp, String> {
    let item = &manifest.0[at];
    let path = item.below(root);
    let shown = path.display();
    let metadata = fs::symlink_metadata(&path).map_err(|error| format!("`{shown}`: {error}"))?;
    if stamp.holds(Stamp::of(&metadata)) {
        return Ok(stamp);
    }
    let is_link = matches!(item.kind, Kind::Link { .. });
    let is_directory = item.kind == Kind::Directory;
    if !is_link && mode::of(&metadata) != mode::while_kept(item.mode, is_directory) {
        return Err(format!("the permissions of `{shown}` were changed"));
    }
    let (kind, stamp) = harvest::of(&path).map_err(|error| format!("`{shown}`: {error}"))?;
    if kind != item.kind || is_directory && !has_its_names(manifest, at, &path) {
        return Err(format!("`{shown}` is not what was kept"));
    }
    Ok(stamp)
}

fn has_its_names(manifest: &Manifest, at: usize, path: &Path) -> bool {
    let Ok(found) = harvest::children(path, &manifest.0[at].path) else {
        return false;
    };
    let found: BTreeSet<_> = found.iter().map(|(_, name)| &**name).collect();
    found == manifest.below(at)
}
