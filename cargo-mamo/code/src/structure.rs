//! Digests of whole graphs: what a vertex is, and what it leads to, whatever it is called.
//!
//! The name of a function often says which number rustc gave it, and that changes with its neighbours; so code is compared by
//! structure. Where vertices lead to each other in a circle, they are told apart by refinement: each round adds what the
//! targets looked like in the round before, until no further vertex can be told from another. The circle as a whole enters as
//! well, since two circles that look alike from one vertex for that many rounds may still differ further away.

use rustc_hash::{FxHashMap, FxHashSet};

use crate::components::{Components, EdgeLists, components};
use crate::digest::{CodeDigest, DigestWriter, OwnCode, Reading};

/// How often a circle is refined before its vertices are told apart by their order.
const ROUNDS: usize = 64;

/// A graph whose vertices are what they are, and what they lead to.
pub(crate) struct StructureGraph {
    /// What each vertex is by itself.
    pub(crate) shapes: Vec<OwnCode>,
    pub(crate) edges: EdgeLists,
    /// Vertices of which any target may be meant: targets that are alike count once.
    pub(crate) is_choice: Vec<bool>,
}

/// The digest of all that each vertex leads to, in the order of its edges.
pub(crate) fn structures(graph: &StructureGraph) -> Vec<OwnCode> {
    let edges = &graph.edges;
    let circles = components(edges);
    let mut known = vec![OwnCode::without_positions(CodeDigest([0; 16])); edges.len()];
    for circle in 0..circles.members.len() {
        let circle = u32::try_from(circle).expect("components are numbered by u32");
        let members = circles.members.of(circle);
        if members.len() > 1 || edges.of(members[0]).contains(&members[0]) {
            let refinement = CircleRefinement {
                graph,
                circles: &circles,
                known: &known,
                circle,
                places: members.iter().copied().zip(0..).collect(),
            };
            let plain = refinement.refine(members, Reading::Plain);
            let positioned = refinement.refine(members, Reading::Positioned);
            for ((member, plain), positioned) in members.iter().zip(plain).zip(positioned) {
                known[*member as usize] = OwnCode { plain, positioned };
            }
        } else {
            known[members[0] as usize] = single(graph, &known, members[0]);
        }
    }
    known
}

fn single(graph: &StructureGraph, known: &[OwnCode], vertex: u32) -> OwnCode {
    let shape = graph.shapes[vertex as usize];
    let targets = graph.edges.of(vertex);
    if targets.is_empty() {
        return shape;
    }
    let digest = |reading| {
        let known = |target: u32| known[target as usize].reading(reading);
        graph.combined(vertex, reading, known)
    };
    let is_same = |code: &OwnCode| code.plain == code.positioned;
    let plain = digest(Reading::Plain);
    let has_positions = !is_same(&shape) || !targets.iter().all(|to| is_same(&known[*to as usize]));
    let positioned = if has_positions {
        digest(Reading::Positioned)
    } else {
        plain
    };
    OwnCode { plain, positioned }
}

impl StructureGraph {
    fn combined(
        &self,
        vertex: u32,
        reading: Reading,
        known: impl Fn(u32) -> CodeDigest,
    ) -> CodeDigest {
        let targets = self.edges.of(vertex).iter();
        let mut targets: Vec<CodeDigest> = targets.map(|target| known(*target)).collect();
        if self.is_choice[vertex as usize] {
            let mut seen = FxHashSet::default();
            targets.retain(|target| seen.insert(*target));
        }
        let mut writer = DigestWriter::new("structure");
        writer.digest(self.shapes[vertex as usize].reading(reading));
        writer.number(targets.len() as u64);
        for target in targets {
            writer.digest(target);
        }
        writer.finish()
    }
}

struct CircleRefinement<'g> {
    graph: &'g StructureGraph,
    circles: &'g Components,
    known: &'g [OwnCode],
    circle: u32,
    places: FxHashMap<u32, usize>,
}

impl CircleRefinement<'_> {
    fn refine(&self, members: &[u32], reading: Reading) -> Vec<CodeDigest> {
        let shape = |member: &u32| self.graph.shapes[*member as usize].reading(reading);
        let mut colours: Vec<CodeDigest> = members.iter().map(shape).collect();
        let mut told_apart = 0;
        for _ in 0..ROUNDS {
            colours = self.next_round(members, &colours, reading);
            let mut distinct = colours.clone();
            distinct.sort_unstable();
            distinct.dedup();
            if distinct.len() == told_apart {
                return colours
                    .iter()
                    .map(|colour| within(*colour, &distinct))
                    .collect();
            }
            told_apart = distinct.len();
        }
        self.by_order(members, reading)
    }

    fn next_round(
        &self,
        members: &[u32],
        colours: &[CodeDigest],
        reading: Reading,
    ) -> Vec<CodeDigest> {
        let next = |(member, before): (&u32, &CodeDigest)| {
            let mut writer = DigestWriter::new("round");
            writer.digest(*before);
            writer.digest(self.content(*member, colours, reading));
            writer.finish()
        };
        members.iter().zip(colours).map(next).collect()
    }

    /// A vertex whose targets in the circle look as given.
    fn content(&self, member: u32, colours: &[CodeDigest], reading: Reading) -> CodeDigest {
        let known = |target: u32| {
            if self.circles.component[target as usize] == self.circle {
                colours[self.places[&target]]
            } else {
                self.known[target as usize].reading(reading)
            }
        };
        self.graph.combined(member, reading, known)
    }

    /// Digests that tell the vertices apart by their order, for a circle that is too long to be refined.
    fn by_order(&self, members: &[u32], reading: Reading) -> Vec<CodeDigest> {
        let numbers: Vec<CodeDigest> = (0..members.len() as u64).map(numbered).collect();
        let content = |member: &u32| self.content(*member, &numbers, reading);
        let contents: Vec<CodeDigest> = members.iter().map(content).collect();
        numbers
            .iter()
            .map(|number| within(*number, &contents))
            .collect()
    }
}

fn numbered(number: u64) -> CodeDigest {
    let mut writer = DigestWriter::new("number");
    writer.number(number);
    writer.finish()
}

/// A vertex together with its whole circle.
fn within(vertex: CodeDigest, circle: &[CodeDigest]) -> CodeDigest {
    let mut writer = DigestWriter::new("circle");
    writer.digest(vertex);
    writer.number(circle.len() as u64);
    for other in circle {
        writer.digest(*other);
    }
    writer.finish()
}

#[cfg(test)]
mod tests {
    use super::{StructureGraph, numbered, structures};
    use crate::components::EdgeLists;
    use crate::digest::OwnCode;

    fn digests(shapes: &[u64], edges: &[&[u32]]) -> Vec<OwnCode> {
        let shapes: Vec<OwnCode> = shapes
            .iter()
            .map(|shape| OwnCode::without_positions(numbered(*shape)))
            .collect();
        structures(&StructureGraph {
            is_choice: vec![false; shapes.len()],
            shapes,
            edges: EdgeLists::new(edges.iter().map(|list| list.to_vec())),
        })
    }

    #[test]
    fn circles_that_differ_far_away_differ() {
        let short = digests(&[1, 2], &[&[1], &[0]]);
        let long = digests(&[1, 2, 3], &[&[1], &[2], &[0]]);
        assert!(!long.contains(&short[0]) && !long.contains(&short[1]));
    }

    #[test]
    fn a_circle_is_the_same_in_any_order_of_its_vertices() {
        let one = digests(&[1, 2, 3], &[&[1], &[2], &[0]]);
        let other = digests(&[3, 1, 2], &[&[1], &[2], &[0]]);
        assert_eq!([one[0], one[1], one[2]], [other[1], other[2], other[0]]);
    }

    #[test]
    fn a_long_circle_differs_where_its_farthest_vertex_does() {
        let circle = |last: u64| {
            let count = 300_u32;
            let mut shapes = vec![1; count as usize];
            shapes[150] = last;
            let edges: Vec<Vec<u32>> = (0..count).map(|at| vec![(at + 1) % count]).collect();
            let edges: Vec<&[u32]> = edges.iter().map(Vec::as_slice).collect();
            digests(&shapes, &edges)
        };
        assert_ne!(circle(2)[0], circle(3)[0]);
    }

    #[test]
    fn the_order_of_targets_counts() {
        let one = digests(&[1, 2, 3], &[&[1, 2], &[], &[]]);
        let other = digests(&[1, 2, 3], &[&[2, 1], &[], &[]]);
        assert_ne!(one[0], other[0]);
    }
}
