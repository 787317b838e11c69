//! The facts of a build: every compilation that cargo made, and what each was given.
//!
//! Taken from cargo's own messages and rustc's dep-info, never guessed: see `cargo`, which fills it. Plain
//! values that can be stored as the *build record* of an environment and compared later.

use crate::fingerprint::Fingerprint;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

/// Stands in [`Facts::unknown_cfgs`] for every name: what is not known to be set may be.
pub const ANY_CFG: &str = "*";

/// Is it how cargo tells one of its units from another in the names of files and directories?
pub fn is_unit_hash(text: &str) -> bool {
    text.len() == 16 && text.bytes().all(|digit| digit.is_ascii_hexdigit())
}

/// Index of a [`Unit`] in [`Facts::units`].
pub type UnitIndex = usize;

/// All that is known of one build of a workspace.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Facts {
    /// The workspace root, absolute. Every relative path below is relative to it.
    pub workspace_root: PathBuf,
    /// Cargo's target directory, absolute.
    pub target_dir: PathBuf,
    /// Where cargo puts what it makes on the way: the target directory, unless `build.build-dir` says otherwise. Absolute.
    pub build_dir: PathBuf,
    /// Where the locked versions may stand: beside the workspace's manifest, or where `resolver.lockfile-path` says. Absolute.
    pub lockfiles: Vec<PathBuf>,
    /// Every compilation of a package whose source is a path (workspace members and path dependencies).
    pub units: Vec<Unit>,
    /// The packages those units belong to.
    pub packages: Vec<LocalPackage>,
    /// Toolchain, target, profile and flags: one digest for what holds for every unit.
    pub toolchain: Fingerprint,
    /// rustdoc, if one is configured, and its flags.
    pub rustdoc: Fingerprint,
    /// `rustc --print cfg` under the flags in force.
    pub target_cfgs: BTreeSet<String>,
    /// cfg names that configuration may set for some units only; they evaluate to unknown.
    pub unknown_cfgs: BTreeSet<String>,
    /// Digests of the Rust files of the units as they were built.
    pub sources: BTreeMap<PathBuf, Fingerprint>,
    /// Is it certain that of plain functions of other crates rustc looks at the signature alone (where it does not optimize)?
    pub closed_bodies: bool,
    /// Variables that cargo's configuration sets for every program that it starts.
    pub configured: BTreeMap<String, Configured>,
}

/// A variable of cargo's `[env]` table.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Configured {
    /// Its value, made absolute if the entry says `relative`.
    pub value: String,
    /// Does it replace a variable that is set already?
    pub force: bool,
}

/// A package built from a path.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LocalPackage {
    /// `name` of its manifest.
    pub name: String,
    /// `version` of its manifest.
    pub version: String,
    /// Directory of its manifest, absolute.
    pub dir: PathBuf,
    /// Is it a member of the workspace?
    pub member: bool,
    /// What code can read through `CARGO_PKG_*` and what of the manifest can change behaviour, as a digest.
    pub manifest: Fingerprint,
    /// External packages (registry, git) that each of its dependency edges can reach, by extern name:
    /// `name version checksum-or-source`, the transitive closure included, sorted.
    pub external: BTreeMap<String, BTreeSet<String>>,
    /// What the source of these, and of all behind them, says of the world: by extern name.
    pub foreign: BTreeMap<String, Foreign>,
    /// The same for its build-dependencies, all together.
    pub build_external: BTreeSet<String>,
    /// The crate roots of all its targets, built or not, absolute.
    pub targets: BTreeSet<PathBuf>,
    /// Its build script's run, if it has one.
    pub build_script: Option<BuildScript>,
}

/// What the source of a package from elsewhere asks of the world, or of all behind a dependency.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Foreign {
    /// Does it read variables?
    pub reads: bool,
    /// Texts in it that a variable could be called.
    pub variables: BTreeSet<String>,
    /// What names the variables that it reads.
    pub named: Named,
    /// Can it start programs?
    pub starts: bool,
}

/// What names the variables that foreign code reads; each holds those before it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Named {
    /// Texts of the reading package.
    #[default]
    Here,
    /// Texts of its users, too.
    ByOthers,
    /// Whatever is composed at run time.
    ByAnything,
}

impl Foreign {
    /// Of source that cannot be read.
    pub fn unknown() -> Self {
        Self {
            reads: true,
            named: Named::ByAnything,
            starts: true,
            ..Self::default()
        }
    }

    /// All that several packages, linked together, may ask. Where one takes names from others, all texts count.
    pub fn together<'f>(all: &(impl Iterator<Item = &'f Self> + Clone)) -> Self {
        let named = all.clone().map(|one| one.named).max().unwrap_or_default();
        let counts = |one: &&Self| one.reads || named > Named::Here;
        let variables = all.clone().filter(counts).flat_map(|one| &one.variables);
        Self {
            reads: all.clone().any(|one| one.reads),
            variables: variables.cloned().collect(),
            named,
            starts: all.clone().any(|one| one.starts),
        }
    }
}

/// What a build script said and wrote.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct BuildScript {
    /// `cargo::rustc-cfg` values: `name` or `name="value"`.
    pub cfgs: Vec<String>,
    /// `cargo::rustc-env` values.
    pub env: Vec<(String, String)>,
    /// Link libraries and search paths, made free of absolute paths.
    pub links: Vec<String>,
    /// `OUT_DIR`, absolute.
    pub out_dir: Option<PathBuf>,
    /// Every file under `OUT_DIR`: relative path and digest.
    pub out_files: BTreeMap<String, Fingerprint>,
}

/// What a unit was compiled as.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum TargetKind {
    /// The package's library (any crate type but `proc-macro`).
    Lib,
    /// The package's procedural-macro library.
    ProcMacro,
    /// A binary.
    Bin,
    /// An integration test.
    Test,
    /// An example.
    Example,
    /// A benchmark.
    Bench,
    /// A build script.
    BuildScript,
}

/// One compilation of one target under exact features and cfgs.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Unit {
    /// Index into [`Facts::packages`].
    pub package: usize,
    /// Cargo's target name.
    pub target: String,
    /// The crate's name as rustc has it (`-` become `_`).
    pub crate_name: String,
    /// What was compiled.
    pub kind: TargetKind,
    /// Compiled with `--test` (and so with `cfg(test)`)?
    pub test: bool,
    /// Does it use libtest's harness?
    pub harness: bool,
    /// Does cargo run its doctests (libraries only)?
    pub doctest: bool,
    /// Crate root, absolute.
    pub root: PathBuf,
    /// `2015`, `2018`, `2021`, `2024`.
    pub edition: String,
    /// Features as built.
    pub features: BTreeSet<String>,
    /// Profile bits that change behaviour: opt level, debug assertions, overflow checks, panic, debug information.
    pub profile: String,
    /// Local crates that it can name: extern name → units. More than one unit where cargo's messages do not
    /// tell which of several builds of a crate was linked; all of them count.
    pub deps: BTreeMap<String, Vec<UnitIndex>>,
    /// Extern names of registry and git packages that it can name.
    pub external_deps: BTreeSet<String>,
    /// Files that rustc read (dep-info), absolute, source and included alike.
    pub files: BTreeSet<PathBuf>,
    /// `env!` and `option_env!` variables that rustc read (dep-info), with values.
    pub env: BTreeMap<String, Option<String>>,
    /// The executable, where the unit makes one.
    pub executable: Option<PathBuf>,
    /// Why it is not certain what rustc read for it: then nothing that links it is answered for.
    pub doubt: Option<String>,
    /// What macros may have read while it was compiled, of which neither rustc nor cargo knows.
    pub macro_reads: MacroReads,
}

/// What code may read of files and variables. Of procedural macros neither rustc nor cargo is told.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct MacroReads {
    /// Files or directories.
    pub files: bool,
    /// Those outside of the package that is compiled, too.
    pub beyond: bool,
    /// Variables by literal name.
    pub variables: BTreeSet<String>,
    /// Variables by computed names.
    pub any_variable: bool,
}

impl MacroReads {
    /// Anything at all: of code that cannot be looked at.
    pub fn anything() -> Self {
        Self {
            files: true,
            beyond: true,
            variables: BTreeSet::new(),
            any_variable: true,
        }
    }

    /// Nothing? To go beyond a package is nothing where no files are read.
    pub fn is_empty(&self) -> bool {
        !self.files && !self.reads_variables()
    }

    /// Does it read variables?
    pub fn reads_variables(&self) -> bool {
        self.any_variable || !self.variables.is_empty()
    }

    /// Adds what other code reads.
    pub fn join(&mut self, other: &Self) {
        self.files |= other.files;
        self.beyond |= other.beyond;
        self.variables.extend(other.variables.iter().cloned());
        self.any_variable |= other.any_variable;
    }
}

impl LocalPackage {
    /// Does it use the external package whose line begins so?
    pub fn uses(&self, line: &str) -> bool {
        let mut lines = self.external.values().flatten().chain(&self.build_external);
        lines.any(|own| own.starts_with(line) || own == line.trim_end())
    }
}

impl Unit {
    /// Is it a library whose documentation may hold doctests?
    pub fn is_documented(&self) -> bool {
        self.is_library() && !self.test && self.doctest
    }

    /// Is it a package's library, or the tests of one?
    pub fn is_library(&self) -> bool {
        matches!(self.kind, TargetKind::Lib | TargetKind::ProcMacro)
    }
}

impl Facts {
    /// `unit` and all local units that it can link.
    pub fn linked(&self, unit: UnitIndex) -> BTreeSet<UnitIndex> {
        let mut seen = BTreeSet::from([unit]);
        let mut open = vec![unit];
        while let Some(at) = open.pop() {
            for &dep in self.units[at].deps.values().flatten() {
                if seen.insert(dep) {
                    open.push(dep);
                }
            }
        }
        seen
    }

    /// Are these the same but for what source held when it was built?
    pub fn same_but_for_source(&self, other: &Self) -> bool {
        self.without_source() == other.without_source()
    }

    /// These, whatever source held when it was built.
    #[must_use]
    pub fn without_source(&self) -> Self {
        Self {
            sources: BTreeMap::new(),
            ..self.clone()
        }
    }

    /// Does only cargo write there? A directory that it builds in may hold the workspace or a package, and these anything.
    pub fn is_built(&self, path: &Path) -> bool {
        let holds = |dir: &&PathBuf| {
            let mut packages = self.packages.iter().map(|package| &package.dir);
            self.workspace_root.starts_with(dir)
                || packages.any(|package| package.starts_with(dir) && path.starts_with(package))
        };
        let dirs = [&self.target_dir, &self.build_dir].into_iter();
        let mut around = dirs.filter(|dir| path.starts_with(dir));
        around.any(|dir| !holds(&dir))
    }

    /// The directories in which cargo alone writes.
    pub fn output_dirs(&self) -> Vec<PathBuf> {
        let dirs = [&self.target_dir, &self.build_dir].into_iter();
        dirs.filter(|dir| self.is_built(dir)).cloned().collect()
    }

    /// The directories that cargo builds in, the inner before the outer, which may hold it.
    pub fn places_of_cargo(&self) -> [(&Path, &'static str); 2] {
        let (target, build) = (self.target_dir.as_path(), self.build_dir.as_path());
        if build.starts_with(target) {
            [(build, "<build>"), (target, "<target>")]
        } else {
            [(target, "<target>"), (build, "<build>")]
        }
    }

    /// The package of a unit.
    pub fn package_of(&self, unit: &Unit) -> &LocalPackage {
        &self.packages[unit.package]
    }
}
