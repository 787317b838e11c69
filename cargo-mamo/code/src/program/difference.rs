//! Why a root's fingerprint differs between two programs: which functions and constants differ.

use std::collections::BTreeMap;

use super::roots::CodeRoot;
use super::{Program, VertexId};
use crate::digest::CodeDigest;

/// How the code of a root differs between two programs.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum CodeDifference {
    /// The root is not found in one of them.
    Unknown,
    /// What differs; nothing if the code is the same.
    Known {
        /// Symbols that differ, sorted by name.
        symbols: Vec<DifferingSymbol>,
        /// Whether the descriptor of the test differs, such as in `should_panic`.
        is_expectation: bool,
        /// Whether what runs unasked differs.
        is_unasked: bool,
    },
}

/// A symbol whose code differs.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum DifferingSymbol {
    /// It is reached in the new program alone.
    Added(String),
    /// It is reached in the old program alone.
    Removed(String),
    /// It is reached in both, with other code of its own.
    Changed(String),
}

impl Program<'_> {
    /// What differs for a root, positions in source aside.
    pub fn difference(&self, new: &Program<'_>, root: &CodeRoot) -> CodeDifference {
        let (Some(old_start), Some(new_start)) = (self.start(root), new.start(root)) else {
            return CodeDifference::Unknown;
        };
        let before = self.meanings_of(&self.reached(&old_start));
        let after = new.meanings_of(&new.reached(&new_start));
        let mut symbols = Vec::new();
        for (name, meaning) in &before {
            match after.get(name) {
                None => symbols.push(DifferingSymbol::Removed((*name).to_string())),
                Some(other) if other != meaning => {
                    symbols.push(DifferingSymbol::Changed((*name).to_string()));
                }
                Some(_) => {}
            }
        }
        let added = after.keys().filter(|name| !before.contains_key(*name));
        symbols.extend(added.map(|name| DifferingSymbol::Added((*name).to_string())));
        let expectations = |own: &[crate::digest::OwnCode]| -> Vec<CodeDigest> {
            own.iter().map(|own| own.plain).collect()
        };
        CodeDifference::Known {
            symbols,
            is_expectation: expectations(&old_start.own) != expectations(&new_start.own),
            is_unasked: self.unasked_code.plain != new.unasked_code.plain,
        }
    }

    fn meanings_of(&self, reached: &[VertexId]) -> BTreeMap<&str, CodeDigest> {
        let named = reached.iter().filter_map(|vertex| {
            let name = self.vertex_name(*vertex)?;
            Some((name, self.meaning[vertex.0 as usize].plain))
        });
        named.collect()
    }
}
