//! Says what changed: a root's reach now against its reach in an earlier analysis.
//!
//! Only for people: whether a root is fresh is decided by its fingerprint alone.

use super::baseline::{Baseline, Exchanged, Known, KnownRoot, Whole, key};
use super::{Analysis, Change, ItemIndex, Place, Root, RootIndex};
use crate::facts::Facts;
use crate::fingerprint::Fingerprint;
use crate::graph::reach::{Reach, Reacher};
use std::collections::{BTreeSet, HashMap};

/// What of `root` differs from `baseline`, the most telling first.
pub(super) fn changes(
    analysis: &Analysis,
    root: RootIndex,
    facts: &Facts,
    baseline: &Baseline,
) -> Vec<Change> {
    let root = &analysis.roots[root];
    match (baseline, &analysis.retouched) {
        (Baseline::Whole(whole), _) => since_whole(analysis, root, facts, whole),
        (Baseline::Edited(base, then), Some((Some(known), now))) if base == known => {
            since_edits(analysis, root, then, now)
        }
        (Baseline::Edited(..), _) => Vec::new(),
    }
}

/// The difference of what was exchanged then and is exchanged now, in one and the same analysis.
fn since_edits(analysis: &Analysis, root: &Root, then: &Exchanged, now: &Exchanged) -> Vec<Change> {
    let nodes: BTreeSet<_> = then.nodes.keys().chain(now.nodes.keys()).collect();
    let edited = nodes
        .into_iter()
        .filter(|node| then.nodes.get(node) != now.nodes.get(node))
        .filter(|node| analysis.reaches.contains(root.at, **node));
    let no_ways = Reach::default();
    let edited = edited.map(|node| Change::Changed(place(analysis, &no_ways, *node)));
    let parts = root.environment.iter();
    let parts = parts.filter(|part| then.parts.get(part) != now.parts.get(part));
    let mut labels: Vec<_> = parts
        .map(|part| &analysis.parts[*part as usize].0)
        .collect();
    labels.sort();
    let outside = labels.into_iter().map(|label| Change::Environment {
        what: format!("{label} changed"),
    });
    edited.chain(outside).collect()
}

fn since_whole(analysis: &Analysis, root: &Root, facts: &Facts, baseline: &Whole) -> Vec<Change> {
    let Some(before) = baseline.roots.get(&key(facts, root)) else {
        return Vec::new();
    };
    let mut old: HashMap<Fingerprint, Vec<&Known>> = HashMap::new();
    for node in baseline.reaches.nodes(before.at) {
        if let Some(known) = baseline.nodes.get(node as usize) {
            old.entry(known.identity).or_default().push(known);
        }
    }
    let (mut edited, mut added, mut rebound) = (Vec::new(), Vec::new(), Vec::new());
    let paths = analysis.ways(root);
    for node in analysis.reaches.nodes(root.at) {
        let now = &analysis.nodes[node as usize];
        let is_same = |known: &&Known| (known.own, known.links) == (now.own, now.links);
        match old.get_mut(&now.identity) {
            None => added.push(Change::Added(place(analysis, &paths, node))),
            Some(known) => {
                if let Some(same) = known.iter().position(is_same) {
                    known.swap_remove(same);
                } else {
                    let was = known.pop();
                    let change = Change::Changed(place(analysis, &paths, node));
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
    let mut gone: Vec<_> = old.into_values().flatten().collect();
    gone.sort_by_key(|known| (&known.path, &known.file, known.line));
    let gone = gone.into_iter().map(|known| {
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
    baseline: &Whole,
) -> Vec<Change> {
    let old = baseline.environments.at(before.environment);
    let old = old.filter_map(|part| baseline.environment.get(part as usize));
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
    let mut nodes = analysis.reaches.nodes(root.at);
    let node = nodes.find(|node| analysis.nodes[*node as usize].item == item);
    node.map(|node| chain(analysis, &analysis.ways(root), node))
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
