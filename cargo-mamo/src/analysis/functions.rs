//! Every function in source with a deep fingerprint of its own, as if it were a root: what compiled code is held against.

use super::build::{deep, graph};
use super::held::{Ground, Held};
use crate::environment::{Environment, Kept};
use crate::facts::{Facts, UnitIndex};
use crate::fingerprint::Fingerprint;
use crate::graph::Graph;
use crate::graph::digest::{Digests, path_of};
use crate::graph::reaches::Reaches;
use crate::inputs::{Declarations, Inputs};
use crate::resolve::doctests::Documented;
use crate::resolve::program::{Node, NodeId};
use crate::syntax::ir::ItemKind;
use rustc_hash::FxHashMap;
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

/// An item that can have code: a function, a constant or static with code in it, or a type, for what is derived for it.
#[derive(Clone, Debug)]
pub struct CodeItem {
    /// The compilation that it lies in.
    pub unit: UnitIndex,
    /// `crate::module::name`, for people.
    pub path: String,
    /// Names of crate, modules and types or functions around it, and its own: what debug information calls it, but for impls.
    pub names: Vec<String>,
    /// `fn`, `method`, `const`, `static` or `type`.
    pub kind: &'static str,
    /// Absolute path of its file.
    pub file: PathBuf,
    /// First and last line; of the invocation if a macro made it.
    pub lines: (u32, u32),
    /// What it is across builds.
    pub identity: Fingerprint,
    /// The deep fingerprint of all that it can reach; `None` if something in that cannot be seen, so that it always counts
    /// as changed.
    pub deep: Option<Fingerprint>,
}

impl CodeItem {
    /// Every one in the source of every unit in `facts`.
    pub fn all(facts: &Facts, cache: &Path) -> Vec<Self> {
        let documented = Documented::new(facts);
        let mut read = super::build::Read::default();
        let held = Held::new(Ground::default(), |ground| {
            let (graph, found) = graph(ground, &documented, cache, &mut Vec::new());
            read = found;
            graph
        });
        items(held.borrow_dependent(), &documented.facts, &read.unseen)
    }
}

fn items(graph: &Graph<'_>, facts: &Facts, unseen: &BTreeSet<usize>) -> Vec<CodeItem> {
    let digests = Digests::new(graph, facts);
    let nodes = (0..).zip(&graph.program.nodes);
    let coded: Vec<NodeId> = nodes
        .filter(|(_, node)| is_coded(graph, node))
        .map(|(id, _)| id)
        .collect();
    let krate_of = |id: &NodeId| graph.program.nodes[*id as usize].krate;
    let begin = coded
        .iter()
        .map(|id| (krate_of(id), std::slice::from_ref(id)));
    let reaches = Reaches::of(graph, &begin.collect::<Vec<_>>());
    let sums = digests.of_reaches(&reaches);
    let files = graph.program.files.iter().map(|file| file.path.clone());
    let files: BTreeSet<PathBuf> = files
        .chain(graph.program.left_out.iter().cloned())
        .collect();
    let declared = Declarations::read(&facts.workspace_root);
    let inputs = Inputs::new(facts, &files, declared);
    let environment = Environment::new(graph, facts, &inputs);
    let kept: Vec<_> = coded
        .iter()
        .map(|id| (krate_of(id), Kept::Verdict))
        .collect();
    let outsides = environment.of_reaches(&reaches, &kept, |krate| unseen.contains(&krate));
    let all = coded.iter().zip(sums).zip(outsides);
    let mut items: Vec<CodeItem> = all
        .map(|((&id, sum), (outside, is_blind))| {
            let node = &graph.program.nodes[id as usize];
            let mut below = graph.program.crates[node.krate].closure.iter();
            let is_blind = is_blind || below.any(|krate| unseen.contains(krate));
            CodeItem {
                unit: node.krate,
                path: path_of(graph, id),
                names: names(graph, node),
                kind: node.kind(),
                file: graph.program.files[node.file as usize].path.clone(),
                lines: node.lines,
                identity: Fingerprint::NONE,
                deep: (!is_blind).then(|| deep(sum, outside.fingerprint)),
            }
        })
        .collect();
    identify(graph, facts, &coded, &mut items);
    items
}

/// Gives each item what it is across builds: crate, path, kind, header of its impl; among namesakes, which.
///
/// The version of its package is no part of it, so that a release has the same items as the commit before.
fn identify(graph: &Graph<'_>, facts: &Facts, ids: &[NodeId], items: &mut [CodeItem]) {
    let mut met = FxHashMap::<Fingerprint, u64>::default();
    for (id, item) in ids.iter().zip(items) {
        let node = &graph.program.nodes[*id as usize];
        let unit = &facts.units[item.unit];
        let parent = node.parent.map(|id| &graph.program.nodes[id as usize]);
        let header = parent.map_or(Fingerprint::NONE, |parent| parent.item.signature);
        let of_unit = format!(
            "{} {:?} {} {}",
            facts.package_of(unit).name,
            unit.kind,
            unit.target,
            unit.test
        );
        let parts = [
            of_unit.as_bytes(),
            item.path.as_bytes(),
            item.kind.as_bytes(),
            &header.0,
        ];
        let name = Fingerprint::of_parts(parts);
        let before = met.entry(name).or_default();
        item.identity = Fingerprint::of_parts([name.0.as_slice(), &before.to_le_bytes()]);
        *before += 1;
    }
}

/// Can code be made of it? The crates that doctests stand for have no program at hand.
fn is_coded(graph: &Graph<'_>, node: &Node<'_>) -> bool {
    let is_kind = matches!(
        node.item.kind,
        ItemKind::Fn(_) | ItemKind::Const | ItemKind::Static | ItemKind::Type { .. }
    );
    is_kind && graph.program.crates[node.krate].doctests_of.is_none()
}

fn names(graph: &Graph<'_>, node: &Node<'_>) -> Vec<String> {
    let scope = &graph.program.scopes[node.home as usize].path;
    let mut names: Vec<String> = scope.split("::").map(str::to_owned).collect();
    let parent = node.parent.map(|id| &graph.program.nodes[id as usize]);
    if let Some(parent) = parent {
        let own = parent.as_impl().map(|shape| shape.self_type.as_ref());
        let name = match own {
            Some(path) => path.and_then(|path| path.segments.last()).copied(),
            None => Some(parent.item.name),
        };
        names.extend(name.map(|name| name.to_string()));
    }
    names.push(node.item.name.to_string());
    names
}
