//! Running what a plan says: each program with its exact list, then doctests.
//!
//! A program with nothing to run is not started. The first that fails is the last, unless `--no-fail-fast`.

mod choice;
mod doctests;

use crate::analysis::RootIndex;
use crate::cargo::Request;
use crate::cargo::doctests::Doctests;
use crate::cargo::harness::{self, Outcome, Run};
use crate::cli::TestArgs;
use crate::facts::{TargetKind, UnitIndex};
use crate::filters::Filters;
use crate::interrupt;
use crate::plan::{Decision, Kind};
use crate::session::{Build, Session};
use crate::survey::Entry;
use anyhow::Result;
use std::collections::{BTreeMap, BTreeSet};

/// Runs a plan.
#[derive(Debug)]
pub struct Execution<'a> {
    /// The session.
    pub session: &'a Session,
    /// What was built.
    pub build: &'a Build,
    /// How it was built.
    pub request: &'a Request,
    /// What was typed.
    pub args: &'a TestArgs,
    /// What was typed behind `--`.
    pub filters: &'a Filters,
}

/// What a run learnt besides outcomes.
#[derive(Debug, Default)]
pub struct Ran {
    /// Did anything fail?
    pub failed: bool,
    /// Were all tests considered?
    pub open: bool,
    /// Libraries whose doctests ran as they were built: their ends may be remembered.
    pub documented: BTreeSet<UnitIndex>,
    /// Libraries all of whose doctests were seen.
    pub doctests: BTreeMap<UnitIndex, Doctests>,
}

impl Execution<'_> {
    /// Runs everything that `entries` plans, and notes outcomes in them.
    pub fn run(&self, entries: &mut Vec<Entry>) -> Result<Ran> {
        let mut ran = Ran {
            open: self.filters.is_open(),
            ..Ran::default()
        };
        for (index, _, _) in self.build.record.programs() {
            if entries
                .iter()
                .any(|entry| entry.unit == index && entry.id.kind != Kind::Doc)
            {
                ran.failed |= self.program(index, entries)?;
            }
            if self.stop(&ran) {
                return Ok(ran);
            }
        }
        self.doctests(entries, &mut ran)?;
        Ok(ran)
    }

    fn stop(&self, ran: &Ran) -> bool {
        interrupt::happened() || (ran.failed && !self.args.no_fail_fast)
    }

    /// Runs one program; true if it failed.
    fn program(&self, index: UnitIndex, entries: &mut [Entry]) -> Result<bool> {
        let facts = self.build.facts();
        let unit = &facts.units[index];
        let Some(executable) = unit.executable.as_deref() else {
            return Ok(false);
        };
        let mut mine: Vec<&mut Entry> = entries
            .iter_mut()
            .filter(|entry| entry.unit == index && entry.id.kind != Kind::Doc)
            .collect();
        let wanted: Vec<String> = mine
            .iter()
            .filter(|entry| entry.runs())
            .map(|entry| entry.id.name.clone())
            .collect();
        if wanted.is_empty() {
            let reused = mine
                .iter()
                .filter(|entry| entry.decision == Decision::Reuse)
                .count();
            self.session.shell.progress(format!(
                "{} - not started, {reused} reused",
                self.heading(index)
            ));
            return Ok(false);
        }
        self.session.shell.progress(self.heading(index));
        let command = || self.build.command(unit, executable);
        let run = if self.build.analysis.lists_tests(index) {
            // Where all that the user's own arguments choose must run, they are given as they were.
            let listed = mine.iter().any(|entry| entry.decision == Decision::Reuse);
            let arguments = if listed {
                self.filters.listed()
            } else {
                self.filters.whole()
            };
            harness::run(
                self.session.home.root(),
                command,
                &wanted,
                &arguments,
                listed,
                self.session.shell.is_json(),
            )?
        } else {
            let mut run =
                harness::run_main(command, &self.args.harness, self.session.shell.is_json())?;
            // It may end well because it was told to end.
            if run.success && interrupt::happened_before() {
                run.outcomes
                    .retain(|_, outcome| *outcome == Outcome::Failed);
            }
            run
        };
        self.note(&run, &mut mine);
        if !run.success {
            self.session.shell.progress(format!(
                "error: test failed, to rerun pass `{}`",
                self.rerun(index)
            ));
        }
        Ok(!run.success)
    }

    fn note(&self, run: &Run, mine: &mut [&mut Entry]) {
        let micros = u64::try_from(run.average.as_micros()).unwrap_or(u64::MAX);
        for entry in mine.iter_mut().filter(|entry| entry.runs()) {
            entry.outcome = run.outcomes.get(&entry.id.name).copied();
            entry.micros = micros;
        }
        for warning in &run.warnings {
            self.session.shell.warn(warning.clone());
        }
    }

    /// Cargo's line for a program.
    fn heading(&self, index: UnitIndex) -> String {
        let facts = self.build.facts();
        let unit = &facts.units[index];
        let package = facts.package_of(unit);
        let root = unit
            .root
            .strip_prefix(&package.dir)
            .unwrap_or(&unit.root)
            .display();
        let what = if unit.kind == TargetKind::Test || !unit.harness {
            root.to_string()
        } else {
            format!("unittests {root}")
        };
        let executable = unit.executable.as_deref().unwrap_or(&unit.root);
        let executable = executable
            .strip_prefix(&self.session.workspace.cwd)
            .unwrap_or(executable);
        format!("     Running {what} ({})", executable.display())
    }

    fn rerun(&self, index: UnitIndex) -> String {
        let facts = self.build.facts();
        let unit = &facts.units[index];
        let package = match facts
            .packages
            .iter()
            .filter(|package| package.member)
            .count()
        {
            1 => String::new(),
            _ => format!("-p {} ", facts.package_of(unit).name),
        };
        let target = match unit.kind {
            TargetKind::Lib | TargetKind::ProcMacro | TargetKind::BuildScript => {
                "--lib".to_string()
            }
            TargetKind::Bin => format!("--bin {}", unit.target),
            TargetKind::Test => format!("--test {}", unit.target),
            TargetKind::Example => format!("--example {}", unit.target),
            TargetKind::Bench => format!("--bench {}", unit.target),
        };
        package + &target
    }
}

/// Roots whose fingerprint is the same in two analyses of one build: nothing that they rest on changed in between.
pub fn unchanged(
    before: &crate::analysis::Analysis,
    after: &crate::analysis::Analysis,
    root: RootIndex,
) -> bool {
    let old = &before.roots[root];
    // The same facts give roots in the same order; if source changed under them, look for the same one.
    let same = |new: &&crate::analysis::Root| {
        (new.kind, new.unit, &new.name) == (old.kind, old.unit, &old.name)
    };
    let new = after
        .roots
        .get(root)
        .filter(same)
        .or_else(|| after.roots.iter().find(same));
    new.is_some_and(|new| new.fingerprint == old.fingerprint)
}
