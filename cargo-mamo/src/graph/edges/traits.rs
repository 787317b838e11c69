//! The traits that a node's method calls can go through, and what may bring others into scope.

use super::{EdgeFinder, Edges};
use crate::graph::outside;
use crate::resolve::program::NodeId;
use crate::syntax::declared_functions;
use crate::syntax::ir::{ItemKind, Symbol};
use rustc_hash::FxHashSet;

/// What is in scope for method calls.
#[derive(Clone, Default)]
pub(super) struct ScopeTraits {
    local: FxHashSet<NodeId>,
    outside: Vec<Symbol>,
    open: bool,
    /// Unexpanded macros that may hold traits in scope.
    opaque: Vec<NodeId>,
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
            let declares = |node: &&NodeId| self.declared[*node].contains(&name);
            edges.targets.extend(traits.opaque.iter().filter(declares));
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
        let opaque = self.names.opaque_in_scope(scope);
        for node in &opaque {
            if let ItemKind::MacroCall(call) = &self.program.nodes[*node as usize].item.kind {
                self.declared
                    .entry(*node)
                    .or_insert_with(|| declared_functions(&call.tokens).into_iter().collect());
            }
        }
        let found = ScopeTraits {
            opaque,
            local: self.names.traits_in_scope(scope).into_iter().collect(),
            outside: outside.collect(),
            open,
        };
        self.scopes.insert(scope, found.clone());
        found
    }
}
