//! Digests of all that closures are computed from.
//!
//! [`Reacher::reach`](super::reach::Reacher::reach) looks at the edges of the nodes that it comes to, and at tables that
//! are the same for every root. Where the tables are as they were, and so are the edges of every node of a closure, it
//! would take the same steps again.

use super::Graph;
use super::node_set::NodeSet;
use crate::fingerprint::Fingerprint;
use crate::resolve::program::NodeId;
use crate::syntax::ir::ItemKind;
use rayon::prelude::*;
use serde::{Deserialize, Serialize};

/// A digest that is compared with those of one earlier analysis only.
type Short = [u8; 16];

/// What the closures of a graph hang on.
#[derive(Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Shape {
    /// All but edges: crates, what nodes are, impls and members.
    pub tables: Fingerprint,
    /// The edges of each node.
    pub edges: Vec<Short>,
}

impl Shape {
    /// Of `graph`.
    pub fn of(graph: &Graph<'_>) -> Self {
        let edges = graph.edges.par_iter().map(short).collect();
        Self {
            tables: tables(graph),
            edges,
        }
    }
}

/// Everything of a graph that a closure looks at besides edges.
fn tables(graph: &Graph<'_>) -> Fingerprint {
    let program = &graph.program;
    let crates: Vec<_> = (0..program.crates.len())
        .map(|id| {
            let krate = &program.crates[id];
            let mains = if graph.units[id].is_program() {
                graph.mains(id)
            } else {
                Vec::new()
            };
            (&krate.closure, &krate.linked, &krate.nodes, mains)
        })
        .collect();
    let nodes: Vec<_> = program
        .nodes
        .iter()
        .map(|node| (node.krate, node.parent, kind(&node.item.kind)))
        .collect();
    let parts = [
        bytes(&(&graph.units, &graph.impls_of_crate)),
        bytes(&crates),
        bytes(&nodes),
        bytes(&graph.members),
    ];
    Fingerprint::of_parts(parts.iter().map(Vec::as_slice))
}

/// What of an item's kind decides where a closure goes on.
fn kind(kind: &ItemKind) -> u8 {
    match kind {
        ItemKind::Type { .. } => 1,
        ItemKind::Trait { .. } => 2,
        ItemKind::Impl(_) => 3,
        ItemKind::Alias { .. } => 4,
        _ => 0,
    }
}

fn short(value: &impl Serialize) -> Short {
    let mut short = Short::default();
    short.copy_from_slice(&Fingerprint::of(&bytes(value)).0[..size_of::<Short>()]);
    short
}

fn bytes(value: &impl Serialize) -> Vec<u8> {
    postcard::to_stdvec(value).expect("plain values can be written")
}

/// Is every node of a closure as it led on before?
pub fn is_same(nodes: &NodeSet, before: &Shape, now: &Shape) -> bool {
    let edges = |shape: &Shape, node: NodeId| shape.edges.get(node as usize).copied();
    nodes
        .iter()
        .all(|node| edges(before, node) == edges(now, node))
}
