//! Where a reach begins: how a test or a function is found in a program.

use rustc_hash::FxHashMap;

use super::{Program, VertexId};
use crate::digest::{DigestWriter, OwnCode};
use crate::object_table::NodeId;

/// What is asked about.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub enum CodeRoot {
    /// A test by the name that the harness prints, found by the descriptor that the harness has of it.
    ///
    /// The descriptor says more than the function: whether the test should panic, and with which message. A test's function may be
    /// inlined, its descriptor never is.
    Test(String),
    /// All functions with this path, as `crate::module::function`, in all instances.
    Function(String),
    /// What a name of the linker means, such as `main`.
    Symbol(String),
}

/// Where a root begins.
#[derive(Default)]
pub(super) struct RootStart {
    pub(super) vertices: Vec<VertexId>,
    /// Code that is only the root's own.
    pub(super) own: Vec<OwnCode>,
}

impl Program<'_> {
    /// Where a root begins; `None` if it is not found: then nothing is known about it.
    pub(super) fn start(&self, root: &CodeRoot) -> Option<RootStart> {
        let start = match root {
            CodeRoot::Test(name) => self.test_start(name),
            CodeRoot::Function(path) => self.function_start(path),
            CodeRoot::Symbol(name) => {
                let vertex = self.by_name.get(name.as_str()).copied();
                let defined = vertex.filter(|found| !self.definitions[found.0 as usize].is_empty());
                self.code_start(defined.into_iter().collect())
            }
        };
        (!start.vertices.is_empty()).then_some(start)
    }

    fn function_start(&self, path: &str) -> RootStart {
        self.code_start(self.paths().get(path).cloned().unwrap_or_default())
    }

    fn code_start(&self, vertices: Vec<VertexId>) -> RootStart {
        let own = |vertex: &VertexId| self.structures[vertex.0 as usize];
        let mut own: Vec<OwnCode> = vertices.iter().map(own).collect();
        own.sort_unstable();
        RootStart { vertices, own }
    }

    fn test_start(&self, name: &str) -> RootStart {
        let mut start = RootStart::default();
        for (at, table) in self.tables.iter().enumerate() {
            for test in &table.tests {
                if !test.strings.iter().any(|text| table.name(*text) == name) {
                    continue;
                }
                let vertex = self.node_vertex(at, test.node);
                let targets = self.edges.of(vertex.0);
                start.own.push(self.with_targets(&test.own, targets));
                start.vertices.extend(targets.iter().copied().map(VertexId));
            }
        }
        start
    }

    /// The code of a descriptor: its own, and the structure of what it refers to.
    fn with_targets(&self, own: &OwnCode, targets: &[u32]) -> OwnCode {
        OwnCode::made_of(|reading| {
            let mut writer = DigestWriter::new("descriptor");
            writer.digest(own.reading(reading));
            for target in targets {
                writer.digest(self.structures[*target as usize].reading(reading));
            }
            writer.finish()
        })
    }

    /// Functions by path, without hashes and disambiguators.
    fn paths(&self) -> &FxHashMap<String, Vec<VertexId>> {
        self.paths.get_or_init(|| {
            let mut paths: FxHashMap<String, Vec<VertexId>> = FxHashMap::default();
            for (at, table) in self.tables.iter().enumerate() {
                for (node, number) in table.nodes.iter().zip(0..) {
                    let Some(label) = node.label else { continue };
                    let path = demangled(table.name(label));
                    paths
                        .entry(path)
                        .or_default()
                        .push(self.node_vertex(at, NodeId(number)));
                }
            }
            paths
        })
    }
}

/// A symbol as a path, without hash.
pub(super) fn demangled(symbol: &str) -> String {
    format!("{:#}", rustc_demangle::demangle(symbol))
}
