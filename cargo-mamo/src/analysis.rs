//! The answer of the whole pipeline for one build: items, roots, and what each root rests on.

use crate::facts::{Facts, UnitIndex};
use crate::fingerprint::Fingerprint;
use anyhow::Result;
use serde::{Deserialize, Serialize};
use std::collections::HashMap;
use std::path::Path;

/// Index into [`Analysis::items`].
pub type ItemIndex = u32;
/// Index into [`Analysis::roots`].
pub type RootIndex = usize;

/// Items, roots, and how they hang together.
#[derive(Debug, Default)]
pub struct Analysis {
    /// Every item of every local package, one entry a place in source.
    pub items: Vec<Item>,
    /// Every root found in source, and one a `harness = false` target and a documented library.
    pub roots: Vec<Root>,
    /// What could not be seen, in words for the user.
    pub warnings: Vec<String>,
    by_name: HashMap<(UnitIndex, RootKind, String), RootIndex>,
}

/// A thing in source with a fingerprint of its own.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Item {
    /// `crate::module::name`.
    pub path: String,
    /// `fn`, `method`, `const`, `static`, `type`, `alias`, `trait`, `impl`, `macro`, `call`, `file`.
    pub kind: String,
    /// Relative to the workspace root, `/`-separated.
    pub file: String,
    /// First and last line.
    pub lines: (u32, u32),
    /// Own fingerprint: signature and body.
    pub own: Fingerprint,
}

/// What a root is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum RootKind {
    /// A test of libtest's.
    Test,
    /// The whole of a `harness = false` target.
    Main,
    /// All doctests of a library.
    Doc,
    /// A memoized function.
    Memo,
    /// A fixture.
    Fixture,
}

/// What we answer for: a test, a memoized function, a fixture.
#[derive(Clone, Debug)]
pub struct Root {
    /// What it is.
    pub kind: RootKind,
    /// The compilation it lies in.
    pub unit: UnitIndex,
    /// libtest's name of a test; `main`; for memos and fixtures the key that the runtime asks by.
    pub name: String,
    /// Where it is defined.
    pub item: Option<ItemIndex>,
    /// The deep fingerprint: everything that it can reach, and its environment.
    pub fingerprint: Fingerprint,
    /// Every item that it can reach, sorted.
    pub reach: Vec<ItemIndex>,
    /// What it rests on besides items: a label for people and a digest (`feature`s, locked packages, files, variables).
    pub environment: Vec<(String, Fingerprint)>,
    /// Environment variables that its reach reads at run time, by literal name.
    pub variables: Vec<String>,
}

/// One difference between what a root rested on and what it rests on now.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "change", rename_all = "lowercase")]
pub enum Change {
    /// An item has other tokens, or its names mean other items.
    Changed(Place),
    /// An item is reached that was not.
    Added(Place),
    /// An item is no longer reached.
    Removed(Place),
    /// Something outside source is different.
    Environment {
        /// What, for people.
        what: String,
    },
}

/// An item in a [`Change`], and how the root comes to it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Place {
    /// `crate::module::name`.
    pub path: String,
    /// Workspace-relative file.
    pub file: String,
    /// First line.
    pub line: u32,
    /// Paths of the items from the root to this one, both included; each mentions the next.
    pub chain: Vec<String>,
}

/// What an earlier analysis found, kept so that a later one can say what changed. Never used to decide.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct Baseline {
    // filled by `Analysis::baseline`; private
    digest: Vec<u8>,
}

impl Analysis {
    /// Analyses the source of every unit in `facts`. `cache` is a directory for parsed files (created if absent; advice
    /// only).
    pub fn of(facts: &Facts, cache: &Path) -> Result<Self> {
        // Placeholder until `graph` stands: one root a unit and kind, resting on every file of every unit.
        let _ = cache;
        let mut all = Vec::new();
        for unit in &facts.units {
            for file in &unit.files {
                all.extend(Fingerprint::of(&std::fs::read(file)?).0);
            }
        }
        let fingerprint = Fingerprint::of(&all);
        let mut analysis = Self::default();
        for index in 0..facts.units.len() {
            for kind in [RootKind::Test, RootKind::Main, RootKind::Doc] {
                analysis.by_name.insert((index, kind, String::new()), analysis.roots.len());
                analysis.roots.push(Root { kind, unit: index, name: String::new(), item: None, fingerprint, reach: vec![], environment: vec![], variables: vec![] });
            }
        }
        Ok(analysis)
    }

    /// The root of the test that libtest calls `name` in `unit`; `None` if it cannot be traced to source: it always runs.
    pub fn test(&self, unit: UnitIndex, name: &str) -> Option<RootIndex> {
        let _ = name;
        self.by_name.get(&(unit, RootKind::Test, String::new())).copied()
    }

    /// The root of a `harness = false` target.
    pub fn main(&self, unit: UnitIndex) -> Option<RootIndex> {
        self.by_name.get(&(unit, RootKind::Main, String::new())).copied()
    }

    /// The root of all doctests of a library's plain unit.
    pub fn doc(&self, unit: UnitIndex) -> Option<RootIndex> {
        self.by_name.get(&(unit, RootKind::Doc, String::new())).copied()
    }

    /// What to keep so that a later run can explain itself.
    pub fn baseline(&self) -> Baseline {
        Baseline::default()
    }

    /// What of `root` differs from `baseline`, the most telling first; empty if the root is not in it.
    pub fn changes(&self, root: RootIndex, facts: &Facts, baseline: &Baseline) -> Vec<Change> {
        let _ = (root, facts, &baseline.digest);
        Vec::new()
    }
}
