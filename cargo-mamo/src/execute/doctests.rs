//! Running doctests: the stale ones of all libraries by one `cargo test --doc`, by rustdoc's own names.
//!
//! A name that rustdoc does not know was wrong: then all of the library's are run. What rustdoc prints is believed only
//! where the lines agree with the totals.

use super::{Execution, Ran, choice};
use crate::analysis::Block;
use crate::cargo::doctests::{Doc, DocRun, DocRuns};
use crate::cargo::harness::Outcome;
use crate::cargo::rustdoc::orders::{Order, Others};
use crate::doctests::{named, ordered, traced};
use crate::facts::UnitIndex;
use crate::interrupt;
use crate::plan::{Decision, Kind, TestId};
use crate::reason::Reason;
use crate::survey::{Entry, GROUP};
use anyhow::Result;
use std::collections::BTreeMap;

/// The longest list of names that is given to rustdoc.
const LONGEST_LIST: usize = 100_000;

impl Execution<'_> {
    /// Runs the stale doctests of every library.
    pub(super) fn doctests(&self, entries: &mut Vec<Entry>, ran: &mut Ran) -> Result<()> {
        let doctests = || entries.iter().filter(|entry| entry.id.kind == Kind::Doc);
        let mut units: Vec<UnitIndex> = doctests().map(|entry| entry.unit).collect();
        units.dedup();
        if !doctests().any(Entry::runs) {
            for unit in units {
                let name = &self.build.facts().units[unit].crate_name;
                let line = format!("   Doc-tests {name} - not started, all reused");
                self.session.shell.progress(line);
            }
            return Ok(());
        }
        let orders = units
            .into_iter()
            .map(|unit| (unit, self.order(unit, entries)))
            .collect();
        let runs = self.rustdoc(&orders)?;
        ran.failed |= !runs.success;
        let unstarted = !runs.success && runs.of.is_empty() && !interrupt::happened();
        for (&unit, order) in &orders {
            match runs.of.get(&unit) {
                Some(run) => self.library(unit, order, run, entries, ran),
                None if unstarted => fail(unit, entries),
                None if runs.success => self.unseen(unit, order),
                None => {}
            }
        }
        Ok(())
    }

    /// Starts cargo, and through it rustdoc for each library that the orders ask for.
    fn rustdoc(&self, orders: &BTreeMap<UnitIndex, Order>) -> Result<DocRuns> {
        let cargo = Doc {
            workspace: &self.session.workspace,
            request: self.request,
            home: &self.session.home,
            others: if self.args.doc {
                Others::Run
            } else {
                Others::RunIfAny
            },
        };
        cargo.run(
            ordered(self.build, orders),
            &self.filters.listed(),
            self.args.no_fail_fast,
            self.session.shell.is_json(),
        )
    }

    /// What is to be done with the doctests of a library.
    fn order(&self, unit: UnitIndex, entries: &[Entry]) -> Order {
        let mine = || entries.iter().filter(|entry| is_of(unit, entry));
        let names: Vec<String> = mine()
            .filter(|entry| entry.runs())
            .map(|entry| entry.id.name.clone())
            .collect();
        let reused = mine()
            .filter(|entry| entry.decision == Decision::Reuse)
            .count();
        if names.is_empty() {
            return Order::Skip { reused };
        }
        let length: usize = names.iter().map(|name| name.len() + 1).sum();
        let known = !names.iter().any(|name| name == GROUP);
        let some = known && length <= LONGEST_LIST && reused > 0;
        Order::Run {
            chosen: some.then(|| {
                let known = named(self.build, unit).unwrap_or_default().all;
                let known: Vec<String> = known.into_iter().map(|one| one.name).collect();
                choice::arguments(&names, &known)
            }),
            all: self.filters.choice(),
            names,
        }
    }

    /// Takes in what the run of a library came to.
    fn library(
        &self,
        unit: UnitIndex,
        order: &Order,
        run: &DocRun,
        entries: &mut Vec<Entry>,
        ran: &mut Ran,
    ) {
        let Order::Run { names, chosen, .. } = order else {
            return;
        };
        let whole = chosen.is_none() || run.misnamed;
        let right = !run.misnamed && !names.iter().any(|name| name == GROUP);
        // Linked with other libraries than those of the plan, they are other doctests.
        if run.counted && run.libraries.is_subset(&self.build.record.libraries) {
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
        self.note_doctests(unit, run, whole.then_some(right), entries);
    }

    /// Cargo said that all is well, and did not start us for a library.
    fn unseen(&self, unit: UnitIndex, order: &Order) {
        if let Order::Run { .. } = order {
            let name = &self.build.facts().units[unit].crate_name;
            self.session.shell.warn(format!(
                "the doctests of `{name}` were not seen to run; they are not remembered"
            ));
        }
    }

    /// Notes outcomes. `whole`: if all ran, were the names of the plan right?
    fn note_doctests(
        &self,
        unit: UnitIndex,
        run: &DocRun,
        whole: Option<bool>,
        entries: &mut Vec<Entry>,
    ) {
        let is_mine = |entry: &Entry| is_of(unit, entry);
        let Some(at) = entries
            .iter()
            .position(|entry| is_mine(entry) && entry.runs())
        else {
            return;
        };
        if run.outcomes.is_empty() && !run.success {
            return fail(unit, entries);
        }
        let count = u32::try_from(run.outcomes.len().max(1)).unwrap_or(u32::MAX);
        let micros = u64::try_from((run.took / count).as_micros()).unwrap_or(u64::MAX);
        let first = entries[at].clone();
        // Where lines were missed, what they were about is left without a result.
        if let Some(right) = whole.filter(|_| run.counted) {
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

fn is_of(unit: UnitIndex, entry: &Entry) -> bool {
    entry.unit == unit && entry.id.kind == Kind::Doc
}

/// rustdoc or the build failed before any test: all that was asked for failed.
fn fail(unit: UnitIndex, entries: &mut [Entry]) {
    let mine = entries.iter_mut().filter(|entry| is_of(unit, entry));
    for entry in mine.filter(|entry| entry.runs()) {
        entry.outcome = Some(Outcome::Failed);
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
