//! The count of what mutants came to, and what is said of it.

use super::ground::Plans;
use super::idle::{Idle, Row};
use crate::cargo::trial::Results;
use crate::mutants::{Judgement, Mutant, ratio};
use crate::plan::TestId;
use crate::session::Session;
use crate::syntax::mutants::Kind;
use serde_json::{Value, json};
use std::collections::BTreeMap;

/// How many unplanned tests of one mutant are named in text.
const NAMED: usize = 5;
/// How many differing lines are shown.
const LINES: usize = 6;

/// How a mutant that compiled ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum End {
    /// Some test failed.
    Killed,
    /// None did.
    Survived,
    /// The tests were stopped at the time limit, and none had failed.
    Stopped,
}

impl End {
    /// Reads it off.
    pub(super) fn of(judgement: &Judgement, results: &Results) -> Self {
        if !judgement.failed.is_empty() || (!results.torn.is_empty() && !results.stopped) {
            Self::Killed
        } else if results.stopped {
            Self::Stopped
        } else {
            Self::Survived
        }
    }

    fn as_str(self) -> &'static str {
        match self {
            Self::Killed => "killed",
            Self::Survived => "survived",
            Self::Stopped => "stopped",
        }
    }
}

/// Counts of one package, or of one kind, or of all.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Count {
    killed: usize,
    survived: usize,
    stopped: usize,
    broken: usize,
    unplanned: usize,
    /// Mutants with an unplanned failing test.
    pub(super) missed: usize,
    planned_sum: f64,
    failed_sum: f64,
    by_names: Option<ByNames>,
}

/// What names alone would have planned where code decides.
#[derive(Clone, Copy, Debug, Default)]
struct ByNames {
    unplanned: usize,
    planned_sum: f64,
}

impl Count {
    /// Mutants that compiled.
    pub(super) fn tried(&self) -> usize {
        self.killed + self.survived + self.stopped
    }

    fn add(&mut self, tried: &Tried<'_>) {
        let judgement = tried.judgement();
        match tried.end {
            End::Killed => self.killed += 1,
            End::Survived => self.survived += 1,
            End::Stopped => self.stopped += 1,
        }
        self.unplanned += judgement.unplanned.len();
        self.missed += usize::from(!judgement.unplanned.is_empty());
        self.planned_sum += judgement.share_planned;
        self.failed_sum += judgement.share_failed;
        if tried.by_code.is_some() {
            let by_names = self.by_names.get_or_insert_default();
            by_names.unplanned += tried.by_names.unplanned.len();
            by_names.planned_sum += tried.by_names.share_planned;
        }
    }

    fn mean(&self, sum: f64) -> f64 {
        sum * ratio(1, self.tried())
    }

    fn object(&self) -> Value {
        let mut object = json!({
            "mutants": self.tried(), "killed": self.killed, "survived": self.survived, "stopped": self.stopped,
            "broken": self.broken, "missed": self.missed, "unplanned": self.unplanned,
            "planned": self.mean(self.planned_sum), "failed": self.mean(self.failed_sum),
        });
        if let Some(by_names) = self.by_names {
            object["by_names"] = json!({
                "planned": self.mean(by_names.planned_sum), "unplanned": by_names.unplanned,
            });
        }
        object
    }

    fn text(&self, name: &str) -> String {
        let by_names = self.by_names.map(|by_names| {
            format!(
                " (by names {:.1} %, {} unplanned)",
                100.0 * self.mean(by_names.planned_sum),
                by_names.unplanned
            )
        });
        format!(
            "{name}: {} mutants, {} killed, {} unplanned; {:.1} % of tests planned{}, {:.1} % failing ({} survived, {} stopped, {} did not compile)",
            self.tried(),
            self.killed,
            self.unplanned,
            100.0 * self.mean(self.planned_sum),
            by_names.unwrap_or_default(),
            100.0 * self.mean(self.failed_sum),
            self.survived,
            self.stopped,
            self.broken,
        )
    }
}

/// A mutant that compiled, and all that is known of it.
#[derive(Debug)]
pub(super) struct Tried<'a> {
    /// How many were tried with it, and how many are wanted.
    pub(super) number: (usize, usize),
    /// The package whose file it changes.
    pub(super) package: &'a str,
    /// The mutant.
    pub(super) mutant: &'a Mutant,
    /// What was planned.
    pub(super) plans: &'a Plans,
    /// How the plan by names and the outcome compare.
    pub(super) by_names: &'a Judgement,
    /// The same of the plan by code, if code decides.
    pub(super) by_code: Option<&'a Judgement>,
    /// How it ended.
    pub(super) end: End,
}

impl<'a> Tried<'a> {
    /// How the plan that decides and the outcome compare.
    fn judgement(&self) -> &'a Judgement {
        self.by_code.unwrap_or(self.by_names)
    }

    /// Says it.
    pub(super) fn tell(&self, session: &Session) {
        let (mutant, judgement) = (self.mutant, self.judgement());
        let by_names = self.plans.source.run.len();
        let total = by_names + self.plans.source.reuse.len();
        let by_code = self.plans.code.as_ref().map(|code| code.run.len());
        let run = by_code.unwrap_or(by_names);
        if session.shell.is_json() {
            let mut object = json!({
                "type": "mutant", "package": self.package, "file": mutant.file, "line": mutant.line,
                "kind": mutant.edit.kind, "before": mutant.before, "after": mutant.after,
                "outcome": self.end.as_str(), "tests": total, "planned": run,
                "failed": ids(judgement.failed.iter()), "unplanned": ids(judgement.unplanned.iter()),
            });
            if by_code.is_some() {
                object["by_names"] = json!({
                    "planned": by_names, "unplanned": ids(self.by_names.unplanned.iter()),
                });
            }
            session.shell.json(&object);
        }
        let (end, failed) = (self.end.as_str(), judgement.failed.len());
        let names = by_code.map(|_| format!(" ({by_names} by names)"));
        let text = format!(
            "{}: {end}, {run} of {total} planned{}, {failed} failed",
            mutant.title(),
            names.unwrap_or_default()
        );
        session.shell.bar(self.number.0, self.number.1, &text);
        if !judgement.unplanned.is_empty() {
            self.tell_miss(session);
        }
    }

    fn tell_miss(&self, session: &Session) {
        let (shell, unplanned) = (&session.shell, &self.judgement().unplanned);
        shell.say(format!("MISSED {}", self.mutant.title()));
        for id in unplanned.iter().take(NAMED) {
            shell.say(format!("  fails and was not planned: {}", id.path()));
        }
        if unplanned.len() > NAMED {
            shell.say(format!("  and {} more", unplanned.len() - NAMED));
        }
        for (sign, lines) in [('-', &self.mutant.before), ('+', &self.mutant.after)] {
            for line in lines.iter().take(LINES) {
                shell.say(format!("  {sign} {line}"));
            }
        }
    }
}

/// All counts.
#[derive(Debug, Default)]
pub(super) struct Tally {
    /// Tests that would run without an edit.
    idle: usize,
    /// Tests that edits without meaning would run without a cause.
    excess: usize,
    /// Tests in all.
    tests: usize,
    /// Did the time run out?
    pub(super) out_of_time: bool,
    /// Did the user interrupt?
    pub(super) interrupted: bool,
    total: Count,
    packages: BTreeMap<String, Count>,
    kinds: BTreeMap<Kind, Count>,
}

impl Tally {
    /// The counts over all packages.
    pub(super) fn total(&self) -> &Count {
        &self.total
    }

    /// Did some plan fail, one way or the other?
    pub(super) fn is_bad(&self) -> bool {
        self.total.missed > 0 || self.excess > 0
    }

    /// Counts the plan for an edit without meaning.
    pub(super) fn idle(&mut self, row: &Row) {
        if row.edit == Idle::Nothing {
            (self.idle, self.tests) = (row.planned.len(), row.tests);
        }
        self.excess += row.excess().count();
    }

    fn each(&mut self, package: &str, kind: Kind, change: impl Fn(&mut Count)) {
        change(&mut self.total);
        change(self.packages.entry(package.to_string()).or_default());
        change(self.kinds.entry(kind).or_default());
    }

    /// Counts a mutant that does not compile.
    pub(super) fn broken(&mut self, package: &str, kind: Kind) {
        self.each(package, kind, |count| count.broken += 1);
    }

    /// Counts a judged mutant.
    pub(super) fn add(&mut self, kind: Kind, tried: &Tried<'_>) {
        self.each(tried.package, kind, |count| count.add(tried));
    }

    /// Says what it all came to.
    pub(super) fn tell(&self, session: &Session) {
        let shell = &session.shell;
        if self.packages.len() > 1 {
            for (name, count) in &self.packages {
                shell.say(count.text(name));
            }
        }
        for (kind, count) in &self.kinds {
            shell.progress(format!("  {}", count.text(kind.as_str())));
        }
        if self.out_of_time || self.interrupted {
            shell.say("stopped before all were tried; the same command goes on from here");
        }
        shell.say(self.total.text("mamo"));
        if shell.is_json() {
            let packages: BTreeMap<_, _> = self
                .packages
                .iter()
                .map(|(name, count)| (name, count.object()))
                .collect();
            let kinds: BTreeMap<_, _> = self
                .kinds
                .iter()
                .map(|(kind, count)| (kind.as_str(), count.object()))
                .collect();
            shell.json(&json!({
                "type": "summary", "version": 1, "tests": self.tests, "idle": self.idle, "excess": self.excess, "complete": !(self.out_of_time || self.interrupted),
                "total": self.total.object(), "packages": packages, "kinds": kinds,
            }));
        }
    }
}

fn ids<'a>(all: impl Iterator<Item = &'a TestId>) -> Vec<String> {
    all.map(TestId::path).collect()
}
