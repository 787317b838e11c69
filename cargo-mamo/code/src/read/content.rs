//! Own code of each node: its bytes, and for each reference its place, kind, addend and target.
//!
//! A target through which no symbol can be reached, such as a string, enters by its own code, recursively. Others enter by
//! number, and are listed beside the own code in that order: what they are is known only when the program is complete.

use rustc_hash::{FxHashMap, FxHashSet};

use super::kernel::enters_kernel;
use super::raw::{RawNode, RawObject, RawReference, RawRole, RawTarget, SymbolNumber};
use super::recognized::panic_location;
use crate::components::{EdgeLists, components};
use crate::digest::{CodeDigest, DigestWriter, OwnCode, Reading};

/// The content of an object: which nodes stay, and what each of its nodes is.
pub(super) struct ObjectContent {
    /// Nodes that stay; the others are part of the own code of what refers to them.
    pub(super) is_kept: Vec<bool>,
    /// Nodes that may enter the kernel by themselves.
    pub(super) enters_kernel: Vec<bool>,
    pub(super) own: Vec<OwnCode>,
}

/// A target that the own code numbers.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum NumberedTarget {
    Node(u32),
    Symbol(SymbolNumber),
}

/// Finds out which nodes stay, and the own code of all.
pub(super) fn content(object: &RawObject<'_>, tests: &[usize]) -> ObjectContent {
    let edges = EdgeLists::new(object.nodes.iter().map(local_targets));
    let circles = components(&edges);
    let nodes = object.nodes.iter();
    let enters: Vec<bool> = nodes.map(|node| enters_kernel(object, node)).collect();
    let kept = object.nodes.iter().zip(&enters);
    let mut content = ObjectContent {
        is_kept: kept
            .map(|(node, enters)| is_kept_anyway(node) || *enters)
            .collect(),
        enters_kernel: enters,
        own: vec![OwnCode::without_positions(CodeDigest([0; 16])); object.nodes.len()],
    };
    for test in tests {
        content.is_kept[*test] = true;
    }
    for circle in 0..circles.members.len() {
        let circle = u32::try_from(circle).expect("components are numbered by u32");
        let members = circles.members.of(circle);
        let is_circle = members.len() > 1 || edges.of(members[0]).contains(&members[0]);
        for member in members {
            let leads_on = edges
                .of(*member)
                .iter()
                .any(|to| content.is_kept[*to as usize]);
            content.is_kept[*member as usize] |= is_circle || leads_on;
        }
        for member in members {
            content.own[*member as usize] = content.own_code(object, *member);
        }
    }
    content
}

fn is_kept_anyway(node: &RawNode<'_>) -> bool {
    let is_named = node.has_global || node.label.is_some() || node.identity.is_some();
    let is_named = is_named || node.role != RawRole::Asked;
    let is_symbol = |found: &RawReference| matches!(found.target, RawTarget::Symbol(_));
    is_named || all_references(node).any(is_symbol)
}

/// Nodes of the object that a node refers to.
fn local_targets(node: &RawNode<'_>) -> Vec<u32> {
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
fn all_references<'n>(node: &'n RawNode<'_>) -> impl Iterator<Item = &'n RawReference> {
    let unwind = node.unwind.iter().flat_map(|record| &record.references);
    node.references.iter().chain(unwind)
}

impl ObjectContent {
    fn own_code(&self, object: &RawObject<'_>, number: u32) -> OwnCode {
        let node = &object.nodes[number as usize];
        let digest = |reading| self.digest(node, &[], reading);
        if !self.is_kept[number as usize]
            && let Some(file) = panic_location(object, node)
        {
            let mut writer = DigestWriter::new("panic location");
            writer.bytes(file);
            return OwnCode {
                plain: writer.finish(),
                positioned: digest(Reading::Positioned),
            };
        }
        let has_positions = local_targets(node).into_iter().any(|target| {
            let own = self.own[target as usize];
            !self.is_kept[target as usize] && own.plain != own.positioned
        });
        let plain = digest(Reading::Plain);
        let positioned = if has_positions {
            digest(Reading::Positioned)
        } else {
            plain
        };
        OwnCode { plain, positioned }
    }

    /// What a node's own code numbers, in that order.
    pub(super) fn targets(&self, node: &RawNode<'_>) -> Vec<NumberedTarget> {
        let mut seen = FxHashSet::default();
        let mut targets = Vec::new();
        for reference in all_references(node) {
            if let Some(target) = self.numbered(reference)
                && seen.insert(target)
            {
                targets.push(target);
            }
        }
        targets
    }

    fn numbered(&self, reference: &RawReference) -> Option<NumberedTarget> {
        match reference.target {
            RawTarget::Node(node) if self.is_kept[node.0 as usize] => {
                Some(NumberedTarget::Node(node.0))
            }
            RawTarget::Symbol(symbol) => Some(NumberedTarget::Symbol(symbol)),
            _ => None,
        }
    }

    /// The own code of a node in which some bytes count as zero.
    pub(super) fn digest(
        &self,
        node: &RawNode<'_>,
        blanked: &[std::ops::Range<usize>],
        reading: Reading,
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
        let numbers = self.targets(node).into_iter().zip(0..).collect();
        let references = ReferenceWriter {
            content: self,
            numbers,
            reading,
        };
        references.write(&mut writer, &node.references);
        writer.number(node.unwind.len() as u64);
        for record in &node.unwind {
            writer.bytes(&record.bytes);
            references.write(&mut writer, &record.references);
        }
        writer.finish()
    }
}

struct ReferenceWriter<'c> {
    content: &'c ObjectContent,
    numbers: FxHashMap<NumberedTarget, u64>,
    reading: Reading,
}

impl ReferenceWriter<'_> {
    fn write(&self, writer: &mut DigestWriter, references: &[RawReference]) {
        writer.number(references.len() as u64);
        for reference in references {
            writer.number(reference.place);
            writer.number(u64::from(reference.kind));
            writer.signed(reference.addend);
            self.write_target(writer, reference);
        }
    }

    fn write_target(&self, writer: &mut DigestWriter, reference: &RawReference) {
        if let Some(target) = self.content.numbered(reference) {
            writer.number(2);
            writer.number(self.numbers[&target]);
        } else if let RawTarget::Node(node) = reference.target {
            writer.number(1);
            writer.digest(self.content.own[node.0 as usize].reading(self.reading));
        } else {
            writer.number(0);
        }
    }
}
