//! Sets of parts as they are kept: what thousands of roots rest on differs little, and in each set lie thousands of parts.

use crate::environment::PartId;
use serde::{Deserialize, Serialize};
use serde_bytes::ByteBuf;
use std::sync::Arc;

/// Sets of parts, a bit for each part.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub(super) struct PartSets(Vec<ByteBuf>);

impl PartSets {
    /// Adds a set. Gives its place.
    pub(super) fn add(&mut self, parts: &[PartId]) -> u32 {
        let end = parts.iter().max().map_or(0, |last| *last as usize / 8 + 1);
        let mut bits = vec![0; end];
        for part in parts {
            bits[*part as usize / 8] |= 1 << (part % 8);
        }
        self.0.push(ByteBuf::from(bits));
        u32::try_from(self.0.len() - 1).expect("fewer than 2^32 roots")
    }

    /// The parts of the set at a place, ascending; none if there is no set.
    pub(super) fn at(&self, place: u32) -> impl Iterator<Item = PartId> + '_ {
        let set = self.0.get(place as usize).into_iter();
        let bytes = set.flat_map(|bits| (0..).step_by(8).zip(bits.iter()));
        bytes.flat_map(|(base, byte)| {
            let bits = (0..8).filter(move |bit| byte & (1 << bit) != 0);
            bits.map(move |bit| base + bit)
        })
    }

    /// All of them, of so many parts. `None` if they hold others.
    pub(super) fn all_of(&self, parts: usize) -> Option<Vec<Arc<[PartId]>>> {
        let places = 0..u32::try_from(self.0.len()).ok()?;
        let sets: Vec<Arc<[PartId]>> = places.map(|place| self.at(place).collect()).collect();
        let mut last = sets.iter().filter_map(|set| set.last());
        last.all(|last| (*last as usize) < parts).then_some(sets)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_set_holds_what_it_was_made_of() {
        let mut sets = PartSets::default();
        for parts in [vec![], vec![0], vec![7, 8, 9], vec![3, 70_000]] {
            let place = sets.add(&parts);
            assert_eq!(sets.at(place).collect::<Vec<_>>(), parts);
        }
        assert_eq!(sets.at(4).count(), 0);
        assert_eq!(sets.all_of(70_001).unwrap().len(), 4);
        assert!(sets.all_of(70_000).is_none());
    }
}
