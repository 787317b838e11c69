//! The parts of own code that a root can reach: to be held against those of an earlier program.

use std::collections::BTreeMap;

use super::roots::{CodeRoot, demangled};
use super::{Program, table_number};
use crate::parts::{CodePart, PartReader};

/// A part of own code that a root can reach.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct ReachedPart {
    /// Its path, without hash.
    pub path: String,
    /// The linker's name of it.
    pub symbol: String,
    /// What it is.
    pub part: CodePart,
}

impl Program<'_> {
    /// The parts of own code that a root and all that runs unasked can reach, sorted; `None` if the root is not found.
    pub fn reached_parts(&self, root: &CodeRoot) -> Option<Vec<ReachedPart>> {
        let mut readers = BTreeMap::new();
        let mut parts = Vec::new();
        for vertex in self.reached(&self.start(root)?) {
            if self.vertex_name(vertex).is_some() {
                continue;
            }
            let at = table_number(&self.firsts, vertex);
            if at >= self.own {
                continue;
            }
            let reader = readers
                .entry(at)
                .or_insert_with(|| PartReader::new(self.tables[at]));
            let node = (vertex.0 - self.firsts[at]) as usize;
            parts.extend(reader.part(node).map(|(symbol, part)| ReachedPart {
                path: demangled(symbol),
                symbol: symbol.to_owned(),
                part,
            }));
        }
        parts.sort_unstable();
        Some(parts)
    }
}
