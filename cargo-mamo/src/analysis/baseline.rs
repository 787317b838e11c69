//! What an analysis found, kept so that a later run can say what changed. Never used to decide.
//!
//! After edits of bodies it is an earlier one with what was exchanged, which is little to write and to read.

use super::part_sets::PartSets;
use super::{Analysis, Item, Root, RootKind};
use crate::environment::{Part, PartId};
use crate::facts::Facts;
use crate::fingerprint::Fingerprint;
use crate::graph::reaches::Reaches;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, HashMap};

/// What an earlier analysis found.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub enum Baseline {
    /// All of it.
    Whole(Whole),
    /// Another baseline, by its name in the store, and what is different from it.
    Edited(Fingerprint, Exchanged),
}

/// Tokens and texts that were put in place of others, by node and by part.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Exchanged {
    /// The tokens of nodes.
    pub(super) nodes: BTreeMap<u32, Fingerprint>,
    /// What roots rest on besides items.
    pub(super) parts: BTreeMap<PartId, Fingerprint>,
}

/// Everything that an analysis found.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct Whole {
    pub(super) nodes: Vec<Known>,
    pub(super) environment: Vec<Part>,
    /// What roots rest on besides items, each once.
    pub(super) environments: PartSets,
    pub(super) roots: BTreeMap<Key, KnownRoot>,
    /// The nodes that they reach.
    pub(super) reaches: Reaches,
}

/// A node as it was.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct Known {
    pub(super) identity: Fingerprint,
    pub(super) own: Fingerprint,
    pub(super) links: Fingerprint,
    pub(super) path: String,
    pub(super) file: String,
    pub(super) line: u32,
}

/// A root as it was.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct KnownRoot {
    /// Its number in [`Whole::reaches`].
    pub(super) at: usize,
    /// Index into [`Whole::environments`].
    pub(super) environment: u32,
}

/// A root across builds: package, target kind, target, compiled as a test, kind, name.
pub(super) type Key = (String, String, String, bool, RootKind, String);

pub(super) fn key(facts: &Facts, root: &Root) -> Key {
    let unit = &facts.units[root.unit];
    let package = facts.package_of(unit).name.clone();
    (
        package,
        format!("{:?}", unit.kind),
        unit.target.clone(),
        unit.test,
        root.kind,
        root.name.clone(),
    )
}

impl Whole {
    fn of(analysis: &Analysis, facts: &Facts) -> Self {
        let nodes = analysis.nodes.iter().map(|node| {
            let Item {
                path, file, lines, ..
            } = analysis.items[node.item as usize].clone();
            Known {
                identity: node.identity,
                own: node.own,
                links: node.links,
                path,
                file,
                line: lines.0,
            }
        });
        let (environments, of_root) = analysis.environments();
        let roots = analysis.roots.iter().zip(of_root);
        let roots = roots.map(|(root, environment)| {
            let at = root.at;
            (key(facts, root), KnownRoot { at, environment })
        });
        Self {
            nodes: nodes.collect(),
            environment: analysis.parts.clone(),
            environments,
            roots: roots.collect(),
            reaches: analysis.reaches.clone(),
        }
    }

    /// The same with other tokens and texts. Lines stay what they were.
    #[must_use]
    pub fn with(mut self, exchanged: &Exchanged) -> Self {
        for (node, own) in &exchanged.nodes {
            if let Some(known) = self.nodes.get_mut(*node as usize) {
                known.own = *own;
            }
        }
        for (part, digest) in &exchanged.parts {
            if let Some((_, known)) = self.environment.get_mut(*part as usize) {
                *known = *digest;
            }
        }
        self
    }
}

impl Analysis {
    /// What roots rest on besides items, each once, and where that of each root is among these.
    pub(super) fn environments(&self) -> (PartSets, Vec<u32>) {
        let mut environments = PartSets::default();
        let mut places: HashMap<&[PartId], u32> = HashMap::new();
        let of_root = self.roots.iter().map(|root| {
            let place = places.entry(&root.environment);
            *place.or_insert_with_key(|parts| environments.add(parts))
        });
        let of_root = of_root.collect();
        (environments, of_root)
    }
}

impl Baseline {
    /// Of an analysis.
    pub(super) fn of(analysis: &Analysis, facts: &Facts) -> Self {
        match &analysis.retouched {
            Some((Some(base), exchanged)) => Self::Edited(*base, exchanged.clone()),
            _ => Self::Whole(Whole::of(analysis, facts)),
        }
    }
}
