//! What many roots rest on besides items, found for all of them at once.
//!
//! Roots are carried as sets, as in [`fixpoint`](crate::graph::fixpoint): each node that asks anything, each crate and
//! each file adds its parts to the set of roots that reach it. What is asked by one node of what another names is the
//! intersection of two sets.

use super::world::{Asked, Naming};
use super::{Environment, Kept, Outside, PartId};
use crate::graph::fixpoint::{
    Bits, NO_ROOTS, ROOTS, common, contains, insert, roots, unite, without,
};
use crate::graph::reaches::{Block, Reaches};
use crate::resolve::program::{CrateId, NodeId};
use crate::syntax::ir::Symbol;
use rustc_hash::FxHashMap;
use std::collections::BTreeMap;
use std::rc::Rc;
use std::sync::Arc;

/// The roots of a block that rest on each part.
#[derive(Default)]
pub(super) struct Resting {
    by_part: Vec<Bits>,
}

impl Resting {
    /// Some roots rest on a part.
    pub(super) fn add(&mut self, part: PartId, roots: &Bits) {
        let part = part as usize;
        if self.by_part.len() <= part {
            self.by_part.resize(part + 1, NO_ROOTS);
        }
        unite(&mut self.by_part[part], roots);
    }

    /// Some roots rest on parts.
    pub(super) fn extend<'p>(&mut self, parts: impl IntoIterator<Item = &'p PartId>, roots: &Bits) {
        for part in parts {
            self.add(*part, roots);
        }
    }
}

/// The roots of a block, and what they reach.
pub(super) struct Many<'m> {
    class_of: &'m [u32],
    by_class: Vec<&'m Bits>,
    /// All of them.
    pub(super) all: Bits,
    /// Of which values are kept.
    pub(super) values: Bits,
    /// Those of each crate.
    pub(super) of_crate: BTreeMap<CrateId, Bits>,
}

impl<'m> Many<'m> {
    fn of(reaches: &'m Reaches, block: &'m Block, roots: &[(CrateId, Kept)]) -> Self {
        let mut many = Self {
            class_of: reaches.class_of(),
            by_class: block.by_class().collect(),
            all: NO_ROOTS,
            values: NO_ROOTS,
            of_crate: BTreeMap::new(),
        };
        for (at, (krate, kept)) in roots.iter().enumerate() {
            insert(&mut many.all, at);
            insert(many.of_crate.entry(*krate).or_insert(NO_ROOTS), at);
            if *kept == Kept::Value {
                insert(&mut many.values, at);
            }
        }
        many
    }

    /// The roots that reach a node.
    pub(super) fn reaching(&self, node: NodeId) -> &Bits {
        self.by_class[self.class_of[node as usize] as usize]
    }
}

/// The roots of a block that reach each text which may name files.
pub(super) struct Said<'e> {
    by_text: Vec<(&'e Naming, Bits)>,
}

impl Said<'_> {
    /// The texts that some of `roots` reach, in one package or any, and which of them do.
    pub(super) fn of(
        &self,
        roots: &Bits,
        package: Option<usize>,
    ) -> impl Iterator<Item = (Symbol, Bits)> {
        let said = self.by_text.iter();
        let said =
            said.filter(move |(naming, _)| package.is_none_or(|package| naming.package == package));
        let said = said.map(move |(naming, saying)| (naming.text, common(saying, roots)));
        said.filter(|(_, saying)| *saying != NO_ROOTS)
    }
}

/// Which classes have nodes in each crate and each file.
#[derive(Default)]
pub(super) struct Spread {
    crates: Vec<(u32, CrateId)>,
    files: Vec<(u32, u32)>,
}

impl Environment<'_, '_> {
    /// What each root rests on outside source, for what is kept of it, and whether it reaches into one of the `unseen` crates.
    pub fn of_reaches(
        &self,
        reaches: &Reaches,
        roots: &[(CrateId, Kept)],
        unseen: impl Fn(CrateId) -> bool,
    ) -> Vec<(Rc<Outside>, bool)> {
        let spread = self.spread(reaches);
        let mut found = Vec::with_capacity(roots.len());
        for (first, block) in reaches.blocks() {
            let end = roots.len().min(first + ROOTS);
            let many = Many::of(reaches, block, &roots[first..end]);
            let crates = self.crates_of(&many, &spread);
            let mut blind = NO_ROOTS;
            for (_, reaching) in (0..).zip(&crates).filter(|(krate, _)| unseen(*krate)) {
                unite(&mut blind, reaching);
            }
            let (resting, variables) = self.resting(&many, &spread, &crates);
            let outsides = self.outsides(end - first, &resting, &variables);
            let is_blind = |at| contains(&blind, at);
            found.extend(
                (0..)
                    .zip(outsides)
                    .map(|(at, outside)| (outside, is_blind(at))),
            );
        }
        found
    }

    fn spread(&self, reaches: &Reaches) -> Spread {
        let mut spread = Spread::default();
        for (class, node) in reaches.class_of().iter().zip(&self.graph.program.nodes) {
            spread.crates.push((*class, node.krate));
            spread.files.push((*class, node.file));
        }
        spread.crates.sort_unstable();
        spread.crates.dedup();
        spread.files.sort_unstable();
        spread.files.dedup();
        spread
    }

    /// The roots that each crate is reached by, their own among them.
    fn crates_of(&self, many: &Many<'_>, spread: &Spread) -> Vec<Bits> {
        let mut crates = vec![NO_ROOTS; self.crates.len()];
        for (krate, roots) in &many.of_crate {
            unite(&mut crates[*krate], roots);
        }
        for (class, krate) in &spread.crates {
            unite(&mut crates[*krate], many.by_class[*class as usize]);
        }
        crates
    }

    /// The roots that rest on each part, and those that read each variable.
    fn resting(
        &self,
        many: &Many<'_>,
        spread: &Spread,
        crates: &[Bits],
    ) -> (Resting, BTreeMap<String, Bits>) {
        let mut resting = Resting::default();
        let mut variables = BTreeMap::new();
        let toolchain = "toolchain and flags".to_owned();
        let toolchain = self.table.part(toolchain, self.facts.toolchain);
        resting.add(toolchain, &many.all);
        let mut asked = Asked::default();
        for (node, by_node) in &self.asking {
            let reaching = many.reaching(*node);
            if *reaching == NO_ROOTS {
                continue;
            }
            resting.extend(&by_node.parts, reaching);
            if !by_node.built_in.is_empty() {
                resting.extend(&by_node.built_in, &common(reaching, &many.values));
            }
            let asks = &self.graph.edges[*node as usize].asks;
            asked.join(asks, reaching);
            for name in &asks.run_env {
                unite(
                    variables.entry(name.to_string()).or_insert(NO_ROOTS),
                    reaching,
                );
            }
        }
        for (own, roots) in self.crates.iter().zip(crates) {
            resting.extend(own, roots);
        }
        let said = self.said(many);
        let anything = self.add_abroad((crates, &said), &mut resting, &mut variables);
        unite(&mut asked.any_run_env, &anything);
        self.world((many, &said), &asked, &mut resting);
        self.places(many, spread, &asked, &mut resting);
        self.whereabouts(many, &asked, &mut resting);
        (resting, variables)
    }

    fn said(&self, many: &Many<'_>) -> Said<'_> {
        let naming = self.naming.iter();
        let by_text = naming.map(|naming| {
            let mut saying = NO_ROOTS;
            for node in &naming.nodes {
                unite(&mut saying, many.reaching(*node));
            }
            (naming, saying)
        });
        Said {
            by_text: by_text.filter(|(_, saying)| *saying != NO_ROOTS).collect(),
        }
    }

    /// Adds where the nodes stand of those who ask: their files, or all that is in these.
    fn places(&self, many: &Many<'_>, spread: &Spread, asked: &Asked, resting: &mut Resting) {
        let by_layout = asked.position;
        let by_place = without(&asked.place, &asked.position);
        for (asking, layout) in [(by_layout, true), (by_place, false)] {
            if asking == NO_ROOTS {
                continue;
            }
            for (class, file) in &spread.files {
                let roots = common(&asking, many.by_class[*class as usize]);
                if roots != NO_ROOTS {
                    let mut known = self.places.borrow_mut();
                    let place = known.entry((*file, layout));
                    let place = *place.or_insert_with(|| self.place(*file, layout));
                    resting.add(place, &roots);
                }
            }
        }
    }

    /// What each of `count` roots rests on. Those that rest on the same share it.
    fn outsides(
        &self,
        count: usize,
        resting: &Resting,
        variables: &BTreeMap<String, Bits>,
    ) -> Vec<Rc<Outside>> {
        let (parts, alike) = self.parts_of(count, resting);
        let mut names = vec![Vec::new(); count];
        for (name, reading) in variables {
            for root in roots(reading) {
                names[root].push(name.clone());
            }
        }
        let parts: Vec<_> = parts
            .into_iter()
            .map(|parts| (self.table.together(&parts), Arc::from(parts)))
            .collect();
        let mut known = self.known.borrow_mut();
        let outsides = alike.into_iter().zip(names).map(|(alike, variables)| {
            let (fingerprint, parts) = &parts[alike];
            let outside = known.entry((*fingerprint, variables)).or_insert_with_key(
                |(fingerprint, variables)| {
                    Rc::new(Outside {
                        parts: Arc::clone(parts),
                        fingerprint: *fingerprint,
                        variables: variables.clone(),
                    })
                },
            );
            Rc::clone(outside)
        });
        outsides.collect()
    }

    /// Lists of parts in order, each once, and which of them is that of each root. Most parts are those of the same roots as
    /// others, so roots are told apart by the sets that they are in.
    fn parts_of(&self, count: usize, resting: &Resting) -> (Vec<Vec<PartId>>, Vec<usize>) {
        let mut sets: FxHashMap<&Bits, usize> = FxHashMap::default();
        let mut within = vec![Vec::new(); count];
        for set in &resting.by_part {
            let next = sets.len();
            sets.entry(set).or_insert_with(|| {
                for root in roots(set) {
                    within[root].push(next);
                }
                next
            });
        }
        let mut known: FxHashMap<Vec<usize>, usize> = FxHashMap::default();
        let mut first = Vec::new();
        let alike: Vec<_> = (0..count)
            .map(|root| {
                let next = known.len();
                let within = std::mem::take(&mut within[root]);
                *known.entry(within).or_insert_with(|| {
                    first.push(root);
                    next
                })
            })
            .collect();
        let order = self.table.in_order(resting.by_part.len());
        let lists = first.iter().map(|root| {
            let own = order.iter().copied();
            let own = own.filter(|part| contains(&resting.by_part[*part as usize], *root));
            own.collect()
        });
        (lists.collect(), alike)
    }
}
