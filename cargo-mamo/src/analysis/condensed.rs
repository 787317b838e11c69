//! An analysis as a plan needs it: roots with their fingerprints, without what could explain them.

use super::{Analysis, Doctests, Root, RootIndex, RootKind};
use serde::{Deserialize, Serialize};

/// The answers of an analysis.
#[derive(Debug, Default, Serialize, Deserialize)]
pub struct Condensed {
    roots: Vec<Root>,
    doctests: Doctests,
    warnings: Vec<String>,
}

impl Condensed {
    /// Of `analysis`.
    pub fn of(analysis: &Analysis) -> Self {
        Self {
            roots: analysis.roots.clone(),
            doctests: analysis.doctests.clone(),
            warnings: analysis.warnings.clone(),
        }
    }
}

impl From<Condensed> for Analysis {
    /// The same answers; asked for items, reaches or changes it knows none.
    fn from(condensed: Condensed) -> Self {
        let mut analysis = Self {
            doctests: condensed.doctests,
            warnings: condensed.warnings,
            ..Self::default()
        };
        for root in condensed.roots {
            analysis.push(root);
        }
        analysis
    }
}

impl Analysis {
    /// Adds a root, to be found by its name.
    pub(super) fn push(&mut self, root: Root) {
        let index: RootIndex = self.roots.len();
        let (unit, kind, name) = (root.unit, root.kind, root.name.clone());
        match kind {
            RootKind::Generator => drop(self.generators.insert((unit, name), index)),
            _ => drop(self.by_name.insert((unit, kind, name), index)),
        }
        self.roots.push(root);
    }
}
