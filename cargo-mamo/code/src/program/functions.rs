//! Single functions: the structure of each, and how one differs between two programs.
//!
//! What runs unasked is no part of a function's code: it is nothing that the function refers to.

use std::collections::{BTreeMap, BTreeSet};

use rustc_hash::FxHashMap;

use super::roots::{CodeRoot, demangled};
use super::{Program, VertexId};
use crate::digest::{CodeDigest, DigestWriter};
use crate::object_table::NodeId;

/// A function that is reached in two programs, with other code of its own in the one than in the other, or in one alone.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct FunctionDifference {
    /// Its path, without hash.
    pub path: String,
    /// What differs.
    pub change: FunctionChange,
}

/// What differs between two versions of a function.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum FunctionChange {
    /// It refers to other functions or statics.
    Callee {
        /// Paths of those that only the old version refers to.
        before: Vec<String>,
        /// Paths of those that only the new version refers to.
        after: Vec<String>,
    },
    /// It refers to the same functions, but to other constant data.
    Constant,
    /// It refers to the same functions; its instructions differ: a literal, a string, or the layout of a type.
    Instructions,
    /// Only the new program reaches it, or an instance of it.
    Added,
    /// Only the old program reaches it, or an instance of it.
    Removed,
}

/// What a function is without what the functions that it refers to are.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord)]
struct FunctionShape {
    own: CodeDigest,
    callees: BTreeSet<String>,
    data: Vec<CodeDigest>,
}

type FunctionShapes = BTreeMap<String, BTreeSet<FunctionShape>>;

impl<'t> Program<'t> {
    /// The code of each function of the program's own tables, by its symbol: of itself and of all that it refers to. Several
    /// if objects hold functions of one name that differ.
    pub fn function_codes(&self) -> FxHashMap<&'t str, Vec<CodeDigest>> {
        let mut codes: FxHashMap<&str, Vec<CodeDigest>> = FxHashMap::default();
        for (symbol, vertex) in self.own_functions() {
            let code = self.structures[vertex.0 as usize].plain;
            codes.entry(symbol).or_default().push(code);
        }
        for found in codes.values_mut() {
            found.sort_unstable();
            found.dedup();
        }
        codes
    }

    /// How the function that is called `old` here differs from the one that is called `new` in another program: the functions
    /// that both can reach and that differ, in the order of their paths. Empty if only what stable code is called differs.
    pub fn function_difference(
        &self,
        old: &str,
        other: &Program<'_>,
        new: &str,
    ) -> Vec<FunctionDifference> {
        differences(
            &self.shapes(self.named(old)),
            &other.shapes(other.named(new)),
        )
    }

    /// The same for a root, what runs unasked included.
    pub fn root_difference(&self, other: &Program<'_>, root: &CodeRoot) -> Vec<FunctionDifference> {
        differences(
            &self.shapes(self.below(root)),
            &other.shapes(other.below(root)),
        )
    }

    fn named(&self, symbol: &str) -> Vec<VertexId> {
        let named = self.own_functions().filter(|(name, _)| *name == symbol);
        named.map(|(_, vertex)| vertex).collect()
    }

    fn below(&self, root: &CodeRoot) -> Vec<VertexId> {
        let start = self.start(root).unwrap_or_default();
        start
            .vertices
            .iter()
            .chain(&self.unasked)
            .copied()
            .collect()
    }

    fn own_functions(&self) -> impl Iterator<Item = (&'t str, VertexId)> {
        let tables = self.tables.iter().enumerate().take(self.own);
        tables.flat_map(move |(at, table)| {
            let nodes = table.nodes.iter().zip(0..);
            nodes.filter_map(move |(node, number)| {
                let symbol = table.name(node.label?);
                Some((symbol, self.node_vertex(at, NodeId(number))))
            })
        })
    }

    /// The shapes of all functions that can be reached from these vertices, by path: instances of one path together.
    fn shapes(&self, mut open: Vec<VertexId>) -> FunctionShapes {
        let mut seen = vec![false; self.edges.len()];
        let mut shapes = FunctionShapes::new();
        while let Some(vertex) = open.pop() {
            if std::mem::replace(&mut seen[vertex.0 as usize], true) {
                continue;
            }
            open.extend(self.edges.of(vertex.0).iter().copied().map(VertexId));
            if let Some(path) = self.node_path(vertex) {
                let shape = self.shape(vertex);
                shapes.entry(path).or_default().insert(shape);
            }
        }
        shapes
    }

    /// What a name or a function is called, without hash.
    pub(super) fn path_of(&self, vertex: VertexId) -> Option<String> {
        let name = self.vertex_name(vertex).map(demangled);
        name.or_else(|| self.node_path(vertex))
    }

    /// The path of a function, if the vertex is one.
    fn node_path(&self, vertex: VertexId) -> Option<String> {
        if self.vertex_name(vertex).is_some() {
            return None;
        }
        let (table, node) = (self.table_of(vertex), self.node(vertex));
        Some(demangled(table.name(node.label?)))
    }

    fn shape(&self, function: VertexId) -> FunctionShape {
        let mut shape = FunctionShape {
            own: self.node(function).own.plain,
            callees: BTreeSet::new(),
            data: Vec::new(),
        };
        let mut open = vec![function];
        let mut seen = BTreeSet::new();
        while let Some(vertex) = open.pop() {
            for target in self.edges.of(vertex.0).iter().copied().map(VertexId) {
                if let Some(path) = self.path_of(target) {
                    shape.callees.insert(path);
                } else if seen.insert(target) {
                    shape.data.push(self.node(target).own.plain);
                    open.push(target);
                }
            }
        }
        shape
    }
}

fn differences(before: &FunctionShapes, after: &FunctionShapes) -> Vec<FunctionDifference> {
    let mut found = Vec::new();
    for (path, shapes) in before {
        let change = match after.get(path) {
            None => FunctionChange::Removed,
            Some(others) if others == shapes => continue,
            Some(others) => change(shapes, others),
        };
        let path = path.clone();
        found.push(FunctionDifference { path, change });
    }
    let added = after.keys().filter(|path| !before.contains_key(*path));
    found.extend(added.map(|path| FunctionDifference {
        path: path.clone(),
        change: FunctionChange::Added,
    }));
    found
}

fn change(before: &BTreeSet<FunctionShape>, after: &BTreeSet<FunctionShape>) -> FunctionChange {
    let of = |shapes: &BTreeSet<FunctionShape>, others: &BTreeSet<FunctionShape>| {
        let mut callees = BTreeSet::new();
        let mut data = DigestWriter::new("data");
        for shape in shapes.difference(others) {
            callees.extend(shape.callees.iter().cloned());
            shape.data.iter().for_each(|digest| data.digest(*digest));
        }
        (callees, data.finish())
    };
    let (before, after) = (of(before, after), of(after, before));
    let without = |some: &BTreeSet<String>, others: &BTreeSet<String>| {
        some.difference(others).cloned().collect::<Vec<_>>()
    };
    if before.0 != after.0 {
        FunctionChange::Callee {
            before: without(&before.0, &after.0),
            after: without(&after.0, &before.0),
        }
    } else if before.1 != after.1 {
        FunctionChange::Constant
    } else {
        FunctionChange::Instructions
    }
}
