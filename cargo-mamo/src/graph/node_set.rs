//! A set of nodes, one bit each: a thousand roots reach thousands of nodes, mostly the same ones.
//!
//! It begins and ends with a byte that is not empty, so that equal sets are equal bytes. It is stored as it lies in memory.

use crate::resolve::program::NodeId;
use serde::{Deserialize, Serialize};

/// Nodes, in ascending order.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct NodeSet {
    /// Bytes left out before the first.
    skipped: usize,
    #[serde(with = "serde_bytes")]
    bits: Vec<u8>,
}

impl NodeSet {
    /// Of nodes in ascending order.
    pub fn of(ascending: &[NodeId]) -> Self {
        let (Some(first), Some(last)) = (ascending.first(), ascending.last()) else {
            return Self::default();
        };
        let skipped = *first as usize / 8;
        let mut bits = vec![0; *last as usize / 8 - skipped + 1];
        for node in ascending {
            bits[*node as usize / 8 - skipped] |= 1 << (node % 8);
        }
        Self { skipped, bits }
    }

    /// Is `node` one of them?
    pub fn contains(&self, node: NodeId) -> bool {
        let at = (node as usize / 8).checked_sub(self.skipped);
        let byte = at.and_then(|at| self.bits.get(at));
        byte.is_some_and(|byte| byte & (1 << (node % 8)) != 0)
    }

    /// Is each of them one of the first `count` nodes?
    pub fn is_within(&self, count: usize) -> bool {
        let Some(last) = self.bits.last() else {
            return true;
        };
        let bytes = self.skipped.checked_add(self.bits.len());
        let end = bytes.and_then(|bytes| bytes.checked_mul(8));
        end.is_some_and(|end| end - last.leading_zeros() as usize <= count)
    }

    /// All of them, ascending.
    pub fn iter(&self) -> impl Iterator<Item = NodeId> + '_ {
        let bytes = self.bits.iter().enumerate().filter(|(_, byte)| **byte != 0);
        bytes.flat_map(|(at, byte)| {
            // Only what is read from a store can hold numbers that are too large.
            let byte_at = self.skipped.saturating_add(at);
            let base = u32::try_from(byte_at.saturating_mul(8)).unwrap_or(u32::MAX - 7);
            (0..8)
                .filter(move |bit| byte & (1 << bit) != 0)
                .map(move |bit| base + bit)
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_set_holds_what_it_was_made_of() {
        for nodes in [
            vec![],
            vec![0],
            vec![5],
            vec![63, 64, 65, 900],
            vec![7, 8, 100_000],
        ] {
            let set = NodeSet::of(&nodes);
            assert_eq!(set.iter().collect::<Vec<_>>(), nodes);
            let near = nodes
                .iter()
                .flat_map(|node| [node.saturating_sub(1), *node, node + 1]);
            for node in near.chain([0, 4_000_000_000]) {
                assert_eq!(set.contains(node), nodes.contains(&node), "{node}");
            }
            let end = nodes.last().map_or(0, |last| *last as usize + 1);
            assert!(set.is_within(end) && set.is_within(end + 1), "{nodes:?}");
            assert!(end == 0 || !set.is_within(end - 1), "{nodes:?}");
        }
    }
}
