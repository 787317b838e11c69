//! Sections, symbols and relocations of one object, with each relocation resolved to what it refers to.

use object::elf;
use object::{
    File, Object, ObjectSection, ObjectSymbol, Relocation, RelocationFlags, RelocationTarget,
    SectionKind, SymbolKind, SymbolScope,
};
use rustc_hash::FxHashMap;

use super::ReadError;
use super::identity::{identity, is_mangled};
use super::sections::{MEANING, RawSection, entry_sizes, is_loaded, role};
use super::unwind::UnwindRecord;
use crate::object_table::{DefinitionPlace, NodeId};

/// A section, or an element of a mergeable one.
pub(crate) struct RawNode<'d> {
    pub(crate) bytes: &'d [u8],
    /// Differs from the number of bytes where a section has no bytes in the file.
    pub(crate) size: u64,
    pub(crate) flags: u64,
    pub(crate) align: u64,
    pub(crate) is_text: bool,
    /// A string of a mergeable section, without its NUL.
    pub(crate) is_string: bool,
    pub(crate) has_global: bool,
    /// The symbol that the function is known by.
    pub(crate) label: Option<SymbolNumber>,
    pub(crate) role: RawRole<'d>,
    /// See [`identity`](super::identity).
    pub(crate) identity: Option<String>,
    pub(crate) references: Vec<RawReference>,
    pub(crate) unwind: Vec<UnwindRecord>,
}

/// How a node comes to be used.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum RawRole<'d> {
    Asked,
    Unasked,
    Collected(&'d str),
}

/// One relocation.
#[derive(Clone, Copy)]
pub(crate) struct RawReference {
    pub(crate) place: u64,
    pub(crate) kind: u32,
    pub(crate) addend: i64,
    pub(crate) target: RawTarget,
}

/// What a relocation refers to.
#[derive(Clone, Copy)]
pub(crate) enum RawTarget {
    Node(NodeId),
    Symbol(SymbolNumber),
    Nothing,
}

/// The place of a symbol in [`RawObject::symbols`].
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) struct SymbolNumber(pub(crate) u32);

/// A symbol as far as relocations need it.
#[derive(Clone, Copy, Default)]
pub(crate) struct RawSymbol<'d> {
    pub(crate) name: &'d [u8],
    /// Section and offset, if it is defined in a section.
    pub(crate) place: Option<(usize, u64)>,
    pub(crate) is_global: bool,
    is_section: bool,
}

/// A global definition.
pub(crate) struct RawDefinition {
    pub(crate) symbol: SymbolNumber,
    pub(crate) place: DefinitionPlace,
    pub(crate) is_exported: bool,
}

/// All of an object.
pub(crate) struct RawObject<'d> {
    pub(crate) nodes: Vec<RawNode<'d>>,
    pub(crate) symbols: Vec<RawSymbol<'d>>,
    pub(crate) definitions: Vec<RawDefinition>,
    /// Names of what the object was compiled from, which linkers keep.
    pub(crate) file_names: Vec<SymbolNumber>,
    pub(super) is_intel: bool,
    sections: Vec<Option<RawSection<'d>>>,
    whole: Vec<Option<NodeId>>,
    elements: FxHashMap<(usize, u64), NodeId>,
    /// How many bytes of strings may still be referred to.
    allowance: usize,
}

impl<'d> RawObject<'d> {
    /// Collects all that is loaded, and what that refers to.
    pub(crate) fn collect(file: &File<'d>, length: usize) -> Result<Self, ReadError> {
        let mut object = Self {
            nodes: Vec::new(),
            symbols: Vec::new(),
            definitions: Vec::new(),
            file_names: Vec::new(),
            is_intel: file.architecture() == object::Architecture::X86_64,
            sections: Vec::new(),
            whole: Vec::new(),
            elements: FxHashMap::default(),
            allowance: length.saturating_mul(8).saturating_add(1 << 20),
        };
        object.collect_sections(file)?;
        object.collect_symbols(file)?;
        object.collect_references(file)?;
        object.collect_definitions(file);
        object.collect_identities();
        Ok(object)
    }

    fn collect_sections(&mut self, file: &File<'d>) -> Result<(), ReadError> {
        let entry_sizes = entry_sizes(file)?;
        for section in file.sections() {
            let at = section.index().0;
            if at >= self.sections.len() {
                self.sections.resize_with(at + 1, || None);
                self.whole.resize(at + 1, None);
            }
            let facts = entry_sizes.get(at).copied().unwrap_or_default();
            let known = RawSection::read(&section, facts)?;
            let is_whole = known.is_whole();
            self.sections[at] = Some(known);
            if is_whole {
                self.whole_section(at);
            }
        }
        Ok(())
    }

    fn collect_symbols(&mut self, file: &File<'d>) -> Result<(), ReadError> {
        for symbol in file.symbols() {
            let at = symbol.index().0;
            if at > self.symbols.len().saturating_add(1 << 24) {
                return Err(ReadError::TooLarge);
            }
            if at >= self.symbols.len() {
                self.symbols.resize(at + 1, RawSymbol::default());
            }
            let section = symbol.section_index().map(|section| section.0);
            self.symbols[at] = RawSymbol {
                name: symbol.name_bytes()?,
                place: section.map(|section| (section, symbol.address())),
                is_global: symbol.is_global(),
                is_section: symbol.kind() == SymbolKind::Section,
            };
        }
        Ok(())
    }

    fn collect_references(&mut self, file: &File<'d>) -> Result<(), ReadError> {
        let mut is_read = vec![false; self.whole.len()];
        // A reference may be the first that asks for a section, so all are looked at until no further one is asked for.
        loop {
            let before = self.nodes.len();
            for section in file.sections() {
                let at = section.index().0;
                let Some(node) = self.whole[at].filter(|_| !is_read[at]) else {
                    continue;
                };
                is_read[at] = true;
                let references: Result<Vec<RawReference>, ReadError> = section
                    .relocations()
                    .map(|(place, relocation)| self.reference(place, &relocation))
                    .collect();
                let mut references = references?;
                references.sort_by_key(|reference| reference.place);
                self.nodes[node.0 as usize].references = references;
            }
            if self.nodes.len() == before {
                return Ok(());
            }
        }
    }

    /// What a relocation refers to.
    pub(crate) fn reference(
        &mut self,
        place: u64,
        relocation: &Relocation,
    ) -> Result<RawReference, ReadError> {
        let RelocationFlags::Elf { r_type } = relocation.flags() else {
            return Err(ReadError::Unsupported(
                "a relocation that is not ELF's".into(),
            ));
        };
        if relocation.has_implicit_addend() {
            return Err(ReadError::Unsupported("a relocation without addend".into()));
        }
        let (target, addend) = match relocation.target() {
            RelocationTarget::Symbol(symbol) => self.target(symbol.0, relocation.addend())?,
            RelocationTarget::Section(section) => (
                RawTarget::Node(self.existing_section(section.0)?),
                relocation.addend(),
            ),
            _ => (RawTarget::Nothing, relocation.addend()),
        };
        Ok(RawReference {
            place,
            kind: r_type,
            addend,
            target,
        })
    }

    fn target(&mut self, at: usize, addend: i64) -> Result<(RawTarget, i64), ReadError> {
        let symbol = *self
            .symbols
            .get(at)
            .ok_or_else(|| ReadError::Malformed("a relocation by no symbol".into()))?;
        let Some((section, value)) = symbol.place else {
            let number = SymbolNumber(u32::try_from(at).map_err(|_| ReadError::TooLarge)?);
            return Ok((RawTarget::Symbol(number), addend));
        };
        if symbol.is_global {
            let number = SymbolNumber(u32::try_from(at).map_err(|_| ReadError::TooLarge)?);
            return Ok((RawTarget::Symbol(number), addend));
        }
        let value = i64::try_from(value).map_err(|_| ReadError::TooLarge)?;
        let (start, rest) = if symbol.is_section {
            (addend, 0)
        } else {
            (value, addend)
        };
        // Linkers take the addend as the offset, also where the place is biased by the end of an instruction.
        if let Some((node, inside)) = self.element(section, start) {
            return self.use_element(node, inside.wrapping_add(rest));
        }
        let node = self.existing_section(section)?;
        Ok((RawTarget::Node(node), value.wrapping_add(addend)))
    }

    fn use_element(&mut self, node: NodeId, addend: i64) -> Result<(RawTarget, i64), ReadError> {
        let used = self.nodes[node.0 as usize].bytes.len();
        self.allowance = self
            .allowance
            .checked_sub(used)
            .ok_or(ReadError::TooLarge)?;
        Ok((RawTarget::Node(node), addend))
    }

    /// The element of a mergeable section that an offset is in, and how far in.
    fn element(&mut self, at: usize, offset: i64) -> Option<(NodeId, i64)> {
        let section = self.sections.get(at)?.as_ref()?;
        let offset = usize::try_from(offset).ok()?;
        let element = section.element(offset)?;
        let inside = i64::try_from(offset - element.start).ok()?;
        let key = (at, u64::try_from(element.start).ok()?);
        if let Some(known) = self.elements.get(&key) {
            return Some((*known, inside));
        }
        let node = self.add_node(RawNode {
            bytes: element.bytes,
            size: element.bytes.len() as u64,
            flags: section.flags & MEANING,
            align: section.align,
            is_text: false,
            is_string: element.is_string,
            has_global: false,
            label: None,
            role: RawRole::Asked,
            identity: None,
            references: Vec::new(),
            unwind: Vec::new(),
        })?;
        self.elements.insert(key, node);
        Some((node, inside))
    }

    fn add_node(&mut self, node: RawNode<'d>) -> Option<NodeId> {
        let id = NodeId(u32::try_from(self.nodes.len()).ok()?);
        self.nodes.push(node);
        Some(id)
    }

    fn existing_section(&mut self, at: usize) -> Result<NodeId, ReadError> {
        self.whole_section(at)
            .ok_or_else(|| ReadError::Malformed("a symbol in no section".into()))
    }

    /// The node of a whole section.
    pub(crate) fn whole_section(&mut self, at: usize) -> Option<NodeId> {
        if let Some(known) = *self.whole.get(at)? {
            return Some(known);
        }
        let section = self.sections[at].as_ref()?;
        let node = RawNode {
            bytes: section.bytes,
            size: section.size,
            flags: section.flags & MEANING,
            align: section.align,
            is_text: section.kind == SectionKind::Text,
            is_string: false,
            has_global: false,
            label: None,
            role: role(section),
            identity: None,
            references: Vec::new(),
            unwind: Vec::new(),
        };
        let id = self.add_node(node)?;
        self.whole[at] = Some(id);
        Some(id)
    }

    fn collect_definitions(&mut self, file: &File<'d>) {
        for symbol in file.symbols() {
            let number = symbol.index().0;
            let raw = self.symbols[number];
            let Ok(narrow) = u32::try_from(number) else {
                continue;
            };
            let number = SymbolNumber(narrow);
            if symbol.kind() == SymbolKind::File {
                self.file_names.push(number);
            }
            let node = raw.place.and_then(|(section, offset)| {
                self.definition_node(section, offset, raw.is_section)
            });
            if let Some((node, _)) = node
                && matches!(symbol.kind(), SymbolKind::Text)
            {
                let known = &mut self.nodes[node.0 as usize];
                if known.label.is_none() || raw.is_global {
                    known.label = Some(number);
                }
            }
            if !raw.is_global || symbol.is_undefined() {
                continue;
            }
            let place = match node {
                Some((node, offset)) => {
                    self.nodes[node.0 as usize].has_global = true;
                    DefinitionPlace::Node(node, offset)
                }
                None if symbol.is_common() => DefinitionPlace::Value(symbol.size()),
                None => DefinitionPlace::Value(symbol.address()),
            };
            self.definitions.push(RawDefinition {
                symbol: number,
                place,
                is_exported: symbol.scope() == SymbolScope::Dynamic,
            });
        }
    }

    fn definition_node(
        &mut self,
        section: usize,
        offset: u64,
        is_section: bool,
    ) -> Option<(NodeId, u64)> {
        if is_section {
            return None;
        }
        let start = i64::try_from(offset).ok()?;
        if let Some((node, inside)) = self.element(section, start) {
            return Some((node, u64::try_from(inside).ok()?));
        }
        let is_code = |found: &RawSection<'_>| is_loaded(found.flags);
        let loaded = self.sections.get(section)?.as_ref().is_some_and(is_code);
        (loaded || self.whole[section].is_some())
            .then(|| self.whole_section(section))?
            .map(|node| (node, offset))
    }

    /// Says which nodes are statics.
    fn collect_identities(&mut self) {
        let mut symbols: Vec<Vec<(u64, &[u8])>> = vec![Vec::new(); self.whole.len()];
        for symbol in self.symbols.iter().filter(|symbol| !symbol.is_section) {
            if let Some((section, offset)) = symbol.place
                && let Some(found) = symbols.get_mut(section)
            {
                found.push((offset, symbol.name));
            }
        }
        let is_rusts = symbols.iter().flatten().any(|(_, name)| is_mangled(name));
        for ((section, node), mut symbols) in self.sections.iter().zip(&self.whole).zip(symbols) {
            if let (Some(section), Some(node)) = (section, node) {
                symbols.sort_unstable();
                self.nodes[node.0 as usize].identity = identity(section, &symbols, is_rusts);
            }
        }
    }

    /// Whether a relocation is a pointer of 64 bits.
    pub(crate) fn is_pointer(&self, kind: u32) -> bool {
        let pointer = if self.is_intel {
            elf::R_X86_64_64
        } else {
            elf::R_AARCH64_ABS64
        };
        kind == pointer
    }
}
