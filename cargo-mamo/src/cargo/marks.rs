//! What every file of a build held when it was built, and what of it is different now.
//!
//! A file whose outside (size, times, inode) is unchanged since well after it was written is not read again. A file that
//! may have changed while it was built is marked as held by nobody, so that it is built again.

use crate::facts::Facts;
use crate::fingerprint::Fingerprint;
use crate::layout;
use crate::look::Look;
use crate::resolve::modules::clean;
use rayon::prelude::*;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::time::SystemTime;

/// The files of a build.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Marks {
    files: BTreeMap<PathBuf, Mark>,
}

/// What one file held.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct Mark {
    look: Option<Look>,
    bytes: Fingerprint,
    tokens: Fingerprint,
    /// Does code read it as it is, though it is called `.rs`?
    data: bool,
}

/// What became of a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Edit {
    /// The digest of what it held; nothing's if that is not known.
    pub before: Fingerprint,
    /// The digest of what it holds; nothing's if it cannot be read.
    pub after: Fingerprint,
    /// Are only blanks and plain comments different?
    pub layout: bool,
}

/// How the files of a build compare with what they were.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Source {
    /// To the byte.
    Same,
    /// But for blanks and plain comments.
    Layout,
    /// The compiler might say something else.
    Changed,
}

impl Marks {
    /// Of every file that rustc read for the units of `facts`, as they are now. What looks as it did `earlier` is not read.
    pub fn of(facts: &Facts, earlier: &Self) -> Self {
        let all: BTreeSet<_> = facts.units.iter().flat_map(|unit| &unit.files).collect();
        let all: Vec<_> = all.into_iter().collect();
        let marked = all.par_iter().map(|path| {
            let known = earlier.files.get(*path);
            let mark = known.map_or_else(|| Mark::of(path), |known| known.again(path));
            ((*path).clone(), mark)
        });
        Self {
            files: marked.collect(),
        }
    }

    /// These files as they are now.
    #[must_use]
    pub fn again(&self) -> Self {
        let again = self
            .files
            .par_iter()
            .map(|(path, mark)| (path.clone(), mark.again(path)));
        Self {
            files: again.collect(),
        }
    }

    /// What each Rust file held that could be read.
    pub fn sources(&self) -> BTreeMap<PathBuf, Fingerprint> {
        let files = self.files.iter();
        let sources = files.filter(|(path, _)| path.extension().is_some_and(|rs| rs == "rs"));
        let held = sources.filter(|(_, mark)| mark.bytes != Fingerprint::NONE);
        held.map(|(path, mark)| (path.clone(), mark.bytes))
            .collect()
    }

    /// What a file held; `None` if that is not known.
    pub fn held(&self, path: &Path) -> Option<Fingerprint> {
        let mark = self.files.get(path)?;
        (mark.bytes != Fingerprint::NONE).then_some(mark.bytes)
    }

    /// How the files are now.
    pub fn compare(&self) -> Source {
        let edits = self.edits(&self.again()).into_values();
        let extents = edits.map(|edit| {
            if edit.layout {
                Source::Layout
            } else {
                Source::Changed
            }
        });
        extents.max().unwrap_or(Source::Same)
    }

    /// Files that are others than in `before`, and those that were written since `started` and not by cargo, as `is_built` tells.
    pub fn moved(
        &self,
        before: &Self,
        started: SystemTime,
        is_built: impl Fn(&Path) -> bool,
    ) -> BTreeSet<PathBuf> {
        let moved = self.files.iter().filter(|(path, mark)| {
            let late = path.metadata().and_then(|metadata| metadata.modified());
            let late = !is_built(path) && late.is_ok_and(|at| at >= started);
            let before = before.files.get(*path);
            late || before.is_some_and(|before| before.bytes != mark.bytes)
        });
        moved.map(|(path, _)| path.clone()).collect()
    }

    /// The digest of what these files held together; [nothing's](Fingerprint::NONE) if that is not known of one.
    pub fn together<'p>(&self, paths: impl IntoIterator<Item = &'p PathBuf>) -> Fingerprint {
        let held: Option<Vec<_>> = paths.into_iter().map(|path| self.held(path)).collect();
        held.map_or(Fingerprint::NONE, |held| {
            Fingerprint::of_parts(held.iter().map(|digest| digest.0.as_slice()))
        })
    }

    /// What is different in `now`.
    pub fn edits(&self, now: &Self) -> BTreeMap<PathBuf, Edit> {
        let edited = self.files.iter().filter_map(|(path, before)| {
            let after = now.files.get(path)?;
            let same = before.bytes == after.bytes && before.bytes != Fingerprint::NONE;
            let layout = before.tokens == after.tokens && before.tokens != Fingerprint::NONE;
            let known = if before.data {
                Fingerprint::NONE
            } else {
                before.bytes
            };
            let edit = Edit {
                before: known,
                after: after.bytes,
                layout,
            };
            (!same).then(|| (path.clone(), edit))
        });
        edited.collect()
    }

    /// Files that hold something else than what was built, and those of which it is not known.
    pub fn different(&self) -> BTreeSet<PathBuf> {
        self.edits(&self.again()).into_keys().collect()
    }

    /// Says of all files that nothing was built from what they hold.
    pub fn forget_all(&mut self) {
        let all: Vec<_> = self.files.keys().cloned().collect();
        self.forget(&all);
    }

    /// Says of files that nothing was built from what they hold.
    pub fn forget<'a>(&mut self, paths: impl IntoIterator<Item = &'a PathBuf>) {
        for path in paths {
            if let Some(mark) = self.files.get_mut(path) {
                *mark = Mark {
                    look: None,
                    bytes: Fingerprint::NONE,
                    tokens: Fingerprint::NONE,
                    data: mark.data,
                };
            }
        }
    }

    /// Says of files that code reads them as they are: a blank in them is an edit.
    pub fn read_as_data(&mut self, paths: &BTreeSet<PathBuf>) {
        let marks = self.files.iter_mut();
        for (_, mark) in marks.filter(|(path, _)| paths.contains(&clean(path))) {
            mark.data = true;
            mark.tokens = mark.bytes;
        }
    }
}

impl Mark {
    fn of(path: &Path) -> Self {
        let look = Look::settled(path);
        let Ok(bytes) = std::fs::read(path) else {
            return Self {
                look: None,
                bytes: Fingerprint::NONE,
                tokens: Fingerprint::NONE,
                data: false,
            };
        };
        let digest = Fingerprint::of(&bytes);
        let is_source = path.extension().is_some_and(|extension| extension == "rs");
        let tokens = if is_source {
            layout::digest(&bytes)
        } else {
            digest
        };
        Self {
            look,
            bytes: digest,
            tokens,
            data: false,
        }
    }

    fn again(&self, path: &Path) -> Self {
        if self.look.is_some() && Look::of(path) == self.look {
            return self.clone();
        }
        let mut mark = Self::of(path);
        if self.data {
            (mark.data, mark.tokens) = (true, mark.bytes);
        }
        mark
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::Duration;

    fn marks(dir: &Path, names: &[&str]) -> Marks {
        let marked = names
            .iter()
            .map(|name| (dir.join(name), Mark::of(&dir.join(name))));
        Marks {
            files: marked.collect(),
        }
    }

    #[test]
    fn bytes_layout_and_tokens_are_told_apart() {
        let dir = tempfile::tempdir().unwrap();
        let at = |name: &str| dir.path().join(name);
        std::fs::write(at("a.rs"), "fn f() {}").unwrap();
        std::fs::write(at("b.txt"), "x").unwrap();
        let marks = marks(dir.path(), &["a.rs", "b.txt"]);
        assert_eq!(marks.compare(), Source::Same);
        std::fs::write(at("a.rs"), "// why\nfn f() {}").unwrap();
        assert_eq!(marks.compare(), Source::Layout);
        std::fs::write(at("a.rs"), "fn g() {}").unwrap();
        assert_eq!(marks.compare(), Source::Changed);
        std::fs::write(at("a.rs"), "fn f() {}").unwrap();
        std::fs::write(at("b.txt"), "x ").unwrap();
        assert_eq!(marks.compare(), Source::Changed);
    }

    #[test]
    fn what_changes_while_it_is_built_counts_as_changed() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("a.rs");
        std::fs::write(&path, "fn f() {}").unwrap();
        let before = marks(dir.path(), &["a.rs"]);
        std::fs::write(&path, "fn g() {}").unwrap();
        let past = SystemTime::now() - Duration::from_secs(60);
        std::fs::File::options()
            .append(true)
            .open(&path)
            .unwrap()
            .set_modified(past)
            .unwrap();
        let mut after = before.again();
        let moved = after.moved(&before, SystemTime::now(), |_| false);
        assert_eq!(moved, [path].into());
        assert_eq!(after.compare(), Source::Same);
        after.forget(&moved);
        assert_eq!(after.compare(), Source::Changed);
    }
}
