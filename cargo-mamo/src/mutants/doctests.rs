//! Doctests of one mutant in two lists: what was planned, and what ran.
//!
//! rustdoc names a doctest by its line, and a mutant may move lines. What stays is file, item, and which of the item's
//! doctests it is, as long as there are as many of them.

use crate::plan::{Kind, TestId};
use std::collections::{BTreeMap, BTreeSet};

/// Tests under names that do not depend on lines; no doctest's line is in them.
#[derive(Clone, Debug, Default)]
pub(super) struct Lineless(BTreeMap<TestId, TestId>);

impl Lineless {
    /// Of all tests that one list holds.
    pub(super) fn of<'a>(all: impl Iterator<Item = &'a TestId>) -> Self {
        let mut items: BTreeMap<TestId, BTreeSet<(u32, &TestId)>> = BTreeMap::new();
        for id in all {
            if let Some((item, line)) = item_of(id) {
                items.entry(item).or_default().insert((line, id));
            }
        }
        let mut found = BTreeMap::new();
        for (item, doctests) in items {
            let count = doctests.len();
            for (n, (_, id)) in (1..).zip(doctests) {
                let name = format!("{} ({n} of {count})", item.name);
                found.insert(
                    id.clone(),
                    TestId {
                        name,
                        ..item.clone()
                    },
                );
            }
        }
        Self(found)
    }

    /// The name of `id` without its line; its own if it has none.
    pub(super) fn name(&self, id: &TestId) -> TestId {
        self.0.get(id).unwrap_or(id).clone()
    }

    /// Those of `ids`.
    pub(super) fn names<'a>(&self, ids: impl IntoIterator<Item = &'a TestId>) -> BTreeSet<TestId> {
        ids.into_iter().map(|id| self.name(id)).collect()
    }
}

/// `src/lib.rs - f (line 3)` → `src/lib.rs - f`, 3
pub(super) fn item_of(id: &TestId) -> Option<(TestId, u32)> {
    if id.kind != Kind::Doc {
        return None;
    }
    let (item, line) = id.name.rsplit_once(" (line ")?;
    let line = line.strip_suffix(')')?.parse().ok()?;
    let name = item.to_string();
    Some((TestId { name, ..id.clone() }, line))
}
