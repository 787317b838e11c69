//! What one object file holds, without the file: kept under its digest, so that only new objects are read.

use serde::{Deserialize, Serialize};

use crate::digest::OwnCode;
use crate::program::Abilities;

/// Changes when what a table holds, or how a digest is made, changes: a table of another version is read anew.
pub const TABLE_VERSION: u32 = 6;

/// The place of a name in [`ObjectTable::names`].
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
pub(crate) struct NameId(pub(crate) u32);

/// The place of a node in [`ObjectTable::nodes`].
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
pub(crate) struct NodeId(pub(crate) u32);

/// Functions and data of one object file: own code, and what each refers to.
///
/// The own code of a node says nothing about what its targets are called or made of: it numbers them, and the node lists them in that
/// order. Only a target through which no symbol can be reached, such as a string, is part of the own code itself.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct ObjectTable {
    pub(crate) names: Vec<Box<str>>,
    pub(crate) nodes: Vec<CodeNode>,
    pub(crate) definitions: Vec<SymbolDefinition>,
    pub(crate) tests: Vec<TestDescriptor>,
    /// Names of the object as linkers keep them.
    pub(crate) file_names: Vec<NameId>,
}

/// What tells which programs an object is part of.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct ObjectOutline {
    file_names: Vec<Box<str>>,
    /// Whether it defines what the shim does that rustc compiles for each program: it hands on to the program's allocator.
    pub(crate) is_allocator: bool,
}

impl ObjectOutline {
    /// The names by which a program's symbol table says that the object is part of it.
    pub fn file_names(&self) -> impl Iterator<Item = &str> {
        self.file_names.iter().map(AsRef::as_ref)
    }

    /// Whether the object is part of a program that names these objects. One without a name may be part of any.
    pub fn is_part(&self, is_named: impl Fn(&str) -> bool) -> bool {
        self.file_names.is_empty() || self.file_names().any(is_named)
    }
}

/// A section, or an element of a section whose elements a linker merges.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub(crate) struct CodeNode {
    /// The symbol that it is best known by, if it is a function.
    pub(crate) label: Option<NameId>,
    pub(crate) role: NodeRole,
    /// What it is called, if it is data that is one thing, whatever else looks like it: a static.
    pub(crate) identity: Option<NameId>,
    pub(crate) own: OwnCode,
    /// What it refers to, each once, in the order in which its own code numbers them.
    pub(crate) targets: Vec<CodeTarget>,
    /// What it may ask of the system by itself, so that no symbol tells: by an instruction that enters the kernel.
    pub(crate) abilities: Abilities,
}

/// What a node refers to.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Serialize, Deserialize)]
pub(crate) enum CodeTarget {
    /// A node of the same object.
    Node(NodeId),
    /// A global symbol, here or elsewhere.
    Symbol(NameId),
}

/// How a node comes to run or to be read.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub(crate) enum NodeRole {
    /// Something refers to it.
    Asked,
    /// The loader or the linker uses it although nothing refers to it.
    Unasked,
    /// The linker collects sections of this name between `__start_NAME` and `__stop_NAME`.
    Collected(NameId),
}

/// A global symbol that the object defines.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub(crate) struct SymbolDefinition {
    pub(crate) name: NameId,
    pub(crate) place: DefinitionPlace,
    /// Whether it can be called from outside of the program by a name that is not Rust's.
    pub(crate) is_exported: bool,
}

/// What a symbol stands for.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub(crate) enum DefinitionPlace {
    /// A place in a node.
    Node(NodeId, u64),
    /// An absolute value, or the size of common data.
    Value(u64),
}

/// The constant by which the test harness knows a test: name, expectations (`should_panic`), and function.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub(crate) struct TestDescriptor {
    /// The strings that it refers to; the test's name is one of them.
    pub(crate) strings: Vec<NameId>,
    /// Its content; the plain reading leaves the test's own lines and columns out.
    pub(crate) own: OwnCode,
    pub(crate) node: NodeId,
}

impl ObjectTable {
    pub(crate) fn name(&self, id: NameId) -> &str {
        self.names.get(id.0 as usize).map_or("", |name| name)
    }

    /// All names that the object mentions.
    pub(crate) fn all_names(&self) -> impl Iterator<Item = &str> {
        self.names.iter().map(AsRef::as_ref)
    }

    /// The names of the global symbols that the object defines.
    pub fn defined_symbols(&self) -> impl Iterator<Item = &str> {
        self.definitions.iter().map(|found| self.name(found.name))
    }

    /// The names of the functions of the object, of those too that no other object can call.
    pub fn function_symbols(&self) -> impl Iterator<Item = &str> {
        let labels = self.nodes.iter().filter_map(|node| node.label);
        labels.map(|label| self.name(label))
    }

    /// The names by which a program's symbol table says that the object is part of it.
    pub(crate) fn file_names(&self) -> impl Iterator<Item = &str> {
        self.file_names.iter().map(|name| self.name(*name))
    }

    /// Whether the object is part of a program that names these objects: see [`ObjectOutline::is_part`].
    pub fn is_part(&self, is_named: impl Fn(&str) -> bool) -> bool {
        self.file_names.is_empty() || self.file_names().any(is_named)
    }

    /// What tells which programs the object is part of.
    pub fn outline(&self) -> ObjectOutline {
        let is_allocation = |name: &str| {
            name == "__rust_alloc" || name.starts_with("_R") && name.ends_with("___rust_alloc")
        };
        ObjectOutline {
            file_names: self.file_names().map(Box::from).collect(),
            is_allocator: self.defined_symbols().any(is_allocation),
        }
    }

    /// Whether all numbers in the table are inside of it, as they may not be after it was kept on a disk.
    pub fn is_sound(&self) -> bool {
        let name = |id: &NameId| (id.0 as usize) < self.names.len();
        let node = |id: &NodeId| (id.0 as usize) < self.nodes.len();
        let nodes = self.nodes.iter().all(|found| {
            found.label.iter().chain(&found.identity).all(name)
                && found.targets.iter().all(|target| match target {
                    CodeTarget::Node(id) => node(id),
                    CodeTarget::Symbol(id) => name(id),
                })
                && !matches!(&found.role, NodeRole::Collected(id) if !name(id))
        });
        let definitions = self.definitions.iter().all(|found| {
            name(&found.name) && !matches!(&found.place, DefinitionPlace::Node(id, _) if !node(id))
        });
        let files = self.file_names.iter().all(name);
        let tests = self
            .tests
            .iter()
            .all(|found| node(&found.node) && found.strings.iter().all(name));
        nodes && definitions && tests && files
    }
}
