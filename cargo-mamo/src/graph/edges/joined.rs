//! What is called as a macro joins it: found by name alone, wherever it stands.

use crate::resolve::program::{CrateId, NodeId, Program};
use crate::syntax;
use crate::syntax::ir::Symbol;
use rustc_hash::FxHashMap;

/// Nodes by their names, normalized.
#[derive(Default)]
pub(super) struct Joined {
    by_name: FxHashMap<String, Vec<NodeId>>,
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
}
