//! What all names of a program's libraries lead to, condensed, so that libraries that stay as they are need not be read.
//!
//! A stable table is compared by name and own code, so what a name of it leads to does not hang on the program's own code, but for
//! names that own tables define as well and libraries mention: these are *open*, and each entry tells which of them it leads to.
//! A summary is made into a table of one node for each name that own tables mention; a node's own code is a digest of all that the
//! name leads to, and its targets are the open names. What can be told of a program with that table is what can be told of one
//! with the libraries: their code is equal if and only if it was.

use std::collections::BTreeSet;

use rustc_hash::FxHashSet;
use serde::{Deserialize, Serialize};

use super::abilities::Abilities;
use super::link::{is_hook, name_digest};
use super::{Program, VertexId};
use crate::components::{Components, components};
use crate::digest::{CodeDigest, DigestWriter, OwnCode};
use crate::object_table::{
    CodeNode, CodeTarget, DefinitionPlace, NameId, NodeId, NodeRole, ObjectTable, SymbolDefinition,
};

/// What each name of the libraries of a program leads to.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct LibrarySummary {
    /// Names that the libraries define, by the digest of the name.
    names: Vec<(CodeDigest, SummarizedReach)>,
    /// Names that they mention and do not define.
    undefined: Vec<Box<str>>,
    /// Names that may be called although nothing refers to them; true for those of the allocator and of panics.
    called: Vec<(Box<str>, bool)>,
    /// Names that own tables define, too.
    open: Vec<Box<str>>,
    /// What runs unasked.
    unasked: SummarizedReach,
}

/// All that something leads to.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
struct SummarizedReach {
    code: OwnCode,
    abilities: Abilities,
    /// A bit for each open name.
    open: u64,
}

/// More names than this are open where a library is built of the workspace's own crates: then little stays as it is.
const MOST_OPEN: usize = u64::BITS as usize;

impl LibrarySummary {
    /// Condenses a program of libraries alone. `open` are the names that own tables define and libraries mention.
    ///
    /// `None` if there is something that hangs on more than names: sections that a linker collects, tests, own tables, or too many
    /// open names.
    pub fn of(libraries: &Program<'_>, open: &BTreeSet<String>) -> Option<Self> {
        let mut tables = libraries.tables.iter();
        let is_plain = tables.all(|table| {
            let mut nodes = table.nodes.iter();
            table.tests.is_empty() && !nodes.any(|node| matches!(node.role, NodeRole::Collected(_)))
        });
        let is_bound = |name: &&str| name.starts_with("__start_") || name.starts_with("__stop_");
        if !is_plain
            || libraries.own > 0
            || open.len() > MOST_OPEN
            || libraries.names.iter().any(is_bound)
        {
            return None;
        }
        Some(Condensing::new(libraries, open).summary(open))
    }

    /// The table that stands for the libraries beside these own ones. Fails with the names that have to be open, if they are others.
    ///
    /// # Errors
    /// The names that own tables define and the libraries mention.
    pub fn table(&self, own: &[&ObjectTable]) -> Result<ObjectTable, BTreeSet<String>> {
        let open = self.shared(own);
        let is_open = open.iter().map(String::as_str);
        if !is_open.eq(self.open.iter().map(AsRef::as_ref)) {
            return Err(open);
        }
        let mut mentioned: Vec<&str> = Vec::new();
        let mut seen = FxHashSet::default();
        let called = self.called.iter().map(|(name, _)| name.as_ref());
        let names = own.iter().flat_map(|table| table.all_names());
        for name in self
            .open
            .iter()
            .map(AsRef::as_ref)
            .chain(called)
            .chain(names)
        {
            if seen.insert(name) {
                mentioned.push(name);
            }
        }
        Ok(self.table_of(&mentioned))
    }

    /// Names that own tables define and the libraries mention.
    fn shared(&self, own: &[&ObjectTable]) -> BTreeSet<String> {
        let undefined: FxHashSet<&str> = self.undefined.iter().map(AsRef::as_ref).collect();
        let defined = own.iter().flat_map(|table| table.defined_symbols());
        let is_mentioned =
            |name: &&str| undefined.contains(name) || self.reach(name_digest(name)).is_some();
        defined.filter(is_mentioned).map(str::to_owned).collect()
    }

    fn reach(&self, name: CodeDigest) -> Option<&SummarizedReach> {
        let found = self.names.binary_search_by(|(known, _)| known.cmp(&name));
        found.ok().map(|at| &self.names[at].1)
    }

    fn table_of(&self, mentioned: &[&str]) -> ObjectTable {
        let shown: FxHashSet<&str> = self.called.iter().map(|(name, _)| name.as_ref()).collect();
        let mut table = ObjectTable {
            names: Vec::new(),
            nodes: vec![self.unasked.node(NodeRole::Unasked)],
            definitions: Vec::new(),
            tests: Vec::new(),
            file_names: Vec::new(),
        };
        for (at, name) in mentioned.iter().enumerate() {
            let found = self.reach(name_digest(name));
            // Open names stand first, since targets number them.
            if found.is_none() && at >= self.open.len() && !shown.contains(name) {
                continue;
            }
            let id = NameId(super::narrow(table.names.len()));
            table.names.push((*name).into());
            if let Some(found) = found {
                let node = NodeId(super::narrow(table.nodes.len()));
                table.nodes.push(found.node(NodeRole::Asked));
                table.definitions.push(SymbolDefinition {
                    name: id,
                    place: DefinitionPlace::Node(node, 0),
                    is_exported: shown.contains(name),
                });
            }
        }
        table
    }
}

impl SummarizedReach {
    fn node(&self, role: NodeRole) -> CodeNode {
        let open = (0..u64::BITS).filter(|bit| self.open >> bit & 1 == 1);
        CodeNode {
            label: None,
            role,
            identity: None,
            own: self.code,
            targets: open.map(|bit| CodeTarget::Symbol(NameId(bit))).collect(),
            abilities: self.abilities,
        }
    }
}

/// A program of libraries while it is condensed.
struct Condensing<'p, 't> {
    libraries: &'p Program<'t>,
    folded: Components,
    abilities: Vec<Abilities>,
    /// What each component and all below it are.
    codes: Vec<OwnCode>,
    open: Vec<u64>,
}

impl<'p, 't> Condensing<'p, 't> {
    fn new(libraries: &'p Program<'t>, open: &BTreeSet<String>) -> Self {
        let mut condensing = Self {
            folded: components(&libraries.edges),
            abilities: libraries.vertex_abilities(),
            codes: Vec::new(),
            open: Vec::new(),
            libraries,
        };
        let mut own_bits = vec![0; condensing.folded.members.len()];
        for (name, bit) in open.iter().zip(0..) {
            if let Some(vertex) = libraries.by_name.get(name.as_str()) {
                own_bits[condensing.folded.component[vertex.0 as usize] as usize] |= 1_u64 << bit;
            }
        }
        // A component comes after all that it has edges to.
        for (component, open) in own_bits.into_iter().enumerate() {
            condensing.add(super::narrow(component), open);
        }
        condensing
    }

    fn add(&mut self, component: u32, mut open: u64) {
        let members = self.folded.members.of(component);
        let targets = members
            .iter()
            .flat_map(|member| self.libraries.edges.of(*member));
        let below = targets.map(|target| self.folded.component[*target as usize]);
        let mut below: Vec<u32> = below.filter(|below| *below != component).collect();
        below.sort_unstable();
        below.dedup();
        let terms = members.iter().filter_map(|member| {
            let term = self.libraries.terms.get(*member as usize)?;
            *term
        });
        let terms: Vec<OwnCode> = terms.collect();
        let codes: Vec<OwnCode> = below.iter().map(|at| self.codes[*at as usize]).collect();
        let code = match (terms.as_slice(), codes.as_slice()) {
            ([], [one]) => *one,
            (terms, codes) => combined("reach", terms, codes),
        };
        for below in below {
            open |= self.open[below as usize];
        }
        self.codes.push(code);
        self.open.push(open);
    }

    fn summary(&self, open: &BTreeSet<String>) -> LibrarySummary {
        let libraries = self.libraries;
        let all = || libraries.names.iter().zip(0..);
        let is_defined = |at: u32| !libraries.definitions[at as usize].is_empty();
        let names = all().filter(|(_, at)| is_defined(*at));
        let names = names.map(|(name, at)| (name_digest(name), self.reach(VertexId(at))));
        let mut names: Vec<_> = names.collect();
        names.sort_unstable_by_key(|(name, _)| *name);
        let undefined = all().filter(|(_, at)| !is_defined(*at));
        let exported = self.exported();
        let called = all().filter_map(|(name, _)| {
            let is_hook = is_hook(name);
            (is_hook || exported.contains(name)).then(|| (Box::from(*name), is_hook))
        });
        LibrarySummary {
            names,
            undefined: undefined.map(|(name, _)| Box::from(*name)).collect(),
            called: called.collect(),
            open: open.iter().map(|name| name.as_str().into()).collect(),
            unasked: self.unasked(),
        }
    }

    fn reach(&self, vertex: VertexId) -> SummarizedReach {
        let component = self.folded.component[vertex.0 as usize] as usize;
        SummarizedReach {
            code: self.codes[component],
            abilities: self.abilities[vertex.0 as usize],
            open: self.open[component],
        }
    }

    fn exported(&self) -> FxHashSet<&'t str> {
        let tables = self.libraries.tables.iter();
        let names = tables.flat_map(|table| {
            let shown = table.definitions.iter().filter(|found| found.is_exported);
            shown.map(|found| table.name(found.name))
        });
        names.collect()
    }

    /// All that runs although nothing refers to it, but for what is called by name.
    fn unasked(&self) -> SummarizedReach {
        let libraries = self.libraries;
        let vertices = libraries.tables.iter().enumerate().flat_map(|(at, table)| {
            let nodes = table.nodes.iter().zip(0..);
            let unasked = nodes.filter(|(node, _)| node.role == NodeRole::Unasked);
            unasked.map(move |(_, number)| libraries.node_vertex(at, NodeId(number)))
        });
        let vertices: Vec<VertexId> = vertices.collect();
        let reaches: Vec<_> = vertices.iter().map(|vertex| self.reach(*vertex)).collect();
        let own = vertices
            .iter()
            .map(|vertex| libraries.structures[vertex.0 as usize]);
        let own: Vec<OwnCode> = own.collect();
        let codes: Vec<OwnCode> = reaches.iter().map(|reach| reach.code).collect();
        SummarizedReach {
            code: combined("unasked", &own, &codes),
            abilities: reaches
                .iter()
                .fold(Abilities::NONE, |all, reach| all.and(reach.abilities)),
            open: reaches.iter().fold(0, |all, reach| all | reach.open),
        }
    }
}

/// What several pieces of code and all below them are, in any order.
fn combined(kind: &str, parts: &[OwnCode], below: &[OwnCode]) -> OwnCode {
    OwnCode::made_of(|reading| {
        let mut writer = DigestWriter::new(kind);
        for codes in [parts, below] {
            let mut codes: Vec<CodeDigest> =
                codes.iter().map(|code| code.reading(reading)).collect();
            codes.sort_unstable();
            codes.dedup();
            writer.number(codes.len() as u64);
            for code in codes {
                writer.digest(code);
            }
        }
        writer.finish()
    })
}
