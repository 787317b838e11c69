//! What the code of a test was when it last passed, in parts: to explain a difference, never to decide.

use crate::fingerprint::Fingerprint;
use crate::home::Home;
use crate::plan::{Kind, TestId};
use crate::verdicts::tame;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;

/// What a code key is made of: short digests, and where the program's parts are kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CodeGround {
    /// Of the code that the test can run, without lines and columns.
    pub code: u64,
    /// With them, where they count.
    pub positions: Option<u64>,
    /// Of the code of programs that it may start.
    pub started: u64,
    /// Of files, variables and the like.
    pub inputs: u64,
    /// The list of the program's parts, if it is kept.
    pub parts: Option<Fingerprint>,
}

/// A ground, and the key that was made of it.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
pub struct PassedCode {
    /// The code key.
    pub key: Fingerprint,
    /// What it was made of.
    pub ground: CodeGround,
}

/// The passes of one target's tests, by name.
type Passed = BTreeMap<String, PassedCode>;

/// Keeps what passed.
pub fn record(home: &Home, passed: Vec<(TestId, PassedCode)>) {
    let mut by_target = BTreeMap::<PathBuf, Vec<(String, PassedCode)>>::new();
    for (id, code) in passed {
        let path = path(home, &id.package, id.kind, &id.target);
        by_target.entry(path).or_default().push((id.name, code));
    }
    for (path, passed) in by_target {
        home.locked(&path.with_extension("lock"), || {
            let mut known: Passed = home.read(&path).present().unwrap_or_default();
            known.extend(passed);
            home.write(&path, &known);
        });
    }
}

/// What the code of a test was when it last passed.
pub fn load(home: &Home, id: &TestId) -> Option<PassedCode> {
    let path = path(home, &id.package, id.kind, &id.target);
    let mut known: Passed = home.read(&path).present()?;
    known.remove(&id.name)
}

/// All lists of parts that a pass refers to.
pub(super) fn lists(home: &Home) -> BTreeSet<Fingerprint> {
    let read = |dir: PathBuf| std::fs::read_dir(dir).into_iter().flatten().flatten();
    let packages = read(dir(home)).map(|entry| entry.path());
    let files = packages.flat_map(|package| read(package).map(|entry| entry.path()));
    let files = files.filter(|file| file.extension().is_none());
    let known = files.filter_map(|file| home.read::<Passed>(&file).present());
    let passed = known.flat_map(BTreeMap::into_values);
    passed.filter_map(|code| code.ground.parts).collect()
}

fn dir(home: &Home) -> PathBuf {
    home.part("code-passed-1")
}

fn path(home: &Home, package: &str, kind: Kind, target: &str) -> PathBuf {
    let file = format!("{}-{}", kind.as_str(), tame(target));
    dir(home).join(tame(package)).join(file)
}
