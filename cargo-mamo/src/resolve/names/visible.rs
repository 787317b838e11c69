//! What a scope sees as a whole: the traits that its method calls can go through, and what a module can be asked for.

use super::lookup::GlobTarget;
use super::{Names, Trail};
use crate::resolve::program::{Def, NodeId, ScopeId};
use crate::syntax::ir::{ItemKind, Symbol};
use rustc_hash::FxHashSet;

impl Names<'_, '_> {
    /// External globs and external names imported in the scopes from `scope` outwards: what may bring traits into scope.
    pub fn imports_from_outside(&self, scope: ScopeId) -> Vec<Symbol> {
        let mut found = Vec::new();
        for at in self.visible_scopes(scope) {
            for path in &self.program.scopes[at as usize].imported {
                found.extend(self.resolve(at, path).external.iter().copied());
            }
            for target in self.glob_targets(at, &mut Trail::default()).0.iter() {
                if let GlobTarget::Outside(path) = target {
                    found.push(*path);
                }
            }
        }
        found
    }

    /// Local traits that are in scope in `scope` by definition, import or glob.
    pub fn traits_in_scope(&self, scope: ScopeId) -> Vec<NodeId> {
        let mut found = FxHashSet::default();
        let mut seen = FxHashSet::default();
        for at in self.visible_scopes(scope) {
            self.collect_traits(at, &mut found, &mut seen);
        }
        let mut found: Vec<_> = found.into_iter().collect();
        found.sort_unstable();
        found
    }

    fn collect_traits(
        &self,
        at: ScopeId,
        found: &mut FxHashSet<NodeId>,
        seen: &mut FxHashSet<ScopeId>,
    ) {
        if !seen.insert(at) {
            return;
        }
        let scope = &self.program.scopes[at as usize];
        let defined = scope.names.values().flatten().filter_map(|def| match def {
            Def::Node(node) => Some(*node),
            _ => None,
        });
        let imported: Vec<_> = scope
            .imported
            .iter()
            .map(|path| self.resolve(at, path))
            .collect();
        let imported = imported
            .iter()
            .flat_map(|resolution| resolution.nodes.iter().copied());
        found.extend(defined.chain(imported).filter(|node| self.is_trait(*node)));
        for target in self.glob_targets(at, &mut Trail::default()).0.iter() {
            if let GlobTarget::Module(module) = target {
                self.collect_traits(*module, found, seen);
            }
        }
    }

    /// Unexpanded macros that stand in `scope` or around it, or that its imports and globs lead to.
    pub fn opaque_in_scope(&self, scope: ScopeId) -> Vec<NodeId> {
        let mut found = FxHashSet::default();
        for at in self.visible_scopes(scope) {
            found.extend(&self.program.scopes[at as usize].definers);
            for path in &self.program.scopes[at as usize].imported {
                let meant = self.resolve(at, path);
                found.extend(meant.nodes.iter().chain(&meant.definers));
            }
            for target in self.glob_targets(at, &mut Trail::default()).0.iter() {
                match target {
                    GlobTarget::Module(module) => {
                        found.extend(&self.program.scopes[*module as usize].definers);
                    }
                    GlobTarget::Definer(node) => drop(found.insert(*node)),
                    GlobTarget::Enum(_) | GlobTarget::Outside(_) => {}
                }
            }
        }
        let is_call = |node: &NodeId| {
            matches!(
                self.program.nodes[*node as usize].item.kind,
                ItemKind::MacroCall(_)
            )
        };
        found.retain(is_call);
        let mut found: Vec<_> = found.into_iter().collect();
        found.sort_unstable();
        found
    }

    /// Items that can be named through a module: its own, imported and globbed ones; not those of modules inside it.
    pub fn everything_in(&self, module: ScopeId) -> Vec<NodeId> {
        let mut found = FxHashSet::default();
        let mut seen = FxHashSet::default();
        let mut queue = vec![module];
        while let Some(at) = queue.pop() {
            if !seen.insert(at) {
                continue;
            }
            let scope = &self.program.scopes[at as usize];
            found.extend(scope.names.values().flatten().filter_map(|def| match def {
                Def::Node(node) => Some(*node),
                _ => None,
            }));
            found.extend(&scope.definers);
            for path in scope.imports.values().flatten() {
                let meant = self.resolve(at, path);
                found.extend(meant.nodes.iter().chain(&meant.definers));
            }
            for target in self.glob_targets(at, &mut Trail::default()).0.iter() {
                match target {
                    GlobTarget::Module(inner) => queue.push(*inner),
                    GlobTarget::Enum(node) | GlobTarget::Definer(node) => drop(found.insert(*node)),
                    GlobTarget::Outside(_) => {}
                }
            }
        }
        found.into_iter().collect()
    }

    fn is_trait(&self, node: NodeId) -> bool {
        matches!(
            self.program.nodes[node as usize].item.kind,
            ItemKind::Trait { .. }
        )
    }
}
