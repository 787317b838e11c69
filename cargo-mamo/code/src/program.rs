//! A program: tables of objects, linked by name as a linker would, without linking.
//!
//! A name means all definitions that a linker could choose. Where there are several and they differ, all count, in the order
//! of the tables, so that whichever is chosen, a change of it is seen.
//!
//! Own code is compared by structure, whatever it is called: rustc numbers the impls and closures of a module, so that a new one
//! renames its neighbours. Names count where they come from elsewhere: symbols of stable tables, and those that none defines.

mod abilities;
mod difference;
mod functions;
mod link;
mod meaning;
mod parts;
mod reach;
mod roots;
mod summary;

use std::sync::OnceLock;

use rustc_hash::{FxHashMap, FxHashSet};

pub use abilities::{Abilities, Runtime, RuntimeFunction};
pub use difference::{CodeDifference, DifferingSymbol};
pub use functions::{FunctionChange, FunctionDifference};
pub use parts::ReachedPart;
pub use reach::CodeFingerprint;
pub use roots::CodeRoot;
pub use summary::LibrarySummary;

use crate::components::EdgeLists;
use crate::digest::{CodeDigest, OwnCode};
use crate::object_table::{CodeNode, DefinitionPlace, NodeId, ObjectTable};

/// Gives the digest of the unit that defines a name.
pub type OutsideUnit<'s> = &'s dyn Fn(&str) -> Option<CodeDigest>;

/// What is said about the surroundings of a program's objects.
#[derive(Default)]
pub struct LinkSurroundings<'s> {
    /// Names that the program shows to libraries loaded at run time; `None` if unknown: then all that could be shown count.
    pub exported: Option<FxHashSet<String>>,
    /// A digest of the unit that defines a name which no table defines; `None` if it counts by name alone.
    pub outside: Option<OutsideUnit<'s>>,
}

/// A name, or a node of a table.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub(crate) struct VertexId(pub(crate) u32);

/// The tables of a program's objects, in the order in which a linker would get the objects.
#[derive(Clone, Copy)]
pub struct ProgramTables<'t> {
    /// What may be compiled anew: compared by structure.
    pub own: &'t [&'t ObjectTable],
    /// What stays as it is, such as the standard library and locked packages: compared by name and own code.
    pub stable: &'t [&'t ObjectTable],
    /// Libraries of the toolchain itself: stable as well, and what they ask of the system for themselves is known.
    pub toolchain: &'t [&'t ObjectTable],
}

/// The graph of all code and data of a program.
pub struct Program<'t> {
    tables: Vec<&'t ObjectTable>,
    names: Vec<&'t str>,
    by_name: FxHashMap<&'t str, VertexId>,
    /// The vertex of each table's first node.
    firsts: Vec<u32>,
    edges: EdgeLists,
    /// What each vertex is, and leads to.
    structures: Vec<OwnCode>,
    /// What is counted when a name is reached; own code that only own code reaches is in the structure of the root.
    terms: Vec<Option<OwnCode>>,
    definitions: Vec<Vec<NodePlace>>,
    /// How many tables are own ones: the first.
    own: usize,
    /// Where the tables of the toolchain begin.
    toolchain: usize,
    unasked: Vec<VertexId>,
    /// What runs unasked, in the order of the tables.
    unasked_code: OwnCode,
    paths: OnceLock<FxHashMap<String, Vec<VertexId>>>,
}

/// A definition of a name: a place in a node of a table, or a bare value.
#[derive(Clone, PartialEq, Eq, Debug)]
struct NodePlace {
    table: u32,
    place: DefinitionPlace,
}

impl<'t> Program<'t> {
    /// Links the tables of a program.
    pub fn link(tables: ProgramTables<'t>, surroundings: &LinkSurroundings<'_>) -> Self {
        link::linked(tables, surroundings)
    }

    /// Names with several definitions that differ.
    pub fn ambiguous_symbols(&self) -> impl Iterator<Item = &'t str> {
        let all = self.names.iter().zip(&self.definitions);
        all.filter(|(_, found)| !found.iter().all(|place| self.is_alike(place, &found[0])))
            .map(|(name, _)| *name)
    }

    fn is_alike(&self, one: &NodePlace, other: &NodePlace) -> bool {
        let code = |place: &NodePlace| match place.place {
            DefinitionPlace::Node(node, offset) => {
                let vertex = self.node_vertex(place.table as usize, node);
                (Some(self.structures[vertex.0 as usize]), offset)
            }
            DefinitionPlace::Value(value) => (None, value),
        };
        code(one) == code(other)
    }

    fn node_vertex(&self, table: usize, node: NodeId) -> VertexId {
        VertexId(self.firsts[table] + node.0)
    }

    fn table_of(&self, vertex: VertexId) -> &'t ObjectTable {
        self.tables[table_number(&self.firsts, vertex)]
    }

    fn node(&self, vertex: VertexId) -> &'t CodeNode {
        node(&self.tables, &self.firsts, vertex)
    }

    /// The name of a vertex, if it is one.
    fn vertex_name(&self, vertex: VertexId) -> Option<&'t str> {
        self.names.get(vertex.0 as usize).copied()
    }
}

/// The node that a vertex stands for.
fn node<'t>(tables: &[&'t ObjectTable], firsts: &[u32], vertex: VertexId) -> &'t CodeNode {
    let table = table_number(firsts, vertex);
    &tables[table].nodes[(vertex.0 - firsts[table]) as usize]
}

/// The table that holds the node that a vertex stands for.
fn table_number(firsts: &[u32], vertex: VertexId) -> usize {
    firsts.partition_point(|first| *first <= vertex.0) - 1
}

fn narrow(number: usize) -> u32 {
    u32::try_from(number).expect("a program has fewer than 2³² parts")
}
