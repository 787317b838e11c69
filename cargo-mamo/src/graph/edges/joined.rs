//! What is called as a macro joins it: found by name alone, wherever it stands.

use crate::resolve::program::{CrateId, NodeId, Program};
use crate::syntax;
use crate::syntax::ir::Symbol;
use rustc_hash::FxHashSet;
use std::collections::{BTreeMap, BTreeSet};

/// Nodes by their names, normalized.
#[derive(Default)]
pub(super) struct Joined {
    by_name: BTreeMap<String, Vec<NodeId>>,
}

impl Joined {
    /// The names of all nodes of `program`.
    pub(super) fn new(program: &Program<'_>) -> Self {
        let mut found = Self::default();
        for (id, node) in (0..).zip(&program.nodes) {
            let name = syntax::normalized(node.item.name.as_str());
            if !name.is_empty() {
                found.by_name.entry(name).or_default().push(id);
            }
        }
        found
    }

    /// Nodes in `krate` and the crates under it that are called as `pattern` has it.
    pub(super) fn find(
        &self,
        program: &Program<'_>,
        krate: CrateId,
        pattern: Symbol,
    ) -> Vec<NodeId> {
        let closure = &program.crates[krate].closure;
        let linked = |node: &NodeId| {
            closure
                .binary_search(&program.nodes[*node as usize].krate)
                .is_ok()
        };
        let named: Vec<&Vec<NodeId>> = if pattern.contains('*') {
            let fitting = self.by_name.iter();
            fitting
                .filter(|(name, _)| syntax::fits(&pattern, name))
                .map(|(_, nodes)| nodes)
                .collect()
        } else {
            self.by_name.get(pattern.as_str()).into_iter().collect()
        };
        named
            .into_iter()
            .flatten()
            .copied()
            .filter(linked)
            .collect()
    }

    /// Names in `krate` and the crates under it that are made of nothing but `words` (normalized) and digits.
    pub(super) fn composed(
        &self,
        program: &Program<'_>,
        krate: CrateId,
        words: &FxHashSet<String>,
    ) -> BTreeSet<Symbol> {
        let closure = &program.crates[krate].closure;
        let starts = words.iter().filter(|word| !word.is_empty());
        let names = starts.flat_map(|word| {
            let from = self.by_name.range(word.clone()..);
            from.take_while(move |(name, _)| name.starts_with(word.as_str()))
        });
        let names = names.filter(|(name, _)| is_composed(name, words));
        let nodes = names.flat_map(|(_, nodes)| nodes);
        let nodes = nodes.map(|node| &program.nodes[*node as usize]);
        nodes
            .filter(|node| closure.binary_search(&node.krate).is_ok())
            .map(|node| node.item.name)
            .collect()
    }
}

/// Is `name` a row of `words` and digits?
fn is_composed(name: &str, words: &FxHashSet<String>) -> bool {
    let mut ends = vec![false; name.len() + 1];
    ends[0] = true;
    for (start, letter) in name.char_indices() {
        if !ends[start] {
            continue;
        }
        let next = start + letter.len_utf8();
        ends[next] |= letter.is_numeric();
        let following = name[next..].char_indices().map(|(at, _)| next + at);
        for end in following.chain([name.len()]) {
            ends[end] |= words.contains(&name[start..end]);
        }
    }
    ends[name.len()]
}

/// The words of an identifier, normalized: itself, and what stands between underscores and before capitals.
pub(super) fn words_of(name: &str) -> Vec<String> {
    let starts = name.char_indices();
    let starts = starts.filter(|(_, letter)| *letter == '_' || letter.is_uppercase());
    let mut starts: Vec<usize> = starts.map(|(at, _)| at).collect();
    starts.push(name.len());
    let mut before = 0;
    let mut found = vec![syntax::normalized(name)];
    for start in starts {
        found.push(syntax::normalized(&name[before..start]));
        before = start;
    }
    found
}
