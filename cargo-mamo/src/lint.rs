//! Findings of `cargo mamo lint`: what roots can reach and mamo cannot see, each at its place in source.
//!
//! The graph says what code names; here that is gathered over roots, confirmed by the text where a name does not suffice,
//! and given a line.

pub mod places;
pub mod words;

use crate::analysis::{Analysis, ItemIndex, RootIndex, RootKind};
use crate::graph::lint::{Lint, Proof};
use places::{Place, Texts};
use std::collections::BTreeMap;
use words::Level;

/// A root that is asked about.
#[derive(Clone, Debug)]
pub struct Asked {
    /// `package/kind/target::name` of a test, the runtime's key of a memo or fixture.
    pub label: String,
    /// Which.
    pub root: RootIndex,
    /// What it is.
    pub kind: RootKind,
}

/// Something that roots reach and mamo cannot see.
#[derive(Clone, Debug)]
pub struct Finding {
    /// What kind.
    pub lint: Lint,
    /// How grave.
    pub level: Level,
    /// What is named there.
    pub name: String,
    /// Where.
    pub place: Place,
    /// The item that holds it.
    pub item: String,
    /// Items from the first root to this one.
    pub chain: Vec<String>,
    /// The roots that reach it.
    pub roots: Vec<Asked>,
}

/// What is gathered under one heading: lint, item, name; and what the text must show.
type Gathered = BTreeMap<(Lint, ItemIndex, String), (Proof, Vec<Asked>)>;

/// Every finding of `asked` roots, by lint and place.
pub fn findings(analysis: &Analysis, asked: &[Asked], texts: &mut Texts<'_>) -> Vec<Finding> {
    let mut found = Vec::new();
    for ((lint, item, name), (proof, roots)) in gathered(analysis, asked) {
        let place = &analysis.items[item as usize];
        for confirmed in texts.confirmed(place, lint, &name, proof) {
            let mut roots = roots.clone();
            if confirmed.computed {
                let own = |one: &Asked| analysis.starts_own_program(&analysis.roots[one.root]);
                roots.retain(|one| !own(one));
            }
            let levels = roots.iter().filter_map(|one| words::level(lint, one.kind));
            let (Some(level), Some(first)) = (levels.max(), roots.first()) else {
                continue;
            };
            found.push(Finding {
                lint,
                level,
                name: confirmed.name,
                place: confirmed.place,
                item: place.path.clone(),
                chain: analysis.chain(first.root, item),
                roots,
            });
        }
    }
    found.sort_by(|one, two| {
        let key = |one: &Finding| (one.lint, one.place.clone(), one.name.clone());
        key(one).cmp(&key(two))
    });
    found.dedup_by(|two, one| {
        one.lint == two.lint && one.place == two.place && one.name == two.name
    });
    found
}

/// What the roots see, stored values first: they are the graver ones.
fn gathered(analysis: &Analysis, asked: &[Asked]) -> Gathered {
    let mut found = Gathered::new();
    let (values, tests): (Vec<_>, Vec<_>) = asked.iter().partition(|one| words::is_value(one.kind));
    for one in values.into_iter().chain(tests) {
        for sighted in analysis.sighted(&analysis.roots[one.root]) {
            let lint = sighted.sighting.lint;
            if words::level(lint, one.kind).is_none() {
                continue;
            }
            let key = (lint, sighted.item, sighted.sighting.name.clone());
            let (_, roots) = found
                .entry(key)
                .or_insert((sighted.sighting.proof, Vec::new()));
            // A memo is a root of each compilation of its crate.
            let before = if words::is_value(one.kind) {
                roots.len()
            } else {
                1
            };
            let mut before = roots.iter().rev().take(before);
            if !before.any(|other| other.label == one.label) {
                roots.push(one.clone());
            }
        }
    }
    found
}

/// A test that cannot be traced to source.
pub fn untraced(label: String, file: String) -> Finding {
    let name = label.rsplit("::").next().unwrap_or_default().to_string();
    Finding {
        lint: Lint::Untraced,
        level: Level::Note,
        name,
        place: Place { file, line: 1 },
        item: String::new(),
        chain: Vec::new(),
        roots: vec![Asked {
            label,
            root: RootIndex::MAX,
            kind: RootKind::Test,
        }],
    }
}
