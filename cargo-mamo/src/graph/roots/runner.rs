//! The tests of one crate, by who runs them: libtest, `mamo::harness!`, or a `main` of their own.
//!
//! Under `mamo::harness!` only functions that are written `#[mamo::test]` are tests. A name that the program lists and that
//! is none of theirs always runs.

use super::{Found, FoundKind, module_prefix};
use crate::facts::Facts;
use crate::graph::{Graph, is_own_runtime};
use crate::resolve::program::{CrateId, Extern, NodeId, Program};
use crate::syntax::ir::{ItemKind, Mention, Symbol};
use crate::syntax::is_mamo_harness;
use std::collections::BTreeMap;

/// Who runs a crate's tests.
pub(super) enum Runner {
    /// libtest.
    Libtest,
    /// `mamo::harness!`, by these calls of it.
    Mamo(Vec<NodeId>),
    /// Whatever its `main` does.
    Own,
}

/// Who runs the tests of `krate`?
pub(super) fn of(graph: &Graph<'_>, facts: &Facts, krate: CrateId) -> Runner {
    if facts.units[krate].harness {
        return Runner::Libtest;
    }
    let program = &graph.program;
    let root = program.crates[krate].root;
    let nodes = program.crates[krate].nodes.iter().copied();
    let calls: Vec<_> = nodes
        .filter(|id| program.nodes[*id as usize].home == root && calls_harness(program, *id))
        .collect();
    if calls.is_empty() || !is_mamo_the_runtime(program, facts, krate) {
        Runner::Own
    } else {
        Runner::Mamo(calls)
    }
}

fn calls_harness(program: &Program<'_>, id: NodeId) -> bool {
    match &program.nodes[id as usize].item.kind {
        // One that could not be read is none that we know.
        ItemKind::MacroCall(call) => is_mamo_harness(&call.path) && call.plain.is_some(),
        _ => false,
    }
}

/// Is `mamo` at the crate's root the runtime, and nothing else of that name?
fn is_mamo_the_runtime(program: &Program<'_>, facts: &Facts, krate: CrateId) -> bool {
    let mamo = Symbol::from("mamo");
    let root = &program.scopes[program.crates[krate].root as usize];
    let is_runtime = match program.crates[krate].extern_prelude.get(&mamo) {
        Some(Extern::Local(crates)) => crates.iter().all(|id| is_own_runtime(facts, *id)),
        Some(Extern::External) => true,
        None => false,
    };
    is_runtime && !root.names.contains_key(&mamo) && !root.imports.contains_key(&mamo)
}

/// Functions marked `#[mamo::test]`. All of them rest on what the calls of the harness name.
pub(super) fn mamo(
    program: &Program<'_>,
    krate: CrateId,
    calls: &[NodeId],
    found: &mut Vec<Found>,
) {
    for id in &program.crates[krate].nodes {
        let node = &program.nodes[*id as usize];
        if node.item.attributes.mamo_test && is_free(program, *id) {
            let first = std::iter::once(*id).chain(calls.iter().copied()).collect();
            let prefix = module_prefix(program, node.home);
            found.push(Found {
                kind: kind(program, *id),
                krate,
                name: format!("{prefix}{}", node.item.name),
                first,
            });
        }
    }
}

/// Functions marked as tests, and what may make some.
pub(super) fn libtest(program: &Program<'_>, krate: CrateId, found: &mut Vec<Found>) {
    let mut generators: BTreeMap<String, Vec<NodeId>> = BTreeMap::new();
    for id in &program.crates[krate].nodes {
        let node = &program.nodes[*id as usize];
        let prefix = module_prefix(program, node.home);
        let attributes = &node.item.attributes;
        match &node.item.kind {
            ItemKind::Fn(_) if is_free(program, *id) => {
                let name = format!("{prefix}{}", node.item.name);
                if attributes.test || attributes.bench {
                    found.push(Found {
                        kind: kind(program, *id),
                        krate,
                        name: name.clone(),
                        first: vec![*id],
                    });
                }
                if !attributes.macros.is_empty() {
                    generators.entry(name).or_default().push(*id);
                }
            }
            ItemKind::MacroCall(_) | ItemKind::Opaque => {
                for mention in &node.mentions {
                    if let Mention::Loose(name) = mention {
                        generators
                            .entry(format!("{prefix}{name}"))
                            .or_default()
                            .push(*id);
                    }
                }
            }
            _ => {}
        }
    }
    for (name, mut first) in generators {
        first.sort_unstable();
        first.dedup();
        found.push(Found {
            kind: FoundKind::Generator,
            krate,
            name,
            first,
        });
    }
}

/// Is it a function of a module, and neither of a block nor of a type?
fn is_free(program: &Program<'_>, id: NodeId) -> bool {
    let node = &program.nodes[id as usize];
    let is_function = matches!(node.item.kind, ItemKind::Fn(_));
    is_function && node.parent.is_none() && !program.scopes[node.home as usize].block
}

/// A test with cases is none itself: their names are below its own.
fn kind(program: &Program<'_>, id: NodeId) -> FoundKind {
    if program.nodes[id as usize].item.attributes.cases {
        FoundKind::Generator
    } else {
        FoundKind::Test
    }
}
