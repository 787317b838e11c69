//! Functions and named data by name, each with short digests of its own code: few bytes to keep of a program, so that later the
//! parts can be named that differ.
//!
//! Short digests explain and never decide: what decides is a [`CodeFingerprint`](crate::CodeFingerprint). Names are kept without
//! hashes, so all instances of a generic function have one name.

use rustc_hash::FxHashSet;
use serde::{Deserialize, Serialize};

use crate::digest::{CodeDigest, DigestWriter};
use crate::object_table::{CodeTarget, DefinitionPlace, NameId, NodeId, ObjectTable};
use crate::read::without_hash;

/// A function or named piece of data, without what it refers to by name.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
pub struct CodePart {
    /// Of its name.
    pub name: u64,
    /// Of its instructions or bytes, positions in source aside, with the strings and numbers that they refer to.
    pub own: u32,
    /// Of the names that it refers to.
    pub callees: u32,
    /// Of other data without a name that it refers to, such as tables of functions.
    pub constants: u32,
}

impl ObjectTable {
    /// The parts of the object, sorted.
    pub fn code_parts(&self) -> Vec<CodePart> {
        let reader = PartReader::new(self);
        let nodes = (0..self.nodes.len()).filter_map(|node| reader.part(node));
        let mut parts: Vec<CodePart> = nodes.map(|(_, part)| part).collect();
        parts.sort_unstable();
        parts.dedup();
        parts
    }
}

/// Reads the parts of one table.
pub(crate) struct PartReader<'t> {
    table: &'t ObjectTable,
    /// What each node is called.
    names: Vec<Option<NameId>>,
    /// Digests of all names.
    digests: Vec<u64>,
}

impl<'t> PartReader<'t> {
    pub(crate) fn new(table: &'t ObjectTable) -> Self {
        let mut names: Vec<Option<NameId>> = table.nodes.iter().map(|node| node.label).collect();
        for definition in &table.definitions {
            if let DefinitionPlace::Node(node, _) = definition.place
                && let Some(name) = names.get_mut(node.0 as usize)
            {
                name.get_or_insert(definition.name);
            }
        }
        let digests = table.names.iter().map(|name| name_digest(name));
        Self {
            table,
            names,
            digests: digests.collect(),
        }
    }

    /// The symbol of a node and what it is; `None` if it has no name.
    pub(crate) fn part(&self, node: usize) -> Option<(&'t str, CodePart)> {
        let name = (*self.names.get(node)?)?;
        let mut callees = Vec::new();
        let mut constants = DigestWriter::new("constants");
        let mut seen = FxHashSet::default();
        let mut open = vec![node];
        while let Some(at) = open.pop() {
            for target in &self.table.nodes[at].targets {
                match self.named(*target) {
                    Ok(callee) => callees.push(self.digests[callee.0 as usize]),
                    Err(data) if seen.insert(data) => {
                        let at = data.0 as usize;
                        constants.digest(self.table.nodes[at].own.plain);
                        open.push(at);
                    }
                    Err(_) => {}
                }
            }
        }
        callees.sort_unstable();
        callees.dedup();
        let mut called = DigestWriter::new("callees");
        for name in callees {
            called.number(name);
        }
        let part = CodePart {
            name: self.digests[name.0 as usize],
            own: short(self.table.nodes[node].own.plain),
            callees: short(called.finish()),
            constants: short(constants.finish()),
        };
        Some((self.table.name(name), part))
    }

    /// What a target is called; the target itself if it is data without a name.
    fn named(&self, target: CodeTarget) -> Result<NameId, NodeId> {
        match target {
            CodeTarget::Symbol(name) => Ok(name),
            CodeTarget::Node(node) => self.names[node.0 as usize].ok_or(node),
        }
    }
}

fn short(digest: CodeDigest) -> u32 {
    let [first, second, third, fourth, ..] = digest.0;
    u32::from_le_bytes([first, second, third, fourth])
}

fn name_digest(name: &str) -> u64 {
    let mut writer = DigestWriter::new("name");
    writer.bytes(without_hash(name).as_bytes());
    let digest = writer.finish().0;
    digest
        .into_iter()
        .take(8)
        .fold(0, |number, byte| number << 8 | u64::from(byte))
}
