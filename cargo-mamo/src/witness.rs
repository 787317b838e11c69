//! How everything looked that a build's record and its analysis were made of: as long as it looks so, both hold.
//!
//! What was written so shortly before that its outside cannot tell is compared with what it held.

use crate::analysis::Analysis;
use crate::cargo::config::Config;
use crate::cargo::record::{
    Record, Settled, Unmoved, digest_of, digest_of_package, parts_of, tree, tree_of_package,
};
use crate::facts::Facts;
use crate::fingerprint::Fingerprint;
use crate::inputs::{self, Answers};
use crate::sight::Sight;
use crate::tracked::Index;
use rayon::prelude::*;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::time::SystemTime;

/// What was seen of the world.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Witness {
    places: BTreeMap<PathBuf, Sight>,
    /// Git's indexes, and what of them decides on lists of files. One that code or a build reads is among the places, too.
    indexes: BTreeMap<PathBuf, (Sight, Index)>,
    /// What the record rests on.
    inputs: BTreeMap<PathBuf, Ground>,
    /// Packages whose build scripts name no files.
    undirected: BTreeMap<PathBuf, Ground>,
    /// Have the outputs of build scripts to be compared by what they hold?
    outputs: bool,
    /// Variables that build scripts and code were given.
    built_with: BTreeMap<String, Option<String>>,
    /// Digests of variables that tests can read.
    variables: BTreeMap<String, Fingerprint>,
    all_variables: Option<Fingerprint>,
}

/// What has one digest in a record.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct Ground {
    digest: Fingerprint,
    /// The places that the digest is made of. `None` if something there was written so shortly before that looks cannot tell.
    parts: Option<Vec<PathBuf>>,
}

impl Witness {
    /// Of what `record` rests on and `analysis`, begun at `started`, was told. What is `settled` is not looked at again.
    /// `None` if something was being written.
    pub fn of(
        record: &Record,
        analysis: &Analysis,
        settled: &Settled,
        started: SystemTime,
    ) -> Option<Self> {
        let answers = analysis
            .answers
            .as_ref()
            .filter(|answers| !answers.moving)?;
        let mut witness = Self {
            places: BTreeMap::new(),
            indexes: BTreeMap::new(),
            inputs: BTreeMap::new(),
            undirected: BTreeMap::new(),
            outputs: false,
            built_with: record.variables.clone(),
            variables: answers.variables.clone(),
            all_variables: answers.all_variables,
        };
        witness.see_answers(answers, started);
        witness.see_record(record, settled, started)?;
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
        let (mut inputs, mut undirected) = (self.inputs.iter(), self.undirected.iter());
        let holds = inputs.all(|(path, ground)| ground.may_hold(path, digest_of))
            && undirected.all(|(dir, ground)| ground.may_hold(dir, digest_of_package))
            && (!self.outputs || facts.packages.iter().all(Record::outputs_hold))
            && self.built_with.iter().all(is_set)
            && self.variables.iter().all(is_same)
            && self
                .all_variables
                .is_none_or(|digest| inputs::all_variables(facts) == digest);
        let places = self.places.par_iter();
        let places = places.filter(|(path, sight)| !sight.holds(path));
        let indexes = self.indexes.par_iter();
        let indexes = indexes.filter(|(path, (sight, index))| !sight.holds(path) && !index.holds());
        let places = places.map(|(path, _)| path);
        let differing = places.chain(indexes.map(|(path, _)| path));
        holds.then(|| differing.collect())
    }

    /// What the record rests on and looks as it did, where these are all the places that [do not](Self::differing).
    pub fn settled(&self, differing: &[&PathBuf]) -> Settled {
        let differing: BTreeSet<_> = differing.iter().copied().collect();
        let unmoved = |grounds: &BTreeMap<PathBuf, Ground>| {
            let unmoved = grounds.iter().filter_map(|(path, ground)| {
                let sights = match &ground.parts {
                    Some(parts) => Some(self.unmoved(parts, &differing)?),
                    None => None,
                };
                let digest = ground.digest;
                Some((path.clone(), Unmoved { digest, sights }))
            });
            unmoved.collect()
        };
        Settled {
            inputs: unmoved(&self.inputs),
            undirected: unmoved(&self.undirected),
        }
    }

    /// How these places look. `None` if one of them is among those that look different, or is known by what it holds.
    fn unmoved(
        &self,
        parts: &[PathBuf],
        differing: &BTreeSet<&PathBuf>,
    ) -> Option<Vec<(PathBuf, Sight)>> {
        let sights = parts.iter().map(|path| {
            let sight = self.places.get(path).filter(|sight| !sight.is_recent());
            let sight = sight.filter(|_| !differing.contains(path));
            Some((path.clone(), *sight?))
        });
        sights.collect()
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
        told.filter_map(|path| {
            let index = self.indexes.get(path).map(|(sight, _)| sight);
            Some((path.clone(), *self.places.get(path).or(index)?))
        })
    }

    fn see_answers(&mut self, answers: &Answers, started: SystemTime) {
        for (path, digest) in &answers.files {
            let sight = Sight::of_read(path, *digest, started);
            self.places.insert(path.clone(), sight);
        }
        for (path, sight) in &answers.directories {
            if let Some(index) = answers.indexes.get(path) {
                let seen = (*sight, index.clone());
                self.indexes.insert(path.clone(), seen);
            } else {
                self.places.insert(path.clone(), *sight);
            }
        }
    }

    /// What the record says of a path stands, whatever is there now.
    fn see_record(
        &mut self,
        record: &Record,
        settled: &Settled,
        started: SystemTime,
    ) -> Option<()> {
        for (path, digest) in &record.inputs {
            if path.exists() == (*digest == Fingerprint::NONE) {
                return None;
            }
            let known = settled.inputs.get(path);
            let ground = self.ground(*digest, known, || parts_of(path), started);
            self.inputs.insert(path.clone(), ground);
        }
        for (dir, digest) in &record.undirected {
            let known = settled.undirected.get(dir);
            let ground = self.ground(*digest, known, || tree_of_package(dir), started);
            self.undirected.insert(dir.clone(), ground);
        }
        for package in &record.facts.packages {
            let script = package.build_script.as_ref();
            let written = script.and_then(|script| script.out_dir.as_deref());
            let seen = seen(written.into_iter().flat_map(tree), started);
            self.outputs |= seen.is_none();
            self.note(seen.unwrap_or_default());
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

    /// Notes how the parts of something with this digest look, unless some of it was written just before. What is known to
    /// look as it did stands, if nothing that the analysis was told of it is different.
    fn ground(
        &mut self,
        digest: Fingerprint,
        known: Option<&Unmoved>,
        parts: impl FnOnce() -> Vec<PathBuf>,
        started: SystemTime,
    ) -> Ground {
        let known = known.filter(|known| known.digest == digest);
        let known = known.and_then(|known| known.sights.as_ref());
        let agrees =
            |(path, sight): &(PathBuf, Sight)| self.places.get(path).is_none_or(|it| it == sight);
        let sights = match known.filter(|sights| sights.iter().all(agrees)) {
            Some(sights) => Some(sights.clone()),
            None => seen(parts(), started),
        };
        let parts = sights.map(|sights| {
            let paths = sights.iter().map(|(path, _)| path.clone()).collect();
            self.note(sights);
            paths
        });
        Ground { digest, parts }
    }

    /// Notes how paths look that have no sight yet.
    fn note(&mut self, sights: Vec<(PathBuf, Sight)>) {
        for (path, sight) in sights {
            self.places.entry(path).or_insert(sight);
        }
    }
}

impl Ground {
    /// Does its digest hold, as far as looks do not tell?
    fn may_hold(&self, path: &Path, digest_of: impl FnOnce(&Path) -> Fingerprint) -> bool {
        self.parts.is_some() || digest_of(path) == self.digest
    }
}

/// How paths look; `None` if some of it was written just before.
fn seen(
    paths: impl IntoIterator<Item = PathBuf>,
    started: SystemTime,
) -> Option<Vec<(PathBuf, Sight)>> {
    let sights = paths.into_iter().map(|path| {
        let sight = Sight::of(&path, started);
        (!sight.is_recent()).then_some((path, sight))
    });
    sights.collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::Duration;

    #[test]
    fn what_the_analysis_saw_differently_is_not_taken_for_settled() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("build.rs");
        std::fs::write(&path, "fn main() {}").unwrap();
        let later = SystemTime::now() + Duration::from_secs(60);
        let sights = seen([path.clone()], later).unwrap();
        let digest = digest_of(&path);
        let known = Unmoved {
            digest,
            sights: Some(sights.clone()),
        };
        let ground = |told: Option<Sight>, digest| {
            let mut witness = Witness::default();
            witness
                .places
                .extend(told.map(|sight| (path.clone(), sight)));
            witness.ground(
                digest,
                Some(&known),
                || vec![path.clone()],
                SystemTime::now(),
            )
        };
        let parts = Some(vec![path.clone()]);
        assert_eq!(ground(None, digest).parts, parts);
        assert_eq!(ground(Some(sights[0].1), digest).parts, parts);
        // Looked at anew, it was written just before.
        let other = Sight::Holds(Fingerprint::of(b"fn main() { panic!() }"));
        assert_eq!(ground(Some(other), digest).parts, None);
        assert_eq!(ground(None, Fingerprint::NONE).parts, None);
    }

    #[test]
    fn an_input_is_settled_as_long_as_all_its_parts_look_as_they_did() {
        let dir = tempfile::tempdir().unwrap();
        let manifest = dir.path().join("Cargo.toml");
        std::fs::create_dir(dir.path().join("tests")).unwrap();
        std::fs::write(&manifest, "[package]\nname = \"demo\"\n").unwrap();
        let digest = digest_of(&manifest);
        let later = SystemTime::now() + Duration::from_secs(60);
        let mut witness = Witness::default();
        let ground = witness.ground(digest, None, || parts_of(&manifest), later);
        witness.inputs.insert(manifest.clone(), ground);
        let settled = |witness: &Witness| {
            let places = witness.places.iter();
            let differing = places.filter(|(path, sight)| !sight.holds(path));
            let differing: Vec<_> = differing.map(|(path, _)| path).collect();
            let settled = witness.settled(&differing);
            settled.inputs.get(&manifest).map(|known| known.digest)
        };
        assert_eq!(settled(&witness), Some(digest));
        std::fs::write(dir.path().join("tests/new.rs"), "").unwrap();
        assert_eq!(settled(&witness), None);
    }
}
