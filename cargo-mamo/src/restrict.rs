//! Which part of a build is enough after an edit: the targets with something to run, and those that could fail to
//! compile.
//!
//! A compilation that is left out was made before of the same text, and of crates of which it sees no more than it saw:
//! rustc would say of it what it said. What it made is older than its source, and is not run before it is made again.

use crate::cargo::Request;
use crate::cargo::build::Part;
use crate::cargo::marks::{Edit, Marks};
use crate::facts::{Facts, LocalPackage, TargetKind, Unit, UnitIndex};
use crate::plan::Kind;
use crate::session::Build;
use crate::survey::Entry;
use crate::syntax::Cache;
use std::collections::{BTreeMap, BTreeSet};
use std::ffi::OsString;
use std::ops::Range;
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

/// Can each of `entries` that is to be run be run as its program is?
pub fn can_run(build: &Build, entries: &[Entry]) -> bool {
    to_run(build, &build.record.marks.again(), entries).is_empty()
}

/// The smallest part found that is enough for `entries`, a plan of a build taken from its record whose marks are `now`.
/// `None` if nothing can be spared. `cache` holds the parsed files of then and now. `may_narrow`: do these packages alone have
/// the features that they have in the whole?
pub fn restriction(
    build: &Build,
    now: &Marks,
    (request, entries): (&Request, &[Entry]),
    cache: &Cache,
    may_narrow: impl Fn(&[OsString]) -> bool,
) -> Option<Restriction> {
    let edited = Edited::of(build, now, cache);
    let mut needed: BTreeSet<_> = edited
        .all()
        .filter(|unit| edited.must_compile(*unit))
        .collect();
    needed.extend(to_run(build, now, entries));
    let chosen = edited.cover(&needed).filter(|chosen| !chosen.is_empty())?;
    let packages: BTreeSet<_> = chosen
        .iter()
        .map(|unit| edited.unit(*unit).package)
        .collect();
    let mut tested = edited
        .all()
        .map(|unit| edited.unit(unit))
        .filter(|unit| unit.test);
    let is_part = tested.any(|unit| !packages.contains(&unit.package));
    let targets: BTreeSet<_> = chosen
        .iter()
        .map(|unit| flags(edited.unit(*unit)))
        .collect();
    let restrict = |packages| Restriction {
        part: Part {
            packages,
            targets: targets.iter().flatten().cloned().collect(),
        },
        needed: needed.clone(),
    };
    if is_part && edited.spares(&targets, Some(&packages)) {
        let facts = &build.record.facts;
        let names = packages
            .iter()
            .map(|package| spec(&facts.packages[*package]));
        let names: Vec<_> = names.flat_map(|name| ["-p".into(), name]).collect();
        if may_narrow(&names) {
            return Some(restrict(names));
        }
    }
    edited
        .spares(&targets, None)
        .then(|| restrict(request.packages.clone()))
}

/// What has to be made before `entries` can be run: their programs, and those that they may start.
fn to_run(build: &Build, now: &Marks, entries: &[Entry]) -> BTreeSet<UnitIndex> {
    let running = entries
        .iter()
        .filter(|entry| entry.runs() && entry.id.kind != Kind::Doc);
    let running: Vec<_> = running.collect();
    let mut units: BTreeSet<_> = running.iter().map(|entry| entry.unit).collect();
    units.extend(started(build, &running));
    units.retain(|unit| !build.record.is_current(*unit, now));
    let outdated = build.outdated();
    let entries = entries.iter().filter(|entry| entry.runs());
    units.extend(
        entries
            .map(|entry| entry.unit)
            .filter(|unit| outdated.contains(unit)),
    );
    units
}

/// The programs that tests may start: those that they reach (R7), or all, where that is not known.
fn started(build: &Build, running: &[&Entry]) -> Vec<UnitIndex> {
    if running.is_empty() {
        return Vec::new();
    }
    let roots: Option<Vec<_>> = running.iter().map(|entry| entry.root).collect();
    let reached = roots.and_then(|roots| build.analysis.reached(&roots));
    let is_program =
        |unit: &Unit| matches!(unit.kind, TargetKind::Bin | TargetKind::Example) && !unit.test;
    let units = build.record.facts.units.iter().enumerate();
    let started = units.filter(|(index, unit)| {
        is_program(unit)
            && reached
                .as_ref()
                .is_none_or(|reached| reached.contains(index))
    });
    started.map(|(index, _)| index).collect()
}

/// A build whose source has changed.
struct Edited<'a> {
    facts: &'a Facts,
    files: BTreeMap<PathBuf, Extent>,
    /// Each unit with all local units that it can link.
    linked: Vec<BTreeSet<UnitIndex>>,
}

impl<'a> Edited<'a> {
    fn of(build: &'a Build, now: &Marks, cache: &Cache) -> Self {
        let facts = &build.record.facts;
        let edits = build.record.marks.edits(now).into_iter();
        Self {
            files: edits
                .map(|(path, edit)| (path, extent(edit, cache)))
                .collect(),
            linked: (0..facts.units.len())
                .map(|unit| facts.linked(unit))
                .collect(),
            facts,
        }
    }

    fn all(&self) -> Range<UnitIndex> {
        0..self.facts.units.len()
    }

    fn unit(&self, unit: UnitIndex) -> &'a Unit {
        &self.facts.units[unit]
    }

    /// Was more edited in the unit's own files than `limit`?
    fn exceeds(&self, unit: UnitIndex, limit: Extent) -> bool {
        let mut files = self.unit(unit).files.iter();
        files.any(|path| self.files.get(path).is_some_and(|extent| *extent > limit))
    }

    /// Could rustc say something new of it?
    fn must_compile(&self, unit: UnitIndex) -> bool {
        // What a procedural macro or a build script does, and what it does it with, decides on more than it shows.
        let runs = [TargetKind::ProcMacro, TargetKind::BuildScript];
        let running = self.linked[unit]
            .iter()
            .filter(|dep| runs.contains(&self.unit(**dep).kind));
        let running: BTreeSet<_> = running.flat_map(|dep| &self.linked[*dep]).collect();
        self.linked[unit].iter().any(|dep| {
            let closed = *dep != unit
                && self.facts.closed_bodies
                && self.unit(*dep).profile.starts_with("opt-level=0 ")
                && !running.contains(dep);
            self.exceeds(
                *dep,
                if closed {
                    Extent::Bodies
                } else {
                    Extent::Layout
                },
            )
        })
    }

    /// Test targets which, when they are built, bring along all that is needed. `None` if there are none such.
    fn cover(&self, needed: &BTreeSet<UnitIndex>) -> Option<BTreeSet<UnitIndex>> {
        let by_name = |unit: &UnitIndex| {
            let unit = self.unit(*unit);
            unit.test
                && (unit.is_library() || matches!(unit.kind, TargetKind::Bin | TargetKind::Test))
        };
        let mut chosen: BTreeSet<_> = needed.iter().copied().filter(by_name).collect();
        for &unit in needed {
            if self.brought_along(unit, &chosen) {
                continue;
            }
            let candidates = self.all().filter(by_name);
            let candidates = candidates.filter(|one| self.brings(*one, unit));
            let own = |one: &UnitIndex| self.unit(*one).package == self.unit(unit).package;
            chosen.insert(candidates.max_by_key(|one| (own(one), self.unit(*one).kind))?);
        }
        Some(chosen)
    }

    fn brought_along(&self, unit: UnitIndex, by: &BTreeSet<UnitIndex>) -> bool {
        by.iter().any(|by| self.brings(*by, unit))
    }

    /// Does building `by`, a test target, build `unit`? Libraries come with what links them, a package's programs with its
    /// integration tests.
    fn brings(&self, by: UnitIndex, unit: UnitIndex) -> bool {
        let one = self.unit(unit);
        by == unit
            || (!one.test && one.is_library() && self.linked[by].contains(&unit))
            || (!one.test
                && one.kind == TargetKind::Bin
                && self.unit(by).kind == TargetKind::Test
                && self.unit(by).package == one.package)
    }

    /// Is there something out of date that cargo would not build for `targets`, in `packages` or in all?
    fn spares(
        &self,
        targets: &BTreeSet<Vec<OsString>>,
        packages: Option<&BTreeSet<usize>>,
    ) -> bool {
        let is_built = |unit: &UnitIndex| {
            let one = self.unit(*unit);
            one.test
                && packages.is_none_or(|packages| packages.contains(&one.package))
                && targets.contains(&flags(one))
        };
        let built: BTreeSet<_> = self.all().filter(is_built).collect();
        let is_outdated = |unit: UnitIndex| {
            let mut files = self.linked[unit]
                .iter()
                .flat_map(|unit| &self.unit(*unit).files);
            files.any(|path| self.files.contains_key(path))
        };
        self.all()
            .any(|unit| is_outdated(unit) && !self.brought_along(unit, &built))
    }
}

/// What cargo calls a package.
fn spec(package: &LocalPackage) -> OsString {
    format!("{}@{}", package.name, package.version).into()
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
