//! Which units use procedural macros that may read files or variables: neither rustc nor cargo is told of what these read,
//! so that cargo calls a unit fresh whatever became of it.
//!
//! A macro's crates lie on disk as source, the text says what they may read ([`reads_of_text`]). What cannot be read may read
//! anything. A unit may use every macro that some crate beneath it could hand on to it.

use super::dep_info::DepInfos;
use super::messages::Messages;
use super::metadata::{Resolved, is_local, kind_of};
use crate::facts::{Facts, MacroReads, TargetKind, Unit, UnitIndex};
use crate::fingerprint::Fingerprint;
use crate::home::Home;
use crate::syntax::reads_of_text;
use cargo_metadata::{DependencyKind, Package, PackageId};
use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::path::{Path, PathBuf};

/// mamo's own macros read the table that a build script made, and cargo knows of that.
const OWN: &str = "mamo-macros";

/// Crates that macros compute with and that hand them nothing of files and variables, nor do those beneath them.
/// `proc_macro_crate` reads manifests, and those count for what they are.
const HARMLESS: [&str; 34] = [
    "ahash",
    "aho_corasick",
    "bitflags",
    "convert_case",
    "darling_core",
    "either",
    "equivalent",
    "getrandom",
    "hashbrown",
    "heck",
    "ident_case",
    "indexmap",
    "itertools",
    "itoa",
    "memchr",
    "num_traits",
    "once_cell",
    "proc_macro2",
    "proc_macro_crate",
    "quote",
    "rand",
    "rand_core",
    "regex",
    "regex_automata",
    "regex_syntax",
    "ryu",
    "serde",
    "serde_core",
    "serde_json",
    "strsim",
    "syn",
    "toml",
    "unicode_ident",
    "winnow",
];

/// Macro crates that read files, or variables by computed names, only where their caller writes this.
const ASKED_BY: [(&str, &str); 2] = [("paste", "env!"), ("rstest_macros", "files(")];

/// Macro crates that start programs or touch files only where a variable that they read is set, and the variable counts:
/// they print what they make, or write it beside their caller.
const ASKED_BY_VARIABLE: [&str; 2] = ["salsa_macros", "xflags_macros"];

/// Macro crates that read by names that are put together, but only what cargo itself sets.
const OF_CARGO: [&str; 1] = ["clap_derive"];

/// Variables that decide on what a macro prints beside its output.
const SILENT: [&str; 3] = ["MOCKALL_DEBUG", "SALSA_DEBUG_MACRO", "STRUM_DEBUG"];

/// Says of each unit of `facts` what macros may have read while it was compiled.
pub fn note(facts: &mut Facts, resolved: &Resolved, messages: &Messages, home: &Home) {
    let dirs = resolved.metadata.packages.iter().map(|package| {
        let dir = package.manifest_path.parent().map(PathBuf::from);
        (dir.unwrap_or_default(), &package.id)
    });
    let places = [&facts.workspace_root, &facts.target_dir, &facts.build_dir];
    let [workspace_root, target_dir, build_dir] = places.map(PathBuf::clone);
    let texts = Texts {
        dep_infos: DepInfos {
            workspace_root: &workspace_root,
            target_dir: &target_dir,
            build_dir: &build_dir,
        },
        resolved,
        messages,
        home,
        packages: dirs.collect(),
        known: RefCell::default(),
    };
    let reads = (0..facts.units.len()).map(|unit| texts.of_unit(facts, unit));
    let reads: Vec<_> = reads.collect();
    for (unit, reads) in facts.units.iter_mut().zip(reads) {
        unit.macro_reads = reads;
    }
}

struct Texts<'a> {
    dep_infos: DepInfos<'a>,
    resolved: &'a Resolved,
    messages: &'a Messages,
    home: &'a Home,
    /// Packages by directory.
    packages: BTreeMap<PathBuf, &'a PackageId>,
    /// What the code of a package may read by itself.
    known: RefCell<HashMap<&'a PackageId, MacroReads>>,
}

impl<'a> Texts<'a> {
    fn of_unit(&self, facts: &Facts, index: UnitIndex) -> MacroReads {
        let unit = &facts.units[index];
        let Some(id) = self.packages.get(&facts.package_of(unit).dir) else {
            return MacroReads::anything();
        };
        let mut all = MacroReads::default();
        for package in self.usable(id, unit) {
            if package.name.as_str() == OWN {
                continue;
            }
            let mut reads = self.of_macros(&package.id);
            let asked = ASKED_BY.iter().find(|(name, _)| is_known(package, &[name]));
            let is_asked =
                |(_, word): &(&str, &str)| reads.is_empty() || writes(facts, index, word);
            if is_known(package, &ASKED_BY_VARIABLE) || asked.is_some_and(|asked| !is_asked(asked))
            {
                reads = MacroReads {
                    variables: reads.variables,
                    ..MacroReads::default()
                };
            }
            if is_known(package, &OF_CARGO) {
                reads.any_variable = false;
            }
            all.join(&reads);
        }
        all.variables
            .retain(|name| !super::record::set_by_cargo(name) && !SILENT.contains(&name.as_str()));
        all
    }

    /// Procedural-macro packages whose macros a unit of `id` may use.
    fn usable(&self, id: &PackageId, unit: &Unit) -> Vec<&'a Package> {
        let development = unit.test
            || matches!(
                unit.kind,
                TargetKind::Test | TargetKind::Example | TargetKind::Bench
            );
        let first = |kind| match kind {
            DependencyKind::Build => unit.kind == TargetKind::BuildScript,
            DependencyKind::Development => development,
            _ => unit.kind != TargetKind::BuildScript,
        };
        let first = self.resolved.deps(id, first);
        let mut open: Vec<_> = first.into_iter().map(|(_, package)| package).collect();
        let own = self.resolved.package(id);
        open.extend(own.filter(|own| !unit.is_library() && makes_macros(own)));
        let (mut seen, mut found) = (BTreeSet::new(), Vec::new());
        while let Some(package) = open.pop() {
            if !seen.insert(&package.id) {
                continue;
            }
            if makes_macros(package) {
                // It can hand on nothing but its macros.
                found.push(package);
                continue;
            }
            let deps = self.resolved.deps(&package.id, is_normal);
            open.extend(deps.into_iter().map(|(_, package)| package));
        }
        found
    }

    /// What macros of a package may read: its own code, and that beneath it.
    fn of_macros(&self, id: &PackageId) -> MacroReads {
        let mut all = MacroReads::default();
        let (mut seen, mut open) = (BTreeSet::new(), vec![self.resolved.package(id)]);
        while let Some(package) = open.pop() {
            let Some(package) = package else {
                return MacroReads::anything();
            };
            let skipped = package.id != *id && is_known(package, &HARMLESS);
            if skipped || !seen.insert(&package.id) {
                continue;
            }
            all.join(&self.of_package(package));
            let deps = self.resolved.deps(&package.id, is_normal);
            open.extend(deps.into_iter().map(|(_, package)| Some(package)));
        }
        all
    }

    /// What the library of a package may read by itself.
    fn of_package(&self, package: &'a Package) -> MacroReads {
        if let Some(known) = self.known.borrow().get(&package.id) {
            return known.clone();
        }
        let files = self.compiled(package);
        let paths = files.iter().flatten();
        let paths = paths.map(|path| path.as_os_str().as_encoded_bytes());
        let id = package.id.repr.as_bytes();
        let key = Fingerprint::of_parts([VERSION, id].into_iter().chain(paths));
        // What lies in a registry is never edited.
        let path = self.home.part("macros").join(key.to_hex());
        let kept = (!is_local(package)).then(|| self.home.read(&path).present());
        let reads = kept.flatten().unwrap_or_else(|| {
            let reads = files.map_or_else(MacroReads::anything, |files| of_files(&files));
            if !is_local(package) {
                self.home.write(&path, &reads);
            }
            reads
        });
        self.known.borrow_mut().insert(&package.id, reads.clone());
        reads
    }

    /// The files that the library of a package was compiled of. `None` if they are not known.
    fn compiled(&self, package: &Package) -> Option<BTreeSet<PathBuf>> {
        let dir = package.manifest_path.parent()?.as_std_path();
        let artifacts = self.messages.artifacts.iter();
        let libraries = artifacts.filter(|artifact| {
            let kind = kind_of(&artifact.target);
            artifact.package_id == package.id
                && !artifact.profile.test
                && matches!(kind, Some(TargetKind::Lib | TargetKind::ProcMacro))
        });
        let mut files = BTreeSet::new();
        for artifact in libraries {
            let matched = self.dep_infos.of(artifact, &package.name);
            if matched.doubt.is_some() {
                return None;
            }
            files.extend(matched.read.files.iter().map(|file| self.placed(dir, file)));
        }
        // Not built, but its code may be part of what was: any of it counts.
        if files.is_empty() {
            sources_below(dir, &mut files).ok()?;
        }
        Some(files)
    }

    /// rustc runs in the workspace's root for packages under it, else in the package's directory.
    fn placed(&self, dir: &Path, file: &Path) -> PathBuf {
        let in_root = self
            .resolved
            .metadata
            .workspace_root
            .as_std_path()
            .join(file);
        if file.is_absolute() || in_root.exists() {
            in_root
        } else {
            dir.join(file)
        }
    }
}

/// Of the rules by which text is read.
const VERSION: &[u8] = b"2";

fn is_normal(kind: DependencyKind) -> bool {
    kind == DependencyKind::Normal
}

fn crate_name(package: &Package) -> String {
    package.name.replace('-', "_")
}

/// Is it one of these crates? One of the workspace may bear any name.
fn is_known(package: &Package, names: &[&str]) -> bool {
    !is_local(package) && names.contains(&crate_name(package).as_str())
}

fn makes_macros(package: &Package) -> bool {
    let mut targets = package.targets.iter();
    targets.any(|target| kind_of(target) == Some(TargetKind::ProcMacro))
}

/// What the code in these files may read. A file of another kind may be included as code, or its content taken: what is no
/// Rust can be content alone.
fn of_files(files: &BTreeSet<PathBuf>) -> MacroReads {
    let mut all = MacroReads::default();
    for path in files {
        let is_source = path.extension().is_some_and(|extension| extension == "rs");
        let text = std::fs::read_to_string(path).ok();
        match text.and_then(|text| reads_of_text(&text)) {
            Some(reads) => all.join(&reads),
            None if is_source => return MacroReads::anything(),
            None => {}
        }
    }
    all
}

/// Every Rust file below a directory.
fn sources_below(dir: &Path, found: &mut BTreeSet<PathBuf>) -> std::io::Result<()> {
    for entry in std::fs::read_dir(dir)? {
        let path = entry?.path();
        if path.is_dir() {
            sources_below(&path, found)?;
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            found.insert(path);
        }
    }
    Ok(())
}

/// Does the source of a unit, or of a local crate beneath it, hold this text?
fn writes(facts: &Facts, unit: UnitIndex, text: &str) -> bool {
    let linked = facts.linked(unit);
    let mut files = linked.iter().flat_map(|unit| &facts.units[*unit].files);
    files.any(|path| {
        let is_source = path.extension().is_some_and(|extension| extension == "rs");
        let holds = |held: String| held.contains(text);
        is_source && std::fs::read_to_string(path).map_or(true, holds)
    })
}
