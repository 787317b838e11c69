//! Which part of a build is enough after an edit: the targets with something to run, and those that could fail to
//! compile.
//!
//! A compilation that is left out was made before of the same text, and of crates of which it sees no more than it saw:
//! rustc would say of it what it said. What it made is older than its source, and is not run before it is made again.

use crate::analysis::Analysis;
use crate::cargo::Request;
use crate::cargo::build::Part;
use crate::cargo::marks::{Edit, Marks};
use crate::cargo::record::Record;
use crate::facts::{Facts, TargetKind, Unit, UnitIndex};
use crate::plan::Kind;
use crate::session::Build;
use crate::survey::Entry;
use crate::syntax::Cache;
use std::collections::{BTreeMap, BTreeSet};
use std::ffi::OsString;
use std::path::PathBuf;

/// A part of a build, and what has to be made by it.
#[derive(Clone, Debug)]
pub struct Restriction {
    /// Cargo's arguments.
    pub part: Part,
    /// The compilations that must be among what it makes.
    pub needed: BTreeSet<UnitIndex>,
}

/// How much of an edit other crates can see.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Extent {
    /// Nothing that counts to a compiler.
    Layout,
    /// Bodies of plain functions.
    Bodies,
    /// More, or nobody knows.
    All,
}

/// What has changed since a build, and what it takes to bring what is asked for up to date.
pub struct Outdated<'a> {
    record: &'a Record,
    facts: &'a Facts,
    analysis: &'a Analysis,
    now: Marks,
    edits: BTreeMap<PathBuf, Extent>,
}

impl<'a> Outdated<'a> {
    /// Of a build taken from its record. `cache` holds the parsed files of then and now.
    pub fn of(build: &'a Build, cache: &Cache) -> Self {
        Self::at(build, &build.record.marks.again(), cache)
    }

    /// The same, with the build's marks as they were taken again.
    pub fn at(build: &'a Build, now: &Marks, cache: &Cache) -> Self {
        let edits = build.record.marks.edits(now).into_iter();
        Self {
            edits: edits
                .map(|(path, edit)| (path, extent(edit, cache)))
                .collect(),
            record: &build.record,
            facts: &build.record.facts,
            analysis: &build.analysis,
            now: now.clone(),
        }
    }

    /// Can each of `entries` that is to be run be run as its program is?
    pub fn can_run(&self, entries: &[Entry]) -> bool {
        self.to_run(entries).is_empty()
    }

    /// The smallest part found that is enough for `entries`. `None` if nothing can be spared. `may_narrow`: do these packages alone have the features that they have in the whole?
    pub fn restriction(
        &self,
        request: &Request,
        entries: &[Entry],
        may_narrow: impl Fn(&[OsString]) -> bool,
    ) -> Option<Restriction> {
        let units = 0..self.facts.units.len();
        let mut needed: BTreeSet<_> = units.filter(|unit| self.must_compile(*unit)).collect();
        needed.extend(self.to_run(entries));
        let chosen = self.cover(&needed).filter(|chosen| !chosen.is_empty())?;
        let packages = self.packages(&chosen);
        if self.is_part(&packages) && self.spares(&chosen, Some(&packages)) {
            let names = packages.iter().map(|package| self.spec(*package));
            let names: Vec<_> = names.flat_map(|name| ["-p".into(), name]).collect();
            if may_narrow(&names) {
                return Some(self.restrict(needed, &chosen, names));
            }
        }
        self.spares(&chosen, None)
            .then(|| self.restrict(needed, &chosen, request.packages.clone()))
    }

    fn restrict(
        &self,
        needed: BTreeSet<UnitIndex>,
        chosen: &BTreeSet<UnitIndex>,
        packages: Vec<OsString>,
    ) -> Restriction {
        let flags = chosen.iter().map(|unit| flags(self.unit(*unit)));
        let flags: BTreeSet<_> = flags.collect();
        Restriction {
            part: Part {
                packages,
                targets: flags.into_iter().flatten().collect(),
            },
            needed,
        }
    }

    fn unit(&self, unit: UnitIndex) -> &'a Unit {
        &self.facts.units[unit]
    }

    /// Could rustc say something new of it?
    fn must_compile(&self, unit: UnitIndex) -> bool {
        let edited = |of: UnitIndex, limit: Extent| {
            let files = self.unit(of).files.iter();
            files
                .filter_map(|path| self.edits.get(path))
                .any(|extent| *extent > limit)
        };
        let linked = self.facts.linked(unit);
        // What a procedural macro or a build script does, and what it does it with, decides on more than it shows.
        let runs = [TargetKind::ProcMacro, TargetKind::BuildScript];
        let compiling = linked
            .iter()
            .filter(|dep| runs.contains(&self.unit(**dep).kind));
        let compiling: BTreeSet<_> = compiling.flat_map(|dep| self.facts.linked(*dep)).collect();
        edited(unit, Extent::Layout)
            || linked.iter().filter(|dep| **dep != unit).any(|dep| {
                let plain = self.facts.closed_bodies
                    && self.unit(*dep).profile.starts_with("opt-level=0 ")
                    && !compiling.contains(dep);
                edited(
                    *dep,
                    if plain {
                        Extent::Bodies
                    } else {
                        Extent::Layout
                    },
                )
            })
    }

    /// What has to be made before `entries` can be run: their programs, and those that they may start.
    fn to_run(&self, entries: &[Entry]) -> BTreeSet<UnitIndex> {
        let running = || {
            entries
                .iter()
                .filter(|entry| entry.runs() && entry.id.kind != Kind::Doc)
        };
        let mut units: BTreeSet<_> = running().map(|entry| entry.unit).collect();
        let started = self.started(running().filter(|entry| self.may_start(entry)));
        units.extend(started);
        units.retain(|unit| !self.record.is_current(*unit, &self.now));
        units
    }

    /// The programs that tests may start: those that they reach (R7), or all, where that is not known.
    fn started<'e>(&self, entries: impl Iterator<Item = &'e Entry>) -> BTreeSet<UnitIndex> {
        let reached: Option<Vec<_>> = entries
            .map(|entry| self.analysis.crates_of(entry.root?))
            .collect();
        let reached = reached.map(|all| all.into_iter().flatten().collect::<BTreeSet<_>>());
        let units = 0..self.facts.units.len();
        let started = units.filter(|unit| {
            let one = self.unit(*unit);
            let program = matches!(one.kind, TargetKind::Bin | TargetKind::Example) && !one.test;
            program
                && reached
                    .as_ref()
                    .is_none_or(|reached| reached.contains(unit))
        });
        started.collect()
    }

    /// May a test start programs? One that cannot be traced may.
    fn may_start(&self, entry: &Entry) -> bool {
        entry
            .root
            .is_none_or(|root| self.analysis.roots[root].starts)
    }

    /// Test targets which, when they are built, bring along all that is needed. `None` if there are none such.
    fn cover(&self, needed: &BTreeSet<UnitIndex>) -> Option<BTreeSet<UnitIndex>> {
        let by_name = |unit: &UnitIndex| {
            let unit = self.unit(*unit);
            unit.test
                && matches!(
                    unit.kind,
                    TargetKind::Lib | TargetKind::ProcMacro | TargetKind::Bin | TargetKind::Test
                )
        };
        let mut chosen: BTreeSet<_> = needed.iter().copied().filter(by_name).collect();
        for &unit in needed {
            if self.brought_along(unit, &chosen) {
                continue;
            }
            let mut candidates: Vec<_> = (0..self.facts.units.len()).filter(by_name).collect();
            candidates.retain(|one| self.brought_along(unit, &BTreeSet::from([*one])));
            let own = |one: &UnitIndex| self.unit(*one).package == self.unit(unit).package;
            chosen.insert(
                candidates
                    .into_iter()
                    .max_by_key(|one| (own(one), self.unit(*one).kind))?,
            );
        }
        Some(chosen)
    }

    /// Does building `chosen` build `unit`? Libraries come with what links them, a package's programs with its integration
    /// tests.
    fn brought_along(&self, unit: UnitIndex, chosen: &BTreeSet<UnitIndex>) -> bool {
        let one = self.unit(unit);
        chosen.contains(&unit)
            || chosen.iter().any(|by| match one.kind {
                TargetKind::Lib | TargetKind::ProcMacro => {
                    !one.test && self.facts.linked(*by).contains(&unit)
                }
                TargetKind::Bin => {
                    !one.test
                        && self.unit(*by).kind == TargetKind::Test
                        && self.unit(*by).package == one.package
                }
                _ => false,
            })
    }

    fn packages(&self, chosen: &BTreeSet<UnitIndex>) -> BTreeSet<usize> {
        chosen.iter().map(|unit| self.unit(*unit).package).collect()
    }

    /// Has the build tests in other packages, too?
    fn is_part(&self, packages: &BTreeSet<usize>) -> bool {
        let tested = self.facts.units.iter().filter(|unit| unit.test);
        tested
            .into_iter()
            .any(|unit| !packages.contains(&unit.package))
    }

    fn spec(&self, package: usize) -> OsString {
        let package = &self.facts.packages[package];
        format!("{}@{}", package.name, package.version).into()
    }

    /// Is there something out of date that cargo would not build for the flags of `chosen`, in `packages` or in all?
    fn spares(&self, chosen: &BTreeSet<UnitIndex>, packages: Option<&BTreeSet<usize>>) -> bool {
        let asked: BTreeSet<_> = chosen.iter().map(|unit| flags(self.unit(*unit))).collect();
        let built = (0..self.facts.units.len()).filter(|unit| {
            let one = self.unit(*unit);
            one.test
                && packages.is_none_or(|packages| packages.contains(&one.package))
                && asked.contains(&flags(one))
        });
        let built: BTreeSet<_> = built.collect();
        (0..self.facts.units.len()).any(|unit| {
            let outdated = self.facts.linked(unit).iter().any(|linked| {
                let files = self.unit(*linked).files.iter();
                files.into_iter().any(|path| self.edits.contains_key(path))
            });
            outdated && !self.brought_along(unit, &built)
        })
    }
}

/// Cargo's arguments that choose a test target.
fn flags(unit: &Unit) -> Vec<OsString> {
    match unit.kind {
        TargetKind::Lib | TargetKind::ProcMacro => vec!["--lib".into()],
        TargetKind::Bin => vec!["--bin".into(), (&unit.target).into()],
        TargetKind::Test => vec!["--test".into(), (&unit.target).into()],
        TargetKind::Example => vec!["--example".into(), (&unit.target).into()],
        TargetKind::Bench => vec!["--bench".into(), (&unit.target).into()],
        TargetKind::BuildScript => Vec::new(),
    }
}

fn extent(edit: Edit, cache: &Cache) -> Extent {
    if edit.layout {
        return Extent::Layout;
    }
    let [before, after] = [edit.before, edit.after].map(|digest| cache.interface(digest));
    if before.is_some() && before == after {
        Extent::Bodies
    } else {
        Extent::All
    }
}
