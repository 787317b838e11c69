//! The rules of reach (R1 to R7) written out as Horn rules over facts, to be solved for all roots at once.
//!
//! [`Reacher`](super::reach::Reacher) applies the same rules to one root, step by step, and stays the judge of this: what
//! each says of a root must be the same.
//!
//! | fact | true of a root where |
//! |---|---|
//! | a node's | it reaches the node |
//! | a crate's | its closure may go into the crate |
//! | an impl's | the impl is active (R2) |
//! | a call's | something that it reaches calls members so (R3) |
//! | a unit's start, a unit's compilation | it may start the program (R7), or compiles the unit again |

mod calls;
mod impls;
mod processes;

use super::Graph;
use super::fixpoint::{Fact, OrderedRules, Rules};
use crate::resolve::program::{CrateId, NodeId};
use crate::syntax::ir::ItemKind;
use calls::Calls;
use processes::Processes;
use rustc_hash::FxHashMap;

/// The rules of a graph, with the facts that a root begins with.
#[derive(Debug)]
pub struct Closure {
    /// The rules.
    pub rules: OrderedRules,
    /// That a root lies in a crate.
    lies_in: FxHashMap<CrateId, Fact>,
    /// Nodes that are only reached by roots that may go into their crate.
    wanted: FxHashMap<NodeId, Fact>,
}

/// Where a root's reach begins.
pub type Beginning<'r> = (CrateId, &'r [NodeId]);

impl Closure {
    /// The rules of `graph` for roots that begin so.
    pub fn of<'r>(graph: &Graph<'_>, roots: impl Iterator<Item = Beginning<'r>>) -> Self {
        let mut writer = Writer::new(graph);
        let mut lies_in = FxHashMap::default();
        for (krate, first) in roots {
            lies_in.entry(krate).or_insert_with(|| writer.rules.fact());
            let own = &graph.program.crates[krate].closure;
            for node in first {
                let home = graph.program.nodes[*node as usize].krate;
                if own.binary_search(&home).is_err() {
                    writer.wanted(*node);
                }
            }
        }
        writer.write(&lies_in);
        Self {
            wanted: writer.wanted,
            lies_in,
            rules: writer.rules.condensed(),
        }
    }

    /// The facts that a root begins with.
    pub fn begin(&self, (krate, first): Beginning<'_>) -> impl Iterator<Item = Fact> {
        let first = first
            .iter()
            .map(|node| *self.wanted.get(node).unwrap_or(node));
        first.chain(self.lies_in.get(&krate).copied())
    }
}

/// Writes the rules.
struct Writer<'g, 'a> {
    graph: &'g Graph<'a>,
    rules: Rules,
    /// For each crate those that a root may go into whenever it may go into this one.
    with: Vec<Vec<CrateId>>,
    wanted: FxHashMap<NodeId, Fact>,
}

impl<'g, 'a> Writer<'g, 'a> {
    fn new(graph: &'g Graph<'a>) -> Self {
        let (nodes, crates) = (graph.program.nodes.len(), graph.program.crates.len());
        let with = (0..crates).map(|krate| admitted_with(graph, krate));
        Self {
            graph,
            rules: Rules::over(nodes + crates),
            with: with.collect(),
            wanted: FxHashMap::default(),
        }
    }

    /// That a closure may go into a crate.
    fn admitted(&self, krate: CrateId) -> Fact {
        u32::try_from(self.graph.program.nodes.len() + krate).expect("fewer than 2^32 facts")
    }

    /// Does going into one crate always come with going into another?
    fn comes_with(&self, krate: CrateId, other: CrateId) -> bool {
        self.with[krate].binary_search(&other).is_ok()
    }

    /// That a node is reached if the closure may go into its crate.
    fn wanted(&mut self, node: NodeId) -> Fact {
        if let Some(known) = self.wanted.get(&node) {
            return *known;
        }
        let wanted = self.rules.fact();
        let krate = self.graph.program.nodes[node as usize].krate;
        let reached = self.rules.both(wanted, self.admitted(krate));
        self.rules.implies(reached, node);
        self.wanted.insert(node, wanted);
        wanted
    }

    /// Where `fact` is true, and with it that the closure goes into `krate`, `node` is reached.
    fn visits(&mut self, fact: Fact, krate: CrateId, node: NodeId) {
        let home = self.graph.program.nodes[node as usize].krate;
        let to = if self.comes_with(krate, home) {
            node
        } else {
            self.wanted(node)
        };
        self.rules.implies(fact, to);
    }

    fn write(&mut self, lies_in: &FxHashMap<CrateId, Fact>) {
        let graph = self.graph;
        for (id, krate) in graph.program.crates.iter().enumerate() {
            let admitted = self.admitted(id);
            for node in &krate.linked {
                self.rules.implies(admitted, *node);
            }
        }
        let mut calls = Calls::default();
        let mut processes = Processes::new(self);
        let mut whole = FxHashMap::default();
        for (node, edges) in (0..).zip(&graph.edges) {
            let krate = graph.program.nodes[node as usize].krate;
            for target in &edges.targets {
                self.visits(node, krate, *target);
            }
            for used in &edges.proc_macros {
                let whole = *whole
                    .entry(*used)
                    .or_insert_with(|| self.whole_crate(*used));
                self.rules.implies(node, whole);
            }
            calls.note(self, node, edges);
            processes.note(self, node, &edges.asks);
            self.by_kind(node, krate);
        }
        self.impls_and_members(&mut calls);
        processes.write(self, lies_in);
    }

    /// Rule R5: that all of a procedural-macro crate is reached, if the closure may go there.
    fn whole_crate(&mut self, krate: CrateId) -> Fact {
        let used = self.rules.fact();
        let reached = self.rules.both(used, self.admitted(krate));
        for node in &self.graph.program.crates[krate].nodes {
            self.rules.implies(reached, *node);
        }
        used
    }

    /// Goes into a crate and all that it is linked with where `fact` is true.
    fn admits(&mut self, fact: Fact, krate: CrateId) {
        let graph = self.graph;
        for member in &graph.program.crates[krate].closure {
            self.rules.implies(fact, self.admitted(*member));
        }
    }

    /// Rule R4, and what unexpanded macros may hold.
    fn by_kind(&mut self, node: NodeId, krate: CrateId) {
        let (program, members) = (&self.graph.program, &self.graph.members);
        let kind = &program.nodes[node as usize].item.kind;
        let has_tied = matches!(
            kind,
            ItemKind::Type { .. }
                | ItemKind::Trait { .. }
                | ItemKind::MacroCall(_)
                | ItemKind::Opaque
        );
        let tied = members.tied.get(&node).filter(|_| has_tied);
        for tied in tied.into_iter().flatten() {
            self.visits(node, krate, *tied);
        }
        let own: &[_] = match kind {
            ItemKind::Trait { .. } => members.trait_members.get(&node).map_or(&[], Vec::as_slice),
            ItemKind::Impl(_) => {
                let id = members.impl_of[&node];
                &members.impls[id as usize].members
            }
            _ => &[],
        };
        for member in own {
            let alias = members.members[*member as usize].node;
            if matches!(
                program.nodes[alias as usize].item.kind,
                ItemKind::Alias { .. }
            ) {
                self.visits(node, krate, alias);
            }
        }
    }
}

/// The crates that every closure may go into which may go into `krate`.
fn admitted_with(graph: &Graph<'_>, krate: CrateId) -> Vec<CrateId> {
    let closures = graph.program.crates.iter().map(|other| &other.closure);
    let mut all = closures.filter(|closure| closure.binary_search(&krate).is_ok());
    let mut with = all.next().cloned().unwrap_or_default();
    for closure in all {
        with.retain(|other| closure.binary_search(other).is_ok());
    }
    with
}
