//! An analysis as a plan needs it: roots with their fingerprints, without what could explain them.

use super::{Analysis, Doctests, Root, RootIndex, RootKind};
use serde::{Deserialize, Serialize};
use std::borrow::Cow;

/// The answers of an analysis.
#[derive(Debug, Default, Serialize, Deserialize)]
pub struct Condensed<'a> {
    roots: Cow<'a, [Root]>,
    doctests: Cow<'a, Doctests>,
    warnings: Cow<'a, [String]>,
}

impl<'a> Condensed<'a> {
    /// Of `analysis`.
    pub fn of(analysis: &'a Analysis) -> Self {
        Self {
            roots: Cow::Borrowed(&analysis.roots),
            doctests: Cow::Borrowed(&analysis.doctests),
            warnings: Cow::Borrowed(&analysis.warnings),
        }
    }
}

impl Condensed<'_> {
    /// The same, of its own.
    pub fn into_owned(self) -> Condensed<'static> {
        Condensed {
            roots: Cow::Owned(self.roots.into_owned()),
            doctests: Cow::Owned(self.doctests.into_owned()),
            warnings: Cow::Owned(self.warnings.into_owned()),
        }
    }
}

impl From<Condensed<'_>> for Analysis {
    /// The same answers; asked for items, reaches or changes it knows none.
    fn from(condensed: Condensed<'_>) -> Self {
        let mut analysis = Self {
            doctests: condensed.doctests.into_owned(),
            warnings: condensed.warnings.into_owned(),
            ..Self::default()
        };
        for root in condensed.roots.into_owned() {
            analysis.push(root);
        }
        analysis
    }
}

impl Analysis {
    /// Adds a root, to be found by its name.
    pub(super) fn push(&mut self, mut root: Root) {
        let index: RootIndex = self.roots.len();
        root.at = index;
        let (unit, kind, name) = (root.unit, root.kind, root.name.clone());
        match kind {
            RootKind::Generator => drop(self.generators.insert((unit, name), index)),
            _ => drop(self.by_name.insert((unit, kind, name), index)),
        }
        self.roots.push(root);
    }
}
