//! How everything looked that a build's record and its analysis were made of: as long as it looks so, both hold.
//!
//! What was written so shortly before that its outside cannot tell is compared with what it held.

use crate::analysis::Analysis;
use crate::cargo::config::Config;
use crate::cargo::manifest;
use crate::cargo::record::{Record, digest_of, digest_of_package, tree, tree_of_package};
use crate::facts::Facts;
use crate::fingerprint::Fingerprint;
use crate::inputs::{self, Answers};
use crate::sight::Sight;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;
use std::time::SystemTime;

/// What was seen of the world.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Witness {
    places: BTreeMap<PathBuf, Sight>,
    /// What the build rests on and was written just before, by its digest.
    inputs: BTreeMap<PathBuf, Fingerprint>,
    /// The same of packages whose build scripts name no files.
    undirected: BTreeMap<PathBuf, Fingerprint>,
    /// Have the outputs of build scripts to be compared by what they hold?
    outputs: bool,
    /// Variables that build scripts and code were given.
    built_with: BTreeMap<String, Option<String>>,
    /// Digests of variables that tests can read.
    variables: BTreeMap<String, Fingerprint>,
    all_variables: Option<Fingerprint>,
}

impl Witness {
    /// Of what `record` rests on and `analysis`, begun at `started`, was told. `None` if something was being written.
    pub fn of(record: &Record, analysis: &Analysis, started: SystemTime) -> Option<Self> {
        let answers = analysis
            .answers
            .as_ref()
            .filter(|answers| !answers.moving)?;
        let mut witness = Self {
            places: BTreeMap::new(),
            inputs: BTreeMap::new(),
            undirected: BTreeMap::new(),
            outputs: false,
            built_with: record.variables.clone(),
            variables: answers.variables.clone(),
            all_variables: answers.all_variables,
        };
        witness.see_answers(answers, started);
        witness.see_record(record, started)?;
        Some(witness)
    }

    /// Does everything look as it did?
    pub fn holds(&self, facts: &Facts) -> bool {
        self.differing(facts).is_some_and(|paths| paths.is_empty())
    }

    /// Files and directories that do not look as they did. `None` if something else is different.
    pub fn differing(&self, facts: &Facts) -> Option<Vec<&PathBuf>> {
        let is_set = |(name, value): (&String, &Option<String>)| {
            Config::variable(&facts.configured, name) == *value
        };
        let is_same =
            |(name, digest): (&String, &Fingerprint)| inputs::variable(facts, name) == *digest;
        let holds = (self.inputs.iter()).all(|(path, digest)| digest_of(path) == *digest)
            && (self.undirected.iter()).all(|(dir, digest)| digest_of_package(dir) == *digest)
            && (!self.outputs || facts.packages.iter().all(Record::outputs_hold))
            && self.built_with.iter().all(is_set)
            && self.variables.iter().all(is_same)
            && self
                .all_variables
                .is_none_or(|digest| inputs::all_variables(facts) == digest);
        let places = self.places.iter();
        let differing = places.filter(|(path, sight)| !sight.holds(path));
        holds.then(|| differing.map(|(path, _)| path).collect())
    }

    /// Every directory that was looked at.
    pub fn directories(&self) -> impl Iterator<Item = (&PathBuf, &Sight)> {
        self.places.iter().filter(|(path, _)| path.is_dir())
    }

    /// How each file and directory looked that `analysis` was told of.
    pub(crate) fn told(&self, analysis: &Analysis) -> impl Iterator<Item = (PathBuf, Sight)> {
        let answers = analysis.answers.as_ref();
        let told = answers.map(|answers| answers.files.keys().chain(answers.directories.keys()));
        let told = told.into_iter().flatten();
        told.filter_map(|path| Some((path.clone(), *self.places.get(path)?)))
    }

    fn see_answers(&mut self, answers: &Answers, started: SystemTime) {
        for (path, digest) in &answers.files {
            let sight = Sight::of_read(path, *digest, started);
            self.places.insert(path.clone(), sight);
        }
        let directories = answers.directories.iter();
        self.places
            .extend(directories.map(|(path, sight)| (path.clone(), *sight)));
    }

    /// What the record says of a path stands, whatever is there now.
    fn see_record(&mut self, record: &Record, started: SystemTime) -> Option<()> {
        for (path, digest) in &record.inputs {
            let parts = if path.is_dir() {
                tree(path)
            } else if path.file_name().is_some_and(|name| name == "Cargo.toml") {
                manifest::looked_into(path.parent().unwrap_or(path))
            } else {
                Vec::new()
            };
            if path.exists() == (*digest == Fingerprint::NONE) {
                return None;
            }
            if !self.see(std::iter::once(path.clone()).chain(parts), started) {
                self.inputs.insert(path.clone(), *digest);
            }
        }
        for (dir, digest) in &record.undirected {
            if !self.see(tree_of_package(dir), started) {
                self.undirected.insert(dir.clone(), *digest);
            }
        }
        for package in &record.facts.packages {
            let script = package.build_script.as_ref();
            let written = script.and_then(|script| script.out_dir.as_deref());
            self.outputs |= !self.see(written.into_iter().flat_map(tree), started);
        }
        let units = record.facts.units.iter();
        let read: BTreeSet<_> = units.flat_map(|unit| &unit.files).collect();
        for path in read {
            if !self.places.contains_key(path) {
                let digest = record.marks.held(path)?;
                let sight = Sight::of_read(path, digest, started);
                self.places.insert(path.clone(), sight);
            }
        }
        Some(())
    }

    /// Notes how paths look that have no sight yet. False, and nothing, if some of it was written just before.
    fn see(&mut self, paths: impl IntoIterator<Item = PathBuf>, started: SystemTime) -> bool {
        let paths = paths.into_iter();
        let sights: Vec<_> = paths
            .map(|path| {
                let sight = Sight::of(&path, started);
                (path, sight)
            })
            .collect();
        let settled = !sights.iter().any(|(_, sight)| sight.is_recent());
        if settled {
            for (path, sight) in sights {
                self.places.entry(path).or_insert(sight);
            }
        }
        settled
    }
}
