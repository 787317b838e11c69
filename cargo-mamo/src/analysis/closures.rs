//! Closures that an earlier analysis computed, used again where it would compute the same.

use crate::graph::reach::{Reach, Reacher};
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
    /// Distances from each node to the next, the first from 0.
    steps: Vec<NodeId>,
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
    pub(super) fn reach(&self, reacher: &mut Reacher<'_, '_>, root: &Found) -> (Reach, bool) {
        let Some(nodes) = self.get(root) else {
            return (reacher.reach(root.krate, &root.first), false);
        };
        debug_assert_eq!(
            nodes,
            reacher.reach(root.krate, &root.first).nodes,
            "a known closure is what would be computed"
        );
        let from = Vec::new();
        (Reach { nodes, from }, true)
    }

    fn get(&self, root: &Found) -> Option<Vec<NodeId>> {
        let before = self.before?;
        let place = *self.places.get(&(root.krate, root.first.as_slice()))?;
        let nodes = walk(&before.all[place].steps);
        is_same(&nodes, &before.shape, self.now).then_some(nodes)
    }
}

impl Closures {
    /// Of all roots.
    pub(super) fn of<'a>(
        shape: Shape,
        roots: impl Iterator<Item = (&'a Found, &'a Reach)>,
    ) -> Self {
        let all = roots.map(|(root, reach)| Closure {
            krate: root.krate,
            first: root.first.clone(),
            steps: steps(&reach.nodes),
        });
        Self {
            shape,
            all: all.collect(),
        }
    }
}

/// Distances from each node to the next, the first from 0.
pub(super) fn steps(nodes: &[NodeId]) -> Vec<NodeId> {
    let before = std::iter::once(0).chain(nodes.iter().copied());
    nodes
        .iter()
        .zip(before)
        .map(|(node, before)| node - before)
        .collect()
}

/// The nodes that steps lead to.
pub(super) fn walk(steps: &[NodeId]) -> Vec<NodeId> {
    let walked = steps.iter().scan(0, |at: &mut NodeId, step| {
        *at = at.wrapping_add(*step);
        Some(*at)
    });
    walked.collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn steps_lead_back_to_the_nodes() {
        for nodes in [vec![], vec![0], vec![5], vec![0, 1, 7, 4_000_000_000]] {
            assert_eq!(walk(&steps(&nodes)), nodes);
        }
    }
}
