//! Things that reaches rest on, numbered, so that a thousand roots share them.

use crate::fingerprint::Fingerprint;
use rustc_hash::FxHashMap;
use std::cell::RefCell;

/// One thing that reaches rest on: what it is, for people, and its digest.
pub type Part = (String, Fingerprint);

/// Index of a [`Part`] in the environment's table.
pub type PartId = u32;

/// The parts of one reach.
#[derive(Debug, Default)]
pub struct Parts(pub(super) Vec<PartId>);

impl From<&[PartId]> for Parts {
    fn from(parts: &[PartId]) -> Self {
        Self(parts.to_vec())
    }
}

/// Every part that some reach rests on, each once.
#[derive(Debug, Default)]
pub(super) struct Table(RefCell<Numbered>);

#[derive(Debug, Default)]
struct Numbered {
    parts: Vec<Part>,
    /// Of label and digest, by number: parts are put in the order of these.
    ranks: Vec<Fingerprint>,
    /// Their beginnings, which nearly always tell the order.
    heads: Vec<u64>,
    ids: FxHashMap<Part, PartId>,
    /// By number: when a part was last met, to take each once.
    met: Vec<u32>,
    round: u32,
}

impl Numbered {
    fn order(&self, ids: &mut [PartId]) {
        ids.sort_unstable_by(|one, other| {
            let (one, other) = (*one as usize, *other as usize);
            let by_head = self.heads[one].cmp(&self.heads[other]);
            by_head.then_with(|| self.ranks[one].cmp(&self.ranks[other]))
        });
    }
}

impl Table {
    /// The number of a part.
    pub(super) fn part(&self, label: String, digest: Fingerprint) -> PartId {
        let mut table = self.0.borrow_mut();
        let next = u32::try_from(table.parts.len()).expect("fewer than 2^32 parts");
        let part = (label, digest);
        if let Some(known) = table.ids.get(&part) {
            return *known;
        }
        let rank = rank(&part);
        table.heads.push(head(&rank));
        table.ranks.push(rank);
        table.met.push(0);
        table.parts.push(part.clone());
        table.ids.insert(part, next);
        next
    }

    /// The part of a number.
    pub(super) fn get(&self, id: PartId) -> Part {
        self.0.borrow().parts[id as usize].clone()
    }

    /// Adds a part to those of a reach.
    pub(super) fn add(&self, parts: &mut Parts, label: String, digest: Fingerprint) {
        parts.0.push(self.part(label, digest));
    }

    /// All parts, by number.
    pub(super) fn into_parts(self) -> Vec<Part> {
        self.0.into_inner().parts
    }

    /// The first `count` parts in their order.
    pub(super) fn in_order(&self, count: usize) -> Vec<PartId> {
        let table = self.0.borrow();
        let count = u32::try_from(count).expect("fewer than 2^32 parts");
        let mut ids: Vec<_> = (0..count).collect();
        table.order(&mut ids);
        ids
    }

    /// The digest of parts in order.
    pub(super) fn together(&self, ids: &[PartId]) -> Fingerprint {
        together(ids, &self.0.borrow().ranks)
    }

    /// The parts in order, each once, and their digest: the same on every machine.
    pub(super) fn settle(&self, parts: Parts) -> (Vec<PartId>, Fingerprint) {
        let mut table = self.0.borrow_mut();
        let table = &mut *table;
        table.round += 1;
        let mut ids = parts.0;
        ids.retain(|id| {
            let met = std::mem::replace(&mut table.met[*id as usize], table.round);
            met != table.round
        });
        table.order(&mut ids);
        let digest = together(&ids, &table.ranks);
        (ids, digest)
    }
}

/// What decides on the place of a part among others.
pub fn rank(part: &Part) -> Fingerprint {
    Fingerprint::of_parts([part.0.as_bytes(), &part.1.0])
}

/// The digest of parts in order.
pub fn together(ids: &[PartId], ranks: &[Fingerprint]) -> Fingerprint {
    let mut all = Vec::with_capacity(ids.len() * 32);
    for id in ids {
        all.extend(ranks[*id as usize].0);
    }
    Fingerprint::of(&all)
}

/// The first bytes, in their order.
fn head(rank: &Fingerprint) -> u64 {
    let first = rank.0.first_chunk().copied();
    u64::from_be_bytes(first.unwrap_or_default())
}
