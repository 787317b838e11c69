//! What tests and code read besides module trees: included files, the package's own files, variables.
//!
//! The only part of the analysis that asks the file system and the environment; every answer is kept, so that
//! one analysis sees one state of the world.

use crate::facts::{Configured, Facts};
use crate::fingerprint::Fingerprint;
use crate::resolve::modules::clean;
use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::rc::Rc;

/// Digests of files and variables, each read once.
pub struct Inputs<'f> {
    facts: &'f Facts,
    /// Files that are part of some module tree: they count as items, not as files.
    sources: &'f BTreeSet<PathBuf>,
    files: RefCell<HashMap<PathBuf, Fingerprint>>,
    packages: RefCell<HashMap<usize, Rc<BTreeMap<String, Fingerprint>>>>,
}

/// Variables that differ between shells without meaning anything to a test.
const VOLATILE: &[&str] = &[
    "PWD",
    "OLDPWD",
    "SHLVL",
    "_",
    "TERM",
    "TERM_PROGRAM",
    "TERM_PROGRAM_VERSION",
    "COLORTERM",
    "COLUMNS",
    "LINES",
    "SSH_CLIENT",
    "SSH_CONNECTION",
    "SSH_TTY",
    "SSH_AUTH_SOCK",
    "WINDOWID",
    "XDG_SESSION_ID",
    "LS_COLORS",
    "MAMO_AUDIT",
    "MAMO_DIR",
    "MAMO_SNAPSHOT",
    "MAMO_TIMES",
    "CARGO_TARGET_DIR",
    "CARGO",
    "RUSTUP_TOOLCHAIN",
];

impl<'f> Inputs<'f> {
    /// For the packages of `facts`, whose module trees are made of `sources`.
    pub fn new(facts: &'f Facts, sources: &'f BTreeSet<PathBuf>) -> Self {
        Self {
            facts,
            sources,
            files: RefCell::default(),
            packages: RefCell::default(),
        }
    }

    /// The digest of a file's bytes; a digest that stands for absence if it cannot be read.
    pub fn file(&self, path: &Path) -> Fingerprint {
        let digest = |path: &Path| {
            std::fs::read(path).map_or(Fingerprint::NONE, |bytes| Fingerprint::of(&bytes))
        };
        *self
            .files
            .borrow_mut()
            .entry(path.to_path_buf())
            .or_insert_with(|| digest(path))
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
            .filter(|other| *other != dir)
            .collect();
        let mut found = BTreeMap::new();
        for path in tracked_files(dir).unwrap_or_else(|| walked_files(dir, &self.facts.target_dir))
        {
            let inside_other = nested
                .iter()
                .any(|other| other.starts_with(dir) && path.starts_with(other));
            if inside_other
                || self.sources.contains(&path)
                || path.starts_with(&self.facts.target_dir)
            {
                continue;
            }
            if let Ok(relative) = path.strip_prefix(dir) {
                found.insert(
                    relative.to_string_lossy().replace('\\', "/"),
                    self.file(&path),
                );
            }
        }
        let found = Rc::new(found);
        self.packages
            .borrow_mut()
            .insert(package, Rc::clone(&found));
        found
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

    /// Does some source file lie below `path`?
    fn is_source_dir(&self, path: &Path) -> bool {
        self.sources
            .range(path.to_path_buf()..)
            .next()
            .is_some_and(|source| source.starts_with(path))
    }

    /// The digest of a variable's value in a program that cargo starts, absence included.
    pub fn variable(&self, name: &str) -> Fingerprint {
        let set = std::env::var_os(name);
        match self.facts.configured.get(name) {
            Some(entry) if entry.force || set.is_none() => self.configured(entry),
            _ => set.map_or_else(
                || Fingerprint::of_parts([b"unset".as_slice()]),
                |value| Fingerprint::of_parts([b"set".as_slice(), value.as_encoded_bytes()]),
            ),
        }
    }

    /// The digest of all variables but those that only describe the shell.
    pub fn all_variables(&self) -> Fingerprint {
        let set = std::env::vars_os().map(|(name, _)| name.to_string_lossy().into_owned());
        let mut names: BTreeSet<_> = set.filter(|name| !is_volatile(name)).collect();
        names.extend(self.facts.configured.keys().cloned());
        let digests: Vec<_> = names
            .iter()
            .map(|name| (name, self.variable(name)))
            .collect();
        Fingerprint::of_parts(
            digests
                .iter()
                .flat_map(|(name, digest)| [name.as_bytes(), &digest.0]),
        )
    }

    /// A configured value; one that names this checkout counts by what is left when its place is taken out.
    fn configured(&self, entry: &Configured) -> Fingerprint {
        let value = entry
            .value
            .replace(&*self.facts.workspace_root.to_string_lossy(), "<workspace>");
        Fingerprint::of_parts([b"set".as_slice(), value.as_bytes()])
    }
}

fn is_volatile(name: &str) -> bool {
    VOLATILE.contains(&name)
        || name.starts_with("VSCODE_")
        || name.starts_with("ITERM_")
        || name.starts_with("GNOME_")
}

/// Files that git tracks or would track below `dir`; `None` where there is no git work tree.
fn tracked_files(dir: &Path) -> Option<Vec<PathBuf>> {
    let mut git = Command::new("git");
    git.args([
        "ls-files",
        "-z",
        "--cached",
        "--others",
        "--exclude-standard",
    ])
    .current_dir(dir);
    for variable in ["GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE"] {
        git.env_remove(variable);
    }
    let output = git.output().ok().filter(|output| output.status.success())?;
    let names = output
        .stdout
        .split(|byte| *byte == 0)
        .filter(|name| !name.is_empty());
    let mut files = Vec::new();
    for name in names {
        let path = dir.join(String::from_utf8_lossy(name).as_ref());
        // A submodule is listed by its directory alone; a link to a directory is not followed, it may lead back here.
        if std::fs::symlink_metadata(&path).is_ok_and(|entry| entry.is_dir()) {
            files.extend(tracked_files(&path).unwrap_or_else(|| walked_files(&path, &path)));
        } else {
            files.push(path);
        }
    }
    // An ignored directory (a package unpacked below `target`, say) lists nothing: that says nothing of its files.
    (!files.is_empty()).then_some(files)
}

/// Every file below `dir`, hidden directories and the target directory apart.
fn walked_files(dir: &Path, target: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let mut directories = vec![dir.to_path_buf()];
    while let Some(directory) = directories.pop() {
        for entry in std::fs::read_dir(&directory)
            .into_iter()
            .flatten()
            .flatten()
        {
            let path = entry.path();
            let hidden = entry.file_name().to_string_lossy().starts_with('.');
            match entry.file_type() {
                Ok(kind) if kind.is_dir() && !hidden && path != target => directories.push(path),
                Ok(kind) if kind.is_file() || kind.is_symlink() => found.push(path),
                _ => {}
            }
        }
    }
    found
}
