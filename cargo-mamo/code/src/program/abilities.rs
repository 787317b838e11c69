//! What a root's code can ask of the system: files, variables, processes, its own positions.
//!
//! Whatever code asks of the system it asks by a name that no object defines, or by an instruction that enters the kernel; so what
//! can be reached from a root tells what it can ask. A name that is not known here can do anything. The standard library asks for
//! itself in every program (when a thread starts, when a panic is printed): such functions are [known](runtime), and end a reach.

mod runtime;
mod system;

use std::collections::VecDeque;

use super::roots::{CodeRoot, demangled};
use super::{Program, VertexId};
use crate::components::{EdgeLists, components};
use crate::object_table::{CodeNode, CodeTarget};
pub use runtime::{Runtime, RuntimeFunction};
use serde::{Deserialize, Serialize};

/// A set of things that code can ask of the system.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Default, Debug, Serialize, Deserialize)]
pub struct Abilities(u8);

impl Abilities {
    /// Nothing that mamo counts.
    pub const NONE: Self = Self(0);
    /// Open files, or see whether they are there.
    pub const FILES: Self = Self(1);
    /// List directories.
    pub const LISTS: Self = Self(1 << 1);
    /// Read environment variables.
    pub const VARIABLES: Self = Self(1 << 2);
    /// Set environment variables.
    pub const SETS_VARIABLES: Self = Self(1 << 3);
    /// Start processes.
    pub const PROCESSES: Self = Self(1 << 4);
    /// Read a line or column of source.
    pub const POSITIONS: Self = Self(1 << 5);
    /// See what its own functions are called, and where they stand in the program.
    pub const TRACES: Self = Self(1 << 6);
    /// The same, if the variables `RUST_BACKTRACE` or `RUST_LIB_BACKTRACE` ask for it.
    pub const TRACES_IF_ASKED: Self = Self(1 << 7);
    /// All that the kernel can be asked for.
    pub const KERNEL: Self = Self(0b1_1111);
    /// All of it.
    pub const ANYTHING: Self = Self(u8::MAX);

    /// Whether some of `others` is among these.
    #[must_use]
    pub fn has(self, others: Self) -> bool {
        self.0 & others.0 != 0
    }

    /// These and `others`.
    #[must_use]
    pub const fn and(self, others: Self) -> Self {
        Self(self.0 | others.0)
    }
}

/// Parts of paths that code names if it reads positions.
const ASKING: [&str; 3] = ["panic::location::Location", "PanicHookInfo", "PanicInfo"];

/// Beginnings of paths with these parts that stand in every program and read nothing: what drops a hook, and the hook that prints.
const NOT_ASKING: [&str; 2] = [
    "core::ptr::drop_in_place",
    "<std::panicking::default_hook as ",
];

impl Program<'_> {
    /// What each root, and all that runs unasked, can ask of the system; `None` where the root is not found.
    ///
    /// # Limits
    /// An optimizer leaves no trace of code that reads a position: of optimized code it is not known.
    pub fn abilities(&self, roots: &[CodeRoot]) -> Vec<Option<Abilities>> {
        let found = self.vertex_abilities();
        let of = |vertices: &[VertexId]| {
            let all = vertices.iter().map(|vertex| found[vertex.0 as usize]);
            all.fold(Abilities::NONE, Abilities::and)
        };
        let unasked = of(&self.unasked);
        let starts = roots.iter().map(|root| self.start(root));
        starts
            .map(|start| Some(of(&start?.vertices).and(unasked)))
            .collect()
    }

    /// The path by which a root comes to ask for one of these: what it calls, the last of which asks. Shortest, without hashes.
    pub fn route(&self, root: &CodeRoot, asked: Abilities) -> Vec<String> {
        let (own, edges) = self.asking_graph();
        let Some(start) = self.start(root) else {
            return Vec::new();
        };
        let mut from: Vec<Option<VertexId>> = vec![None; edges.len()];
        let mut open: VecDeque<VertexId> = VecDeque::new();
        for first in start.vertices.iter().chain(&self.unasked) {
            from[first.0 as usize] = Some(*first);
            open.push_back(*first);
        }
        while let Some(vertex) = open.pop_front() {
            if own[vertex.0 as usize].has(asked) {
                let before = |at: &VertexId| from[at.0 as usize].filter(|before| before != at);
                let way = std::iter::successors(Some(vertex), before);
                let mut way: Vec<String> = way.filter_map(|at| self.path_of(at)).collect();
                way.dedup();
                way.reverse();
                return way;
            }
            for target in edges.of(vertex.0).iter().copied().map(VertexId) {
                if from[target.0 as usize].is_none() {
                    from[target.0 as usize] = Some(vertex);
                    open.push_back(target);
                }
            }
        }
        Vec::new()
    }

    /// Whether each root can read a line or column; true also where the root is not found.
    ///
    /// To be asked of unoptimized programs alone.
    pub fn asks_for_positions(&self, roots: &[CodeRoot]) -> Vec<bool> {
        let found = self.abilities(roots).into_iter();
        let asks = |found: Abilities| found.has(Abilities::POSITIONS);
        found.map(|found| found.is_none_or(asks)).collect()
    }

    /// What each vertex can ask, and all that it leads to.
    pub(super) fn vertex_abilities(&self) -> Vec<Abilities> {
        let (own, edges) = self.asking_graph();
        let folded = components(&edges);
        let mut found = vec![Abilities::NONE; folded.members.len()];
        // A component comes after all that it has edges to.
        for component in 0..folded.members.len() {
            let number = u32::try_from(component).expect("components are numbered by u32");
            for member in folded.members.of(number) {
                let mut all = found[component].and(own[*member as usize]);
                for target in edges.of(*member) {
                    all = all.and(found[folded.component[*target as usize] as usize]);
                }
                found[component] = all;
            }
        }
        let components = folded.component.iter();
        components
            .map(|component| found[*component as usize])
            .collect()
    }

    /// What each vertex asks by itself, and what it leads to besides.
    fn asking_graph(&self) -> (Vec<Abilities>, EdgeLists) {
        let mut own = Vec::with_capacity(self.edges.len());
        let mut lists = Vec::with_capacity(self.edges.len());
        for (name, definitions) in self.names.iter().zip(&self.definitions) {
            let by_name = if definitions.is_empty() {
                system::abilities(name)
            } else {
                Abilities::NONE
            };
            let number = u32::try_from(own.len()).expect("a program has fewer than 2³² parts");
            own.push(by_name.and(positions(name)));
            lists.push(self.edges.of(number).to_vec());
        }
        for (at, table) in self.tables.iter().enumerate() {
            for (node, number) in table.nodes.iter().zip(self.firsts[at]..) {
                let targets = self.edges.of(number);
                let (asks, leads) = self.node_asking(at, node, targets);
                own.push(asks);
                lists.push(leads);
            }
        }
        (own, EdgeLists::new(lists.into_iter()))
    }

    /// The same for a node of a table.
    fn node_asking(&self, table: usize, node: &CodeNode, targets: &[u32]) -> (Abilities, Vec<u32>) {
        let label = node
            .label
            .map_or("", |label| self.tables[table].name(label));
        let mut targets = targets.to_vec();
        if table >= self.toolchain {
            if let Some(known) = runtime::function(label) {
                return (known.abilities, Vec::new());
            }
            targets.retain(|target| !self.is_for_itself(*target));
            return (positions(label), targets);
        }
        if self.reads_stack_size(table, node) {
            targets.retain(|target| !self.is_stack_size_reader(*target));
        }
        (node.abilities.and(positions(label)), targets)
    }

    /// Whether a name is one that the standard library asks the system by for itself alone.
    fn is_for_itself(&self, target: u32) -> bool {
        let name = self.vertex_name(VertexId(target));
        name.is_some_and(runtime::asks_for_itself)
    }

    /// Whether a node is an instance of the closure that reads how big the stack of a new thread shall be, and nothing but that.
    fn reads_stack_size(&self, table: usize, node: &CodeNode) -> bool {
        let table = self.tables[table];
        let path = |target: &CodeTarget| match target {
            CodeTarget::Symbol(name) => Some(demangled(table.name(*name))),
            CodeTarget::Node(node) => {
                let label = table.nodes[node.0 as usize].label?;
                Some(demangled(table.name(label)))
            }
        };
        let may_be = |target: &CodeTarget| match target {
            CodeTarget::Symbol(name) => table.name(*name).contains(runtime::STACK_SIZE_WORD),
            CodeTarget::Node(_) => false,
        };
        let paths = || node.targets.iter().map(path).collect::<Vec<_>>();
        node.targets.iter().any(may_be) && runtime::is_stack_size(&paths())
    }

    fn is_stack_size_reader(&self, target: u32) -> bool {
        let name = self.vertex_name(VertexId(target));
        name.is_some_and(|name| demangled(name) == runtime::STACK_SIZE_READER)
    }
}

/// Whether a name has to do with positions.
fn positions(name: &str) -> Abilities {
    let may_be = name.contains("Location")
        || name.contains("PanicHookInfo")
        || name.contains("PanicInfo")
        || name.contains("_hook");
    if !may_be {
        return Abilities::NONE;
    }
    let path = demangled(name);
    let is_exempt = NOT_ASKING.iter().any(|start| path.starts_with(start));
    let is_asking =
        ASKING.iter().any(|part| path.contains(part)) || runtime::HOOKS.contains(&path.as_str());
    if is_asking && !is_exempt {
        Abilities::POSITIONS
    } else {
        Abilities::NONE
    }
}
