//! The table that is kept of an object: what has a name, what runs unasked, and all through which something else is reached.

use rustc_hash::FxHashMap;

use super::content::{NumberedTarget, ObjectContent, content};
use super::identity::is_mangled;
use super::raw::{RawObject, RawRole, SymbolNumber};
use super::recognized::{RecognizedTest, test_descriptor};
use crate::digest::{OwnCode, Reading};
use crate::object_table::{
    CodeNode, CodeTarget, DefinitionPlace, NameId, NodeId, NodeRole, ObjectTable, SymbolDefinition,
    TestDescriptor,
};
use crate::program::Abilities;

/// Packs an object.
pub(super) fn pack(object: &RawObject<'_>) -> ObjectTable {
    let tests = recognized_tests(object);
    let numbers: Vec<usize> = tests.iter().map(|(test, _)| *test).collect();
    let content = content(object, &numbers);
    let mut packer = Packer {
        object,
        numbers: kept_numbers(&content),
        content,
        names: Vec::new(),
        known: FxHashMap::default(),
        by_symbol: FxHashMap::default(),
    };
    let nodes = packer.nodes();
    let definitions = packer.definitions();
    let tests = packer.tests(tests);
    let files = object.file_names.iter();
    let file_names = files.map(|file| packer.symbol(*file)).collect();
    ObjectTable {
        names: packer.names,
        nodes,
        definitions,
        tests,
        file_names,
    }
}

type FoundTests<'d> = Vec<(usize, RecognizedTest<'d>)>;

fn recognized_tests<'d>(object: &RawObject<'d>) -> FoundTests<'d> {
    let nodes = object.nodes.iter().enumerate();
    nodes
        .filter_map(|(at, node)| Some((at, test_descriptor(object, node)?)))
        .collect()
}

/// The new number of each node that stays.
fn kept_numbers(content: &ObjectContent) -> Vec<Option<NodeId>> {
    let mut next = 0;
    let number = |is_kept: &bool| {
        is_kept.then(|| {
            next += 1;
            NodeId(next - 1)
        })
    };
    content.is_kept.iter().map(number).collect()
}

struct Packer<'o, 'd> {
    object: &'o RawObject<'d>,
    content: ObjectContent,
    numbers: Vec<Option<NodeId>>,
    names: Vec<Box<str>>,
    known: FxHashMap<Box<str>, NameId>,
    by_symbol: FxHashMap<SymbolNumber, NameId>,
}

impl Packer<'_, '_> {
    fn name(&mut self, text: &str) -> NameId {
        if let Some(known) = self.known.get(text) {
            return *known;
        }
        let id = NameId(u32::try_from(self.names.len()).expect("fewer names than bytes"));
        self.names.push(text.into());
        self.known.insert(text.into(), id);
        id
    }

    fn symbol(&mut self, symbol: SymbolNumber) -> NameId {
        if let Some(known) = self.by_symbol.get(&symbol) {
            return *known;
        }
        let text = String::from_utf8_lossy(self.object.symbols[symbol.0 as usize].name);
        let id = self.name(&text);
        self.by_symbol.insert(symbol, id);
        id
    }

    fn nodes(&mut self) -> Vec<CodeNode> {
        let kept = (0..self.object.nodes.len()).filter(|at| self.numbers[*at].is_some());
        let kept: Vec<usize> = kept.collect();
        kept.into_iter().map(|at| self.node(at)).collect()
    }

    fn node(&mut self, at: usize) -> CodeNode {
        let object = self.object;
        let raw = &object.nodes[at];
        let identity = raw.identity.as_deref().map(|identity| self.name(identity));
        let targets = self.content.targets(raw).into_iter();
        let targets = targets.map(|target| self.target(target)).collect();
        CodeNode {
            label: raw.label.map(|label| self.symbol(label)),
            role: match raw.role {
                RawRole::Asked => NodeRole::Asked,
                RawRole::Unasked => NodeRole::Unasked,
                RawRole::Collected(section) => NodeRole::Collected(self.name(section)),
            },
            identity,
            own: self.content.own[at],
            targets,
            abilities: if self.content.enters_kernel[at] {
                Abilities::KERNEL
            } else {
                Abilities::NONE
            },
        }
    }

    fn target(&mut self, target: NumberedTarget) -> CodeTarget {
        match target {
            NumberedTarget::Symbol(symbol) => CodeTarget::Symbol(self.symbol(symbol)),
            NumberedTarget::Node(node) => {
                let kept = self.numbers[node as usize];
                CodeTarget::Node(kept.expect("what is numbered is kept"))
            }
        }
    }

    fn definitions(&mut self) -> Vec<SymbolDefinition> {
        let object = self.object;
        let mut definitions = Vec::with_capacity(object.definitions.len());
        for raw in &object.definitions {
            let place = match &raw.place {
                DefinitionPlace::Node(node, offset) => {
                    let kept = self.numbers[node.0 as usize];
                    DefinitionPlace::Node(kept.expect("what has a global name is kept"), *offset)
                }
                value @ DefinitionPlace::Value(_) => value.clone(),
            };
            let name = self.symbol(raw.symbol);
            let is_rusts = is_mangled(self.names[name.0 as usize].as_bytes());
            definitions.push(SymbolDefinition {
                name,
                place,
                is_exported: raw.is_exported && !is_rusts,
            });
        }
        definitions
    }

    fn tests(&mut self, found: FoundTests<'_>) -> Vec<TestDescriptor> {
        let mut tests = Vec::with_capacity(found.len());
        for (at, test) in found {
            let blanked: Vec<_> = test.position.into_iter().collect();
            let node = &self.object.nodes[at];
            let plain = self.content.digest(node, &blanked, Reading::Plain);
            tests.push(TestDescriptor {
                own: OwnCode {
                    plain,
                    positioned: self.content.own[at].positioned,
                },
                node: self.numbers[at].expect("descriptors are kept"),
                strings: test.strings.iter().map(|text| self.name(text)).collect(),
            });
        }
        tests
    }
}
