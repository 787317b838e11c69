//! Running doctests: each library's stale ones, by rustdoc's own names.
//!
//! A name that rustdoc does not know was wrong: then all of the library's are run. What rustdoc prints is believed only
//! where the lines agree with the totals.

use super::{Execution, Ran, choice};
use crate::analysis::Block;
use crate::cargo::doctests::{self, DocRun};
use crate::cargo::harness::Outcome;
use crate::doctests::{named, packages, traced};
use crate::facts::UnitIndex;
use crate::interrupt;
use crate::plan::{Decision, Kind, TestId};
use crate::reason::Reason;
use crate::survey::{Entry, GROUP, documented};
use anyhow::Result;
use std::collections::BTreeSet;

/// The longest list of names that is given to rustdoc.
const LONGEST_LIST: usize = 100_000;

impl Execution<'_> {
    /// Runs the stale doctests of every library.
    pub(super) fn doctests(&self, entries: &mut Vec<Entry>, ran: &mut Ran) -> Result<()> {
        let of = |unit: UnitIndex| {
            move |entry: &&Entry| entry.unit == unit && entry.id.kind == Kind::Doc
        };
        let stale: BTreeSet<UnitIndex> = entries
            .iter()
            .filter(|entry| entry.id.kind == Kind::Doc && entry.runs())
            .map(|entry| entry.unit)
            .collect();
        for unit in documented(self.build) {
            if !stale.contains(&unit) && entries.iter().any(|entry| of(unit)(&entry)) {
                let name = &self.build.facts().units[unit].crate_name;
                let line = format!("   Doc-tests {name} - not started, all reused");
                self.session.shell.progress(line);
            }
        }
        for unit in stale {
            self.library(unit, entries, ran)?;
            if self.stop(ran) {
                break;
            }
        }
        Ok(())
    }

    /// Runs the stale doctests of one library.
    fn library(&self, unit: UnitIndex, entries: &mut Vec<Entry>, ran: &mut Ran) -> Result<()> {
        let mine = || {
            entries
                .iter()
                .filter(|entry| entry.unit == unit && entry.id.kind == Kind::Doc)
        };
        let wanted: Vec<String> = mine()
            .filter(|entry| entry.runs())
            .map(|entry| entry.id.name.clone())
            .collect();
        let length: usize = wanted.iter().map(|name| name.len() + 1).sum();
        let mut known = !wanted.iter().any(|name| name == GROUP);
        let mut whole = !known
            || length > LONGEST_LIST
            || !mine().any(|entry| entry.decision == Decision::Reuse);
        let mut run = self.rustdoc(unit, if whole { None } else { Some(&wanted) })?;
        let missed = wanted.iter().any(|name| !run.outcomes.contains_key(name));
        if !whole && missed && (run.success || !run.outcomes.is_empty()) && !interrupt::happened() {
            (whole, known) = (true, false);
            run = self.rustdoc(unit, None)?;
        }
        ran.failed |= !run.success;
        // Alone, a package may be built with fewer features than the whole command gives it: another build.
        let same = run.libraries.is_subset(&self.build.record.libraries);
        if same && run.counted {
            ran.documented.insert(unit);
            if whole && ran.open && (run.success || !run.outcomes.is_empty()) {
                let names: Vec<_> = run
                    .outcomes
                    .iter()
                    .map(|(name, outcome)| (name.clone(), outcome.is_none()))
                    .collect();
                ran.doctests
                    .extend(traced(self.build, unit, &names).map(|doctests| (unit, doctests)));
            }
        }
        self.note_doctests(unit, &run, whole.then_some(known), entries);
        Ok(())
    }

    /// Runs doctests of one library: all that the user's arguments choose, or just `names`.
    fn rustdoc(&self, unit: UnitIndex, names: Option<&[String]>) -> Result<DocRun> {
        let arguments = match names {
            None => self.filters.whole(),
            Some(names) => {
                let known = named(self.build, unit).unwrap_or_default().all;
                let known: Vec<String> = known.into_iter().map(|one| one.name).collect();
                let mut arguments = self.filters.listed();
                arguments.extend(choice::arguments(names, &known));
                arguments
            }
        };
        doctests::run(
            &self.session.workspace.cwd,
            self.request,
            &packages(self.build, self.request, unit),
            &arguments,
            self.args.no_fail_fast,
            |text: &str| self.session.shell.pass_on(text),
        )
    }

    /// Notes outcomes. `whole`: if all ran, were the names of the plan right?
    fn note_doctests(
        &self,
        unit: UnitIndex,
        run: &DocRun,
        whole: Option<bool>,
        entries: &mut Vec<Entry>,
    ) {
        let is_mine = |entry: &Entry| entry.unit == unit && entry.id.kind == Kind::Doc;
        let Some(at) = entries
            .iter()
            .position(|entry| is_mine(entry) && entry.runs())
        else {
            return;
        };
        if run.outcomes.is_empty() && !run.success {
            // rustdoc or the build failed before any test: all that was asked for failed.
            for entry in entries
                .iter_mut()
                .filter(|entry| is_mine(entry) && entry.runs())
            {
                entry.outcome = Some(Outcome::Failed);
            }
            return;
        }
        let count = u32::try_from(run.outcomes.len().max(1)).unwrap_or(u32::MAX);
        let micros = u64::try_from((run.took / count).as_micros()).unwrap_or(u64::MAX);
        let first = entries[at].clone();
        if let Some(right) = whole {
            entries.retain(|entry| {
                !is_mine(entry) || (right && run.outcomes.contains_key(&entry.id.name))
            });
        }
        let names: Vec<String> = run.outcomes.keys().cloned().collect();
        let blocks = self.build.analysis.doctests_named(unit, &names);
        for ((name, outcome), block) in run.outcomes.iter().zip(blocks) {
            let known = entries
                .iter_mut()
                .find(|entry| is_mine(entry) && entry.id.name == *name);
            if let Some(entry) = known {
                note(entry, *outcome, micros);
            } else {
                let mut entry = self.found(name, block, &first);
                note(&mut entry, *outcome, micros);
                entries.push(entry);
            }
        }
    }

    /// An entry for a doctest that no plan knew of; `first` is what it was run for.
    fn found(&self, name: &str, block: Option<&Block>, first: &Entry) -> Entry {
        let analysis = &self.build.analysis;
        let root = match block {
            Some(block) => analysis.doctest_root(block),
            None => analysis.doc(first.unit),
        };
        let remembered = block.map_or(GROUP.to_owned(), |block| {
            analysis.roots[block.root].name.clone()
        });
        Entry {
            id: TestId {
                name: name.to_owned(),
                ..first.id.clone()
            },
            root,
            fingerprint: root.map(|root| analysis.roots[root].fingerprint),
            remembered: Some(remembered),
            outcome: None,
            ..first.clone()
        }
    }
}

fn note(entry: &mut Entry, outcome: Option<Outcome>, micros: u64) {
    (entry.outcome, entry.micros) = (outcome, micros);
    match (&entry.decision, outcome) {
        (_, None) => entry.decision = Decision::Ignored,
        (Decision::Run(_), Some(_)) => {}
        // It ran although it need not have.
        (_, Some(_)) => entry.decision = Decision::Run(Reason::Stale),
    }
}
