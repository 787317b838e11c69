//! Where the roots are: tests, memoized functions, fixtures, `main` of a custom harness, doctests.

mod runner;

use super::Graph;
use super::reach::Reacher;
use crate::facts::{Facts, TargetKind};
use crate::resolve::program::{CrateId, NodeId, Program, ScopeId};
use crate::syntax::ir::ItemKind;
use crate::syntax::is_cell;
use runner::Runner;
use std::collections::BTreeSet;

/// A root before its reach is known.
#[derive(Debug)]
pub struct Found {
    /// What it is.
    pub kind: FoundKind,
    /// Its crate.
    pub krate: CrateId,
    /// Its name: libtest's for a test, the runtime's key for memos and fixtures.
    pub name: String,
    /// Where its reach begins.
    pub first: Vec<NodeId>,
}

/// What was found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FoundKind {
    /// A test function.
    Test,
    /// What may make tests whose names begin with this one: an attribute macro on a function, an unexpanded macro.
    Generator,
    /// `main` of a `harness = false` target.
    Main,
    /// A library with its documentation.
    Doc,
    /// A code block in documentation, by its index in the program.
    Block(usize),
    /// `#[mamo::memo]`.
    Memo,
    /// `#[mamo::fixture]`.
    Fixture,
}

/// All roots of a graph.
pub fn find(graph: &Graph<'_>, facts: &Facts) -> Vec<Found> {
    let mut found = Vec::new();
    for (krate, unit) in facts.units.iter().enumerate() {
        if graph.program.crates[krate].doctests_of.is_some() {
            continue;
        }
        if unit.test {
            match runner::of(graph, facts, krate) {
                Runner::Libtest => runner::libtest(&graph.program, krate, &mut found),
                Runner::Mamo(calls) => runner::mamo(&graph.program, krate, &calls, &mut found),
                Runner::Own => found.push(Found {
                    kind: FoundKind::Main,
                    krate,
                    name: "main".to_owned(),
                    first: graph.mains(krate),
                }),
            }
        }
        if unit.is_documented() {
            found.push(Found {
                kind: FoundKind::Doc,
                krate,
                name: "*".to_owned(),
                first: documented(graph, facts, krate),
            });
        }
        marked(graph, &facts.package_of(unit).name, krate, &mut found);
    }
    for (index, block) in graph.program.doctests.iter().enumerate() {
        let (name, mut first) = (block.name.clone(), block.first.clone());
        // R5, whatever the block names: what a procedural macro is made of decides on its users' code.
        if facts.units[block.library].kind == TargetKind::ProcMacro {
            first.extend(&graph.program.crates[block.library].nodes);
        }
        found.push(Found {
            kind: FoundKind::Block(index),
            krate: block.krate,
            name,
            first,
        });
    }
    found
}

/// Memoized functions and fixtures alone.
pub fn values(graph: &Graph<'_>, facts: &Facts) -> Vec<Found> {
    let mut found = Vec::new();
    for (krate, unit) in facts.units.iter().enumerate() {
        marked(graph, &facts.package_of(unit).name, krate, &mut found);
    }
    found
}

/// Do the callers of a memoized function decide what code it is, by their types?
pub fn is_open(program: &Program<'_>, name: &str, first: &[NodeId]) -> bool {
    let is_cell = name.ends_with(')');
    !is_cell && (first.len() != 1 || is_generic(program, first[0]))
}

/// Everything that a doctest of a library can call: the library and every local crate that it may be linked with.
fn documented(graph: &Graph<'_>, facts: &Facts, krate: CrateId) -> Vec<NodeId> {
    let package = facts.units[krate].package;
    let siblings = facts.units.iter().enumerate();
    let siblings =
        siblings.filter(|(_, unit)| unit.package == package && unit.test && unit.is_library());
    let dev = siblings.flat_map(|(id, _)| {
        graph.program.crates[id]
            .closure
            .iter()
            .copied()
            .filter(move |dep| *dep != id)
    });
    let mut crates: Vec<_> = graph.program.crates[krate]
        .closure
        .iter()
        .copied()
        .chain(dev)
        .collect();
    crates.sort_unstable();
    crates.dedup();
    crates
        .into_iter()
        .flat_map(|id| graph.program.crates[id].nodes.iter().copied())
        .collect()
}

fn marked(graph: &Graph<'_>, package: &str, krate: CrateId, found: &mut Vec<Found>) {
    for id in &graph.program.crates[krate].nodes {
        let node = &graph.program.nodes[*id as usize];
        let attributes = &node.item.attributes;
        let kind = match (attributes.memo, attributes.fixture) {
            (true, _) => FoundKind::Memo,
            (_, true) => FoundKind::Fixture,
            _ => continue,
        };
        // An impl is marked so that its marked methods can be.
        let Some(owner) =
            owner(&graph.program, *id).filter(|_| !matches!(node.item.kind, ItemKind::Impl(_)))
        else {
            continue;
        };
        let is_cell = is_cell(node.item);
        // In a generic function, which types a cell works on is up to the callers, and the runtime is not told.
        let around = is_cell.then(|| around(&graph.program, *id)).flatten();
        if is_cell && around.is_none_or(|around| has_open_types(&graph.program, around)) {
            continue;
        }
        let module = &graph.program.scopes[graph.program.module_of(node.home) as usize].path;
        let name = format!("{package}/{module}::{owner}{}", node.item.name);
        let first = match around {
            Some(around) => cell(graph, krate, *id, around),
            None if is_generic(&graph.program, *id) => callers(&graph.program, krate),
            None => vec![*id],
        };
        found.push(Found {
            kind,
            krate,
            name,
            first,
        });
    }
}

/// The item whose body a cell stands in, other cells passed.
pub(super) fn around(program: &Program<'_>, cell: NodeId) -> Option<NodeId> {
    let home = program.nodes[cell as usize].home;
    let krate = program.nodes[cell as usize].krate;
    let nodes = &program.crates[krate].nodes;
    let is_around = |id: &&NodeId| {
        let node = &program.nodes[**id as usize];
        node.scope == home && node.scope != node.home
    };
    let around = *nodes.iter().find(is_around)?;
    if is_cell(program.nodes[around as usize].item) {
        self::around(program, around)
    } else {
        Some(around)
    }
}

/// Where a cell's reach begins: with itself, and with every type and trait that the item around it can reach. What the
/// block captures is of these types, though it may name none of them.
fn cell(graph: &Graph<'_>, krate: CrateId, cell: NodeId, around: NodeId) -> Vec<NodeId> {
    let reach = Reacher::new(graph).reach(krate, &[around]);
    let is_type = |id: &NodeId| {
        matches!(
            graph.program.nodes[*id as usize].item.kind,
            ItemKind::Type { .. } | ItemKind::Alias { .. } | ItemKind::Trait { .. }
        )
    };
    let types = reach.nodes.into_iter().filter(is_type);
    std::iter::once(cell).chain(types).collect()
}

/// What the runtime's key has between module and name: nothing for a free function, `Type::` or `Type::Trait::` for a
/// method. `None` for a method that the runtime refuses.
fn owner(program: &Program<'_>, id: NodeId) -> Option<String> {
    let Some(parent) = program.nodes[id as usize].parent else {
        return Some(String::new());
    };
    let ItemKind::Impl(shape) = &program.nodes[parent as usize].item.kind else {
        return None;
    };
    let owner = shape.self_type.as_ref()?.segments.last()?;
    let of_trait = shape
        .of_trait
        .as_ref()
        .and_then(|path| path.segments.last());
    Some(of_trait.map_or_else(
        || format!("{owner}::"),
        |of_trait| format!("{owner}::{of_trait}::"),
    ))
}

/// Is a function's code decided by its callers, too? Its own type parameters or its impl's stand for their types.
fn is_generic(program: &Program<'_>, id: NodeId) -> bool {
    let node = &program.nodes[id as usize];
    let parent = node
        .parent
        .map(|parent| &program.nodes[parent as usize].item);
    !node.item.generics.is_empty() || parent.is_some_and(|parent| !parent.generics.is_empty())
}

/// May an item's body work on types that only its callers know? `Self` of a trait's default is one, too.
fn has_open_types(program: &Program<'_>, id: NodeId) -> bool {
    let parent = program.nodes[id as usize].parent;
    let of_trait = |parent: NodeId| {
        matches!(
            program.nodes[parent as usize].item.kind,
            ItemKind::Trait { .. }
        )
    };
    is_generic(program, id) || parent.is_some_and(of_trait)
}

/// Everything that can name a type argument of a generic function of `krate`: the crates that can call it, and what
/// these are linked with.
fn callers(program: &Program<'_>, krate: CrateId) -> Vec<NodeId> {
    let calling = program
        .crates
        .iter()
        .filter(|other| other.closure.contains(&krate));
    let crates: BTreeSet<CrateId> = calling
        .flat_map(|other| other.closure.iter().copied())
        .collect();
    crates
        .into_iter()
        .flat_map(|id| program.crates[id].nodes.iter().copied())
        .collect()
}

/// `a::b::` for the module `crate::a::b`, empty for the crate's root.
fn module_prefix(program: &Program<'_>, scope: ScopeId) -> String {
    match program.scopes[program.module_of(scope) as usize]
        .path
        .split_once("::")
    {
        Some((_, inner)) => format!("{inner}::"),
        None => String::new(),
    }
}
