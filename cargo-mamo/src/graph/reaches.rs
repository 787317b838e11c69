//! What every root reaches, kept once for all of them.
//!
//! Thousands of roots reach mostly the same nodes, and most nodes are reached by the same roots as others are: these are
//! one class, and a class needs one set of roots. So the whole of it takes a bit a class and root, and a number a node.

use super::Graph;
use super::fixpoint::{self, Bits, NO_ROOTS, ROOTS, common};
use super::reach::Reacher;
use super::rules::{Beginning, Closure};
use crate::resolve::program::NodeId;
use rayon::prelude::*;
use rustc_hash::FxHashMap;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// The nodes that each of some roots reaches.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reaches {
    roots: usize,
    /// The class of each node.
    class_of: Vec<u32>,
    /// Of as many roots as are carried together, in order.
    blocks: Vec<Block>,
}

/// What [`ROOTS`] roots reach.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Block {
    /// For each class its place in `sets`.
    set_of: Vec<u32>,
    /// Sets of roots, each once.
    #[serde(with = "as_bytes")]
    sets: Vec<Bits>,
}

impl Reaches {
    /// What `roots` reach in `graph`.
    pub fn of(graph: &Graph<'_>, roots: &[Beginning<'_>]) -> Self {
        let nodes = graph.program.nodes.len();
        let closure = Closure::of(graph, roots.iter().copied());
        let (class_of, places) = classes(&closure, nodes);
        let blocks: Vec<_> = roots
            .par_chunks(ROOTS)
            .map(|roots| Block::of(&closure, &places, roots))
            .collect();
        Self {
            roots: roots.len(),
            class_of,
            blocks,
        }
        .merged()
    }

    /// Is it what each of some roots reaches, gone through one by one? For debug builds.
    pub fn agrees_with_each(&self, graph: &Graph<'_>, roots: &[Beginning<'_>]) -> bool {
        const LOOKED_AT: usize = 64;
        let step = roots.len().div_ceil(LOOKED_AT).max(1);
        let mut reacher = Reacher::new(graph);
        let mut some = roots.iter().enumerate().step_by(step);
        some.all(|(at, (krate, first))| {
            let nodes = reacher.reach(*krate, first).nodes;
            nodes.into_iter().eq(self.nodes(at))
        })
    }

    /// Joins classes that are reached by the same roots.
    fn merged(self) -> Self {
        let classes = self.blocks.first().map_or(0, |block| block.set_of.len());
        let mut known: FxHashMap<Vec<u32>, u32> = FxHashMap::default();
        let mut first = Vec::new();
        let joined: Vec<_> = (0..classes)
            .map(|class| {
                let sets = self.blocks.iter().map(|block| block.set_of[class]);
                let next = u32::try_from(known.len()).expect("no more classes than nodes");
                *known.entry(sets.collect()).or_insert_with(|| {
                    first.push(class);
                    next
                })
            })
            .collect();
        let class_of = self.class_of.iter();
        let class_of = class_of.map(|class| joined.get(*class as usize).copied().unwrap_or(0));
        let blocks = self.blocks.into_iter().map(|block| Block {
            set_of: first.iter().map(|class| block.set_of[*class]).collect(),
            sets: block.sets,
        });
        Self {
            roots: self.roots,
            class_of: class_of.collect(),
            blocks: blocks.collect(),
        }
    }

    /// How many roots there are.
    pub fn len(&self) -> usize {
        self.roots
    }

    /// Are there none?
    pub fn is_empty(&self) -> bool {
        self.roots == 0
    }

    /// Does a root reach a node?
    pub fn contains(&self, root: usize, node: NodeId) -> bool {
        let class = self.class_of.get(node as usize);
        let block = self.blocks.get(root / ROOTS);
        let set = class.and_then(|class| block?.set(*class));
        set.is_some_and(|set| fixpoint::contains(set, root % ROOTS))
    }

    /// The nodes that a root reaches, ascending.
    pub fn nodes(&self, root: usize) -> impl Iterator<Item = NodeId> + '_ {
        self.nodes_of_any(&[root])
    }

    /// The nodes that some of these roots reach, ascending.
    pub fn nodes_of_any<'r>(&'r self, roots: &[usize]) -> impl Iterator<Item = NodeId> + use<'r> {
        let mut wanted: BTreeMap<usize, Bits> = BTreeMap::new();
        for root in roots {
            let own = wanted.entry(root / ROOTS).or_insert(NO_ROOTS);
            fixpoint::insert(own, root % ROOTS);
        }
        let mut reached = Vec::new();
        for (block, roots) in wanted {
            let Some(block) = self.blocks.get(block) else {
                continue;
            };
            reached.resize(reached.len().max(block.set_of.len()), false);
            for (reached, set) in reached.iter_mut().zip(&block.set_of) {
                let set = block.sets.get(*set as usize);
                *reached |= set.is_some_and(|set| common(set, &roots) != NO_ROOTS);
            }
        }
        let nodes = (0..).zip(&self.class_of);
        let nodes = nodes.filter(move |(_, class)| reached.get(**class as usize) == Some(&true));
        nodes.map(|(node, _)| node)
    }

    /// The roots in blocks, with the number of the first of each.
    pub fn blocks(&self) -> impl Iterator<Item = (usize, &Block)> {
        let first = (0..).step_by(ROOTS);
        first.zip(&self.blocks)
    }

    /// The class of each node: nodes of one are reached by the same roots.
    pub fn class_of(&self) -> &[u32] {
        &self.class_of
    }

    /// Is it of so many roots and nodes?
    pub fn is_of(&self, roots: usize, nodes: usize) -> bool {
        self.roots == roots && self.class_of.len() == nodes
    }
}

impl Block {
    fn of(closure: &Closure, places: &[u32], roots: &[Beginning<'_>]) -> Self {
        let begins = roots.iter().enumerate().flat_map(|(at, root)| {
            let mut own = NO_ROOTS;
            fixpoint::insert(&mut own, at);
            closure.begin(*root).map(move |fact| (fact, own))
        });
        let solved = closure.rules.solved(begins);
        let mut known: FxHashMap<Bits, u32> = FxHashMap::default();
        let mut sets = Vec::new();
        let set_of = places.iter().map(|place| {
            let set = solved[*place as usize];
            let next = u32::try_from(known.len()).expect("no more sets than nodes");
            *known.entry(set).or_insert_with(|| {
                sets.push(set);
                next
            })
        });
        let set_of = set_of.collect();
        Self { set_of, sets }
    }

    /// The roots that reach the nodes of a class.
    fn set(&self, class: u32) -> Option<&Bits> {
        self.sets.get(*self.set_of.get(class as usize)? as usize)
    }

    /// The roots that reach the nodes of each class.
    pub fn by_class(&self) -> impl Iterator<Item = &Bits> {
        self.set_of.iter().map(|set| &self.sets[*set as usize])
    }
}

/// The nodes of each place of the rules are a class.
fn classes(closure: &Closure, nodes: usize) -> (Vec<u32>, Vec<u32>) {
    let mut class_at = vec![u32::MAX; closure.rules.places()];
    let mut places = Vec::new();
    let nodes = 0..u32::try_from(nodes).expect("fewer than 2^32 items");
    let class_of = nodes.map(|node| {
        let place = closure.rules.place(node);
        let class = &mut class_at[place as usize];
        if *class == u32::MAX {
            *class = u32::try_from(places.len()).expect("no more classes than nodes");
            places.push(place);
        }
        *class
    });
    (class_of.collect(), places)
}

/// Sets as they lie in memory.
mod as_bytes {
    use super::{Bits, NO_ROOTS};
    use serde::{Deserializer, Serializer};

    pub(super) fn serialize<S: Serializer>(sets: &[Bits], to: S) -> Result<S::Ok, S::Error> {
        let words = sets.iter().flatten();
        let bytes: Vec<u8> = words.flat_map(|word| word.to_le_bytes()).collect();
        serde_bytes::serialize(&bytes, to)
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<Vec<Bits>, D::Error> {
        let bytes: Vec<u8> = serde_bytes::deserialize(from)?;
        let (words, _) = bytes.as_chunks::<8>();
        let (sets, _) = words.as_chunks::<{ NO_ROOTS.len() }>();
        let sets = sets.iter().map(|set| set.map(u64::from_le_bytes));
        Ok(sets.collect())
    }
}
