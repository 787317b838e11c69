//! Closures that an earlier analysis computed, used again where it would compute the same.

use crate::graph::node_set::NodeSet;
use crate::graph::reach::Reacher;
use crate::graph::roots::Found;
use crate::graph::shape::{Shape, is_same};
use crate::resolve::program::NodeId;
use rustc_hash::FxHashMap;
use serde::{Deserialize, Serialize};

/// Closures and what they were computed from.
#[derive(Debug, Default, Serialize, Deserialize)]
pub struct Closures {
    shape: Shape,
    all: Vec<Closure>,
}

/// The closure of a root.
#[derive(Debug, Serialize, Deserialize)]
struct Closure {
    krate: usize,
    /// Where it begins: ascending or not, as the root has it.
    first: Vec<NodeId>,
    nodes: NodeSet,
}

/// Looks up closures for a graph of the given shape.
pub(super) struct Known<'k> {
    before: Option<&'k Closures>,
    now: &'k Shape,
    places: FxHashMap<(usize, &'k [NodeId]), usize>,
}

impl<'k> Known<'k> {
    /// None are known if any table is another than it was.
    pub(super) fn new(before: Option<&'k Closures>, now: &'k Shape) -> Self {
        let fits = |before: &&Closures| {
            before.shape.tables == now.tables && before.shape.edges.len() == now.edges.len()
        };
        let before = before.filter(fits);
        let all = before.iter().flat_map(|before| before.all.iter());
        let places = all
            .enumerate()
            .map(|(at, closure)| ((closure.krate, closure.first.as_slice()), at))
            .collect();
        Self {
            before,
            now,
            places,
        }
    }

    /// Are all edges as they were, too?
    pub(super) fn stand(&self) -> bool {
        self.before.is_some_and(|before| before.shape == *self.now)
    }

    /// The closure of a root: as known, else computed. Says, too, whether it was known.
    pub(super) fn reach(&self, reacher: &mut Reacher<'_, '_>, root: &Found) -> (NodeSet, bool) {
        let mut compute = || NodeSet::of(&reacher.reach(root.krate, &root.first).nodes);
        let Some(nodes) = self.get(root) else {
            return (compute(), false);
        };
        debug_assert_eq!(
            nodes,
            compute(),
            "a known closure is what would be computed"
        );
        (nodes, true)
    }

    fn get(&self, root: &Found) -> Option<NodeSet> {
        let before = self.before?;
        let place = *self.places.get(&(root.krate, root.first.as_slice()))?;
        let nodes = &before.all[place].nodes;
        is_same(nodes, &before.shape, self.now).then(|| nodes.clone())
    }
}

impl Closures {
    /// Of all roots.
    pub(super) fn of<'a>(
        shape: Shape,
        roots: impl Iterator<Item = (&'a Found, &'a NodeSet)>,
    ) -> Self {
        let all = roots.map(|(root, nodes)| Closure {
            krate: root.krate,
            first: root.first.clone(),
            nodes: nodes.clone(),
        });
        Self {
            shape,
            all: all.collect(),
        }
    }
}
