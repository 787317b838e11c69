//! How everything looked that a build's record and its analysis were made of: as long as it looks so, both hold.
//!
//! A file is believed by its outside (size, times, inode) if it was last written well before it was read; else it is
//! read again. A directory stands for the names in it.

use crate::analysis::Analysis;
use crate::cargo::config::Config;
use crate::cargo::manifest;
use crate::cargo::marks::Look;
use crate::cargo::record::{Record, tree};
use crate::facts::Facts;
use crate::fingerprint::Fingerprint;
use crate::inputs::{self, Answers};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::time::SystemTime;

/// What was seen of the world.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Witness {
    places: BTreeMap<PathBuf, Sight>,
    /// Variables that build scripts and code were given.
    built_with: BTreeMap<String, Option<String>>,
    /// Digests of variables that tests can read.
    variables: BTreeMap<String, Fingerprint>,
    all_variables: Option<Fingerprint>,
}

/// What was seen at one path.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
enum Sight {
    /// Nothing.
    Absent,
    /// No file that can be read.
    Unread,
    /// A file or directory that had not been written for a while.
    Looks(Look),
    /// A file that held this.
    Holds(Fingerprint),
}

impl Witness {
    /// Of what `record` rests on and `analysis`, begun at `started`, was told. `None` if something was being written.
    pub fn of(record: &Record, analysis: &Analysis, started: SystemTime) -> Option<Self> {
        let answers = analysis.answers.as_ref()?;
        let mut witness = Self {
            places: BTreeMap::new(),
            built_with: record.variables.clone(),
            variables: answers.variables.clone(),
            all_variables: answers.all_variables,
        };
        witness.see_answers(answers, started)?;
        witness.see_record(record, started)?;
        Some(witness)
    }

    /// Does everything look as it did?
    pub fn holds(&self, facts: &Facts) -> bool {
        let is_set = |(name, value): (&String, &Option<String>)| {
            Config::variable(&facts.configured, name) == *value
        };
        let is_same =
            |(name, digest): (&String, &Fingerprint)| inputs::variable(facts, name) == *digest;
        self.places.iter().all(|(path, sight)| sight.holds(path))
            && self.built_with.iter().all(is_set)
            && self.variables.iter().all(is_same)
            && self
                .all_variables
                .is_none_or(|digest| inputs::all_variables(facts) == digest)
    }

    fn see_answers(&mut self, answers: &Answers, started: SystemTime) -> Option<()> {
        for (path, digest) in &answers.files {
            let sight = match *digest {
                Fingerprint::NONE => Sight::Unread,
                digest => Look::before(path, started).map_or(Sight::Holds(digest), Sight::Looks),
            };
            self.places.insert(path.clone(), sight);
        }
        answers
            .directories
            .iter()
            .try_for_each(|path| self.see(path, started))
    }

    fn see_record(&mut self, record: &Record, started: SystemTime) -> Option<()> {
        let mut paths: BTreeSet<PathBuf> = BTreeSet::new();
        for path in record.inputs.keys() {
            if path.is_dir() {
                paths.extend(tree(path));
            } else if path.file_name().is_some_and(|name| name == "Cargo.toml") {
                let dir = path.parent().unwrap_or(path);
                paths.extend(manifest::looked_into(dir));
            }
            paths.insert(path.clone());
        }
        for script in record
            .facts
            .packages
            .iter()
            .filter_map(|package| package.build_script.as_ref())
        {
            paths.extend(script.out_dir.iter().flat_map(|dir| tree(dir)));
        }
        let units = record.facts.units.iter();
        paths.extend(units.flat_map(|unit| unit.files.iter().cloned()));
        paths.retain(|path| !self.places.contains_key(path));
        paths.iter().try_for_each(|path| self.see(path, started))
    }

    /// Notes how `path` looks; `None` if it was written too recently to tell.
    fn see(&mut self, path: &Path, started: SystemTime) -> Option<()> {
        let sight = if path.exists() {
            Sight::Looks(Look::before(path, started)?)
        } else {
            Sight::Absent
        };
        self.places.insert(path.to_path_buf(), sight);
        Some(())
    }
}

impl Sight {
    fn holds(&self, path: &Path) -> bool {
        match self {
            Self::Absent => !path.exists(),
            Self::Unread => !path.exists() || std::fs::read(path).is_err(),
            Self::Looks(look) => Look::of(path).as_ref() == Some(look),
            Self::Holds(digest) => {
                std::fs::read(path).is_ok_and(|bytes| Fingerprint::of(&bytes) == *digest)
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::Duration;

    fn witness(paths: &[&Path], started: SystemTime) -> Option<Witness> {
        let mut witness = Witness {
            places: BTreeMap::new(),
            built_with: BTreeMap::new(),
            variables: BTreeMap::new(),
            all_variables: None,
        };
        paths
            .iter()
            .try_for_each(|path| witness.see(path, started))?;
        Some(witness)
    }

    fn stands(witness: &Witness) -> bool {
        witness.places.iter().all(|(path, sight)| sight.holds(path))
    }

    #[test]
    fn what_is_written_appears_or_goes_is_seen() {
        let dir = tempfile::tempdir().unwrap();
        let at = |name: &str| dir.path().join(name);
        std::fs::create_dir(at("sub")).unwrap();
        std::fs::write(at("file"), "1").unwrap();
        let paths = [at("file"), at("sub"), at("absent")];
        let paths: Vec<_> = paths.iter().map(PathBuf::as_path).collect();
        let later = SystemTime::now() + Duration::from_secs(60);
        let see = || witness(&paths, later).unwrap();
        let first = see();
        assert!(stands(&first));
        std::fs::write(at("sub/new"), "").unwrap();
        assert!(!stands(&first), "a new name in a directory");
        let second = see();
        std::fs::write(at("file"), "2").unwrap();
        assert!(!stands(&second), "other bytes of the same length");
        let third = see();
        std::fs::write(at("absent"), "").unwrap();
        assert!(!stands(&third), "a file that was not there");
        let fourth = see();
        std::fs::remove_file(at("absent")).unwrap();
        assert!(!stands(&fourth), "a file that is gone");
    }

    #[test]
    fn what_was_written_just_before_is_no_witness() {
        let dir = tempfile::tempdir().unwrap();
        let file = dir.path().join("file");
        std::fs::write(&file, "1").unwrap();
        assert!(witness(&[&file], SystemTime::now()).is_none());
        let digest = Fingerprint::of(b"1");
        assert!(Sight::Holds(digest).holds(&file));
        std::fs::write(&file, "2").unwrap();
        assert!(!Sight::Holds(digest).holds(&file));
    }
}
