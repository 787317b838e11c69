//! The traits that a node's method calls can go through, and what may bring others into scope.

use super::{EdgeFinder, Edges};
use crate::graph::outside;
use crate::resolve::program::NodeId;
use crate::syntax::declared_functions;
use crate::syntax::ir::{ItemKind, Symbol};
use rustc_hash::{FxHashMap, FxHashSet};

/// What is in scope for method calls.
#[derive(Clone, Default)]
pub(super) struct ScopeTraits {
    local: FxHashSet<NodeId>,
    outside: Vec<Symbol>,
    open: bool,
    /// What unexpanded macros declare that may hold traits in scope.
    declared: FxHashMap<Symbol, Vec<NodeId>>,
}

impl EdgeFinder<'_, '_> {
    /// Traits that method calls of this node can go through, and what outside may shadow them.
    pub(super) fn traits_in_scope(&mut self, node: NodeId, edges: &mut Edges) {
        if edges.methods.is_empty()
            && edges.associated.is_empty()
            && edges.any.is_empty()
            && edges.of_external.is_empty()
        {
            return;
        }
        let scope = self.program.nodes[node as usize].scope;
        let traits = self.scope_traits(scope);
        edges.imports.extend(&traits.outside);
        edges.traits_open |= traits.open;
        let called = edges.methods.iter().map(|(name, _)| *name);
        let called = called
            .chain(edges.associated.iter().map(|(_, name)| *name))
            .chain(edges.of_external.iter().copied());
        for name in called {
            edges
                .targets
                .extend(traits.declared.get(&name).into_iter().flatten());
            for candidate in self.traits_by_member.get(&name).into_iter().flatten() {
                if traits.local.contains(candidate) {
                    edges.traits_seen.push((*candidate, name));
                }
            }
        }
    }

    fn scope_traits(&mut self, scope: u32) -> ScopeTraits {
        if let Some(known) = self.scopes.get(&scope) {
            return known.clone();
        }
        let mut open = false;
        let mut at = scope;
        loop {
            let place = &self.program.scopes[at as usize];
            open |= !place.definers.is_empty();
            match place.parent {
                Some(parent) if place.block => at = parent,
                _ => break,
            }
        }
        let outside = self
            .names
            .imports_from_outside(scope)
            .into_iter()
            .filter(|path| outside::may_be_trait(*path));
        let mut declared: FxHashMap<_, Vec<_>> = FxHashMap::default();
        for node in self.names.opaque_in_scope(scope) {
            if let ItemKind::MacroCall(call) = &self.program.nodes[node as usize].item.kind {
                for name in declared_functions(&call.tokens) {
                    declared.entry(name).or_default().push(node);
                }
            }
        }
        let found = ScopeTraits {
            declared,
            local: self.names.traits_in_scope(scope).into_iter().collect(),
            outside: outside.collect(),
            open,
        };
        self.scopes.insert(scope, found.clone());
        found
    }
}
