//! The function-dependency graph: nodes with their edges, and what each root reaches.
//!
//! [`resolve`](crate::resolve) says what names mean; here the rules say what is reached through them. A rule may only
//! ever add: what a test executes must lie inside its reach.

pub mod digest;
pub mod edges;
pub mod fixpoint;
pub mod generated;
pub mod lint;
pub mod members;
pub mod outside;
pub mod reach;
pub mod reaches;
pub mod roots;
pub mod rules;
#[cfg(test)]
mod tests;

use crate::facts::{Facts, TargetKind};
use crate::resolve::program::{CrateId, Def, NodeId, Program};
use crate::syntax::ir::Symbol;
use edges::{EdgeFinder, Edges};
use members::{ImplId, Members};
use rustc_hash::FxHashSet;
use serde::Serialize;
use std::collections::BTreeSet;

/// Every node of a program with what it leads to.
pub struct Graph<'a> {
    /// The nodes.
    pub program: Program<'a>,
    /// Their edges, by node.
    pub edges: Vec<Edges>,
    /// Impls and members by name.
    pub members: Members,
    /// Impls by crate.
    pub impls_of_crate: Vec<Vec<ImplId>>,
    /// The unit that each crate is.
    units: Vec<Built>,
}

/// A unit, as far as processes and compilers can tell.
#[derive(Serialize)]
struct Built {
    kind: TargetKind,
    test: bool,
    package: usize,
    target: Symbol,
}

impl Built {
    /// A program that other code can start?
    fn is_program(&self) -> bool {
        matches!(self.kind, TargetKind::Bin | TargetKind::Example) && !self.test
    }
}

impl<'a> Graph<'a> {
    /// Finds the edges of every node of `program`. The crates called `pure` leave the world alone.
    pub fn new(program: Program<'a>, facts: &Facts, pure: &BTreeSet<String>) -> Self {
        let (edges, members) = {
            let is_own = |krate| is_own_runtime(facts, krate);
            let mut finder = EdgeFinder::new(&program, &is_own, Quiet::of(facts, pure));
            let count = u32::try_from(program.nodes.len()).expect("fewer than 2^32 items");
            // Crates come after those that they depend on, and so do their nodes.
            let mut edges = Vec::with_capacity(program.nodes.len());
            for node in 0..count {
                edges.push(finder.edges(node, &edges));
            }
            let mut members = Members::new(&program, finder.names());
            members.tie_opaque(&program, finder.names(), &edges, &is_own);
            for (node, edges) in program.nodes.iter().zip(&mut edges) {
                if is_own(node.krate) {
                    edges.asks = outside::Asks::default();
                }
            }
            (edges, members)
        };
        let mut impls_of_crate = vec![Vec::new(); program.crates.len()];
        for (id, of) in (0..).zip(&members.impls) {
            impls_of_crate[program.nodes[of.node as usize].krate].push(id);
        }
        let units = facts
            .units
            .iter()
            .map(|unit| Built {
                kind: unit.kind,
                test: unit.test,
                package: unit.package,
                target: Symbol::from(&unit.target),
            })
            .collect();
        Self {
            program,
            edges,
            members,
            impls_of_crate,
            units,
        }
    }

    /// Binaries of the same package, programs of any that are called like one of `named`, and the package's examples if
    /// their directory is named.
    fn programs(&self, krate: CrateId, named: &FxHashSet<Symbol>) -> Vec<CrateId> {
        let package = self.units[krate].package;
        let examples = named.contains(&Symbol::from("examples"));
        let meant = |unit: &Built| {
            let beside = unit.package == package && (unit.kind == TargetKind::Bin || examples);
            unit.is_program() && (beside || named.contains(&unit.target))
        };
        self.crates_that(meant)
    }

    /// What a compiler that `krate` starts may read: the plain units of its package and all that they and it are linked
    /// with; with `workspace` every plain unit.
    fn compiled_by(&self, krate: CrateId, workspace: bool) -> Vec<CrateId> {
        let package = self.units[krate].package;
        let units = self.crates_that(|unit| !unit.test && (workspace || unit.package == package));
        let beneath = |unit: &CrateId| self.program.crates[*unit].closure.iter().copied();
        let mut found: Vec<_> = units.iter().chain([&krate]).flat_map(beneath).collect();
        found.retain(|unit| *unit != krate);
        found.sort_unstable();
        found.dedup();
        found
    }

    fn crates_that(&self, wanted: impl Fn(&Built) -> bool) -> Vec<CrateId> {
        let units = self.units.iter().enumerate();
        let found = units.filter(|(_, unit)| wanted(unit));
        found.map(|(id, _)| id).collect()
    }

    /// The items called `main` at the root of a crate.
    pub fn mains(&self, krate: CrateId) -> Vec<NodeId> {
        let root = &self.program.scopes[self.program.crates[krate].root as usize];
        let found = root.names.get(&Symbol::from("main")).into_iter().flatten();
        let found: Vec<_> = found
            .filter_map(|def| match def {
                Def::Node(node) => Some(*node),
                _ => None,
            })
            .collect();
        if found.is_empty() {
            self.program.crates[krate].nodes.clone()
        } else {
            found
        }
    }
}

/// Which crates from elsewhere start no programs, nor any behind them, by their source.
#[derive(Debug, Default)]
pub struct Quiet {
    names: BTreeSet<String>,
    /// Is every crate from elsewhere one?
    all: bool,
    /// Declared to leave the world alone.
    pure: BTreeSet<String>,
}

impl Quiet {
    /// Those of `facts`. A name that means several counts for the worst of them.
    fn of(facts: &Facts, pure: &BTreeSet<String>) -> Self {
        let foreign = || facts.packages.iter().flat_map(|package| &package.foreign);
        let loud = foreign().filter(|(_, one)| one.starts);
        let loud: BTreeSet<_> = loud.map(|(name, _)| name).collect();
        let names = foreign().map(|(name, _)| name.clone());
        Self {
            names: names.filter(|name| !loud.contains(name)).collect(),
            all: loud.is_empty(),
            pure: pure.clone(),
        }
    }

    /// Is a crate declared to leave the world alone?
    pub fn is_pure(&self, head: &str) -> bool {
        self.pure.contains(head)
    }

    /// Starts what `head`, the first segment of a path that leads out of the local crates, means no program? A name that a
    /// glob brings may be of any crate.
    pub fn holds(&self, head: &str) -> bool {
        self.all || self.names.contains(head)
    }
}

/// Is it mamo's runtime, taken from a path? What it reads of the world is part of its own keys.
pub(crate) fn is_own_runtime(facts: &Facts, krate: CrateId) -> bool {
    let unit = &facts.units[krate];
    let name = facts.package_of(unit).name.as_str();
    !unit.test
        && matches!(
            name,
            "mamo-runtime" | "mamo-macros" | "mamo-map" | "mamo-exit"
        )
}
