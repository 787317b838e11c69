//! Every considered test of a build with what is known of it, and the plan for each.
//!
//! The pure decision is `plan`'s; here its inputs are gathered: names, fingerprints, remembered passes.

use crate::analysis::{Baseline, RootIndex};
use crate::baselines;
use crate::cargo::doctests::Doctest;
use crate::cargo::harness::Outcome;
use crate::code::TestCode;
use crate::code::passed::CodeGround;
use crate::doctests;
use crate::facts::{TargetKind, UnitIndex};
use crate::filters::{Filters, Ignored};
use crate::fingerprint::Fingerprint;
use crate::home::Home;
use crate::inputs::unnamed::{Unnamed, UnnamedReader};
use crate::plan::{Candidate, Decision, Kind, TestId, decide, decide_by_code};
use crate::reason::Reason;
use crate::session::Build;
use crate::settings::TestSettings;
use crate::verdicts::{self, Verdict, Verdicts};
use std::collections::{BTreeMap, HashMap};

/// The name under which the doctests of a library that are not found in source are remembered together.
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
    /// What its compiled code and its inputs are, where that is known.
    pub code: Option<Fingerprint>,
    /// What that is made of.
    pub ground: Option<CodeGround>,
    /// What its code can read that names do not lead to.
    pub unnamed: Option<Unnamed>,
    /// Is it reused because its code is the same, although source would run it?
    pub by_code: bool,
    /// What its remembered pass took, in microseconds.
    pub micros: u64,
    /// How it ended, once it ran.
    pub outcome: Option<Outcome>,
    /// What its verdicts are kept under, if not its name: a doctest's name has a line in it.
    pub remembered: Option<String>,
}

impl Entry {
    /// Is it planned to run?
    pub fn runs(&self) -> bool {
        matches!(self.decision, Decision::Run(_))
    }

    /// What its verdicts are kept under.
    pub fn remembered(&self) -> &str {
        self.remembered.as_deref().unwrap_or(&self.id.name)
    }

    /// Is it a doctest whose code block was not found, so that it stands or falls with others?
    pub fn is_grouped(&self) -> bool {
        self.id.kind == Kind::Doc && self.remembered() == GROUP
    }
}

/// Plans everything that `filters` considers.
#[derive(Debug)]
pub struct Survey<'a> {
    build: &'a Build,
    home: &'a Home,
    all: bool,
    always: Option<&'a TestSettings>,
    /// How many more tests are told what changed for them.
    explanations: usize,
    baselines: HashMap<Fingerprint, Option<Baseline>>,
    verdicts: BTreeMap<(String, Kind, String), Verdicts>,
    unnamed: UnnamedReader<'a>,
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
            always: None,
            explanations: usize::MAX,
            baselines: HashMap::new(),
            verdicts: BTreeMap::new(),
            unnamed: UnnamedReader::new(build.facts()),
        }
    }

    /// Runs what the settings say always runs.
    #[must_use]
    pub fn always(self, settings: &'a TestSettings) -> Self {
        Self {
            always: Some(settings),
            ..self
        }
    }

    /// Looks up what changed for the first `most` stale tests only: it takes longer than the plan itself.
    #[must_use]
    pub fn explaining(self, most: usize) -> Self {
        Self {
            explanations: most,
            ..self
        }
    }

    /// Every considered test, in the order in which it would run.
    pub fn entries(mut self, filters: &Filters, parts: Parts) -> Vec<Entry> {
        let mut entries = Vec::new();
        if parts.programs {
            for (index, unit, _) in self.build.record.programs() {
                if self.build.analysis.lists_tests(index) {
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
            for index in documented(self.build, !parts.programs) {
                self.doctests(index, filters, &mut entries);
            }
        }
        if let Some(settings) = self.always {
            let reused = entries
                .iter_mut()
                .filter(|entry| entry.decision == Decision::Reuse);
            for entry in
                reused.filter(|entry| settings.runs_always(&entry.id.name, &entry.id.path()))
            {
                entry.decision = Decision::Run(Reason::Always);
            }
        }
        entries
    }

    /// Lets the code of the programs decide on `entries`, a plan of this build; `code` gives that of a test, where it is known.
    pub fn decide_by_code(
        &mut self,
        entries: &mut [Entry],
        code: impl Fn(&Entry) -> Option<TestCode>,
    ) {
        for entry in entries {
            let (Some(fingerprint), false) = (entry.fingerprint, entry.id.kind == Kind::Doc) else {
                continue;
            };
            let found = code(entry);
            entry.code = found.map(|found| found.key);
            entry.ground = found.map(|found| found.ground);
            entry.unnamed = found.and_then(|found| found.unnamed);
            let known = self.verdicts_of(&entry.id).get(&entry.id.name);
            let Some(verdict) = known else {
                continue;
            };
            let memory = verdict.code_memory(fingerprint, entry.code);
            let Some(decision) = decide_by_code(&entry.decision, memory) else {
                continue;
            };
            entry.by_code = decision == Decision::Reuse;
            if let Some(pass) = entry.code.and_then(|code| verdict.pass_with(code)) {
                entry.micros = pass.micros;
            }
            entry.decision = decision;
        }
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
        let mut decision = decide(&candidate, verdict.memory(fingerprint), self.all, || {
            self.explain(root, &verdict)
        });
        let pass = fingerprint.and_then(|fingerprint| verdict.pass(fingerprint));
        let unnamed = pass.and_then(|pass| pass.unnamed);
        let package = facts.units[unit].package;
        if decision == Decision::Reuse && !self.unnamed.is_unchanged(package, unnamed) {
            decision = Decision::Run(Reason::UnnamedInputs);
        }
        Entry {
            id: candidate.id,
            unit,
            root,
            fingerprint,
            decision,
            code: None,
            ground: None,
            unnamed: None,
            by_code: false,
            micros,
            outcome: None,
            remembered: None,
        }
    }

    /// Each doctest by itself where it is a code block that can be traced; the others of a library stand or fall together.
    fn doctests(&mut self, unit: UnitIndex, filters: &Filters, entries: &mut Vec<Entry>) {
        let root = self.build.analysis.doc(unit);
        let named = doctests::named(self.build, unit).unwrap_or_default();
        // What is asked of the group alone need not be explained; that takes longer than the plan.
        let most = std::mem::take(&mut self.explanations);
        let mut group = self.entry(unit, Kind::Doc, GROUP.to_string(), root, false);
        self.explanations = most;
        let certain = named.is_certain(group.runs());
        // From a record only a plan is made: what is known is shown, and rustdoc is asked before anything is run.
        let certain = certain || (self.build.recalled.is_some() && !named.all.is_empty());
        if !certain || named.all.iter().any(|one| one.block.is_none()) {
            group = self.entry(unit, Kind::Doc, GROUP.to_string(), root, false);
        }
        if !certain {
            // Which there are is not known: all of them run.
            let decision = match &group.decision {
                Decision::Run(reason) => Decision::Run(reason.clone()),
                _ => Decision::Run(Reason::Stale),
            };
            entries.push(Entry {
                decision,
                ..group.clone()
            });
        }
        let named = named
            .all
            .into_iter()
            .filter(|one| certain || one.block.is_some());
        for one in named.filter(|one| filters.takes(&one.name)) {
            let ignored = match filters.ignored {
                Ignored::Only if !one.ignored => continue,
                Ignored::Left => one.ignored,
                Ignored::Only | Ignored::Included => false,
            };
            entries.push(self.doctest(&group, one, ignored));
        }
    }

    /// A doctest: under its own verdict if its block was found, else under the group's.
    fn doctest(&mut self, group: &Entry, one: Doctest, ignored: bool) -> Entry {
        let Some(identity) = one.block else {
            let decision = if ignored {
                Decision::Ignored
            } else {
                group.decision.clone()
            };
            let id = TestId {
                name: one.name,
                ..group.id.clone()
            };
            return Entry {
                id,
                decision,
                remembered: Some(GROUP.to_string()),
                ..group.clone()
            };
        };
        let analysis = &self.build.analysis;
        let block = analysis.doctest(group.unit, &identity);
        let root = block.and_then(|block| analysis.doctest_root(block));
        let entry = self.entry(group.unit, Kind::Doc, identity.clone(), root, ignored);
        let id = TestId {
            name: one.name,
            ..entry.id.clone()
        };
        Entry {
            id,
            remembered: Some(identity),
            ..entry
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
        let Some(left) = self.explanations.checked_sub(1) else {
            return Reason::Different;
        };
        self.explanations = left;
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
        let (home, analysis) = (self.home, &self.build.analysis);
        let known = self
            .baselines
            .entry(id)
            .or_insert_with(|| baselines::load(home, id, analysis));
        let Some(baseline) = known else {
            return Vec::new();
        };
        analysis.changes(root, self.build.facts(), baseline)
    }
}

/// Libraries with doctests, in cargo's order; one unit a library, the one with most features if it was built several times.
/// Where doctests are all that was asked for (`alone`), cargo also takes libraries whose manifest says that they have none,
/// and that may have been built for their tests only.
pub fn documented(build: &Build, alone: bool) -> Vec<UnitIndex> {
    let units = &build.facts().units;
    let rank = |index: UnitIndex| (!units[index].test, units[index].features.len());
    let mut found = BTreeMap::<(String, String), UnitIndex>::new();
    for (index, unit) in units.iter().enumerate() {
        let package = build.facts().package_of(unit);
        let has_any = alone || (unit.doctest && !unit.test);
        let is_library = matches!(unit.kind, TargetKind::Lib | TargetKind::ProcMacro);
        if has_any && is_library && build.record.selects(unit.package) {
            let slot = found
                .entry((package.name.clone(), unit.target.clone()))
                .or_insert(index);
            if rank(*slot) < rank(index) {
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
