//! The passes of earlier runs, by test and fingerprint.
//!
//! One sealed file a target. Several fingerprints a test are kept, so that switching branches and undoing an edit
//! reuse. Only what was seen to pass is added; a failure takes back what passed under the same fingerprint, so that
//! the test runs until it passes or its code is again what it passed with.

use crate::fingerprint::Fingerprint;
use crate::home::{Home, Sealed};
use crate::inputs::unnamed::Unnamed;
use crate::plan::{CodeMemory, Kind, Memory, TestId};
use rayon::prelude::*;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;

/// How many passes of one test are kept.
const KEPT: usize = 8;

/// One remembered pass.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Pass {
    /// What the test's deep fingerprint was; `None` once another outcome was seen under it: then code alone tells the two apart.
    pub fingerprint: Option<Fingerprint>,
    /// What its compiled code and its inputs were, where that was known.
    pub code: Option<Fingerprint>,
    /// What its code could read that names do not lead to.
    pub unnamed: Option<Unnamed>,
    /// How long it took, about, in microseconds.
    pub micros: u64,
    /// Seconds since 1970 when it passed.
    pub when: u64,
    /// The baseline that explains the fingerprint.
    pub baseline: Option<Fingerprint>,
}

/// What is remembered of one test.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Verdict {
    /// Passes, the latest first.
    pub passes: Vec<Pass>,
    /// How it failed, if it failed when it last ran.
    pub failed: Option<Failure>,
}

/// Under what a test failed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Failure {
    /// Its deep fingerprint, if it can be traced.
    pub fingerprint: Option<Fingerprint>,
    /// What its compiled code and its inputs were, where that was known.
    pub code: Option<Fingerprint>,
}

/// What is remembered of one target's tests, by name.
pub type Verdicts = BTreeMap<String, Verdict>;

/// What a run saw of one test.
#[derive(Clone, Debug)]
pub enum Seen {
    /// It passed, and this may be remembered.
    Passed(Pass),
    /// It failed.
    Failed(Failure),
}

impl Verdict {
    /// The pass under exactly `fingerprint`.
    pub fn pass(&self, fingerprint: Fingerprint) -> Option<&Pass> {
        self.passes
            .iter()
            .find(|pass| pass.fingerprint == Some(fingerprint))
    }

    /// The latest pass with exactly this code and these inputs.
    pub fn pass_with(&self, code: Fingerprint) -> Option<&Pass> {
        self.passes.iter().find(|pass| pass.code == Some(code))
    }

    /// What `code` says of a test that has `fingerprint` now.
    pub fn code_memory(&self, fingerprint: Fingerprint, code: Option<Fingerprint>) -> CodeMemory {
        let Some(code) = code else {
            return CodeMemory::Unknown;
        };
        let failed_so = Failure {
            fingerprint: Some(fingerprint),
            code: None,
        };
        // What failed with unknown code may have failed with this.
        if self.pass_with(code).is_some() && self.failed != Some(failed_so) {
            return CodeMemory::Passed;
        }
        match self.pass(fingerprint).map(|pass| pass.code) {
            Some(Some(_)) => CodeMemory::Differs,
            Some(None) => CodeMemory::Unproven,
            None => CodeMemory::Unknown,
        }
    }

    /// What a plan needs to know.
    pub fn memory(&self, fingerprint: Option<Fingerprint>) -> Memory {
        Memory {
            passed_so: fingerprint.is_some_and(|fingerprint| self.pass(fingerprint).is_some()),
            passed_ever: !self.passes.is_empty(),
            failed_last: self
                .failed
                .is_some_and(|failed| failed.fingerprint == fingerprint),
        }
    }

    fn add(&mut self, seen: &Seen) {
        match seen {
            Seen::Failed(failure) => {
                // What failed once with one code is no longer known to pass so.
                self.passes
                    .retain(|old| failure.code.is_none() || old.code != failure.code);
                self.part(failure.fingerprint, failure.code);
                self.failed = Some(*failure);
            }
            Seen::Passed(pass) => {
                self.failed = None;
                self.part(pass.fingerprint, pass.code);
                self.passes
                    .retain(|old| old.fingerprint.is_some() || old.code != pass.code);
                self.passes.insert(0, pass.clone());
                self.passes.truncate(KEPT);
            }
        }
    }

    /// Takes back what is remembered under a fingerprint under which something else was seen, but for what other code proves.
    fn part(&mut self, fingerprint: Option<Fingerprint>, code: Option<Fingerprint>) {
        let Some(fingerprint) = fingerprint else {
            return;
        };
        for pass in &mut self.passes {
            if pass.fingerprint == Some(fingerprint) {
                pass.fingerprint = None;
                pass.code = pass
                    .code
                    .filter(|old| code.is_some_and(|code| code != *old));
            }
        }
        self.passes
            .retain(|pass| pass.fingerprint.is_some() || pass.code.is_some());
    }
}

/// The file of one target's verdicts.
fn path(home: &Home, package: &str, kind: Kind, target: &str) -> PathBuf {
    home.part("verdicts-3")
        .join(tame(package))
        .join(format!("{}-{}", kind.as_str(), tame(target)))
}

/// A name as a path component: itself if harmless, else its digest.
pub(crate) fn tame(name: &str) -> String {
    let harmless = |c: char| c.is_ascii_alphanumeric() || c == '-' || c == '_';
    if !name.is_empty() && name.len() <= 100 && name.chars().all(harmless) {
        name.to_string()
    } else {
        Fingerprint::of(name.as_bytes()).to_hex()
    }
}

/// Reads the verdicts of one target.
pub fn load(home: &Home, package: &str, kind: Kind, target: &str) -> Verdicts {
    home.read(&path(home, package, kind, target))
        .present()
        .unwrap_or_default()
}

/// Adds what a run saw. Two processes at once lose nothing of each other's.
pub fn record(home: &Home, seen: &[(TestId, Seen)]) {
    let mut by_target = BTreeMap::<_, Vec<_>>::new();
    for (id, seen) in seen {
        by_target
            .entry((&id.package, id.kind, &id.target))
            .or_default()
            .push((&id.name, seen));
    }
    let targets = by_target.into_par_iter();
    targets.for_each(|((package, kind, target), seen)| {
        update(home, package, kind, target, |verdicts| {
            for (name, seen) in seen {
                verdicts.entry(name.clone()).or_default().add(seen);
            }
        });
    });
}

/// Forgets tests of a target that `keep` does not name.
pub fn retain(home: &Home, package: &str, kind: Kind, target: &str, keep: &BTreeSet<String>) {
    update(home, package, kind, target, |verdicts| {
        verdicts.retain(|name, _| keep.contains(name));
    });
}

fn update(
    home: &Home,
    package: &str,
    kind: Kind,
    target: &str,
    change: impl FnOnce(&mut Verdicts),
) {
    let path = path(home, package, kind, target);
    home.locked(&path.with_extension("lock"), || {
        let mut verdicts = match home.read::<Verdicts>(&path) {
            Sealed::Newer => return,
            known => known.present().unwrap_or_default(),
        };
        change(&mut verdicts);
        home.write(&path, &verdicts);
    });
}

/// Every verdict file's content, by package: for `status`, and to know which baselines are still wanted.
pub fn all(home: &Home) -> Vec<(String, Verdicts)> {
    let mut found = Vec::new();
    for package in entries(&home.part("verdicts-3")) {
        let name = package
            .file_name()
            .map(|name| name.to_string_lossy().into_owned())
            .unwrap_or_default();
        for file in entries(&package)
            .into_iter()
            .filter(|file| file.extension().is_none())
        {
            found.extend(
                home.read(&file)
                    .present()
                    .map(|verdicts| (name.clone(), verdicts)),
            );
        }
    }
    found
}

fn entries(dir: &std::path::Path) -> Vec<PathBuf> {
    let Ok(read) = std::fs::read_dir(dir) else {
        return Vec::new();
    };
    read.flatten().map(|entry| entry.path()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pass(n: u8) -> Seen {
        Seen::Passed(Pass {
            fingerprint: Some(Fingerprint([n; 32])),
            code: Some(Fingerprint([n + 100; 32])),
            unnamed: None,
            micros: 1,
            when: 0,
            baseline: None,
        })
    }

    fn failed(fingerprint: Option<Fingerprint>, code: Option<Fingerprint>) -> Seen {
        Seen::Failed(Failure { fingerprint, code })
    }

    fn id(name: &str) -> TestId {
        TestId {
            package: "p".into(),
            kind: Kind::Lib,
            target: "p".into(),
            name: name.into(),
        }
    }

    #[test]
    fn several_fingerprints_of_a_test_are_kept_and_a_failure_takes_back_its_own() {
        let dir = tempfile::tempdir().unwrap();
        let home = Home::new(dir.path().join("mamo"));
        for n in 0..10 {
            record(&home, &[(id("t"), pass(n))]);
        }
        record(
            &home,
            &[(id("t"), failed(Some(Fingerprint([8; 32])), None))],
        );
        let verdict = &load(&home, "p", Kind::Lib, "p")["t"];
        assert_eq!(verdict.passes.len(), KEPT - 1);
        assert!(verdict.memory(Some(Fingerprint([9; 32]))).passed_so);
        let failed = verdict.memory(Some(Fingerprint([8; 32])));
        assert!(failed.failed_last && !failed.passed_so);
    }

    fn code(n: u8) -> Fingerprint {
        Fingerprint([n + 100; 32])
    }

    #[test]
    fn a_pass_is_found_by_its_code_until_that_code_fails() {
        let mut verdict = Verdict::default();
        verdict.add(&pass(1));
        let other = Fingerprint([9; 32]);
        assert_eq!(
            verdict.code_memory(other, Some(code(1))),
            CodeMemory::Passed
        );
        assert_eq!(
            verdict.code_memory(other, Some(code(2))),
            CodeMemory::Unknown
        );
        let same = Fingerprint([1; 32]);
        assert_eq!(
            verdict.code_memory(same, Some(code(2))),
            CodeMemory::Differs
        );
        assert_eq!(verdict.code_memory(same, None), CodeMemory::Unknown);
        verdict.add(&failed(Some(other), Some(code(1))));
        assert_eq!(
            verdict.code_memory(other, Some(code(1))),
            CodeMemory::Unknown
        );
        assert!(!verdict.memory(Some(same)).passed_so);
    }

    #[test]
    fn under_one_fingerprint_other_code_keeps_its_pass_for_code_alone() {
        let same = Fingerprint([1; 32]);
        let mut verdict = Verdict::default();
        verdict.add(&pass(1));
        verdict.add(&failed(Some(same), Some(code(2))));
        assert!(!verdict.memory(Some(same)).passed_so && verdict.memory(Some(same)).failed_last);
        assert_eq!(verdict.code_memory(same, Some(code(1))), CodeMemory::Passed);
        assert_eq!(
            verdict.code_memory(same, Some(code(2))),
            CodeMemory::Unknown
        );
        verdict.add(&failed(Some(same), None));
        assert_eq!(
            verdict.code_memory(same, Some(code(1))),
            CodeMemory::Unknown,
            "it may have failed with this code"
        );
    }

    #[test]
    fn a_pass_without_known_code_proves_nothing_of_code() {
        let same = Fingerprint([1; 32]);
        let mut verdict = Verdict::default();
        verdict.add(&Seen::Passed(Pass {
            fingerprint: Some(same),
            code: None,
            unnamed: None,
            micros: 1,
            when: 0,
            baseline: None,
        }));
        assert!(verdict.memory(Some(same)).passed_so);
        assert_eq!(
            verdict.code_memory(same, Some(code(1))),
            CodeMemory::Unproven
        );
    }

    #[test]
    fn writers_at_the_same_time_lose_nothing() {
        let dir = tempfile::tempdir().unwrap();
        let home = Home::new(dir.path().join("mamo"));
        std::thread::scope(|scope| {
            for thread in 0..4 {
                let home = &home;
                scope.spawn(move || {
                    for n in 0..10 {
                        record(home, &[(id(&format!("t{thread}_{n}")), pass(1))]);
                    }
                });
            }
        });
        assert_eq!(load(&home, "p", Kind::Lib, "p").len(), 40);
        assert!(home.take_warnings().is_empty());
    }
}
