//! Compilations whose macros read something else than is there now, although cargo calls them fresh: made again.

use crate::analysis::Analysis;
use crate::cargo::messages::Messages;
use crate::cargo::outputs;
use crate::cargo::record::MacroInputs;
use crate::environment::label_of_macros;
use crate::facts::{Facts, UnitIndex};
use crate::fingerprint::Fingerprint;
use crate::session::{Build, Session};
use std::collections::{BTreeMap, BTreeSet};
use std::time::SystemTime;

/// What macros may read, by the label of each unit: units of another build have other numbers.
pub(super) type ByLabel = BTreeMap<String, Fingerprint>;

/// What macros may read of the units of `build`.
pub(super) fn of_build(build: &Build) -> ByLabel {
    of(&build.analysis, build.facts())
}

/// What macros may read of the units of `facts`.
pub(super) fn of(analysis: &Analysis, facts: &Facts) -> ByLabel {
    let inputs = analysis.macro_inputs(facts).into_iter();
    inputs
        .map(|(unit, digest)| (label_of_macros(facts, &facts.units[unit]), digest))
        .collect()
}

impl MacroInputs {
    /// What macros may read now, as a build that began at `started` finds it.
    pub(crate) fn of(analysis: &Analysis, facts: &Facts, started: SystemTime) -> Self {
        let answers = analysis.answers.as_ref();
        let places = answers.map(|answers| answers.files.keys().chain(answers.directories.keys()));
        Self {
            now: analysis.macro_inputs(facts),
            stood: BTreeSet::new(),
            places: places.into_iter().flatten().cloned().collect(),
            started,
        }
    }

    /// The same, of which some is as it was `before`.
    pub(super) fn since(mut self, before: &ByLabel, facts: &Facts) -> Self {
        let stood = self.now.iter().filter(|(unit, digest)| {
            let label = label_of_macros(facts, &facts.units[**unit]);
            **digest != Fingerprint::NONE && before.get(&label) == Some(*digest)
        });
        self.stood = stood.map(|(unit, _)| *unit).collect();
        self
    }
}

impl Session {
    /// Sees to it that cargo compiles these units again. False if that cannot be.
    pub(super) fn forget(
        &self,
        (messages, artifacts): (&Messages, &[usize]),
        facts: &Facts,
        units: &BTreeSet<UnitIndex>,
    ) -> bool {
        let made = units.iter().filter_map(|unit| artifacts.get(*unit));
        let made = made.map(|at| &messages.artifacts[*at]);
        let forgotten: Vec<_> = made.map(outputs::forget).collect();
        if forgotten.contains(&false) || forgotten.len() < units.len() {
            return false;
        }
        let names = units
            .iter()
            .map(|unit| format!("`{}`", facts.units[*unit].target));
        let names: BTreeSet<_> = names.collect();
        let names: Vec<_> = names.into_iter().collect();
        self.shell.progress(format!(
            "mamo: {} is compiled again: its macros may read files or variables, and those are different, or not known from when it was compiled",
            names.join(", ")
        ));
        true
    }
}
