//! What names and nodes mean: the graph by which code is compared, and what is counted when a name is reached.

use super::link::{CollectedSections, Linker, name_digest};
use super::{LinkSurroundings, NodePlace, narrow};
use crate::components::EdgeLists;
use crate::digest::{CodeDigest, DigestWriter, OwnCode, Reading};
use crate::object_table::{CodeTarget, DefinitionPlace};
use crate::structure::StructureGraph;
use rustc_hash::FxHashMap;

impl<'t> Linker<'t> {
    /// The graph by which code is compared: names, nodes, and names once more, which stand for nothing but themselves.
    pub(super) fn graph(&self, collected: &CollectedSections<'t>) -> StructureGraph {
        let bare = |name: &&str| OwnCode::without_positions(name_digest(name));
        let bare: Vec<OwnCode> = self.names.iter().map(bare).collect();
        let mut shapes: Vec<OwnCode> = (0..self.names.len())
            .map(|name| self.name_shape(name).unwrap_or(bare[name]))
            .collect();
        shapes.extend(self.node_shapes());
        let first_bare = narrow(shapes.len());
        shapes.extend(bare);
        let of_names = (0..self.names.len()).map(|name| {
            let is_atom = !self.is_own(name) && !self.definitions[name].is_empty();
            if is_atom {
                Vec::new()
            } else {
                self.name_targets(name, collected)
            }
        });
        let of_nodes = self.tables.iter().enumerate().flat_map(|(at, table)| {
            let by_name = if at < self.own { 0 } else { first_bare };
            let targets = move |node| self.node_targets(at, node, by_name);
            table.nodes.iter().map(targets)
        });
        let of_bare = self.names.iter().map(|_| Vec::new());
        let is_choice = 0..shapes.len();
        StructureGraph {
            is_choice: is_choice
                .map(|vertex| vertex < self.names.len() && self.is_own(vertex))
                .collect(),
            shapes,
            edges: EdgeLists::new(of_names.chain(of_nodes).chain(of_bare)),
        }
    }

    /// What each node is by itself. Own statics of one name are told apart by their order, so that none stands for another.
    fn node_shapes(&self) -> Vec<OwnCode> {
        let mut known = FxHashMap::<&str, u64>::default();
        let mut shapes = Vec::new();
        for (at, table) in self.tables.iter().enumerate() {
            for node in &table.nodes {
                let identity = node.identity.filter(|_| at < self.own);
                shapes.push(identity.map_or(node.own, |name| {
                    let name = table.name(name);
                    let number = known.entry(name).or_default();
                    *number += 1;
                    identified(node.own, name, *number)
                }));
            }
        }
        shapes
    }

    /// What an own name is apart from its nodes; `None` if it stands for itself.
    fn name_shape(&self, name: usize) -> Option<OwnCode> {
        let found = &self.definitions[name];
        if !self.is_own(name) {
            return None;
        }
        let mut writer = DigestWriter::new("definitions");
        if found
            .iter()
            .any(|place| !matches!(place.place, DefinitionPlace::Node(_, 0)))
        {
            write_places(&mut writer, found);
        }
        // Common data of C has no node: its name is its identity.
        let is_value = |place: &NodePlace| matches!(place.place, DefinitionPlace::Value(_));
        if found.iter().any(is_value) {
            writer.bytes(self.names[name].as_bytes());
        }
        Some(OwnCode::without_positions(writer.finish()))
    }

    /// What is counted when a name is reached. What own code is, is in the structure of the root, unless stable code calls it.
    pub(super) fn terms(
        &self,
        surroundings: &LinkSurroundings<'_>,
        structures: &[OwnCode],
    ) -> Vec<Option<OwnCode>> {
        let mut is_called = vec![false; self.names.len()];
        for (at, table) in self.tables.iter().enumerate().skip(self.own) {
            for target in table.nodes.iter().flat_map(|node| &node.targets) {
                if let CodeTarget::Symbol(name) = target {
                    is_called[self.named[at][name.0 as usize].0 as usize] = true;
                }
            }
        }
        let term = |name: usize| {
            if self.is_own(name) && !is_called[name] {
                return None;
            }
            let plain = self.term(surroundings, structures, name, Reading::Plain);
            let definitions = self.definitions[name].iter();
            let mut parts = definitions.filter_map(|place| self.place_vertex(place));
            let has_positions = |vertex: usize| {
                let code = structures[vertex];
                code.plain != code.positioned
            };
            let positioned =
                if has_positions(name) || parts.any(|part| has_positions(part as usize)) {
                    self.term(surroundings, structures, name, Reading::Positioned)
                } else {
                    plain
                };
            Some(OwnCode { plain, positioned })
        };
        (0..self.names.len()).map(term).collect()
    }

    fn term(
        &self,
        surroundings: &LinkSurroundings<'_>,
        structures: &[OwnCode],
        name: usize,
        reading: Reading,
    ) -> CodeDigest {
        let mut writer = DigestWriter::new("symbol");
        writer.bytes(self.names[name].as_bytes());
        writer.digest(structures[name].reading(reading));
        self.write_definitions(&mut writer, name, structures, reading);
        let outside = surroundings
            .outside
            .filter(|_| self.definitions[name].is_empty());
        if let Some(outside) = outside.and_then(|outside| outside(self.names[name])) {
            writer.digest(outside);
        }
        writer.finish()
    }

    fn write_definitions(
        &self,
        writer: &mut DigestWriter,
        name: usize,
        structures: &[OwnCode],
        reading: Reading,
    ) {
        let found = &self.definitions[name];
        write_places(writer, found);
        for vertex in found.iter().filter_map(|place| self.place_vertex(place)) {
            writer.digest(structures[vertex as usize].reading(reading));
        }
    }
}

/// The code of a static: what it is, and which.
fn identified(own: OwnCode, name: &str, number: u64) -> OwnCode {
    OwnCode::made_of(|reading| {
        let mut writer = DigestWriter::new("static");
        writer.bytes(name.as_bytes());
        writer.number(number);
        writer.digest(own.reading(reading));
        writer.finish()
    })
}

fn write_places(writer: &mut DigestWriter, found: &[NodePlace]) {
    writer.number(found.len() as u64);
    for definition in found {
        match definition.place {
            DefinitionPlace::Node(_, offset) => writer.number(offset),
            DefinitionPlace::Value(value) => {
                writer.number(u64::MAX);
                writer.number(value);
            }
        }
    }
}
