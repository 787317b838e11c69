//! The types in the signature of a memo or fixture: trait objects in them, and what serde does not carry of them.
//!
//! By names, from the signature through fields. Whether a type is an argument's or a result's is not told apart.

use super::{Finder, Lint, Proof, Sighting, is_type};
use crate::graph::Graph;
use crate::graph::roots::around;
use crate::resolve::program::NodeId;
use crate::syntax::ir::{ItemKind, Mention, Symbol};
use crate::syntax::is_cell;
use rustc_hash::{FxHashMap, FxHashSet};

/// Words of serde's attributes by which something is left out, written like something else, or left to a function.
const SERDE_WORDS: &[&str] = &[
    "skip",
    "skip_serializing",
    "skip_deserializing",
    "skip_serializing_if",
    "with",
    "serialize_with",
    "deserialize_with",
    "untagged",
    "into",
    "from",
    "try_from",
    "remote",
];

/// Serde's traits.
const SERDE_TRAITS: [&str; 2] = ["Serialize", "Deserialize"];

/// What is known of all types.
pub(super) struct Types {
    /// Impls of serde's traits that stand in source, by the local type that they are for.
    serde_impls: FxHashMap<NodeId, Vec<NodeId>>,
    /// What names stand for that some `use` gives.
    renamed: FxHashMap<Symbol, Vec<Symbol>>,
}

impl Types {
    pub(super) fn of(graph: &Graph<'_>) -> Self {
        let mut renamed = FxHashMap::<Symbol, Vec<Symbol>>::default();
        let scopes = graph.program.scopes.iter();
        for (alias, path) in scopes.flat_map(|scope| &scope.imports) {
            let names = path.iter().filter_map(|path| path.segments.last().copied());
            renamed
                .entry(*alias)
                .or_default()
                .extend(names.filter(|name| name != alias));
        }
        Self {
            serde_impls: serde_impls(graph),
            renamed,
        }
    }

    /// Local types that a node names. What may be meant because a macro may define it is not named, unless by a macro.
    fn named_by(&self, graph: &Graph<'_>, node: NodeId) -> Vec<NodeId> {
        let mut names = FxHashSet::default();
        for mention in &graph.program.nodes[node as usize].mentions {
            match mention {
                Mention::Path(path) => names.extend(path.segments.iter().copied()),
                Mention::Loose(name) => {
                    names.insert(*name);
                }
                Mention::Macro(_) | Mention::Like(_) => return types_of(graph, node),
                _ => {}
            }
        }
        let other = names.iter().filter_map(|name| self.renamed.get(name));
        let other: Vec<Symbol> = other.flatten().copied().collect();
        names.extend(other);
        let mut types = types_of(graph, node);
        types.retain(|of| names.contains(&graph.program.nodes[*of as usize].item.name));
        types
    }

    /// These types, and those of their fields.
    fn through_fields(
        &self,
        graph: &Graph<'_>,
        first: impl IntoIterator<Item = NodeId>,
    ) -> Vec<NodeId> {
        let mut seen = FxHashSet::default();
        let first = first.into_iter().filter(|node| seen.insert(*node));
        let mut all: Vec<NodeId> = first.collect();
        let mut next = 0;
        while let Some(node) = all.get(next).copied() {
            next += 1;
            let inner = self.named_by(graph, node).into_iter();
            all.extend(inner.filter(|inner| seen.insert(*inner)));
        }
        all
    }
}

fn serde_impls(graph: &Graph<'_>) -> FxHashMap<NodeId, Vec<NodeId>> {
    let mut found = FxHashMap::<_, Vec<_>>::default();
    for (id, node) in (0..).zip(&graph.program.nodes) {
        let ItemKind::Impl(shape) = &node.item.kind else {
            continue;
        };
        let last = |path: &crate::syntax::ir::Path| path.segments.last().copied();
        let of_trait = shape.of_trait.as_ref().and_then(last);
        if !of_trait.is_some_and(|name| SERDE_TRAITS.contains(&name.as_str())) {
            continue;
        }
        let own = shape.self_type.as_ref().and_then(last);
        for of in types_of(graph, id) {
            if Some(graph.program.nodes[of as usize].item.name) == own {
                found.entry(of).or_default().push(id);
            }
        }
    }
    found
}

impl Finder<'_, '_> {
    /// Types that are compared or stored by serde: is there a `dyn` in them, and does serde carry all of them?
    pub(super) fn signature(&mut self, id: NodeId) {
        let attributes = &self.graph.program.nodes[id as usize].item.attributes;
        if !attributes.memo && !attributes.fixture {
            return;
        }
        let named = self.named(id).into_iter().chain(self.receiver(id));
        for node in self.types.through_fields(self.graph, named) {
            if attributes.memo {
                self.sight(Lint::DynArgument, node, Proof::Words(&["dyn"]));
            }
            self.serde(node);
        }
    }

    /// Local types that its signature names; those around it, if it is a cell, whose captures have no names.
    fn named(&self, id: NodeId) -> Vec<NodeId> {
        let program = &self.graph.program;
        let item = program.nodes[id as usize].item;
        let mut types = self.types.named_by(self.graph, id);
        if is_cell(item) {
            let around = around(program, id).into_iter();
            types.extend(around.flat_map(|id| self.types.named_by(self.graph, id)));
            return types;
        }
        let last = |mention: &Mention| match mention {
            Mention::Path(path) => path.segments.last().copied(),
            _ => None,
        };
        let mut named: FxHashSet<Symbol> =
            item.signature_mentions.iter().filter_map(last).collect();
        let other = named.iter().filter_map(|name| self.types.renamed.get(name));
        let other: Vec<Symbol> = other.flatten().copied().collect();
        named.extend(other);
        types.retain(|node| named.contains(&program.nodes[*node as usize].item.name));
        types
    }

    /// The local type whose method it is.
    fn receiver(&self, id: NodeId) -> Vec<NodeId> {
        let program = &self.graph.program;
        let Some(parent) = program.nodes[id as usize].parent else {
            return Vec::new();
        };
        let ItemKind::Impl(shape) = &program.nodes[parent as usize].item.kind else {
            return Vec::new();
        };
        let own = shape.self_type.as_ref();
        let own = own.and_then(|path| path.segments.last().copied());
        let mut types = types_of(self.graph, parent);
        types.retain(|node| Some(program.nodes[*node as usize].item.name) == own);
        types
    }

    /// What serde may not carry of a type.
    fn serde(&mut self, node: NodeId) {
        for of in self.types.serde_impls.get(&node).into_iter().flatten() {
            let at = &self.graph.program.nodes[*of as usize].item.kind;
            let ItemKind::Impl(shape) = at else { continue };
            let of_trait = shape.of_trait.as_ref();
            let name = of_trait.and_then(|path| path.segments.last());
            self.found.push(Sighting {
                lint: Lint::Serde,
                name: name.map_or_else(String::new, ToString::to_string),
                at: Some(*of),
                proof: Proof::Name,
            });
        }
        let mentions = &self.graph.program.nodes[node as usize].mentions;
        let holds = |word: &str| {
            let word = Symbol::from(word);
            let mut mentions = mentions.iter();
            mentions.any(|mention| matches!(mention, Mention::Loose(name) if *name == word))
        };
        if holds("serde_as") {
            self.sight(Lint::Serde, node, Proof::Words(&["serde_as"]));
        }
        if holds("serde") {
            for word in SERDE_WORDS.iter().filter(|word| holds(word)) {
                self.sight(Lint::Serde, node, Proof::Serde(word));
            }
        }
    }

    fn sight(&mut self, lint: Lint, node: NodeId, proof: Proof) {
        let name = self.graph.program.nodes[node as usize]
            .item
            .name
            .to_string();
        let name = match proof {
            Proof::Serde(word) => format!("{name}: serde({word})"),
            _ => name,
        };
        self.found.push(Sighting {
            lint,
            name,
            at: Some(node),
            proof,
        });
    }
}

/// Local types that a node names.
fn types_of(graph: &Graph<'_>, node: NodeId) -> Vec<NodeId> {
    let targets = graph.edges[node as usize].targets.iter().copied();
    targets.filter(|target| is_type(graph, *target)).collect()
}
