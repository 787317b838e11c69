//! Tables to one graph: names to definitions, and nodes to what they refer to.

use std::sync::OnceLock;

use rustc_hash::FxHashMap;

use super::{LinkSurroundings, NodePlace, Program, ProgramTables, VertexId, narrow};
use crate::components::EdgeLists;
use crate::digest::{CodeDigest, DigestWriter, OwnCode};
use crate::object_table::{CodeNode, CodeTarget, DefinitionPlace, NodeId, NodeRole, ObjectTable};
use crate::structure::structures;

/// Links the tables of a program.
pub(super) fn linked<'t>(
    tables: ProgramTables<'t>,
    surroundings: &LinkSurroundings<'_>,
) -> Program<'t> {
    let mut linker = Linker::new(tables);
    linker.collect_names();
    let collected = linker.collected_sections();
    let unasked = linker.unasked(surroundings, &collected);
    let structures = structures(&linker.graph(&collected));
    let terms = linker.terms(surroundings, &structures);
    let edges = linker.edges(&collected);
    let unasked_code = linker.unasked_code(&unasked, &structures);
    Program {
        tables: linker.tables,
        names: linker.names,
        by_name: linker.by_name,
        firsts: linker.firsts,
        edges,
        structures,
        terms,
        definitions: linker.definitions,
        own: linker.own,
        toolchain: linker.toolchain,
        unasked,
        unasked_code,
        paths: OnceLock::new(),
    }
}

/// What is known of a program while it is linked.
pub(super) struct Linker<'t> {
    pub(super) tables: Vec<&'t ObjectTable>,
    /// How many of the tables are the program's own; the others are stable.
    pub(super) own: usize,
    /// Where the tables of the toolchain begin.
    toolchain: usize,
    pub(super) names: Vec<&'t str>,
    by_name: FxHashMap<&'t str, VertexId>,
    /// The vertex of each name of each table.
    pub(super) named: Vec<Vec<VertexId>>,
    pub(super) firsts: Vec<u32>,
    pub(super) definitions: Vec<Vec<NodePlace>>,
    /// Names that code outside of the program may call.
    exported: Vec<VertexId>,
}

/// Nodes of each section that the linker collects, by its name.
pub(super) type CollectedSections<'t> = FxHashMap<&'t str, Vec<(u32, NodeId)>>;

impl<'t> Linker<'t> {
    fn new(tables: ProgramTables<'t>) -> Self {
        Self {
            tables: [tables.own, tables.stable, tables.toolchain].concat(),
            own: tables.own.len(),
            toolchain: tables.own.len() + tables.stable.len(),
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
                    .any(|known| is_same_code(&self.tables, known, &place));
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
        let hooks = self.names.iter().zip(0..).filter(|(name, _)| is_hook(name));
        let mut called: Vec<VertexId> = exported.chain(hooks.map(|(_, at)| VertexId(at))).collect();
        called.sort_unstable_by_key(|vertex| self.names[vertex.0 as usize]);
        called.dedup();
        called
    }

    /// Whether an own table defines a name.
    pub(super) fn is_own(&self, name: usize) -> bool {
        let mut definitions = self.definitions[name].iter();
        definitions.any(|place| (place.table as usize) < self.own)
    }

    /// Nodes that a name stands for.
    pub(super) fn name_targets(&self, name: usize, collected: &CollectedSections<'t>) -> Vec<u32> {
        let found = self.definitions[name].iter();
        let mut targets: Vec<u32> = found.filter_map(|place| self.place_vertex(place)).collect();
        if let Some(nodes) = bounded(self.names[name]).and_then(|section| collected.get(section)) {
            targets.extend(
                nodes
                    .iter()
                    .map(|(at, node)| self.firsts[*at as usize] + node.0),
            );
        }
        targets
    }

    pub(super) fn node_targets(&self, table: usize, node: &CodeNode, first_name: u32) -> Vec<u32> {
        let targets = node.targets.iter();
        targets
            .map(|target| match target {
                CodeTarget::Symbol(name) => first_name + self.named[table][name.0 as usize].0,
                CodeTarget::Node(node) => self.firsts[table] + node.0,
            })
            .collect()
    }

    fn edges(&self, collected: &CollectedSections<'t>) -> EdgeLists {
        let of_names = (0..self.names.len()).map(|name| self.name_targets(name, collected));
        let of_nodes = self.tables.iter().enumerate().flat_map(|(at, table)| {
            let targets = move |node| self.node_targets(at, node, 0);
            table.nodes.iter().map(targets)
        });
        EdgeLists::new(of_names.chain(of_nodes))
    }

    pub(super) fn place_vertex(&self, place: &NodePlace) -> Option<u32> {
        match place.place {
            DefinitionPlace::Node(node, _) => Some(self.firsts[place.table as usize] + node.0),
            DefinitionPlace::Value(_) => None,
        }
    }

    fn unasked_code(&self, unasked: &[VertexId], structures: &[OwnCode]) -> OwnCode {
        OwnCode::made_of(|reading| {
            let mut writer = DigestWriter::new("unasked");
            for vertex in unasked {
                let name = self.names.get(vertex.0 as usize).copied();
                writer.bytes(name.unwrap_or_default().as_bytes());
                writer.digest(structures[vertex.0 as usize].reading(reading));
            }
            writer.finish()
        })
    }
}

/// Whether compiled code of the standard library calls this name although nothing refers to it.
pub(super) fn is_hook(name: &str) -> bool {
    name.contains("___rustc") || name.starts_with("__rust_")
}

/// What a name is by itself.
pub(super) fn name_digest(name: &str) -> CodeDigest {
    let mut writer = DigestWriter::new("name");
    writer.bytes(name.as_bytes());
    writer.finish()
}

/// The section whose bounds a name asks for.
fn bounded(name: &str) -> Option<&str> {
    name.strip_prefix("__start_")
        .or_else(|| name.strip_prefix("__stop_"))
}

/// Whether two definitions are plainly the same: the same own code, which refers to the same names.
fn is_same_code(tables: &[&'_ ObjectTable], left: &NodePlace, right: &NodePlace) -> bool {
    let (DefinitionPlace::Node(one, from), DefinitionPlace::Node(other, to)) =
        (&left.place, &right.place)
    else {
        return left.place == right.place;
    };
    let [left, right] = [(left.table, one), (right.table, other)].map(|(table, node)| {
        let table = tables[table as usize];
        (table, &table.nodes[node.0 as usize])
    });
    let mut targets = left.1.targets.iter().zip(&right.1.targets);
    let is_same_target = |(one, other): (&CodeTarget, &CodeTarget)| match (one, other) {
        (CodeTarget::Symbol(one), CodeTarget::Symbol(other)) => {
            left.0.name(*one) == right.0.name(*other)
        }
        _ => false,
    };
    from == to
        && left.1.own == right.1.own
        && left.1.targets.len() == right.1.targets.len()
        && targets.all(is_same_target)
}
