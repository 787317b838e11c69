//! Why a root's fingerprint differs between two programs: which functions and constants differ.

use std::collections::BTreeMap;

use super::roots::{CodeRoot, demangled};
use super::{Program, VertexId};
use crate::digest::{CodeDigest, DigestWriter};
use crate::object_table::NameId;

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
        let before = self.functions(&self.reached(&old_start));
        let after = new.functions(&new.reached(&new_start));
        let mut symbols = Vec::new();
        for (path, code) in &before {
            match after.get(path) {
                None => symbols.push(DifferingSymbol::Removed(path.clone())),
                Some(other) if other != code => {
                    symbols.push(DifferingSymbol::Changed(path.clone()));
                }
                Some(_) => {}
            }
        }
        let added = after.keys().filter(|path| !before.contains_key(*path));
        symbols.extend(added.map(|path| DifferingSymbol::Added(path.clone())));
        CodeDifference::Known {
            symbols,
            is_expectation: self.expectations(root) != new.expectations(root),
            is_unasked: self.unasked_code.plain != new.unasked_code.plain,
        }
    }

    /// The descriptors of a test, without what they refer to.
    fn expectations(&self, root: &CodeRoot) -> Vec<CodeDigest> {
        let CodeRoot::Test(name) = root else {
            return Vec::new();
        };
        let tests = self.tables.iter().flat_map(|table| {
            let named = |text: &NameId| table.name(*text) == name;
            table
                .tests
                .iter()
                .filter(move |test| test.strings.iter().any(named))
        });
        tests.map(|test| test.own.plain).collect()
    }

    /// Own code of what was reached, by path: several functions may have one, such as instances of a generic one.
    fn functions(&self, reached: &[VertexId]) -> BTreeMap<String, Vec<CodeDigest>> {
        let mut functions: BTreeMap<String, Vec<CodeDigest>> = BTreeMap::new();
        for vertex in reached {
            let Some(name) = self.vertex_name(*vertex) else {
                continue;
            };
            let nodes = self.edges.of(vertex.0).iter();
            let mut code: Vec<CodeDigest> =
                nodes.map(|node| self.shallow(VertexId(*node))).collect();
            code.extend(
                self.definitions[vertex.0 as usize]
                    .is_empty()
                    .then_some(CodeDigest([0; 16])),
            );
            functions.entry(demangled(name)).or_default().extend(code);
        }
        for code in functions.values_mut() {
            code.sort_unstable();
        }
        functions
    }

    /// A node's own code, the paths of the names that it refers to, and the own code of its anonymous targets.
    fn shallow(&self, node: VertexId) -> CodeDigest {
        let mut writer = DigestWriter::new("shallow");
        writer.digest(self.node(node).own.plain);
        for target in self.edges.of(node.0) {
            match self.vertex_name(VertexId(*target)) {
                Some(name) => writer.bytes(demangled(name).as_bytes()),
                None => writer.digest(self.node(VertexId(*target)).own.plain),
            }
        }
        writer.finish()
    }
}
