//! What code names that mamo cannot see: the clock, chance, the network, state, and their like.
//!
//! Nothing here decides what runs. Names are all that is known, so a sighting says what code may do; one that only the
//! text can confirm says what must stand there.

mod lists;
mod members;
mod signatures;

use super::Graph;
use super::outside::lists::{COMPILING_CRATES, FILE_METHODS, PURE_CRATES};
use crate::resolve::program::NodeId;
use crate::syntax::ir::{ItemKind, Mention, Symbol};
use lists::{Named, ROWS};
use members::{HASHED, INTERIOR, ORDERED_BY_CHANCE, PLACES};
use rustc_hash::{FxHashMap, FxHashSet};
use serde::Serialize;
use std::collections::BTreeMap;

/// A kind of thing that mamo cannot see.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Lint {
    /// What time it is.
    Clock,
    /// Chance.
    Randomness,
    /// Other machines.
    Network,
    /// Programs that are not the package's and not the toolchain's.
    Programs,
    /// Variables read by names that are no literals.
    Environment,
    /// Files read at run time.
    Files,
    /// Files that lie outside of the package.
    OutsideFiles,
    /// The machine, and how the program was started.
    Surroundings,
    /// Which thread comes first.
    Scheduling,
    /// What an earlier call left behind.
    State,
    /// The order of a hash map.
    HashOrder,
    /// Trait objects in arguments.
    DynArgument,
    /// What serde does not carry of arguments and results.
    Serde,
    /// Crates that may read files and variables on their own.
    ForeignCrate,
    /// Tests that cannot be traced to source.
    Untraced,
}

/// What the text must show before a sighting is one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Proof {
    /// Nothing: the name says it.
    Name,
    /// These words, one after the other.
    Words(&'static [&'static str]),
    /// This word in an attribute of serde, where attributes of serde stand there at all.
    Serde(&'static str),
    /// The program's name: its first argument tells whether it is the package's or the toolchain's.
    Program,
}

/// Something in a node that mamo cannot see.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sighting {
    /// What kind.
    pub lint: Lint,
    /// What is named, for people.
    pub name: String,
    /// The node that holds it, where that is another one.
    pub at: Option<NodeId>,
    /// What the text must show.
    pub proof: Proof,
}

/// All that mamo cannot see in a program.
#[derive(Clone, Debug, Default)]
pub struct Sightings {
    /// By node.
    pub of: BTreeMap<NodeId, Vec<Sighting>>,
    /// Nodes that name a program of the package or the toolchain.
    pub own_programs: FxHashSet<NodeId>,
}

/// Finds them.
pub fn sightings(graph: &Graph<'_>, is_own_runtime: impl Fn(usize) -> bool) -> Sightings {
    let mut finder = Finder {
        graph,
        known: FxHashMap::default(),
        types: signatures::Types::of(graph),
        found: Vec::new(),
    };
    let mut all = Sightings::default();
    for (id, node) in (0..).zip(&graph.program.nodes) {
        if is_own_runtime(node.krate) {
            continue;
        }
        finder.node(id);
        if graph.edges[id as usize].asks.names_own_program() {
            all.own_programs.insert(id);
        }
        let found = std::mem::take(&mut finder.found);
        if !found.is_empty() {
            all.of.insert(id, found);
        }
    }
    all
}

struct Finder<'g, 'a> {
    graph: &'g Graph<'a>,
    /// Rows that a path matches by itself.
    known: FxHashMap<Symbol, Vec<Lint>>,
    types: signatures::Types,
    found: Vec<Sighting>,
}

impl Finder<'_, '_> {
    fn add(&mut self, lint: Lint, name: impl Into<String>, proof: Proof) {
        let sighting = Sighting {
            lint,
            name: name.into(),
            at: None,
            proof,
        };
        if !self.found.contains(&sighting) {
            self.found.push(sighting);
        }
    }

    fn node(&mut self, id: NodeId) {
        let graph = self.graph;
        for path in &graph.edges[id as usize].external {
            self.path(id, *path);
        }
        for mention in &graph.program.nodes[id as usize].mentions {
            self.mention(id, mention);
        }
        match &graph.program.nodes[id as usize].item.kind {
            ItemKind::Static => self.state(id),
            ItemKind::Fn(_) => {
                self.hash_order(id);
                self.signature(id);
            }
            _ => {}
        }
    }

    /// A path that leads out of the local crates.
    fn path(&mut self, id: NodeId, path: Symbol) {
        let rows = self.known.entry(path).or_insert_with(|| {
            let rows = ROWS.iter().filter(|row| row.names(&path));
            rows.map(|row| row.lint).collect()
        });
        for lint in rows.clone() {
            let own = self.graph.edges[id as usize].asks.names_own_program();
            match lint {
                Lint::Programs if own => {}
                Lint::Programs => self.add(lint, path.as_str(), Proof::Program),
                _ => self.add(lint, path.as_str(), Proof::Name),
            }
        }
        let through_type = ROWS.iter().filter(|row| self.calls_of_type(id, row, path));
        for row in through_type.collect::<Vec<_>>() {
            let proof = if row.lint == Lint::Programs {
                Proof::Program
            } else {
                Proof::Name
            };
            self.add(row.lint, path.as_str(), proof);
        }
        let head = path.split("::").next().unwrap_or_default();
        let known = |list: &[&str]| list.contains(&head);
        if !lists::is_std(head)
            && !crate::resolve::names::is_std_prelude(Symbol::from(head))
            && !known(PURE_CRATES)
            && !known(COMPILING_CRATES)
            && !ROWS.iter().any(|row| row.crates.contains(&head))
        {
            let of_head = |one: &Sighting| {
                one.lint == Lint::ForeignCrate && one.name.split("::").next() == Some(head)
            };
            if !self.found.iter().any(of_head) {
                self.add(Lint::ForeignCrate, path.as_str(), Proof::Name);
            }
        }
    }

    /// A type of a row that came through a glob, or that an alias stands for: what is called of it is known by name alone.
    fn calls_of_type(&self, id: NodeId, row: &Named, path: Symbol) -> bool {
        let Some(last) = path.rsplit("::").next() else {
            return false;
        };
        if !row.types.contains(&last) || !row.is_of_crate(&path) {
            return false;
        }
        let edges = &self.graph.edges[id as usize];
        let called = |name: &&str| {
            let name = Symbol::from(name);
            edges.any.contains(&name) || edges.methods.iter().any(|(method, _)| *method == name)
        };
        let node = &self.graph.program.nodes[id as usize];
        matches!(node.item.kind, ItemKind::Alias { .. }) || row.calls.iter().any(called)
    }

    fn mention(&mut self, id: NodeId, mention: &Mention) {
        let node = &self.graph.program.nodes[id as usize];
        let asks = &self.graph.edges[id as usize].asks;
        match mention {
            Mention::RunEnv(None) => self.add(Lint::Environment, "env::var", Proof::Name),
            Mention::Method { name, arity: 0 } if FILE_METHODS.contains(&name.as_str()) => {
                self.add(Lint::Files, name.as_str(), Proof::Name);
            }
            Mention::Text(text) => {
                let held = matches!(node.item.kind, ItemKind::Const | ItemKind::Static);
                if (asks.files_at_run || held) && leads_out(text) {
                    self.add(Lint::OutsideFiles, text.as_str(), Proof::Name);
                }
            }
            _ => {}
        }
    }

    /// A static that can change, itself or in a local type that it holds.
    fn state(&mut self, id: NodeId) {
        let name = self.graph.program.nodes[id as usize].item.name;
        if self.holds_interior(id) {
            self.add(Lint::State, name.as_str(), Proof::Name);
        } else {
            self.add(Lint::State, name.as_str(), Proof::Words(&["static", "mut"]));
        }
    }

    fn holds_interior(&self, id: NodeId) -> bool {
        let mut seen = FxHashSet::default();
        let mut open = vec![id];
        while let Some(node) = open.pop() {
            let edges = &self.graph.edges[node as usize];
            if edges.external.iter().any(|path| is_interior(path)) {
                return true;
            }
            let types = edges
                .targets
                .iter()
                .filter(|target| is_type(self.graph, **target));
            open.extend(types.filter(|target| seen.insert(**target)));
        }
        false
    }

    /// A function that names a hash map, or is a member of a type that holds one, and goes through something in order.
    fn hash_order(&mut self, id: NodeId) {
        let graph = self.graph;
        let hashed = |node: NodeId| {
            let mut paths = graph.edges[node as usize].external.iter();
            paths.find(|path| {
                path.rsplit("::")
                    .next()
                    .is_some_and(|last| HASHED.contains(&last))
            })
        };
        let parent = graph.program.nodes[id as usize].parent;
        let of_parent = parent
            .into_iter()
            .flat_map(|parent| &graph.edges[parent as usize].targets);
        let beside = graph.edges[id as usize].targets.iter().filter(|target| {
            matches!(
                graph.program.nodes[**target as usize].item.kind,
                ItemKind::Alias { .. }
            )
        });
        let holders = of_parent.chain(beside).copied();
        let mut holders = holders.filter(|node| is_type(graph, *node));
        let Some(path) = hashed(id).or_else(|| holders.find_map(hashed)) else {
            return;
        };
        let called = graph.edges[id as usize].methods.iter();
        let mut called = called.filter(|(name, _)| ORDERED_BY_CHANCE.contains(&name.as_str()));
        match called.next() {
            Some((name, _)) => {
                let name = format!("{path}::{name}");
                self.add(Lint::HashOrder, name, Proof::Name);
            }
            None => self.add(Lint::HashOrder, path.as_str(), Proof::Words(&["for"])),
        }
    }
}

fn is_type(graph: &Graph<'_>, node: NodeId) -> bool {
    matches!(
        graph.program.nodes[node as usize].item.kind,
        ItemKind::Type { .. } | ItemKind::Alias { .. }
    )
}

fn is_interior(path: &str) -> bool {
    let last = path.rsplit("::").next().unwrap_or_default();
    INTERIOR.contains(&last) || last.starts_with("Atomic")
}

/// Does a text look like the path of a file outside of every package?
fn leads_out(text: &str) -> bool {
    let absolute = PLACES.iter().any(|place| {
        text.strip_prefix(place)
            .is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
    });
    let drive =
        matches!(text.as_bytes(), [letter, b':', b'\\' | b'/', ..] if letter.is_ascii_alphabetic());
    let up = text.starts_with("../") || text.contains("/../");
    (absolute && text != "/dev/null") || drive || up || text.starts_with("~/")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_that_leave_the_package_are_told_from_others() {
        for text in [
            "/etc/hosts",
            "../near/data.txt",
            "a/../../b",
            "C:\\x",
            "~/x",
            "/tmp",
        ] {
            assert!(leads_out(text), "{text}");
        }
        for text in [
            "/api/etc",
            "data/x",
            "/dev/null",
            "a..b",
            "/etcetera",
            "http://x/y",
        ] {
            assert!(!leads_out(text), "{text}");
        }
    }

    #[test]
    fn every_row_is_found_by_a_name_of_its_own_and_by_no_other_crates() {
        for row in ROWS {
            let krate = row.crates[0];
            for name in row.paths {
                assert!(row.names(&format!("{krate}::m::{name}")), "{krate} {name}");
                assert!(!row.names(&format!("another::m::{name}")));
            }
        }
    }
}
