//! What is embedded: a record for each memo and fixture, and what has to stay as it is for it.

use super::Given;
use crate::analysis::{Analysis, Demands, Root};
use crate::facts::Facts;
use crate::inputs::Answers;
use anyhow::{Context, Result, bail};
use mamo::format::embedded::{self, Code, Record, Seen};
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::path::{Path, PathBuf};

/// All that is embedded of one package.
pub(super) struct Embedding {
    began_ns: u64,
    /// Files and directories with source.
    watched: BTreeSet<PathBuf>,
    /// Other files that something may read.
    files: BTreeSet<PathBuf>,
    /// Variables that decide on the build.
    variables: BTreeSet<String>,
    /// By key, and whether it is that of a test's crate.
    functions: BTreeMap<(String, bool), Result<Function, String>>,
}

struct Function {
    fingerprint: [u8; 32],
    variables: Vec<String>,
    reads_files: bool,
}

impl Embedding {
    pub(super) fn of(given: &Given, facts: &Facts, analysis: &Analysis, began_ns: u64) -> Self {
        let none = Answers::default();
        let answers = analysis.answers.as_ref().unwrap_or(&none);
        let mut embedding = Self {
            began_ns,
            watched: watched(given, facts, answers),
            files: read_besides(given, facts, answers),
            variables: BTreeSet::new(),
            functions: BTreeMap::new(),
        };
        for root in &analysis.roots {
            let unit = &facts.units[root.unit];
            if facts.package_of(unit).dir != given.package {
                continue;
            }
            let demands = analysis.demands(root, facts);
            let asks = analysis.asks_for_program(root);
            let function = function(root, (&demands, asks), answers.moving);
            embedding.variables.extend(demands.built_with);
            embedding.add((root.name.clone(), unit.test), function);
        }
        embedding
    }

    fn add(&mut self, key: (String, bool), function: Result<Function, String>) {
        let same = |known: &Result<Function, String>| match (known, &function) {
            (Ok(known), Ok(new)) => known.fingerprint == new.fingerprint,
            _ => false,
        };
        if self.functions.get(&key).is_some_and(|known| !same(known)) {
            let why = "several functions have this name".to_owned();
            self.functions.insert(key, Err(why));
        } else {
            self.functions.insert(key, function);
        }
    }

    /// The bytes of the table; writes beside it what files looked like, if that matters.
    pub(super) fn table(&self, own: &Path) -> Result<Vec<u8>> {
        let reads = |function: &Result<Function, String>| {
            function.as_ref().is_ok_and(|function| function.reads_files)
        };
        let files = if self.functions.values().any(reads) {
            Some(self.keep_files(own)?)
        } else {
            None
        };
        let mut table = Vec::new();
        for ((key, test), function) in &self.functions {
            let code = function
                .as_ref()
                .map_err(Clone::clone)
                .map(|function| Code {
                    fingerprint: function.fingerprint,
                    variables: function.variables.clone(),
                    files: files.clone().filter(|_| function.reads_files),
                });
            let record = Record {
                began_ns: self.began_ns,
                watched: self.watched.clone(),
                code,
            };
            embedded::push(&mut table, key, *test, &record).context("write a record")?;
        }
        Ok(table)
    }

    fn keep_files(&self, own: &Path) -> Result<(PathBuf, [u8; 32])> {
        let all = self.files.iter().chain(&self.watched);
        let seen: Vec<(&PathBuf, Seen)> = all.map(|path| (path, Seen::of(path))).collect();
        let bytes = postcard::to_stdvec(&seen).context("write how files look")?;
        let list = own.join("files");
        std::fs::write(&list, &bytes).context("write how files look")?;
        Ok((list, *blake3::hash(&bytes).as_bytes()))
    }

    /// What the macros look at, one a line.
    pub(super) fn circumstances(&self, packages: &BTreeSet<String>) -> Result<String> {
        let mut text = format!("began {}\n", self.began_ns);
        for path in &self.watched {
            let path = path.to_str().filter(|path| !path.contains(['\n', '\r']));
            let Some(path) = path else {
                bail!("the path of a source file has a line break, or is not UTF-8");
            };
            writeln!(text, "watched {path}").context("write to memory")?;
        }
        for package in packages {
            writeln!(text, "script {package}").context("write to memory")?;
        }
        Ok(text)
    }

    /// What cargo is told: when to run the build script again.
    pub(super) fn lines(&self) -> Vec<String> {
        let files = self.files.iter().filter(|path| path.is_file());
        let changed = self.watched.iter().chain(files);
        let changed = changed.map(|path| format!("rerun-if-changed={}", path.display()));
        let cargos = |name: &&String| !name.starts_with("CARGO_") && *name != "OUT_DIR";
        let variables = self.variables.iter().filter(cargos);
        let variables = variables.map(|name| format!("rerun-if-env-changed={name}"));
        changed.chain(variables).collect()
    }
}

/// What is embedded of one root, or why nothing is.
fn function(
    root: &Root,
    (demands, asks_for_program): (&Demands, bool),
    moving: bool,
) -> Result<Function, String> {
    let hint = "; start the program by `cargo mamo`";
    let refusals = [
        (root.unseen, "something that it reaches cannot be seen"),
        (moving, "files were written while they were looked at"),
        (
            demands.open,
            "its callers decide what code it is, and a build script cannot see them",
        ),
        (
            demands.any_variable,
            "it reads variables by names that are not written out",
        ),
        (
            demands.compiles,
            "it compiles something, and a build script cannot see that",
        ),
        (
            asks_for_program,
            "it asks where its program is, and a build script cannot see that",
        ),
        (
            demands.unknown_file,
            "it includes a file whose name is not written out",
        ),
    ];
    if let Some((_, why)) = refusals.iter().find(|(refused, _)| *refused) {
        return Err(format!("{why}{hint}"));
    }
    Ok(Function {
        fingerprint: root.fingerprint.0,
        variables: root.variables.clone(),
        reads_files: demands.files,
    })
}

/// Where source is: below each crate root's directory, and files elsewhere; manifests and what else decides on the build.
fn watched(given: &Given, facts: &Facts, answers: &Answers) -> BTreeSet<PathBuf> {
    let packages: BTreeSet<_> = facts
        .packages
        .iter()
        .map(|package| package.dir.as_path())
        .collect();
    let roots = facts.units.iter().filter_map(|unit| unit.root.parent());
    let is_whole = |dir: &&Path| packages.iter().any(|package| package.starts_with(dir));
    let mut found: BTreeSet<PathBuf> = roots
        .filter(|dir| !is_whole(dir))
        .map(Path::to_path_buf)
        .collect();
    let sources = answers
        .files
        .keys()
        .filter(|path| path.extension().is_some_and(|rs| rs == "rs"));
    let sources = sources.filter(|path| path.is_file() && !path.starts_with(&given.out_dir));
    let outside: Vec<_> = sources
        .filter(|path| !found.iter().any(|dir| path.starts_with(dir)))
        .cloned()
        .collect();
    found.extend(outside);
    found.extend(packages.iter().map(|package| package.join("Cargo.toml")));
    found.insert(facts.workspace_root.join("Cargo.toml"));
    found.extend(facts.lockfiles.iter().cloned());
    found.insert(given.package.join("build.rs"));
    found.retain(|path| path.exists());
    found
}

/// Other files that were looked at, and directories whose names were; but for git's own.
fn read_besides(given: &Given, facts: &Facts, answers: &Answers) -> BTreeSet<PathBuf> {
    let all = answers.files.keys().chain(answers.directories.keys());
    let is_gits = |path: &Path| path.components().any(|part| part.as_os_str() == ".git");
    let is_ours = |path: &Path| {
        let mut packages = facts.packages.iter().map(|package| &package.dir);
        path.starts_with(&facts.workspace_root) || packages.any(|package| path.starts_with(package))
    };
    let counts =
        |path: &&PathBuf| is_ours(path) && !is_gits(path) && !path.starts_with(&given.out_dir);
    all.filter(counts).cloned().collect()
}
