//! The build record: facts of the last build under one environment, and whether they still hold.
//!
//! A record is believed only if every manifest, the lockfile, what decides which targets exist and every input of a
//! build script is as it was. Source files may have changed: that is what an analysis is for.

mod contents;
mod doubts;
mod notes;
mod reading;
mod settled;

use super::collect::Collected;
use super::config::Config;
use super::doctests::Doctests;
use super::harness::Listing;
use super::launch::Launch;
use super::marks::Marks;
use crate::facts::{Facts, UnitIndex};
use crate::fingerprint::Fingerprint;
use crate::tracked::digest_tree;
pub use contents::{digest_of, digest_of_package, parts_of, tree, tree_of_package};
pub use doubts::Inputs;
pub use notes::set_by_cargo;
pub use reading::{MacroInputs, Reading, Told};
use serde::{Deserialize, Serialize};
pub use settled::{Earlier, Settled, Unmoved};
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::time::UNIX_EPOCH;

/// All that is kept of a build.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Record {
    /// The facts.
    pub facts: Facts,
    /// How its programs are started.
    pub launch: Launch,
    /// Files and directories whose content decides whether the facts still hold, with their digests.
    pub inputs: BTreeMap<PathBuf, Fingerprint>,
    /// Packages any file of which makes cargo run their build script again, by directory.
    pub undirected: BTreeMap<PathBuf, Fingerprint>,
    /// Variables that build scripts asked to be rerun for, and that code was compiled with, with their values then.
    pub variables: BTreeMap<String, Option<String>>,
    /// Each unit's executable as built, and the digest of the files that it was built from.
    pub programs: BTreeMap<UnitIndex, Program>,
    /// When rustc had read the files of each unit, and what these held; nothing's digest where that is not known.
    pub read: BTreeMap<UnitIndex, Reading>,
    /// The tests of each unit.
    pub listings: BTreeMap<UnitIndex, Listing>,
    /// Tests of a unit's listing that could not be traced to source.
    pub untraced: BTreeMap<UnitIndex, BTreeSet<String>>,
    /// The doctests of each library, by package and target, when they were last seen.
    pub doctests: BTreeMap<(String, String), Doctests>,
    /// Names of the files of every library of the build, external ones too: two builds that share one compiled it alike.
    pub libraries: BTreeSet<String>,
    /// Names of the packages that the command line selected; `None` if only the build itself tells.
    pub selected: Option<BTreeSet<String>>,
    /// What every file of the build held.
    pub marks: Marks,
    /// May it be used without a build? Not where facts hold digests of source, nor where something that they rest on may have
    /// been written while they were made.
    pub reusable: bool,
    /// Packages that are edited in place: when rustc read them, and what they held then; nothing's digest if that is not known.
    pub vendored: BTreeMap<PathBuf, (Option<u128>, Fingerprint)>,
    /// By directory, when each build script had run, and what it asked to be run again for held then; nothing's digest if that is
    /// not known.
    pub heard: BTreeMap<PathBuf, (u128, Fingerprint)>,
    /// Packages whose build script printed what cannot be found: when it is to run again, cargo alone can tell.
    pub unheard: BTreeSet<String>,
}

/// An executable, and what it was built from.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Program {
    /// Its path, size and modification time (nanoseconds since 1970).
    pub stamp: Stamp,
    /// Digest of each file that its unit, and the local crates it links, read.
    pub files: Fingerprint,
}

/// How a file looks from outside.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Stamp {
    /// Absolute path.
    pub path: PathBuf,
    /// Size in bytes.
    pub size: u64,
    /// Modification time in nanoseconds since 1970.
    pub modified: u128,
}

impl Stamp {
    /// How `path` looks now.
    pub fn of(path: &Path) -> Option<Self> {
        let metadata = path.metadata().ok()?;
        let modified = metadata
            .modified()
            .ok()?
            .duration_since(UNIX_EPOCH)
            .ok()?
            .as_nanos();
        Some(Self {
            path: path.to_path_buf(),
            size: metadata.len(),
            modified,
        })
    }
}

impl Record {
    /// The record of a build just made. What looks as it did `earlier` is not read again.
    pub fn of(
        mut facts: Facts,
        launch: Launch,
        found: &Collected,
        member_manifests: &[PathBuf],
        earlier: Earlier<'_>,
    ) -> Self {
        let marks = Marks::of(&facts, earlier.marks);
        facts.sources = marks.sources();
        let mut record = Self {
            inputs: BTreeMap::new(),
            undirected: BTreeMap::new(),
            variables: BTreeMap::new(),
            programs: BTreeMap::new(),
            read: BTreeMap::new(),
            listings: BTreeMap::new(),
            untraced: BTreeMap::new(),
            doctests: BTreeMap::new(),
            libraries: BTreeSet::new(),
            selected: None,
            marks,
            reusable: !found.patched_back && facts.units.iter().all(|unit| unit.doubt.is_none()),
            heard: BTreeMap::new(),
            unheard: BTreeSet::new(),
            vendored: BTreeMap::new(),
            launch,
            facts,
        };
        record.note_manifests(member_manifests, earlier.settled);
        record.note_vendored_inputs(&found.vendored, earlier.settled);
        for run in &found.scripts {
            record.note_script(run, earlier);
        }
        record.note_build_variables();
        for index in 0..record.facts.units.len() {
            if let Some(stamp) = record.facts.units[index]
                .executable
                .as_deref()
                .and_then(Stamp::of)
            {
                let files = files_digest(&record.facts, index, &record.marks);
                record.programs.insert(index, Program { stamp, files });
            }
        }
        record
    }

    /// The doctests of a library, when they were last seen.
    pub fn doctests_of(&self, unit: UnitIndex) -> Option<&Doctests> {
        self.doctests.get(&self.library(unit))
    }

    /// Notes the doctests of a library.
    pub fn note_doctests(&mut self, unit: UnitIndex, doctests: Doctests) {
        self.doctests.insert(self.library(unit), doctests);
    }

    fn library(&self, unit: UnitIndex) -> (String, String) {
        let unit = &self.facts.units[unit];
        (
            self.facts.package_of(unit).name.clone(),
            unit.target.clone(),
        )
    }

    /// Do the facts still hold, but for source? What is `settled` is not read.
    pub fn holds(&self, settled: &Settled) -> bool {
        self.reusable
            && self
                .inputs
                .iter()
                .all(|(path, digest)| settled.input(path, digest_of) == *digest)
            && self
                .undirected
                .iter()
                .all(|(dir, digest)| settled.package(dir, digest_of_package) == *digest)
            && self
                .variables
                .iter()
                .all(|(name, value)| Config::variable(&self.facts.configured, name) == *value)
            && self
                .facts
                .units
                .iter()
                .flat_map(|unit| &unit.files)
                .all(|file| file.exists())
            && self.facts.packages.iter().all(Self::outputs_hold)
    }

    /// Did the build script write what lies there now?
    pub fn outputs_hold(package: &crate::facts::LocalPackage) -> bool {
        let Some(script) = &package.build_script else {
            return true;
        };
        let Some(out_dir) = &script.out_dir else {
            return true;
        };
        let first: BTreeMap<_, _> = script
            .out_files
            .iter()
            .filter(|(name, _)| !name.starts_with('#'))
            .map(|(n, d)| (n.clone(), *d))
            .collect();
        out_dir.exists() && digest_tree(out_dir, None) == first
    }

    /// Is every program as it was when it was built?
    pub fn programs_stand(&self) -> bool {
        let mut executables = self
            .facts
            .units
            .iter()
            .filter_map(|unit| unit.executable.as_deref());
        let known = |path: &Path| {
            let stamp = Stamp::of(path);
            self.programs
                .values()
                .any(|program| Some(&program.stamp) == stamp.as_ref())
        };
        executables.all(known)
    }

    /// Is the program of `unit` what `now` would give? `now` are this record's marks, taken again.
    pub fn is_current(&self, unit: UnitIndex, now: &Marks) -> bool {
        let known = self.programs.get(&unit);
        known.is_some_and(|program| {
            program.files != Fingerprint::NONE
                && program.files == files_digest(&self.facts, unit, now)
                && Stamp::of(&program.stamp.path).as_ref() == Some(&program.stamp)
        })
    }

    /// Units whose programs are older than the source that this record is of: nothing in them had to be built.
    pub fn behind(&self) -> BTreeSet<UnitIndex> {
        let programs = self.programs.iter();
        let behind = programs.filter(|(unit, program)| {
            program.files == Fingerprint::NONE
                || program.files != files_digest(&self.facts, **unit, &self.marks)
        });
        behind.map(|(unit, _)| *unit).collect()
    }

    /// Did the command line select the package? Where that is not known: was a test of it built?
    pub fn selects(&self, package: usize) -> bool {
        let known = &self.facts.packages[package];
        match &self.selected {
            Some(names) => known.member && names.contains(&known.name),
            None => self
                .facts
                .units
                .iter()
                .any(|unit| unit.package == package && unit.test),
        }
    }

    /// Programs that cargo calls fresh although a file that they were built from is different from when this record
    /// saw the same program built: cargo went by times, and was misled.
    pub fn misled(&self, earlier: &Self, fresh: &BTreeSet<UnitIndex>) -> BTreeSet<UnitIndex> {
        let was = |program: &Program| {
            earlier
                .programs
                .values()
                .find(|old| old.stamp == program.stamp)
                .map(|old| old.files)
        };
        let odd = self.programs.iter().filter(|(index, program)| {
            fresh.contains(index) && was(program).is_some_and(|files| files != program.files)
        });
        odd.map(|(index, _)| *index).collect()
    }
}

/// The digest of every file that `unit` and the local crates it links read, as `marks` has them.
fn files_digest(facts: &Facts, unit: UnitIndex, marks: &Marks) -> Fingerprint {
    let linked = facts.linked(unit);
    if linked.iter().any(|unit| facts.units[*unit].doubt.is_some()) {
        return Fingerprint::NONE;
    }
    let files: BTreeSet<&PathBuf> = linked
        .into_iter()
        .flat_map(|unit| &facts.units[unit].files)
        .collect();
    marks.together(files)
}
