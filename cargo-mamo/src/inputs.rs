//! What tests and code read besides module trees: included files, the package's own files, variables.
//!
//! The only part of the analysis that asks the file system and the environment; every answer is kept, so that
//! one analysis sees one state of the world.

pub mod chosen;
mod droppings;
mod listing;
pub mod unnamed;
mod variables;

use crate::facts::Facts;
use crate::fingerprint::Fingerprint;
use crate::layout;
use crate::resolve::modules::clean;
use crate::sight::{Sight, held};
use crate::tracked::Index;
use chosen::Chosen;
use serde::{Deserialize, Serialize};
use std::cell::{Cell, RefCell};
use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use std::path::{Path, PathBuf};
use std::rc::Rc;
use std::time::SystemTime;
pub use variables::{all_variables, is_everywhere, value, variable};

/// Digests of files and variables, each read once.
pub struct Inputs<'f> {
    facts: &'f Facts,
    /// Files that are part of some module tree: they count as items, not as files.
    sources: &'f BTreeSet<PathBuf>,
    /// Which files count besides, and which do not.
    chosen: Chosen,
    files: RefCell<BTreeMap<PathBuf, Fingerprint>>,
    began: SystemTime,
    directories: RefCell<BTreeMap<PathBuf, Sight>>,
    moving: Cell<bool>,
    /// Is there a directory at a path?
    kinds: RefCell<HashMap<PathBuf, bool>>,
    /// The names in a directory, in small letters.
    names: RefCell<HashMap<PathBuf, HashSet<String>>>,
    /// Directories with sources below them.
    source_dirs: HashSet<&'f Path>,
    /// Work trees of git that were asked what decides on their files.
    work_trees: RefCell<BTreeSet<PathBuf>>,
    indexes: RefCell<BTreeMap<PathBuf, Index>>,
    variables: RefCell<BTreeMap<String, Fingerprint>>,
    all_variables: Cell<Option<Fingerprint>>,
    packages: RefCell<HashMap<usize, Rc<BTreeMap<String, Fingerprint>>>>,
    /// What tools left in packages.
    left: RefCell<HashMap<usize, Rc<BTreeMap<String, Fingerprint>>>>,
    /// Every file below a directory that git does not ignore.
    trees: RefCell<HashMap<PathBuf, Rc<Vec<PathBuf>>>>,
    /// Those of them below directories that texts name, sources left out.
    below: RefCell<HashMap<PathBuf, Rc<Vec<PathBuf>>>>,
}

/// Everything that an analysis was told of the world.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct Answers {
    /// Digests of files, of absent ones too.
    pub files: BTreeMap<PathBuf, Fingerprint>,
    /// Directories whose names were listed, and files that decide which are.
    pub directories: BTreeMap<PathBuf, Sight>,
    /// What of git's indexes among these decides on lists.
    pub indexes: BTreeMap<PathBuf, Index>,
    /// Did something change while it was listed?
    pub moving: bool,
    /// Digests of variables.
    pub variables: BTreeMap<String, Fingerprint>,
    /// The digest of all variables, if it was asked for.
    pub all_variables: Option<Fingerprint>,
}

/// What `mamo.toml` declares of what counts, read once for an analysis.
#[derive(Debug)]
pub struct Declarations {
    path: PathBuf,
    digest: Fingerprint,
    /// What it says.
    pub chosen: Chosen,
}

impl Declarations {
    /// In the workspace at `root`.
    pub fn read(root: &Path) -> Self {
        let path = root.join(chosen::FILE);
        let text = std::fs::read(&path).ok();
        let digest = text.as_deref().map_or(Fingerprint::NONE, Fingerprint::of);
        let chosen = Chosen::of(&String::from_utf8_lossy(&text.unwrap_or_default()));
        Self {
            path,
            digest,
            chosen,
        }
    }
}

impl<'f> Inputs<'f> {
    /// For the packages of `facts`, whose module trees are made of `sources`.
    pub fn new(facts: &'f Facts, sources: &'f BTreeSet<PathBuf>, declared: Declarations) -> Self {
        Self {
            facts,
            sources,
            chosen: declared.chosen,
            files: RefCell::new(BTreeMap::from([(declared.path, declared.digest)])),
            began: SystemTime::now(),
            directories: RefCell::default(),
            moving: Cell::default(),
            kinds: RefCell::default(),
            names: RefCell::default(),
            source_dirs: sources.iter().flat_map(|path| path.ancestors()).collect(),
            work_trees: RefCell::default(),
            indexes: RefCell::default(),
            variables: RefCell::default(),
            all_variables: Cell::default(),
            packages: RefCell::default(),
            left: RefCell::default(),
            trees: RefCell::default(),
            below: RefCell::default(),
        }
    }

    /// All that was asked, with the answers.
    pub fn into_answers(self) -> Answers {
        Answers {
            files: self.files.into_inner(),
            directories: self.directories.into_inner(),
            indexes: self.indexes.into_inner(),
            moving: self.moving.get(),
            variables: self.variables.into_inner(),
            all_variables: self.all_variables.get(),
        }
    }

    /// The digest of what a file [holds](held), of a source file's bytes; one that stands for absence if it cannot be read.
    pub fn file(&self, path: &Path) -> Fingerprint {
        let digest = |path: &Path| {
            let found = if self.sources.contains(path) {
                std::fs::read(path)
                    .ok()
                    .map(|bytes| Fingerprint::of(&bytes))
            } else {
                held(path)
            };
            found.unwrap_or(Fingerprint::NONE)
        };
        *self
            .files
            .borrow_mut()
            .entry(path.to_path_buf())
            .or_insert_with(|| digest(path))
    }

    /// How the tokens in these lines of a source file are written (all of it for lines that are not known).
    pub fn spelling(&self, path: &Path, lines: (u32, u32)) -> Fingerprint {
        let Ok(text) = std::fs::read(path) else {
            return Fingerprint::NONE;
        };
        let (first, last) = (lines.0.max(1) as usize, lines.1 as usize);
        let of_lines = text.split_inclusive(|byte| *byte == b'\n');
        let of_lines: Vec<_> = match last {
            0 => of_lines.collect(),
            _ => of_lines.take(last).skip(first - 1).collect(),
        };
        layout::spelling(&of_lines.concat())
    }

    /// Every file of a package that is no source of a module tree and not ignored by git, with its digest.
    pub fn package_files(&self, package: usize) -> Rc<BTreeMap<String, Fingerprint>> {
        if let Some(known) = self.packages.borrow().get(&package) {
            return Rc::clone(known);
        }
        let dir = &self.facts.packages[package].dir;
        let nested: Vec<_> = self
            .facts
            .packages
            .iter()
            .map(|other| &other.dir)
            .filter(|other| *other != dir && other.starts_with(dir))
            .collect();
        let name = &self.facts.packages[package].name;
        let (mut found, mut left) = (BTreeMap::new(), BTreeMap::new());
        for path in self.listed(dir) {
            let inside_other = nested.iter().any(|other| path.starts_with(other));
            if inside_other || self.sources.contains(&path) || self.facts.is_built(&path) {
                continue;
            }
            if let Ok(relative) = path.strip_prefix(dir) {
                let relative = relative.to_string_lossy().replace('\\', "/");
                if self.is_left(package, &relative) {
                    left.insert(relative, self.file(&path));
                } else if !self.chosen.leaves_out(name, &relative) {
                    found.insert(relative, self.file(&path));
                }
            }
        }
        for also in self.chosen.also(name) {
            found.extend(self.chosen_besides(dir, also));
        }
        self.left.borrow_mut().insert(package, Rc::new(left));
        let found = Rc::new(found);
        self.packages
            .borrow_mut()
            .insert(package, Rc::clone(&found));
        found
    }

    /// Files of a package that its test tools left there, with their digests: those who list directories see them.
    pub fn left_by_tools(&self, package: usize) -> Rc<BTreeMap<String, Fingerprint>> {
        self.package_files(package);
        self.left
            .borrow()
            .get(&package)
            .cloned()
            .unwrap_or_default()
    }

    fn is_left(&self, package: usize, file: &str) -> bool {
        droppings::is_dropping(&self.facts.packages[package], file)
    }

    /// What `also` names, a file or all of a directory, relative to `dir`; one that is not there, too.
    fn chosen_besides(&self, dir: &Path, also: &str) -> BTreeMap<String, Fingerprint> {
        let path = clean(&dir.join(also));
        if !path.is_dir() {
            return BTreeMap::from([(also.to_owned(), self.file(&path))]);
        }
        let files = self.tree(&path);
        let named = files.iter().filter_map(|file| {
            let relative = file.strip_prefix(&path).ok()?;
            let relative = relative.to_string_lossy().replace('\\', "/");
            Some((format!("{also}/{relative}"), self.file(file)))
        });
        named.collect()
    }

    /// Source files of module trees that `text` names, itself or as a directory, from a package's directory or the
    /// workspace's: read as files they count by their bytes.
    pub fn sources_named(&self, package: usize, text: &str) -> Vec<PathBuf> {
        if text.starts_with('/') && text.trim_matches('/').is_empty() {
            return Vec::new();
        }
        let text = text.trim_start_matches('/');
        let mut found = Vec::new();
        for base in [
            &self.facts.packages[package].dir,
            &self.facts.workspace_root,
        ] {
            let path = clean(&base.join(text));
            if self.sources.contains(&path) {
                found.push(path);
            } else if (text.is_empty() || text == ".")
                || (self.is_source_dir(&path) && path != *base)
            {
                found.extend(
                    self.sources
                        .iter()
                        .filter(|source| source.starts_with(&path))
                        .cloned(),
                );
            }
        }
        found
    }

    /// Files that are no sources and not among the package's own, and that `text` names, itself or as a directory, from
    /// the package's directory or the workspace's.
    pub fn files_named(&self, package: usize, text: &str) -> BTreeSet<PathBuf> {
        let own = &self.facts.packages[package].dir;
        let mut found = BTreeSet::new();
        let Some(text) = known_part(text) else {
            return found;
        };
        for base in [own, &self.facts.workspace_root] {
            let path = clean(&base.join(&text));
            if path == *own || self.facts.is_built(&path) {
                continue;
            }
            let lacks = self.lacks(base, &path);
            let kind = (!lacks).then(|| std::fs::metadata(&path).ok()).flatten();
            let kind = kind.map(|metadata| metadata.file_type());
            if kind.is_some_and(|kind| kind.is_file()) {
                found.insert(path);
            } else if kind.is_some_and(|kind| kind.is_dir()) {
                found.extend(self.below(path).iter().cloned());
            } else {
                let mut above = path.ancestors().skip(1);
                let above = above.find(|above| (lacks && above == base) || self.is_dir(above));
                let recent = above.is_some_and(|above| self.note(above.to_path_buf()));
                self.moving
                    .set(self.moving.get() || (recent && path.exists()));
            }
        }
        let counted = self.package_files(package);
        let is_left = |name: &str| self.is_left(package, name) && !name.ends_with(&text);
        let package = &self.facts.packages[package].name;
        found.retain(|path| {
            let name = path
                .strip_prefix(own)
                .map(|name| name.to_string_lossy().replace('\\', "/"));
            !self.sources.contains(path)
                && !name.is_ok_and(|name| {
                    counted.contains_key(&name)
                        || is_left(&name)
                        || self.chosen.leaves_out(package, &name)
                })
        });
        found
    }

    /// The files below a directory, of the workspace if it lies there.
    fn below(&self, path: PathBuf) -> Rc<Vec<PathBuf>> {
        if let Some(known) = self.below.borrow().get(&path) {
            return Rc::clone(known);
        }
        let root = &self.facts.workspace_root;
        // One above all of it is left out, as the workspace's own is.
        let outside = !path.starts_with(root) && !root.starts_with(&path);
        let all = self.tree(if outside { &path } else { root });
        let below = all.iter().filter(|file| file.starts_with(&path));
        let below = below.filter(|file| !self.sources.contains(*file));
        let below: Rc<Vec<_>> = Rc::new(below.cloned().collect());
        self.below.borrow_mut().insert(path, Rc::clone(&below));
        below
    }

    /// Does a text name nothing at all, since where it would begin there is no such name? Most texts are no paths.
    pub fn leads_nowhere(&self, package: usize, text: &str) -> bool {
        let plain = |part: &str| {
            let open = ['{', '*', '?', '$', '[', '\\', ':'];
            !matches!(part, "" | "." | "..") && part.is_ascii() && !part.contains(open)
        };
        let Some(first) = text.split('/').next().filter(|first| plain(first)) else {
            return false;
        };
        let bases = [
            &self.facts.packages[package].dir,
            &self.facts.workspace_root,
        ];
        // A name that comes to be would be noticed by these. What was written just before has to be looked at.
        !text.split('/').any(|part| part == "..")
            && bases.iter().all(|base| self.has_no(base, first))
            && bases.iter().all(|base| !self.note((*base).clone()))
    }

    /// Does some source file lie below `path`?
    fn is_source_dir(&self, path: &Path) -> bool {
        self.source_dirs.contains(path)
    }
}

/// What of a text is a path for certain: neither what stands for a value at its start, nor what follows one.
fn known_part(text: &str) -> Option<String> {
    let open = |part: &&str| part.contains(['{', '*', '?', '$', '[']);
    let parts = text
        .split('/')
        .skip_while(|part| part.is_empty() || open(part));
    let known: Vec<_> = parts.take_while(|part| !open(part)).collect();
    let says = known.iter().any(|part| !matches!(*part, "" | "."));
    says.then(|| known.join("/"))
}
