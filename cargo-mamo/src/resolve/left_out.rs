//! Files that are source, though nothing of this build is made of them: they are no data either.
//!
//! Modules that a cfg leaves out, and targets that the command does not build.

use super::modules::Directory;
use super::walk::Load;
use crate::syntax::ir::{Item, ItemKind};
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

/// Adds the files of a target to `found`, that at `path` being its root.
pub(super) fn target(path: &Path, load: Load<'_, '_>, found: &mut BTreeSet<PathBuf>) {
    if let Some(loaded) = load(path)
        && found.insert(path.to_path_buf())
    {
        let directory = Directory::of_root(path);
        for item in &loaded.file.items {
            module(item, &directory, load, found);
        }
    }
}

/// Adds the files of a module, if `item` is one.
pub(super) fn module(
    item: &Item,
    directory: &Directory,
    load: Load<'_, '_>,
    found: &mut BTreeSet<PathBuf>,
) {
    let ItemKind::Mod { inline } = &item.kind else {
        return;
    };
    let path = item.attributes.path.first().map(|(_, path)| path.as_str());
    if let Some(items) = inline {
        let directory = directory.inline(item.name, path);
        for item in items {
            module(item, &directory, load, found);
        }
        return;
    }
    for (path, directory) in directory.candidates(item.name, path) {
        if let Some(loaded) = load(&path)
            && found.insert(path)
        {
            for item in &loaded.file.items {
                module(item, &directory, load, found);
            }
        }
    }
}
