//! Lists of files, and everything that decides on them, so that it is noticed when they would be others.

use super::Inputs;
use crate::sight::Sight;
use crate::tracked::{Index, Listed, deciding, list, work_tree};
use std::collections::btree_map::Entry;
use std::collections::{BTreeSet, HashSet};
use std::path::{Path, PathBuf};
use std::rc::Rc;

/// What cargo reads of a workspace.
pub struct ReadByCargo {
    /// Manifests, configuration and locked versions.
    pub read: BTreeSet<PathBuf>,
    /// Source files, whose names make targets.
    pub sources: Vec<PathBuf>,
}

impl Inputs<'_> {
    /// What cargo reads of the workspace, whatever is built.
    pub fn files_of_cargo(&self) -> ReadByCargo {
        let tree = self.tree(&self.facts.workspace_root);
        let listed = tree.iter().filter(|path| is_read_by_cargo(path)).cloned();
        let packages = self.facts.packages.iter();
        let manifests = packages.map(|package| package.dir.join("Cargo.toml"));
        let locks = self.facts.lockfiles.iter().cloned();
        let is_source = |path: &&PathBuf| path.extension().is_some_and(|rs| rs == "rs");
        ReadByCargo {
            read: listed.chain(manifests).chain(locks).collect(),
            sources: tree.iter().filter(is_source).cloned().collect(),
        }
    }

    /// Every file and every empty directory below `dir` that git does not ignore.
    pub(super) fn listed(&self, dir: &Path) -> Vec<PathBuf> {
        let root = &self.facts.workspace_root;
        if dir.starts_with(root) && work_tree(dir) == work_tree(root) {
            let whole = self.tree(root);
            let below: Vec<_> = whole.iter().filter(|path| path.starts_with(dir)).collect();
            // What is ignored as a whole is listed by itself.
            if !below.is_empty() {
                return below.into_iter().cloned().collect();
            }
        }
        self.tree(dir).to_vec()
    }

    /// The same with empty directories, listed at once and kept; nothing of what cargo builds.
    pub(super) fn tree(&self, dir: &Path) -> Rc<Vec<PathBuf>> {
        if let Some(known) = self.trees.borrow().get(dir) {
            return Rc::clone(known);
        }
        let built = self.facts.output_dirs();
        let list = || {
            let mut found = list(dir, &built);
            found.files.retain(|path| !self.facts.is_built(path));
            found
        };
        let Listed { files, directories } = list();
        // It may have been written between the list and the look at it.
        if self.note_deciding(dir, &files, &directories) && list().files != files {
            self.moving.set(true);
        }
        // Directories with nothing in them are there for those who list them.
        let above = files.iter().flat_map(|path| path.ancestors().skip(1));
        let full: HashSet<_> = above.collect();
        let empty = directories.into_iter().skip(1);
        let empty: Vec<_> = empty
            .filter(|path| !full.contains(path.as_path()))
            .collect();
        let listed = Rc::new([files, empty].concat());
        self.trees
            .borrow_mut()
            .insert(dir.to_path_buf(), Rc::clone(&listed));
        listed
    }

    /// Notes what decides which files below `dir` are listed: the names in every directory, and what git goes by. Was some
    /// of it written just before?
    fn note_deciding(&self, dir: &Path, listed: &[PathBuf], directories: &[PathBuf]) -> bool {
        let mut found: BTreeSet<_> = directories.iter().cloned().collect();
        for path in listed {
            let above = path.ancestors().skip(1);
            for directory in above.take_while(|directory| directory.starts_with(dir)) {
                if !found.insert(directory.to_path_buf()) {
                    break;
                }
            }
            if path.ends_with(".gitignore") {
                found.insert(path.clone());
            }
        }
        let tree = work_tree(dir);
        let within = |above: &&Path| tree.is_none_or(|tree| above.starts_with(tree));
        for above in dir.ancestors().take_while(within) {
            found.insert(above.join(".gitignore"));
            // a work tree that begins nearer would decide instead
            found.extend((tree != Some(above)).then(|| above.join(".git")));
        }
        let new = tree.filter(|tree| self.work_trees.borrow_mut().insert(tree.to_path_buf()));
        let decisive = new.map(deciding).unwrap_or_default();
        found.extend(decisive.iter().cloned());
        let seen = found.into_iter().map(|path| self.note(path));
        let recent = seen.fold(false, |any, recent| any | recent);
        let index = decisive.iter().find(|path| path.ends_with("index"));
        if let (Some(tree), Some(index)) = (new, index) {
            self.note_index(tree, index);
        }
        recent
    }

    /// Notes what git's index holds that decides on lists, if it is the index that was noted.
    fn note_index(&self, tree: &Path, place: &Path) {
        let index = Index::of(tree);
        let noted = self.directories.borrow().get(place).copied();
        if let Some(index) = index.filter(|_| noted == Some(Sight::of(place, self.began))) {
            let mut indexes = self.indexes.borrow_mut();
            indexes.insert(place.to_path_buf(), index);
        }
    }

    /// Notes how a directory, or a file that decides on lists, looks. Was it written just before?
    pub(super) fn note(&self, path: PathBuf) -> bool {
        let mut directories = self.directories.borrow_mut();
        let sight = match directories.entry(path) {
            Entry::Occupied(known) => *known.get(),
            Entry::Vacant(place) => {
                let sight = Sight::of(place.key(), self.began);
                *place.insert(sight)
            }
        };
        sight.is_recent()
    }

    /// Is there no name in the directory `base` that could lead to `path` below it? Told by one list of names, since most
    /// texts name no file.
    pub(super) fn lacks(&self, base: &Path, path: &Path) -> bool {
        let first = path
            .strip_prefix(base)
            .ok()
            .and_then(|rest| rest.iter().next());
        let Some(first) = first
            .and_then(|first| first.to_str())
            .filter(|first| first.is_ascii())
        else {
            return false;
        };
        self.has_no(base, first)
    }

    /// Is there no such name in a directory, in small letters or large ones?
    pub(super) fn has_no(&self, base: &Path, name: &str) -> bool {
        let mut known = self.names.borrow_mut();
        if !known.contains_key(base) {
            let read = std::fs::read_dir(base).into_iter().flatten().flatten();
            let names = read.map(|entry| entry.file_name().to_string_lossy().to_ascii_lowercase());
            known.insert(base.to_path_buf(), names.collect());
        }
        let names = known.get(base);
        names.is_none_or(|names| !names.contains(&name.to_ascii_lowercase()))
    }

    /// Is there a directory? Asked once for each.
    pub(super) fn is_dir(&self, path: &Path) -> bool {
        let known = self.kinds.borrow().get(path).copied();
        known.unwrap_or_else(|| {
            let is_dir = path.is_dir();
            self.kinds.borrow_mut().insert(path.to_path_buf(), is_dir);
            is_dir
        })
    }
}

fn is_read_by_cargo(path: &Path) -> bool {
    const NAMES: [&str; 3] = ["Cargo.toml", "rust-toolchain", "rust-toolchain.toml"];
    let is_config =
        |path: &Path| path.ends_with(".cargo/config") || path.ends_with(".cargo/config.toml");
    is_config(path) || NAMES.iter().any(|name| path.ends_with(name))
}
