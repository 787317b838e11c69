//! A linked program, held against the objects that it is said to be made of.
//!
//! An object belongs to a program if its file name stands in the program's symbol table and each of its global functions and
//! statics that is in the program has the same bytes there, together with all the anonymous data that they refer to. Fields that
//! the linker fills are left out, and so are the instructions around them that it may rewrite.

mod file;

use std::collections::VecDeque;

use object::{File, Object, ObjectKind, ObjectSection, ObjectSymbol, SectionKind, SymbolKind, elf};
use rustc_hash::{FxHashMap, FxHashSet};

pub use file::read_program;

use crate::object_table::{DefinitionPlace, NodeId};
use crate::read::raw::{RawNode, RawObject, RawReference, RawTarget};
use crate::read::{ReadError, supported};

/// A linked program.
#[derive(PartialEq, Eq)]
pub struct ProgramImage<'d> {
    sections: Vec<(u64, &'d [u8])>,
    /// Addresses of names: what is hidden is local in a program, and local names need not be unique.
    addresses: FxHashMap<&'d [u8], Vec<u64>>,
    file_names: FxHashSet<&'d str>,
    exported: FxHashSet<String>,
    /// What the loader writes to an address, but for where the program is loaded.
    relative: FxHashMap<u64, u64>,
}

/// Whether a program is made of an object.
#[derive(Clone, PartialEq, Eq, Debug)]
#[non_exhaustive]
pub enum ImageMatch {
    /// All of it that is in the program is the same.
    Same {
        /// How many functions and statics were compared.
        compared: usize,
    },
    /// This function or static is another one in the program.
    Differs(String),
}

impl<'d> ProgramImage<'d> {
    /// Reads a linked program.
    ///
    /// # Errors
    /// If it is no x86-64 ELF program, or has no symbol table.
    pub fn read(bytes: &'d [u8]) -> Result<Self, ReadError> {
        let file = File::parse(bytes)?;
        let is_known = file.format() == object::BinaryFormat::Elf
            && file.architecture() == object::Architecture::X86_64
            && matches!(file.kind(), ObjectKind::Dynamic | ObjectKind::Executable);
        if !is_known || file.symbols().next().is_none() {
            return Err(ReadError::Unsupported("a program without symbols".into()));
        }
        let mut image = Self {
            sections: Vec::new(),
            addresses: FxHashMap::default(),
            file_names: FxHashSet::default(),
            exported: FxHashSet::default(),
            relative: FxHashMap::default(),
        };
        image.collect_sections(&file)?;
        image.collect_symbols(&file)?;
        for (place, relocation) in file.dynamic_relocations().into_iter().flatten() {
            image
                .relative
                .insert(place, relocation.addend().cast_unsigned());
        }
        Ok(image)
    }

    fn collect_sections(&mut self, file: &File<'d>) -> Result<(), ReadError> {
        for section in file.sections() {
            if section.address() != 0 && section.kind() != SectionKind::UninitializedData {
                self.sections.push((section.address(), section.data()?));
            }
        }
        self.sections
            .sort_by_key(|(address, bytes)| (*address, bytes.len()));
        Ok(())
    }

    fn collect_symbols(&mut self, file: &File<'d>) -> Result<(), ReadError> {
        let is_thread_local =
            |section: &object::Section<'d, '_>| section.kind() == SectionKind::Tls;
        let threads = file.sections().find(is_thread_local);
        let threads = threads.map_or(0, |section| section.address());
        for symbol in file.symbols() {
            match symbol.kind() {
                SymbolKind::File => {
                    self.file_names.insert(symbol.name()?);
                }
                SymbolKind::Tls if symbol.is_definition() => {
                    let address = symbol.address().wrapping_add(threads);
                    self.add_address(symbol.name_bytes()?, address);
                }
                _ if symbol.is_definition() => {
                    self.add_address(symbol.name_bytes()?, symbol.address());
                }
                _ => {}
            }
        }
        for symbol in file.dynamic_symbols().filter(ObjectSymbol::is_definition) {
            self.exported.insert(symbol.name()?.to_string());
        }
        Ok(())
    }

    fn add_address(&mut self, name: &'d [u8], address: u64) {
        self.addresses.entry(name).or_default().push(address);
    }

    /// Names of the source or object files that the program was linked from, as its symbol table has them.
    pub fn file_names(&self) -> &FxHashSet<&'d str> {
        &self.file_names
    }

    /// Names that the program shows to libraries that are loaded at run time.
    pub fn exported_symbols(&self) -> &FxHashSet<String> {
        &self.exported
    }

    /// Holds the program against an object.
    ///
    /// # Errors
    /// If the object cannot be read.
    pub fn match_object(&self, bytes: &[u8]) -> Result<ImageMatch, ReadError> {
        let file = supported(bytes)?;
        let object = RawObject::collect(&file, bytes.len())?;
        let mut comparison = ImageComparison {
            image: self,
            object: &object,
            same: FxHashSet::default(),
            open: VecDeque::new(),
        };
        let mut compared = 0;
        for definition in &object.definitions {
            let name = object.symbols[definition.symbol.0 as usize].name;
            let DefinitionPlace::Node(node, offset) = definition.place else {
                continue;
            };
            let Some(addresses) = self.addresses.get(name) else {
                continue;
            };
            let is_same = |address: &u64| comparison.is_same(node, address.wrapping_sub(offset));
            if !addresses.iter().any(is_same) {
                return Ok(ImageMatch::Differs(String::from_utf8_lossy(name).into()));
            }
            compared += 1;
        }
        Ok(ImageMatch::Same { compared })
    }

    fn bytes(&self, address: u64, length: usize) -> Option<&'d [u8]> {
        let after = self
            .sections
            .partition_point(|(start, _)| *start <= address);
        let candidates = self.sections[..after].iter().rev();
        candidates.take(4).find_map(|(start, bytes)| {
            let from = usize::try_from(address - start).ok()?;
            bytes.get(from..from.checked_add(length)?)
        })
    }
}

struct ImageComparison<'i, 'd> {
    image: &'i ProgramImage<'d>,
    object: &'i RawObject<'i>,
    same: FxHashSet<(NodeId, u64)>,
    open: VecDeque<(NodeId, u64)>,
}

impl ImageComparison<'_, '_> {
    /// Compares a node with what is at an address, and all anonymous nodes that it refers to.
    fn is_same(&mut self, node: NodeId, address: u64) -> bool {
        self.open.clear();
        self.open.push_back((node, address));
        while let Some((node, address)) = self.open.pop_front() {
            if self.same.contains(&(node, address)) {
                continue;
            }
            if !self.is_node_same(node, address) {
                return false;
            }
            self.same.insert((node, address));
        }
        true
    }

    fn is_node_same(&mut self, node: NodeId, address: u64) -> bool {
        let object = self.object;
        let node = &object.nodes[node.0 as usize];
        if node.bytes.is_empty() {
            return true;
        }
        let length = node.bytes.len() + usize::from(node.is_string);
        let Some(linked) = self.image.bytes(address, length) else {
            return false;
        };
        let ends = !node.is_string || linked.last() == Some(&0);
        let rewritten = rewritten_bytes(node);
        let mut pairs = node.bytes.iter().zip(linked).zip(rewritten);
        let is_same = ends && pairs.all(|((own, linked), rewritten)| rewritten || own == linked);
        is_same
            && node
                .references
                .iter()
                .all(|found| self.is_target_same(found, address, linked))
    }

    /// Opens what an anonymous reference refers to in the program; a named one is where its name is.
    fn is_target_same(&mut self, reference: &RawReference, address: u64, linked: &[u8]) -> bool {
        let place = address.wrapping_add(reference.place);
        let Some(target) = self.linked_target(reference, place, linked) else {
            return true;
        };
        match reference.target {
            RawTarget::Node(node) => {
                self.open.push_back((node, target));
                true
            }
            RawTarget::Symbol(symbol) => {
                let name = self.object.symbols[symbol.0 as usize].name;
                let known = self.image.addresses.get(name);
                reference.kind == elf::R_X86_64_PLT32
                    || known.is_none_or(|known| known.contains(&target))
            }
            RawTarget::Nothing => true,
        }
    }

    /// The address that the linker took for a target.
    fn linked_target(&self, reference: &RawReference, place: u64, linked: &[u8]) -> Option<u64> {
        let at = usize::try_from(reference.place).ok()?;
        let addend = reference.addend.cast_unsigned();
        match reference.kind {
            elf::R_X86_64_64 => {
                let written = linked.get(at..at.checked_add(8)?)?.try_into().ok()?;
                let relative = self.image.relative.get(&place).copied();
                let value = relative.unwrap_or(u64::from_le_bytes(written));
                (value != 0).then(|| value.wrapping_sub(addend))
            }
            elf::R_X86_64_PC32 | elf::R_X86_64_PLT32 => {
                let written =
                    i32::from_le_bytes(linked.get(at..at.checked_add(4)?)?.try_into().ok()?);
                let value = i64::from(written).cast_unsigned().wrapping_add(place);
                Some(value.wrapping_sub(addend))
            }
            _ => None,
        }
    }
}

/// Which bytes of a node the linker fills or may rewrite.
fn rewritten_bytes(node: &RawNode<'_>) -> Vec<bool> {
    let mut rewritten = vec![false; node.bytes.len()];
    for reference in &node.references {
        let (before, after) = match reference.kind {
            elf::R_X86_64_64 | elf::R_X86_64_DTPOFF64 | elf::R_X86_64_TPOFF64 => (0, 8),
            elf::R_X86_64_GOTPCREL | elf::R_X86_64_GOTPCRELX | elf::R_X86_64_REX_GOTPCRELX => {
                (3, 4)
            }
            elf::R_X86_64_TLSGD | elf::R_X86_64_TLSLD => (4, 12),
            elf::R_X86_64_GOTTPOFF | elf::R_X86_64_GOTPC32_TLSDESC => (4, 4),
            elf::R_X86_64_TLSDESC_CALL => (0, 2),
            _ => (0, 4),
        };
        let Ok(place) = usize::try_from(reference.place) else {
            continue;
        };
        let end = place.saturating_add(after).min(rewritten.len());
        if let Some(bytes) = rewritten.get_mut(place.saturating_sub(before)..end) {
            bytes.fill(true);
        }
    }
    rewritten
}
