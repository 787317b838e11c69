//! Reads and parses source files, each once, most of them ahead of need and side by side.

use crate::facts::Facts;
use crate::fingerprint::Fingerprint;
use crate::resolve::walk::Loaded;
use crate::syntax::Cache;
use rayon::prelude::*;
use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::path::{Path, PathBuf};
use typed_arena::Arena;

/// The parsed files of a build.
pub struct Sources<'a> {
    arena: &'a Arena<Loaded>,
    cache: Cache,
    loaded: RefCell<HashMap<PathBuf, Option<&'a Loaded>>>,
}

impl<'a> Sources<'a> {
    /// Reads every Rust file that rustc read.
    pub fn new(facts: &Facts, cache: Cache, arena: &'a Arena<Loaded>) -> Self {
        let files: BTreeSet<_> = facts
            .units
            .iter()
            .flat_map(|unit| unit.files.iter().chain([&unit.root]))
            .collect();
        let files: Vec<_> = files
            .into_iter()
            .filter(|path| path.extension().is_some_and(|rs| rs == "rs"))
            .collect();
        let read: Vec<_> = files
            .into_par_iter()
            .map(|path| (path.clone(), read(path, &cache)))
            .collect();
        let loaded = read
            .into_iter()
            .map(|(path, file)| (path, file.map(|file| &*arena.alloc(file))))
            .collect();
        Self {
            arena,
            cache,
            loaded: RefCell::new(loaded),
        }
    }

    /// Digests of all files that were asked for, of absent ones too.
    pub fn digests(&self) -> BTreeMap<PathBuf, Fingerprint> {
        let loaded = self.loaded.borrow();
        let digests = loaded.iter().map(|(path, file)| {
            let digest = file.map_or(Fingerprint::NONE, |file| file.digest);
            (path.clone(), digest)
        });
        digests.collect()
    }

    /// The text at `path`, or `None` if there is none.
    pub fn text(path: &Path) -> Option<String> {
        std::fs::read_to_string(path).ok()
    }

    /// The file at `path`, or `None` if there is none that can be read as text.
    pub fn load(&self, path: &Path) -> Option<&'a Loaded> {
        if let Some(known) = self.loaded.borrow().get(path) {
            return *known;
        }
        let file = read(path, &self.cache).map(|file| &*self.arena.alloc(file));
        self.loaded.borrow_mut().insert(path.to_path_buf(), file);
        file
    }
}

fn read(path: &Path, cache: &Cache) -> Option<Loaded> {
    let text = std::fs::read_to_string(path).ok()?;
    let digest = Fingerprint::of(text.as_bytes());
    Some(Loaded {
        path: path.to_path_buf(),
        digest,
        file: cache.get_or_parse(&text, digest),
    })
}
