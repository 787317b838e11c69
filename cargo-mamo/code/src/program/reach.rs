//! Fingerprints: what all roots reach, at once.
//!
//! A fingerprint is the structure of the root, and the sum, modulo 2²⁵⁶, of a digest for each further name that is reached, each
//! counted once. The graph is folded to its
//! components; sets of roots, as bits, run from the roots towards what they reach; components with the same set share a sum.

use rustc_hash::FxHashMap;
use serde::{Deserialize, Serialize};

use super::roots::{CodeRoot, RootStart, demangled};
use super::{Program, VertexId};
use crate::components::{Components, components};
use crate::digest::{DigestWriter, OwnCode, Reading};

/// What a root can reach, as a digest: equal fingerprints, equal code.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
pub struct CodeFingerprint {
    /// Without the lines and columns of panic locations.
    pub plain: [u8; 32],
    /// With them: for roots that can ask where they stand.
    pub positioned: [u8; 32],
}

/// Roots that are followed together.
const BATCH: usize = 512;
const WORDS: usize = BATCH / 64;

type RootSet = [u64; WORDS];

impl<'t> Program<'t> {
    /// The fingerprint of each root; `None` where the root is not found: its code is unknown.
    pub fn fingerprints(&self, roots: &[CodeRoot]) -> Vec<Option<CodeFingerprint>> {
        let folded = components(&self.edges);
        let sums = self.component_sums(&folded);
        let starts: Vec<Option<RootStart>> = roots.iter().map(|root| self.start(root)).collect();
        let batches = starts.chunks(BATCH);
        batches
            .flat_map(|batch| self.batch_fingerprints(&folded, &sums, batch))
            .collect()
    }

    /// The names that a root and all that runs unasked can reach, sorted; `None` if the root is not found.
    pub fn reached_symbols(&self, root: &CodeRoot) -> Option<Vec<&'t str>> {
        let reached = self.reached(&self.start(root)?);
        let names = reached
            .into_iter()
            .filter_map(|vertex| self.vertex_name(vertex));
        let mut names: Vec<&str> = names.collect();
        names.sort_unstable();
        Some(names)
    }

    /// A name of the linker as a path of Rust, without hash.
    pub fn readable(symbol: &str) -> String {
        demangled(symbol)
    }

    pub(super) fn reached(&self, start: &RootStart) -> Vec<VertexId> {
        let mut seen = vec![false; self.edges.len()];
        let mut open: Vec<VertexId> = start
            .vertices
            .iter()
            .chain(&self.unasked)
            .copied()
            .collect();
        let mut reached = Vec::new();
        while let Some(vertex) = open.pop() {
            if !std::mem::replace(&mut seen[vertex.0 as usize], true) {
                reached.push(vertex);
                open.extend(self.edges.of(vertex.0).iter().copied().map(VertexId));
            }
        }
        reached
    }

    fn component_sums(&self, folded: &Components) -> Vec<SumPair> {
        let mut sums = vec![SumPair::default(); folded.members.len()];
        for (term, component) in self.terms.iter().zip(&folded.component) {
            if let Some(term) = term {
                sums[*component as usize].add(&SumPair::of(term));
            }
        }
        sums
    }

    fn batch_fingerprints(
        &self,
        folded: &Components,
        sums: &[SumPair],
        starts: &[Option<RootStart>],
    ) -> Vec<Option<CodeFingerprint>> {
        let sets = self.root_sets(folded, starts);
        let mut by_set: FxHashMap<&RootSet, SumPair> = FxHashMap::default();
        for (set, sum) in sets.iter().zip(sums) {
            if *set != [0; WORDS] {
                by_set.entry(set).or_default().add(sum);
            }
        }
        let mut totals = vec![SumPair::default(); starts.len()];
        for (set, sum) in by_set {
            for root in bits(set) {
                totals[root].add(&sum);
            }
        }
        let pairs = starts.iter().zip(totals);
        pairs
            .map(|(start, total)| Some(self.condense(start.as_ref()?, &total)))
            .collect()
    }

    /// Which roots reach each component.
    fn root_sets(&self, folded: &Components, starts: &[Option<RootStart>]) -> Vec<RootSet> {
        let mut sets = vec![[0; WORDS]; folded.members.len()];
        for (root, start) in starts.iter().enumerate() {
            let Some(start) = start else { continue };
            for vertex in start.vertices.iter().chain(&self.unasked) {
                let component = folded.component[vertex.0 as usize];
                sets[component as usize][root / 64] |= 1 << (root % 64);
            }
        }
        // A component comes after all that it has edges to, so sets run from the last to the first.
        for component in (0..folded.members.len()).rev() {
            let set = sets[component];
            if set == [0; WORDS] {
                continue;
            }
            let number = u32::try_from(component).expect("components are numbered by u32");
            for member in folded.members.of(number) {
                for target in self.edges.of(*member) {
                    let reached = &mut sets[folded.component[*target as usize] as usize];
                    reached
                        .iter_mut()
                        .zip(set)
                        .for_each(|(word, added)| *word |= added);
                }
            }
        }
        sets
    }

    fn condense(&self, start: &RootStart, total: &SumPair) -> CodeFingerprint {
        let condense = |reading, sum: &WideSum| {
            let mut writer = DigestWriter::new("fingerprint");
            writer.digest(self.unasked_code.reading(reading));
            writer.number(start.own.len() as u64);
            for own in &start.own {
                writer.digest(own.reading(reading));
            }
            sum.0.iter().for_each(|word| writer.number(*word));
            writer.finish_wide()
        };
        CodeFingerprint {
            plain: condense(Reading::Plain, &total.plain),
            positioned: condense(Reading::Positioned, &total.positioned),
        }
    }
}

fn bits(set: &RootSet) -> impl Iterator<Item = usize> {
    (0..BATCH).filter(move |root| set[root / 64] >> (root % 64) & 1 == 1)
}

/// A sum modulo 2²⁵⁶, least word first.
#[derive(Clone, Copy, Default)]
struct WideSum([u64; 4]);

impl WideSum {
    fn of(own: &crate::digest::CodeDigest) -> Self {
        let mut writer = DigestWriter::new("term");
        writer.digest(*own);
        let wide = writer.finish_wide();
        let mut words = [0; 4];
        for (word, bytes) in words.iter_mut().zip(wide.chunks_exact(8)) {
            *word = u64::from_le_bytes(bytes.try_into().expect("a chunk of eight bytes"));
        }
        Self(words)
    }

    fn add(&mut self, other: &Self) {
        let mut carry = false;
        for (word, added) in self.0.iter_mut().zip(other.0) {
            let (sum, first) = word.overflowing_add(added);
            let (sum, second) = sum.overflowing_add(u64::from(carry));
            *word = sum;
            carry = first || second;
        }
    }
}

#[derive(Clone, Copy, Default)]
struct SumPair {
    plain: WideSum,
    positioned: WideSum,
}

impl SumPair {
    fn of(own: &OwnCode) -> Self {
        let plain = WideSum::of(&own.plain);
        let positioned = if own.plain == own.positioned {
            plain
        } else {
            WideSum::of(&own.positioned)
        };
        Self { plain, positioned }
    }

    fn add(&mut self, other: &Self) {
        self.plain.add(&other.plain);
        self.positioned.add(&other.positioned);
    }
}
