//! Says what changed: a root's reach now against its reach in an earlier analysis.
//!
//! Only for people: whether a root is fresh is decided by its fingerprint alone.

use super::{Analysis, Change, Item, ItemIndex, Place, Root, RootIndex, RootKind};
use crate::facts::Facts;
use crate::fingerprint::Fingerprint;
use crate::graph::reach::{Reach, Reacher};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, HashMap};

/// What an earlier analysis found, kept so that a later one can say what changed. Never used to decide.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct Baseline {
    nodes: Vec<Known>,
    environment: Vec<(String, Fingerprint)>,
    roots: BTreeMap<Key, KnownRoot>,
}

/// A node as it was.
#[derive(Clone, Debug, Serialize, Deserialize)]
struct Known {
    identity: Fingerprint,
    own: Fingerprint,
    whole: Fingerprint,
    path: String,
    file: String,
    line: u32,
}

/// A root as it was: indices into the baseline's nodes and environment.
#[derive(Clone, Debug, Serialize, Deserialize)]
struct KnownRoot {
    nodes: Vec<u32>,
    environment: Vec<u32>,
}

/// A root across builds: package, target kind, target, compiled as a test, kind, name.
type Key = (String, String, String, bool, RootKind, String);

fn key(facts: &Facts, root: &Root) -> Key {
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

/// What of `analysis` a later run needs.
pub(super) fn baseline(analysis: &Analysis, facts: &Facts) -> Baseline {
    let nodes = analysis.nodes.iter().map(|node| {
        let Item {
            path, file, lines, ..
        } = analysis.items[node.item as usize].clone();
        Known {
            identity: node.identity,
            own: node.own,
            whole: node.whole,
            path,
            file,
            line: lines.0,
        }
    });
    let mut baseline = Baseline {
        nodes: nodes.collect(),
        ..Baseline::default()
    };
    baseline.environment.clone_from(&analysis.parts);
    for root in &analysis.roots {
        let environment = root.environment.clone();
        let nodes = root.nodes.clone();
        baseline
            .roots
            .insert(key(facts, root), KnownRoot { nodes, environment });
    }
    baseline
}

/// What of `root` differs from `baseline`, the most telling first.
pub(super) fn changes(
    analysis: &Analysis,
    root: RootIndex,
    facts: &Facts,
    baseline: &Baseline,
) -> Vec<Change> {
    let root = &analysis.roots[root];
    let Some(before) = baseline.roots.get(&key(facts, root)) else {
        return Vec::new();
    };
    let mut old: HashMap<Fingerprint, Vec<&Known>> = HashMap::new();
    for node in &before.nodes {
        if let Some(known) = baseline.nodes.get(*node as usize) {
            old.entry(known.identity).or_default().push(known);
        }
    }
    let (mut edited, mut added, mut rebound) = (Vec::new(), Vec::new(), Vec::new());
    let paths = analysis.ways(root);
    for node in &root.nodes {
        let now = &analysis.nodes[*node as usize];
        match old.get_mut(&now.identity) {
            None => added.push(Change::Added(place(analysis, &paths, *node))),
            Some(known) => {
                if let Some(same) = known.iter().position(|known| known.whole == now.whole) {
                    known.swap_remove(same);
                } else {
                    let was = known.pop();
                    let change = Change::Changed(place(analysis, &paths, *node));
                    let same_tokens = was.is_some_and(|was| was.own == now.own);
                    if same_tokens {
                        rebound.push(change);
                    } else {
                        edited.push(change);
                    }
                }
            }
        }
    }
    let gone = old.into_values().flatten().map(|known| {
        let Known {
            path, file, line, ..
        } = known.clone();
        Change::Removed(Place {
            chain: vec![root.name.clone(), path.clone()],
            path,
            file,
            line,
        })
    });
    let mut gone: Vec<_> = gone.collect();
    gone.sort_by(|one, two| format!("{one:?}").cmp(&format!("{two:?}")));
    let outside = environment_changes(analysis, root, before, baseline);
    edited
        .into_iter()
        .chain(added)
        .chain(gone)
        .chain(outside)
        .chain(rebound)
        .collect()
}

fn environment_changes(
    analysis: &Analysis,
    root: &Root,
    before: &KnownRoot,
    baseline: &Baseline,
) -> Vec<Change> {
    let old = before
        .environment
        .iter()
        .filter_map(|part| baseline.environment.get(*part as usize));
    let mut old: Vec<&(String, Fingerprint)> = old.collect();
    // Two builds of one crate have two parts of one label.
    let mut now = analysis.environment(root);
    now.retain(|part| match old.iter().position(|known| known == part) {
        Some(same) => {
            old.swap_remove(same);
            false
        }
        None => true,
    });
    let what = |what: String| Change::Environment { what };
    let mut changes = Vec::new();
    for (label, _) in now {
        match old.iter().position(|(known, _)| known == label) {
            Some(other) => {
                old.swap_remove(other);
                changes.push(what(format!("{label} changed")));
            }
            None => changes.push(what(format!("{label} is new"))),
        }
    }
    old.sort();
    changes.extend(
        old.iter()
            .map(|(label, _)| what(format!("{label} is gone"))),
    );
    changes
}

fn place(analysis: &Analysis, ways: &Reach, node: u32) -> Place {
    let item = &analysis.items[analysis.nodes[node as usize].item as usize];
    let chain = chain(analysis, ways, node);
    Place {
        path: item.path.clone(),
        file: item.file.clone(),
        line: item.lines.0,
        chain,
    }
}

/// Follows `from` back to the root's first item.
fn chain(analysis: &Analysis, ways: &Reach, node: u32) -> Vec<String> {
    let mut chain = Vec::new();
    let mut at = node;
    loop {
        chain.push(
            analysis.items[analysis.nodes[at as usize].item as usize]
                .path
                .clone(),
        );
        let found = ways.nodes.binary_search(&at);
        match found.ok().and_then(|index| ways.from.get(index)) {
            Some(from) if *from != at && chain.len() < 1000 => at = *from,
            _ => break,
        }
    }
    chain.reverse();
    chain
}

/// The chain to any node of an item.
pub(super) fn chain_to_item(analysis: &Analysis, root: RootIndex, item: ItemIndex) -> Vec<String> {
    let root = &analysis.roots[root];
    let mut nodes = root.nodes.iter();
    let node = nodes.find(|node| analysis.nodes[**node as usize].item == item);
    node.map(|node| chain(analysis, &analysis.ways(root), *node))
        .unwrap_or_default()
}

impl Analysis {
    /// The reach of a root with the way to each node.
    fn ways(&self, root: &Root) -> Reach {
        let graph = self.graph.as_ref();
        let ways = graph.map(|graph| {
            let (krate, first) = &root.first;
            Reacher::new(graph.borrow_dependent()).reach(*krate, first)
        });
        ways.unwrap_or_default()
    }
}
