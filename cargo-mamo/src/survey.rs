//! Every considered test of a build with what is known of it, and the plan for each.
//!
//! The pure decision is `plan`'s; here its inputs are gathered: names, fingerprints, remembered passes.

use crate::analysis::{Baseline, RootIndex};
use crate::cargo::harness::Outcome;
use crate::facts::{TargetKind, UnitIndex};
use crate::filters::Filters;
use crate::fingerprint::Fingerprint;
use crate::home::Home;
use crate::plan::{Candidate, Decision, Kind, TestId, decide};
use crate::reason::Reason;
use crate::session::Build;
use crate::verdicts::{self, Verdict, Verdicts};
use std::collections::{BTreeMap, HashMap};

/// The name under which all doctests of a library are remembered together.
pub const GROUP: &str = "*";

/// One test in the plan.
#[derive(Clone, Debug)]
pub struct Entry {
    /// Which.
    pub id: TestId,
    /// The compilation that holds it.
    pub unit: UnitIndex,
    /// Its root in source.
    pub root: Option<RootIndex>,
    /// Its deep fingerprint.
    pub fingerprint: Option<Fingerprint>,
    /// What to do with it.
    pub decision: Decision,
    /// What its remembered pass took, in microseconds.
    pub micros: u64,
    /// How it ended, once it ran.
    pub outcome: Option<Outcome>,
}

impl Entry {
    /// Is it planned to run?
    pub fn runs(&self) -> bool {
        matches!(self.decision, Decision::Run(_))
    }
}

/// Plans everything that `filters` considers.
#[derive(Debug)]
pub struct Survey<'a> {
    build: &'a Build,
    home: &'a Home,
    all: bool,
    baselines: HashMap<Fingerprint, Option<Baseline>>,
    verdicts: BTreeMap<(String, Kind, String), Verdicts>,
}

/// Which parts of a build are tested.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Parts {
    /// The test programs.
    pub programs: bool,
    /// The libraries' doctests.
    pub doctests: bool,
}

impl<'a> Survey<'a> {
    /// A survey of `build`; with `all` nothing is reused.
    pub fn new(build: &'a Build, home: &'a Home, all: bool) -> Self {
        Self {
            build,
            home,
            all,
            baselines: HashMap::new(),
            verdicts: BTreeMap::new(),
        }
    }

    /// Every considered test, in the order in which it would run.
    pub fn entries(mut self, filters: &Filters, parts: Parts) -> Vec<Entry> {
        let mut entries = Vec::new();
        if parts.programs {
            for (index, unit, _) in self.build.record.programs() {
                if unit.harness {
                    for (name, ignored) in filters.considered(&self.build.listing(index)) {
                        let root = self.build.analysis.test(index, &name);
                        entries.push(self.entry(index, kind_of(unit.kind), name, root, ignored));
                    }
                } else {
                    let root = self.build.analysis.main(index);
                    entries.push(self.entry(
                        index,
                        kind_of(unit.kind),
                        "main".to_string(),
                        root,
                        false,
                    ));
                }
            }
        }
        if parts.doctests {
            for index in documented(self.build) {
                self.doctests(index, filters, &mut entries);
            }
        }
        entries
    }

    fn entry(
        &mut self,
        unit: UnitIndex,
        kind: Kind,
        name: String,
        root: Option<RootIndex>,
        ignored: bool,
    ) -> Entry {
        let facts = self.build.facts();
        let package = facts.package_of(&facts.units[unit]).name.clone();
        let id = TestId {
            package,
            kind,
            target: facts.units[unit].target.clone(),
            name,
        };
        let fingerprint = root.map(|root| self.build.analysis.roots[root].fingerprint);
        let verdict = self
            .verdicts_of(&id)
            .get(&id.name)
            .cloned()
            .unwrap_or_default();
        let micros = fingerprint
            .and_then(|fingerprint| verdict.pass(fingerprint))
            .map_or(0, |pass| pass.micros);
        let candidate = Candidate {
            id,
            fingerprint,
            ignored,
        };
        let decision = decide(&candidate, verdict.memory(fingerprint), self.all, || {
            self.explain(root, &verdict)
        });
        Entry {
            id: candidate.id,
            unit,
            root,
            fingerprint,
            decision,
            micros,
            outcome: None,
        }
    }

    /// Doctests of a library stand or fall together. Their names are known from earlier runs only.
    fn doctests(&mut self, unit: UnitIndex, filters: &Filters, entries: &mut Vec<Entry>) {
        let root = self.build.analysis.doc(unit);
        let group = self.entry(unit, Kind::Doc, GROUP.to_string(), root, false);
        if group.runs() {
            let known = self
                .build
                .record
                .doctests_of(unit)
                .cloned()
                .unwrap_or_else(|| vec![GROUP.to_string()]);
            let named = known
                .into_iter()
                .filter(|name| name == GROUP || filters.takes(name));
            entries.extend(named.map(|name| Entry {
                id: TestId {
                    name,
                    ..group.id.clone()
                },
                ..group.clone()
            }));
            return;
        }
        let fingerprint = group.fingerprint;
        let verdicts = self.verdicts_of(&group.id).clone();
        let passed = |verdict: &Verdict| {
            fingerprint
                .and_then(|fingerprint| verdict.pass(fingerprint))
                .map(|pass| pass.micros)
        };
        for (name, verdict) in verdicts
            .iter()
            .filter(|(name, _)| *name != GROUP && filters.takes(name))
        {
            if let Some(micros) = passed(verdict) {
                entries.push(Entry {
                    id: TestId {
                        name: name.clone(),
                        ..group.id.clone()
                    },
                    micros,
                    ..group.clone()
                });
            }
        }
    }

    fn verdicts_of(&mut self, id: &TestId) -> &Verdicts {
        let key = (id.package.clone(), id.kind, id.target.clone());
        let home = self.home;
        self.verdicts
            .entry(key)
            .or_insert_with(|| verdicts::load(home, &id.package, id.kind, &id.target))
    }

    fn explain(&mut self, root: Option<RootIndex>, verdict: &Verdict) -> Reason {
        let changes = root
            .map(|root| self.changes(root, verdict))
            .unwrap_or_default();
        Reason::of_changes(&changes)
    }

    /// What is different from when the test last passed.
    pub fn changes(&mut self, root: RootIndex, verdict: &Verdict) -> Vec<crate::analysis::Change> {
        let Some(id) = verdict.passes.first().and_then(|pass| pass.baseline) else {
            return Vec::new();
        };
        let home = self.home;
        let known = self
            .baselines
            .entry(id)
            .or_insert_with(|| home.read(&baseline_path(home, id)).present());
        let Some(baseline) = known else {
            return Vec::new();
        };
        self.build
            .analysis
            .changes(root, self.build.facts(), baseline)
    }
}

/// Where a baseline is kept.
pub fn baseline_path(home: &Home, id: Fingerprint) -> std::path::PathBuf {
    home.part("baselines").join(id.to_hex())
}

/// Libraries with doctests, in cargo's order; one unit a library, the one with most features if it was built several times.
pub fn documented(build: &Build) -> Vec<UnitIndex> {
    let mut found = BTreeMap::<(String, String), UnitIndex>::new();
    for (index, unit) in build.facts().units.iter().enumerate() {
        let package = build.facts().package_of(unit);
        let chosen = build.record.selects(unit.package);
        if unit.doctest
            && !unit.test
            && chosen
            && matches!(unit.kind, TargetKind::Lib | TargetKind::ProcMacro)
        {
            let slot = found
                .entry((package.name.clone(), unit.target.clone()))
                .or_insert(index);
            if build.facts().units[*slot].features.len() < unit.features.len() {
                *slot = index;
            }
        }
    }
    found.into_values().collect()
}

fn kind_of(kind: TargetKind) -> Kind {
    match kind {
        TargetKind::Lib | TargetKind::ProcMacro | TargetKind::BuildScript => Kind::Lib,
        TargetKind::Bin => Kind::Bin,
        TargetKind::Test => Kind::Test,
        TargetKind::Example => Kind::Example,
        TargetKind::Bench => Kind::Bench,
    }
}
