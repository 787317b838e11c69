//! Own code of each node: its bytes, and for each reference its place, kind, addend and target.
//!
//! A target with a global name enters by that name. Any other enters by its own code, recursively. Where nodes refer to
//! each other in a circle, they are told apart by refinement: each round adds what the targets looked like in the round before,
//! until no further node can be told from another; the circle as a whole enters as well, since two circles that look alike
//! from one node for that many rounds may still differ further away.

use rustc_hash::FxHashMap;

use super::raw::{RawNode, RawObject, RawReference, RawTarget};
use super::recognized::panic_location;
use crate::components::{EdgeLists, components};
use crate::digest::{CodeDigest, DigestWriter, OwnCode, Reading};

/// How often a circle is refined before its nodes are told apart by their order.
const ROUNDS: usize = 64;

/// The own code of each node.
pub(super) fn own_code(object: &RawObject<'_>) -> Vec<OwnCode> {
    let edges = EdgeLists::new(object.nodes.iter().map(local_targets));
    let circles = components(&edges);
    let unknown = OwnCode::without_positions(CodeDigest([0; 16]));
    let mut own = vec![unknown; object.nodes.len()];
    for circle in 0..circles.members.len() {
        let circle = u32::try_from(circle).expect("components are numbered by u32");
        let members = circles.members.of(circle);
        let is_circle = members.len() > 1 || edges.of(members[0]).contains(&members[0]);
        if is_circle {
            let of = |node: u32| circles.component[node as usize] == circle;
            let plain = refine(object, &own, members, &of, Reading::Plain);
            let positioned = refine(object, &own, members, &of, Reading::Positioned);
            for ((member, plain), positioned) in members.iter().zip(plain).zip(positioned) {
                own[*member as usize] = OwnCode { plain, positioned };
            }
        } else {
            own[members[0] as usize] = single(object, &own, members[0]);
        }
    }
    own
}

/// Nodes of the object that a node refers to.
pub(super) fn local_targets(node: &RawNode<'_>) -> Vec<u32> {
    let mut targets: Vec<u32> = all_references(node)
        .filter_map(|reference| match reference.target {
            RawTarget::Node(target) => Some(target.0),
            _ => None,
        })
        .collect();
    targets.sort_unstable();
    targets.dedup();
    targets
}

/// References of a node and of its exception tables.
pub(super) fn all_references<'n>(node: &'n RawNode<'_>) -> impl Iterator<Item = &'n RawReference> {
    let unwind = node.unwind.iter().flat_map(|record| &record.references);
    node.references.iter().chain(unwind)
}

fn single(object: &RawObject<'_>, own: &[OwnCode], node: u32) -> OwnCode {
    let raw = &object.nodes[node as usize];
    let known = |target: u32, reading| own[target as usize].reading(reading);
    if let Some(file) = panic_location(object, raw) {
        let mut writer = DigestWriter::new("panic location");
        writer.bytes(file);
        let positioned = digest(object, raw, &[], &|target| {
            known(target, Reading::Positioned)
        });
        return OwnCode {
            plain: writer.finish(),
            positioned,
        };
    }
    let plain = digest(object, raw, &[], &|target| known(target, Reading::Plain));
    let has_positions = local_targets(raw)
        .iter()
        .any(|target| own[*target as usize].plain != own[*target as usize].positioned);
    let positioned = if has_positions {
        digest(object, raw, &[], &|target| {
            known(target, Reading::Positioned)
        })
    } else {
        plain
    };
    OwnCode { plain, positioned }
}

/// The digest of a node whose local targets have the digests that `known` gives; `blanked` bytes count as zero.
pub(super) fn digest(
    object: &RawObject<'_>,
    node: &RawNode<'_>,
    blanked: &[std::ops::Range<usize>],
    known: &dyn Fn(u32) -> CodeDigest,
) -> CodeDigest {
    let mut writer = DigestWriter::new("code");
    for number in [node.flags, node.align, node.size] {
        writer.number(number);
    }
    if blanked.is_empty() {
        writer.bytes(node.bytes);
    } else {
        let mut bytes = node.bytes.to_vec();
        for range in blanked {
            bytes[range.clone()].fill(0);
        }
        writer.bytes(&bytes);
    }
    write_references(&mut writer, object, &node.references, known);
    writer.number(node.unwind.len() as u64);
    for record in &node.unwind {
        writer.bytes(&record.bytes);
        write_references(&mut writer, object, &record.references, known);
    }
    writer.finish()
}

fn write_references(
    writer: &mut DigestWriter,
    object: &RawObject<'_>,
    references: &[RawReference],
    known: &dyn Fn(u32) -> CodeDigest,
) {
    writer.number(references.len() as u64);
    for reference in references {
        writer.number(reference.place);
        writer.number(u64::from(reference.kind));
        writer.signed(reference.addend);
        match reference.target {
            RawTarget::Nothing => writer.number(0),
            RawTarget::Node(target) => {
                writer.number(1);
                writer.digest(known(target.0));
            }
            RawTarget::Symbol(symbol) => {
                writer.number(2);
                writer.bytes(object.symbols[symbol.0 as usize].name);
            }
        }
    }
}

/// Digests of nodes that refer to each other in a circle.
fn refine(
    object: &RawObject<'_>,
    own: &[OwnCode],
    members: &[u32],
    is_member: &dyn Fn(u32) -> bool,
    reading: Reading,
) -> Vec<CodeDigest> {
    let places: FxHashMap<u32, usize> = members.iter().copied().zip(0..).collect();
    let inside = |target: u32| is_member(target).then(|| places[&target]);
    let mut colours = vec![CodeDigest([0; 16]); members.len()];
    let mut told_apart = 0;
    for _ in 0..ROUNDS {
        let next: Vec<CodeDigest> = members
            .iter()
            .zip(&colours)
            .map(|(member, before)| {
                let known = |target: u32| {
                    let outside = own[target as usize].reading(reading);
                    inside(target).map_or(outside, |at| colours[at])
                };
                let mut writer = DigestWriter::new("round");
                writer.digest(*before);
                writer.digest(digest(object, &object.nodes[*member as usize], &[], &known));
                writer.finish()
            })
            .collect();
        colours = next;
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
    colours = (0..members.len() as u64).map(numbered).collect();
    let known = |target: u32| {
        inside(target).map_or(own[target as usize].reading(reading), |at| colours[at])
    };
    let contents = members
        .iter()
        .map(|member| digest(object, &object.nodes[*member as usize], &[], &known));
    let contents: Vec<CodeDigest> = contents.collect();
    colours
        .iter()
        .map(|number| within(*number, &contents))
        .collect()
}

/// Stands for a node of a circle that is too long to be refined: the nodes are then told apart by their order in the object.
fn numbered(number: u64) -> CodeDigest {
    let mut writer = DigestWriter::new("number");
    writer.number(number);
    writer.finish()
}

/// A node's colour together with all colours of its circle.
fn within(colour: CodeDigest, circle: &[CodeDigest]) -> CodeDigest {
    let mut writer = DigestWriter::new("circle");
    writer.digest(colour);
    writer.number(circle.len() as u64);
    for other in circle {
        writer.digest(*other);
    }
    writer.finish()
}
