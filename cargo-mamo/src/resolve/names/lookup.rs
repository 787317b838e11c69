//! What one name stands for in one scope: its definitions, its imports, and what its globs open.
//!
//! An import cycle ends in the scope's own definitions; an answer that met a cycle is not remembered.

use super::{Names, Resolution, Trail, is_path_keyword};
use crate::resolve::program::{Def, NodeId, ScopeId};
use crate::syntax::ir::{ItemKind, Path, Symbol};
use std::rc::Rc;

/// What a single name in a scope can mean.
#[derive(Clone, Debug, Default)]
pub(super) struct Hits {
    /// Definitions.
    pub(super) defs: Vec<Def>,
    /// Names bound by an import that leads out: the full external path.
    pub(super) external: Vec<Symbol>,
    /// Globs of crates that are not at hand: the name may come from each.
    pub(super) open: Vec<Symbol>,
    /// The search met itself: this is not all there is.
    pub(super) cut: bool,
}

impl Hits {
    /// Is nothing called so, as far as is known?
    pub(super) fn is_empty(&self) -> bool {
        self.defs.is_empty() && self.external.is_empty()
    }

    /// Adds what another search found.
    pub(super) fn join(&mut self, other: Self) {
        self.defs.extend(
            other
                .defs
                .into_iter()
                .filter(|def| !self.defs.contains(def))
                .collect::<Vec<_>>(),
        );
        self.external.extend(other.external);
        self.open.extend(other.open);
        self.cut |= other.cut;
    }
}

/// What a glob import opens.
#[derive(Clone, Debug)]
pub(super) enum GlobTarget {
    /// A local module.
    Module(ScopeId),
    /// An enum: its variants.
    Enum(NodeId),
    /// What may define any name.
    Definer(NodeId),
    /// A module of another crate.
    Outside(Symbol),
}

impl Names<'_, '_> {
    /// What `name` stands for in exactly `scope`.
    pub(super) fn lookup(&self, scope: ScopeId, name: Symbol, trail: &mut Trail) -> Hits {
        if let Some(known) = self.hits.borrow().get(&(scope, name)) {
            return Hits::clone(known);
        }
        if !trail.insert((scope, name)) {
            // An import cycle returns the scope's own definitions.
            let defs = self.program.scopes[scope as usize]
                .names
                .get(&name)
                .cloned()
                .unwrap_or_default();
            return Hits {
                defs,
                cut: true,
                ..Hits::default()
            };
        }
        let hits = self.lookup_fresh(scope, name, trail);
        trail.remove(&(scope, name));
        if !hits.cut || trail.is_empty() {
            self.hits.borrow_mut().insert(
                (scope, name),
                Rc::new(Hits {
                    cut: false,
                    ..hits.clone()
                }),
            );
        }
        hits
    }

    fn lookup_fresh(&self, scope: ScopeId, name: Symbol, trail: &mut Trail) -> Hits {
        let place = &self.program.scopes[scope as usize];
        let mut hits = Hits {
            defs: place.names.get(&name).cloned().unwrap_or_default(),
            ..Hits::default()
        };
        hits.defs.extend(
            place
                .loose
                .get(&name)
                .into_iter()
                .flatten()
                .map(|node| Def::Node(*node)),
        );
        for path in place.imports.get(&name).into_iter().flatten() {
            let (found, cut) = self.resolve_import(scope, path, trail);
            hits.join(hits_of(found, cut));
        }
        let (targets, cut) = self.glob_targets(scope, trail);
        hits.cut |= cut;
        for target in targets.iter() {
            match target {
                GlobTarget::Module(module) => hits.join(self.lookup(*module, name, trail)),
                GlobTarget::Enum(node) if self.has_variant(*node, name) => {
                    hits.defs.push(Def::Node(*node));
                }
                GlobTarget::Enum(_) => {}
                GlobTarget::Definer(node) => hits.defs.push(Def::Node(*node)),
                GlobTarget::Outside(path) => hits.open.push(*path),
            }
        }
        hits
    }

    fn has_variant(&self, node: NodeId, name: Symbol) -> bool {
        matches!(&self.program.nodes[node as usize].item.kind, ItemKind::Type { variants } if variants.contains(&name))
    }

    /// A `use` path: relative to the scope, and in edition 2015 to the crate's root.
    fn resolve_import(&self, scope: ScopeId, path: &Path, trail: &mut Trail) -> (Resolution, bool) {
        let krate = self.program.scopes[scope as usize].krate;
        let place = &self.program.crates[krate];
        let keyword = path
            .segments
            .first()
            .is_some_and(|head| is_path_keyword(head.as_str()));
        if place.edition_2015 && !keyword {
            let (found, cut) = self.resolve_on(
                place.root,
                &Path {
                    global: true,
                    ..path.clone()
                },
                trail,
            );
            if !found.unresolved {
                return (found, cut);
            }
        }
        let (mut found, cut) = self.resolve_on(scope, path, trail);
        if let [name] = path.segments.as_slice() {
            // `use name;` imports a crate even where a function is called so.
            for def in self.extern_prelude(krate, *name).defs {
                match def {
                    Def::Crate(id) => found.modules.push(self.program.crates[id].root),
                    Def::External(name) => found.external.push(name),
                    Def::Node(_) | Def::Module(_) => {}
                }
            }
        }
        (found, cut)
    }

    /// What the globs of a scope open, and whether the search met itself.
    pub(super) fn glob_targets(
        &self,
        scope: ScopeId,
        trail: &mut Trail,
    ) -> (Rc<Vec<GlobTarget>>, bool) {
        if let Some(known) = self.globs.borrow().get(&scope) {
            return (Rc::clone(known), false);
        }
        if self.program.scopes[scope as usize].globs.is_empty() {
            return (Rc::default(), false);
        }
        let mark = (scope, Symbol::from("*"));
        if !trail.insert(mark) {
            return (Rc::default(), true);
        }
        let mut targets = Vec::new();
        let mut cut = false;
        for path in &self.program.scopes[scope as usize].globs {
            let (found, incomplete) = self.resolve_import(scope, path, trail);
            cut |= incomplete;
            targets.extend(
                found
                    .modules
                    .into_iter()
                    .filter(|module| *module != scope)
                    .map(GlobTarget::Module),
            );
            targets.extend(found.external.into_iter().map(GlobTarget::Outside));
            targets.extend(found.definers.into_iter().map(GlobTarget::Definer));
            for node in found.nodes {
                targets.push(match self.program.nodes[node as usize].item.kind {
                    ItemKind::Type { .. } | ItemKind::Trait { .. } => GlobTarget::Enum(node),
                    _ => GlobTarget::Definer(node),
                });
            }
        }
        trail.remove(&mark);
        let targets = Rc::new(targets);
        if !cut || trail.is_empty() {
            self.globs.borrow_mut().insert(scope, Rc::clone(&targets));
        }
        (targets, cut)
    }
}

fn hits_of(found: Resolution, cut: bool) -> Hits {
    let nodes = found.nodes.into_iter().chain(found.definers).map(Def::Node);
    let defs = nodes
        .chain(found.modules.into_iter().map(Def::Module))
        .collect();
    Hits {
        defs,
        external: found.external,
        open: Vec::new(),
        cut,
    }
}
