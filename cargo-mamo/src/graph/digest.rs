//! What identifies a node across builds, and one digest for all that a node contributes to a deep fingerprint.
//!
//! | part | holds | does not hold |
//! |---|---|---|
//! | identity | package, target, module path, kind, name, headers of impls around it; among namesakes, which | file, line |
//! | own | canonical tokens of signature and body | layout, comments, docs, lints |
//! | links | identities of what its names mean, external paths in full, traits in scope of its calls | – |
//!
//! A deep fingerprint is of the set of (identity, own, links) of a reach with its environment, so equal sources give equal
//! fingerprints in every checkout and on every machine.

use super::Graph;
use super::fixpoint::{ROOTS, roots};
use super::reaches::Reaches;
use crate::facts::Facts;
use crate::fingerprint::Fingerprint;
use crate::resolve::program::{Node, NodeId, ScopeId};
use crate::syntax::ir::{Item, ItemKind, Path};
use rayon::prelude::*;
use rustc_hash::FxHashMap;
use serde::{Deserialize, Serialize};

/// The digests of every node, by node.
#[derive(Debug)]
pub struct Digests {
    /// What it is.
    pub identity: Vec<Fingerprint>,
    /// Its tokens.
    pub own: Vec<Fingerprint>,
    /// What its names mean.
    pub links: Vec<Fingerprint>,
    /// Identity, own and links together.
    pub whole: Vec<Fingerprint>,
}

/// The digest of a set of nodes, in which one can be exchanged for another: the sum of theirs (`whole`).
///
/// Sums as digests of sets are Bellare and Micciancio's (`AdHash`, 1997), in lanes as in Lewi and others' `LtHash` (2019). Of
/// sets that nobody chose to be alike, two have the same sum as seldom as two digests are the same; who writes source is no
/// adversary of their own tests.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sum([u64; 4]);

impl Digests {
    /// Of every node in `graph`.
    pub fn new(graph: &Graph<'_>, facts: &Facts) -> Self {
        let nodes = &graph.program.nodes;
        let owners = owners(nodes);
        let mut identity: Vec<_> = nodes
            .par_iter()
            .map(|node| identity(graph, facts, &owners, node))
            .collect();
        tell_apart(nodes, &mut identity);
        let own: Vec<_> = nodes.par_iter().map(own).collect();
        let links: Vec<_> = (0..nodes.len())
            .into_par_iter()
            .map(|node| links(graph, node, &identity))
            .collect();
        let whole: Vec<_> = (0..nodes.len())
            .into_par_iter()
            .map(|node| whole(&identity[node], &own[node], &links[node]))
            .collect();
        Self {
            identity,
            own,
            links,
            whole,
        }
    }

    /// The digest of the nodes that each root reaches.
    pub fn of_reaches(&self, reaches: &Reaches) -> Vec<Sum> {
        let classes = reaches.class_of().iter().max();
        let mut of_class = vec![Sum::default(); classes.map_or(0, |last| *last as usize + 1)];
        for (class, whole) in reaches.class_of().iter().zip(&self.whole) {
            of_class[*class as usize].add(whole);
        }
        let blocks: Vec<_> = reaches.blocks().collect();
        let blocks = blocks.into_par_iter().flat_map_iter(|(first, block)| {
            let mut sums = vec![Sum::default(); ROOTS.min(reaches.len() - first)];
            for (sum, reaching) in of_class.iter().zip(block.by_class()) {
                for root in roots(reaching) {
                    sums[root].unite(sum);
                }
            }
            sums
        });
        blocks.collect()
    }
}

impl Sum {
    /// The sum with one more node.
    pub fn add(&mut self, whole: &Fingerprint) {
        for (lane, more) in self.0.iter_mut().zip(lanes(whole)) {
            *lane = lane.wrapping_add(more);
        }
    }

    /// The sum with all nodes of another set.
    fn unite(&mut self, other: &Self) {
        for (lane, more) in self.0.iter_mut().zip(other.0) {
            *lane = lane.wrapping_add(more);
        }
    }

    /// The sum without a node that it has.
    pub fn take(&mut self, whole: &Fingerprint) {
        for (lane, less) in self.0.iter_mut().zip(lanes(whole)) {
            *lane = lane.wrapping_sub(less);
        }
    }

    /// What stands for the set.
    pub fn fingerprint(self) -> Fingerprint {
        let mut bytes = [0; 32];
        for (part, lane) in bytes.chunks_exact_mut(8).zip(self.0) {
            part.copy_from_slice(&lane.to_le_bytes());
        }
        Fingerprint(bytes)
    }
}

fn lanes(whole: &Fingerprint) -> impl Iterator<Item = u64> + '_ {
    let (lanes, _) = whole.0.as_chunks::<8>();
    lanes.iter().map(|lane| u64::from_le_bytes(*lane))
}

/// The node in whose body each block lies.
type Owners = FxHashMap<ScopeId, NodeId>;

fn owners(nodes: &[Node<'_>]) -> Owners {
    let all = (0..).zip(nodes);
    let owners = all.filter(|(_, node)| node.scope != node.home);
    owners.map(|(id, node)| (node.scope, id)).collect()
}

fn identity(graph: &Graph<'_>, facts: &Facts, owners: &Owners, node: &Node<'_>) -> Fingerprint {
    let unit = &facts.units[node.krate];
    let package = facts.package_of(unit);
    let kind = format!("{:?}", unit.kind);
    let nodes = &graph.program.nodes;
    let scope = &graph.program.scopes[node.home as usize].path;
    let header = |node: &Node<'_>| {
        let parent = node.parent.map(|parent| &nodes[parent as usize]);
        parent.map_or(Fingerprint::NONE, |parent| parent.item.signature)
    };
    let own_header = if node.as_impl().is_some() {
        node.item.signature
    } else {
        Fingerprint::NONE
    };
    let outward = |node: &&Node<'_>| Some(&nodes[*owners.get(&node.home)? as usize]);
    let around = std::iter::successors(outward(&node), outward);
    let around: Vec<_> = around.map(header).collect();
    let parts = [
        package.name.as_bytes(),
        package.version.as_bytes(),
        kind.as_bytes(),
        unit.target.as_bytes(),
        &[u8::from(unit.test)],
        scope.as_bytes(),
        node.kind().as_bytes(),
        node.item.name.as_bytes(),
        &header(node).0,
        &own_header.0,
    ];
    let around = around.iter().map(|header| header.0.as_slice());
    Fingerprint::of_parts(parts.into_iter().chain(around))
}

/// Counts what one crate has several of by one identity (in blocks without a name, or one macro after another): a digest
/// of a set would not show that two of them changed places.
fn tell_apart(nodes: &[Node<'_>], identity: &mut [Fingerprint]) {
    let mut met = FxHashMap::<_, u64>::default();
    for (node, identity) in nodes.iter().zip(identity) {
        // Nothing means these by their name.
        let nameless = matches!(node.kind(), "call" | "impl" | "opaque") || node.item.name == "_";
        if nameless {
            continue;
        }
        let before = met.entry((node.krate, *identity)).or_default();
        if *before > 0 {
            let count = before.to_le_bytes();
            *identity = Fingerprint::of_parts([identity.0.as_slice(), &count]);
        }
        *before += 1;
    }
}

fn own(node: &Node<'_>) -> Fingerprint {
    own_of(node.item)
}

/// The tokens of an item.
pub fn own_of(item: &Item) -> Fingerprint {
    Fingerprint::of_parts([item.signature.0.as_slice(), &item.body.0])
}

fn links(graph: &Graph<'_>, node: usize, identity: &[Fingerprint]) -> Fingerprint {
    let edges = &graph.edges[node];
    let associated = edges
        .associated
        .iter()
        .chain(&edges.of_trait)
        .chain(&edges.traits_seen)
        .map(|(owner, _)| owner);
    let mut targets: Vec<_> = edges
        .targets
        .iter()
        .chain(associated)
        .map(|target| identity[*target as usize])
        .collect();
    targets.sort_unstable();
    targets.dedup();
    let mut names: Vec<_> = edges
        .external
        .iter()
        .chain(&edges.imports)
        .map(ustr::Ustr::as_str)
        .collect();
    names.sort_unstable();
    names.dedup();
    let targets = targets.iter().map(|target| target.0.as_slice());
    Fingerprint::of_parts(targets.chain(names.iter().map(|name| name.as_bytes())))
}

/// Identity, own and links together.
pub fn whole(identity: &Fingerprint, own: &Fingerprint, links: &Fingerprint) -> Fingerprint {
    Fingerprint::of_parts([identity.0.as_slice(), &own.0, &links.0])
}

/// `crate::module::name`, with `Type::name` for members and `impl Trait for Type` for impls.
pub fn path_of(graph: &Graph<'_>, node: NodeId) -> String {
    let place = &graph.program.nodes[node as usize];
    let scope = &graph.program.scopes[place.home as usize].path;
    let name = match &place.item.kind {
        ItemKind::Impl(_) => header_text(place),
        ItemKind::MacroCall(call) => format!("{}!", text(&call.path)),
        ItemKind::Opaque => "(unread)".to_owned(),
        _ => place.item.name.to_string(),
    };
    match place
        .parent
        .map(|parent| &graph.program.nodes[parent as usize])
    {
        Some(parent) if parent.as_impl().is_some() => {
            format!("{scope}::<{}>::{name}", header_text(parent))
        }
        Some(parent) => format!("{scope}::{}::{name}", parent.item.name),
        None => format!("{scope}::{name}"),
    }
}

fn header_text(node: &Node<'_>) -> String {
    let Some(shape) = node.as_impl() else {
        return String::new();
    };
    let own = shape
        .self_type
        .as_ref()
        .map_or_else(|| "_".to_owned(), text);
    match &shape.of_trait {
        Some(of_trait) => format!("impl {} for {own}", text(of_trait)),
        None => format!("impl {own}"),
    }
}

fn text(path: &Path) -> String {
    path.segments
        .iter()
        .map(ustr::Ustr::as_str)
        .collect::<Vec<_>>()
        .join("::")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sum_is_of_a_set_and_one_node_can_be_exchanged() {
        let wholes = [b"a", b"b", b"c"].map(|text| Fingerprint::of(text));
        let of = |nodes: &[usize]| {
            let mut sum = Sum::default();
            for node in nodes {
                sum.add(&wholes[*node]);
            }
            sum
        };
        assert_eq!(of(&[0, 1]), of(&[1, 0]));
        let (two, twice) = (of(&[0, 1]), of(&[0, 0]));
        assert!(two != twice && two != of(&[0]) && two != of(&[0, 2]));
        let mut exchanged = two;
        exchanged.take(&wholes[1]);
        exchanged.add(&wholes[2]);
        assert_eq!(exchanged, of(&[0, 2]));
        assert_ne!(exchanged.fingerprint(), two.fingerprint());
        assert_eq!(of(&[0]).fingerprint(), wholes[0]);
    }
}
