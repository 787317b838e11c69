//! A program: tables of objects, linked by name as a linker would, without linking.
//!
//! A name means all definitions that a linker could choose. Where there are several and they differ, all count, in the order
//! of the tables, so that whichever is chosen, a change of it is seen.

mod difference;
mod reach;
mod roots;

use std::sync::OnceLock;

use rustc_hash::{FxHashMap, FxHashSet};

pub use difference::{CodeDifference, DifferingSymbol};
pub use reach::CodeFingerprint;
pub use roots::CodeRoot;

use crate::components::EdgeLists;
use crate::digest::{CodeDigest, DigestWriter, OwnCode};
use crate::object_table::{CodeNode, DefinitionPlace, NameId, NodeId, NodeRole, ObjectTable};

/// What is said about the surroundings of a program's objects.
#[derive(Default)]
pub struct LinkSurroundings<'s> {
    /// Names that the program shows to libraries loaded at run time; `None` if unknown: then all that could be shown count.
    pub exported: Option<FxHashSet<String>>,
    /// A digest of the unit that defines a name which no table defines; `None` if it counts by name alone.
    pub outside: Option<&'s dyn Fn(&str) -> Option<CodeDigest>>,
}

/// A name, or a node of a table.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub(crate) struct VertexId(pub(crate) u32);

/// The graph of all code and data of a program.
pub struct Program<'t> {
    tables: Vec<&'t ObjectTable>,
    names: Vec<&'t str>,
    by_name: FxHashMap<&'t str, VertexId>,
    /// The vertex of each table's first node.
    firsts: Vec<u32>,
    edges: EdgeLists,
    /// What each name's definitions are; nodes have no entry.
    meaning: Vec<OwnCode>,
    definitions: Vec<Vec<NodePlace>>,
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
    /// Links tables in the order in which a linker would get their objects.
    pub fn link(
        tables: impl IntoIterator<Item = &'t ObjectTable>,
        surroundings: &LinkSurroundings<'_>,
    ) -> Self {
        let mut linker = Linker::new(tables.into_iter().collect());
        linker.collect_names();
        let collected = linker.collected_sections();
        let unasked = linker.unasked(surroundings, &collected);
        let meaning = linker.meanings(surroundings, &collected);
        let edges = linker.edges(&collected);
        let unasked_code = linker.unasked_code(&unasked);
        Self {
            tables: linker.tables,
            names: linker.names,
            by_name: linker.by_name,
            firsts: linker.firsts,
            edges,
            meaning,
            definitions: linker.definitions,
            unasked,
            unasked_code,
            paths: OnceLock::new(),
        }
    }

    /// Names that are used although no table defines them.
    pub fn undefined_symbols(&self) -> impl Iterator<Item = &'t str> {
        let tables = self.tables.iter();
        let used: FxHashSet<&str> = tables
            .flat_map(|table| {
                let nodes = table.nodes.iter().flat_map(|node| &node.symbols);
                nodes.map(|name| table.name(*name))
            })
            .collect();
        let all = self.names.iter().zip(&self.definitions);
        all.filter(move |(name, found)| found.is_empty() && used.contains(*name))
            .map(|(name, _)| *name)
    }

    /// Names with several definitions that differ.
    pub fn ambiguous_symbols(&self) -> impl Iterator<Item = &'t str> {
        let all = self.names.iter().zip(&self.definitions);
        all.filter(|(_, found)| found.len() > 1)
            .map(|(name, _)| *name)
    }

    fn node_vertex(&self, table: usize, node: NodeId) -> VertexId {
        VertexId(self.firsts[table] + node.0)
    }

    fn node(&self, vertex: VertexId) -> &'t CodeNode {
        node(&self.tables, &self.firsts, vertex)
    }

    /// The name of a vertex, if it is one.
    fn vertex_name(&self, vertex: VertexId) -> Option<&'t str> {
        self.names.get(vertex.0 as usize).copied()
    }
}

struct Linker<'t> {
    tables: Vec<&'t ObjectTable>,
    names: Vec<&'t str>,
    by_name: FxHashMap<&'t str, VertexId>,
    /// The vertex of each name of each table.
    named: Vec<Vec<VertexId>>,
    firsts: Vec<u32>,
    definitions: Vec<Vec<NodePlace>>,
    /// Names that code outside of the program may call.
    exported: Vec<VertexId>,
}

type CollectedSections<'t> = FxHashMap<&'t str, Vec<(u32, NodeId)>>;

impl<'t> Linker<'t> {
    fn new(tables: Vec<&'t ObjectTable>) -> Self {
        Self {
            tables,
            names: Vec::new(),
            by_name: FxHashMap::default(),
            named: Vec::new(),
            firsts: Vec::new(),
            definitions: Vec::new(),
            exported: Vec::new(),
        }
    }

    fn collect_names(&mut self) {
        for table in self.tables.clone() {
            let vertices = table.names.iter().map(|name| self.vertex(name)).collect();
            self.named.push(vertices);
        }
        self.definitions = vec![Vec::new(); self.names.len()];
        let mut first = self.names.len();
        for (at, table) in self.tables.iter().enumerate() {
            self.firsts.push(narrow(first));
            first += table.nodes.len();
            for definition in &table.definitions {
                let vertex = self.named[at][definition.name.0 as usize];
                if definition.is_exported {
                    self.exported.push(vertex);
                }
                let found = &mut self.definitions[vertex.0 as usize];
                let place = NodePlace {
                    table: narrow(at),
                    place: definition.place.clone(),
                };
                let is_known = found
                    .iter()
                    .any(|known| same_code(&self.tables, known, &place));
                if !is_known {
                    found.push(place);
                }
            }
        }
    }

    fn vertex(&mut self, name: &'t str) -> VertexId {
        let next = VertexId(narrow(self.names.len()));
        let vertex = *self.by_name.entry(name).or_insert(next);
        if vertex == next {
            self.names.push(name);
        }
        vertex
    }

    /// Nodes of sections that the linker collects by name.
    fn collected_sections(&self) -> CollectedSections<'t> {
        let mut collected = CollectedSections::default();
        for (at, table) in self.tables.iter().enumerate() {
            for (node, number) in table.nodes.iter().zip(0..) {
                if let NodeRole::Collected(section) = node.role {
                    let found = collected.entry(table.name(section)).or_default();
                    found.push((narrow(at), NodeId(number)));
                }
            }
        }
        collected
    }

    /// What runs or is read although nothing refers to it.
    fn unasked(
        &self,
        surroundings: &LinkSurroundings<'_>,
        collected: &CollectedSections<'t>,
    ) -> Vec<VertexId> {
        let mut unasked = Vec::new();
        for (at, table) in self.tables.iter().enumerate() {
            for (node, number) in table.nodes.iter().zip(0..) {
                if node.role == NodeRole::Unasked {
                    unasked.push(VertexId(self.firsts[at] + number));
                }
            }
        }
        let mut sections: Vec<_> = collected.iter().collect();
        sections.sort_unstable();
        for (section, nodes) in sections {
            if !self.is_bounded(section) {
                let vertices = nodes
                    .iter()
                    .map(|(at, node)| self.firsts[*at as usize] + node.0);
                unasked.extend(vertices.map(VertexId));
            }
        }
        unasked.extend(self.called_from_outside(surroundings));
        unasked
    }

    /// Whether something asks where the sections of a name begin and end.
    fn is_bounded(&self, section: &str) -> bool {
        ["__start_", "__stop_"].iter().any(|bound| {
            self.by_name
                .contains_key(format!("{bound}{section}").as_str())
        })
    }

    fn called_from_outside(&self, surroundings: &LinkSurroundings<'_>) -> Vec<VertexId> {
        let is_shown = |vertex: &VertexId| {
            let name = self.names[vertex.0 as usize];
            let shown = surroundings.exported.as_ref();
            name != "main" && shown.is_none_or(|shown| shown.contains(name))
        };
        let exported = self
            .exported
            .iter()
            .filter(|vertex| is_shown(vertex))
            .copied();
        // Allocation and panics: compiled code of the standard library calls these by name.
        let is_hook = |name: &str| name.contains("___rustc") || name.starts_with("__rust_");
        let hooks = self.names.iter().zip(0..).filter(|(name, _)| is_hook(name));
        let mut called: Vec<VertexId> = exported.chain(hooks.map(|(_, at)| VertexId(at))).collect();
        called.sort_unstable_by_key(|vertex| self.names[vertex.0 as usize]);
        called.dedup();
        called
    }

    /// What each name stands for, as one digest.
    fn meanings(
        &self,
        surroundings: &LinkSurroundings<'_>,
        collected: &CollectedSections<'t>,
    ) -> Vec<OwnCode> {
        let all = self.names.iter().zip(&self.definitions);
        all.map(|(name, found)| {
            let own = |pick: fn(&OwnCode) -> CodeDigest| {
                let mut writer = DigestWriter::new("symbol");
                writer.bytes(name.as_bytes());
                self.write_definitions(&mut writer, found, pick);
                if let Some(nodes) = bounded(name).and_then(|section| collected.get(section)) {
                    for (table, node) in nodes {
                        writer.digest(pick(
                            &self.tables[*table as usize].nodes[node.0 as usize].own,
                        ));
                    }
                }
                if found.is_empty()
                    && let Some(outside) = surroundings.outside.and_then(|outside| outside(name))
                {
                    writer.digest(outside);
                }
                writer.finish()
            };
            OwnCode {
                plain: own(|code| code.plain),
                positioned: own(|code| code.positioned),
            }
        })
        .collect()
    }

    fn write_definitions(
        &self,
        writer: &mut DigestWriter,
        found: &[NodePlace],
        pick: fn(&OwnCode) -> CodeDigest,
    ) {
        writer.number(found.len() as u64);
        for definition in found {
            match definition.place {
                DefinitionPlace::Node(node, offset) => {
                    let table = self.tables[definition.table as usize];
                    writer.digest(pick(&table.nodes[node.0 as usize].own));
                    writer.number(offset);
                }
                DefinitionPlace::Value(value) => writer.number(value),
            }
        }
    }

    fn edges(&self, collected: &CollectedSections<'t>) -> EdgeLists {
        let of_names = self
            .names
            .iter()
            .zip(&self.definitions)
            .map(|(name, found)| {
                let mut targets: Vec<u32> = found
                    .iter()
                    .filter_map(|place| self.place_vertex(place))
                    .collect();
                if let Some(nodes) = bounded(name).and_then(|section| collected.get(section)) {
                    targets.extend(
                        nodes
                            .iter()
                            .map(|(at, node)| self.firsts[*at as usize] + node.0),
                    );
                }
                targets
            });
        let of_nodes = self.tables.iter().enumerate().flat_map(|(at, table)| {
            table.nodes.iter().map(move |node| {
                let names = node
                    .symbols
                    .iter()
                    .map(|NameId(name)| self.named[at][*name as usize].0);
                let nodes = node.nodes.iter().map(|NodeId(node)| self.firsts[at] + node);
                names.chain(nodes).collect::<Vec<u32>>()
            })
        });
        EdgeLists::new(of_names.chain(of_nodes))
    }

    fn place_vertex(&self, place: &NodePlace) -> Option<u32> {
        match place.place {
            DefinitionPlace::Node(node, _) => Some(self.firsts[place.table as usize] + node.0),
            DefinitionPlace::Value(_) => None,
        }
    }

    fn unasked_code(&self, unasked: &[VertexId]) -> OwnCode {
        let own = |pick: fn(&OwnCode) -> CodeDigest| {
            let mut writer = DigestWriter::new("unasked");
            for vertex in unasked {
                match self.names.get(vertex.0 as usize) {
                    Some(name) => writer.bytes(name.as_bytes()),
                    None => {
                        writer.digest(pick(&node(&self.tables, &self.firsts, *vertex).own));
                    }
                }
            }
            writer.finish()
        };
        OwnCode {
            plain: own(|code| code.plain),
            positioned: own(|code| code.positioned),
        }
    }
}

/// The node that a vertex stands for.
fn node<'t>(tables: &[&'t ObjectTable], firsts: &[u32], vertex: VertexId) -> &'t CodeNode {
    let table = firsts.partition_point(|first| *first <= vertex.0) - 1;
    &tables[table].nodes[(vertex.0 - firsts[table]) as usize]
}

/// The section whose bounds a name asks for.
fn bounded(name: &str) -> Option<&str> {
    name.strip_prefix("__start_")
        .or_else(|| name.strip_prefix("__stop_"))
}

fn same_code(tables: &[&ObjectTable], left: &NodePlace, right: &NodePlace) -> bool {
    let own =
        |place: &NodePlace, node: NodeId| tables[place.table as usize].nodes[node.0 as usize].own;
    match (&left.place, &right.place) {
        (DefinitionPlace::Node(a, from), DefinitionPlace::Node(b, other)) => {
            from == other && own(left, *a) == own(right, *b)
        }
        (a, b) => a == b,
    }
}

fn narrow(number: usize) -> u32 {
    u32::try_from(number).expect("a program has fewer than 2³² parts")
}
