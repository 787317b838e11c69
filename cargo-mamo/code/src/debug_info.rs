//! Where in source the functions of a linked program stand, by its debug information (DWARF).
//!
//! Of a linked program, not of its objects: there the linker has resolved all references between the sections. Functions that the
//! linker threw away are still described. What is not described has no place: it must never be given a guessed one.

use std::borrow::Cow;
use std::path::PathBuf;

use gimli::{
    AttributeValue, DebuggingInformationEntry, Dwarf, EndianSlice, LittleEndian, Unit, UnitOffset,
    constants,
};
use object::{File, Object, ObjectSection};
use rustc_hash::FxHashMap;

use crate::read::ReadError;

/// A function as debug information describes it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct DebugFunction {
    /// The linker's name for it.
    pub symbol: String,
    /// Crate, modules, impls (`{impl#0}`) or types, and functions around it, outermost first; its own name last.
    ///
    /// A function with type or constant arguments of its own, of its impl or of the function around it has them in its name.
    pub path: Vec<String>,
    /// Where it was declared; in a macro's definition if its first tokens come from there.
    pub file: PathBuf,
    /// Its line, counted from 1.
    pub line: u32,
}

impl DebugFunction {
    /// Is it an instance for certain types or constants, which others chose?
    pub fn is_instance(&self) -> bool {
        self.path.last().is_some_and(|name| name.contains('<'))
    }
}

type Slice<'d> = EndianSlice<'d, LittleEndian>;

/// The functions of a program's objects whose name `is_wanted`: the name that rustc gave to the unit of code.
///
/// # Errors
/// If the program or its debug information cannot be read. A program without debug information has no functions.
pub fn debug_functions(
    program: &[u8],
    is_wanted: impl Fn(&str) -> bool,
) -> Result<Vec<DebugFunction>, ReadError> {
    let file = File::parse(program)?;
    let load = |id: gimli::SectionId| -> Result<Cow<'_, [u8]>, object::Error> {
        let section = file.section_by_name(id.name());
        section.map_or(Ok(Cow::Borrowed(&[])), |found| found.uncompressed_data())
    };
    let sections = gimli::DwarfSections::load(load)?;
    let dwarf = sections.borrow(|section| EndianSlice::new(section, LittleEndian));
    let mut functions = Vec::new();
    let mut headers = dwarf.units();
    while let Some(header) = headers.next()? {
        let unit = dwarf.unit(header)?;
        if code_unit(&unit).is_some_and(|name| is_wanted(&name)) {
            UnitReader::new(&dwarf, &unit)?.collect(&mut functions)?;
        }
    }
    Ok(functions)
}

impl From<gimli::Error> for ReadError {
    fn from(error: gimli::Error) -> Self {
        Self::Malformed(format!("debug information: {error}"))
    }
}

/// `src/lib.rs/@/demo.5c2f-cgu.0` → `demo.5c2f-cgu.0`
fn code_unit(unit: &Unit<Slice<'_>>) -> Option<String> {
    let name = unit.name?.to_string_lossy();
    let (_, own) = name.rsplit_once("/@/")?;
    Some(own.to_owned())
}

/// What an entry is, as far as paths of functions need it.
struct EntryPlace {
    parent: Option<UnitOffset>,
    name: Option<String>,
}

/// How many steps lead from a function's code to its declaration: one if it was inlined somewhere, one if it is a member.
const DEEPEST_DECLARATION: usize = 2;

fn completed(entry: &DebuggingInformationEntry<Slice<'_>>) -> Option<UnitOffset> {
    let links = [
        constants::DW_AT_abstract_origin,
        constants::DW_AT_specification,
    ];
    links
        .into_iter()
        .find_map(|link| match entry.attr_value(link) {
            Some(AttributeValue::UnitRef(offset)) => Some(offset),
            _ => None,
        })
}

struct UnitReader<'u, 'd> {
    dwarf: &'u Dwarf<Slice<'d>>,
    unit: &'u Unit<Slice<'d>>,
    places: FxHashMap<UnitOffset, EntryPlace>,
    functions: Vec<UnitOffset>,
}

impl<'u, 'd> UnitReader<'u, 'd> {
    fn new(dwarf: &'u Dwarf<Slice<'d>>, unit: &'u Unit<Slice<'d>>) -> Result<Self, ReadError> {
        let mut reader = Self {
            dwarf,
            unit,
            places: FxHashMap::default(),
            functions: Vec::new(),
        };
        let mut entries = unit.entries();
        let mut above: Vec<UnitOffset> = Vec::new();
        while let Some(entry) = entries.next_dfs()? {
            let depth = usize::try_from(entry.depth()).unwrap_or_default();
            above.truncate(depth);
            let parent = above.last().copied();
            above.push(entry.offset());
            let is_unit = entry.tag() == constants::DW_TAG_compile_unit;
            let name = if is_unit { None } else { reader.name(entry)? };
            let place = EntryPlace { parent, name };
            reader.places.insert(entry.offset(), place);
            if entry.tag() == constants::DW_TAG_subprogram {
                reader.functions.push(entry.offset());
            }
        }
        Ok(reader)
    }

    fn collect(&self, found: &mut Vec<DebugFunction>) -> Result<(), ReadError> {
        for offset in &self.functions {
            found.extend(self.function(*offset)?);
        }
        Ok(())
    }

    /// `None` for a mere declaration, and for what has no place.
    fn function(&self, offset: UnitOffset) -> Result<Option<DebugFunction>, ReadError> {
        let entry = self.unit.entry(offset)?;
        if entry.attr(constants::DW_AT_declaration).is_some() {
            return Ok(None);
        }
        let declared = self.declaration(&entry)?;
        let origin = declared.as_ref().unwrap_or(&entry);
        let either = |name| entry.attr_value(name).or_else(|| origin.attr_value(name));
        let symbol = either(constants::DW_AT_linkage_name);
        let line = either(constants::DW_AT_decl_line).and_then(|line| line.udata_value());
        let file = either(constants::DW_AT_decl_file).and_then(|file| match file {
            AttributeValue::FileIndex(index) => Some(index),
            other => other.udata_value(),
        });
        let (Some(symbol), Some(line), Some(file)) = (symbol, line, file) else {
            return Ok(None);
        };
        let Some(file) = self.file(file)? else {
            return Ok(None);
        };
        Ok(Some(DebugFunction {
            symbol: self.text(symbol)?,
            path: self.path(origin.offset()),
            file,
            line: u32::try_from(line).unwrap_or(u32::MAX),
        }))
    }

    /// The entry that an entry completes: within a type, or of a function that was inlined elsewhere.
    fn declaration(
        &self,
        entry: &DebuggingInformationEntry<Slice<'d>>,
    ) -> Result<Option<DebuggingInformationEntry<Slice<'d>>>, ReadError> {
        let mut found = None;
        for _ in 0..DEEPEST_DECLARATION {
            let Some(offset) = completed(found.as_ref().unwrap_or(entry)) else {
                break;
            };
            found = Some(self.unit.entry(offset)?);
        }
        Ok(found)
    }

    fn path(&self, offset: UnitOffset) -> Vec<String> {
        let place = |offset: &UnitOffset| self.places.get(offset)?.parent;
        let mut path: Vec<String> = std::iter::successors(Some(offset), place)
            .filter_map(|offset| self.places.get(&offset)?.name.clone())
            .collect();
        path.reverse();
        path
    }

    fn name(
        &self,
        entry: &DebuggingInformationEntry<Slice<'d>>,
    ) -> Result<Option<String>, ReadError> {
        let name = entry.attr_value(constants::DW_AT_name);
        name.map(|name| self.text(name)).transpose()
    }

    fn text(&self, value: AttributeValue<Slice<'d>>) -> Result<String, ReadError> {
        let text = self.dwarf.attr_string(self.unit, value)?;
        Ok(text.to_string_lossy().into_owned())
    }

    /// The path of a file of the unit's line table.
    fn file(&self, index: u64) -> Result<Option<PathBuf>, ReadError> {
        let Some(lines) = &self.unit.line_program else {
            return Ok(None);
        };
        let header = lines.header();
        let Some(file) = header.file(index) else {
            return Ok(None);
        };
        let mut path = PathBuf::new();
        if let Some(dir) = self.unit.comp_dir {
            path.push(&*dir.to_string_lossy());
        }
        if let Some(dir) = file.directory(header) {
            path.push(self.text(dir)?);
        }
        path.push(self.text(file.path_name())?);
        Ok(Some(path))
    }
}
