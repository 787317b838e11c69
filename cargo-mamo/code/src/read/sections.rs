//! Sections: which are loaded, how they are used, and which element of a mergeable one is meant.

use object::read::elf::{ElfFile64, SectionHeader};
use object::{File, ObjectSection, Section, SectionFlags, SectionKind, elf};

use super::ReadError;
use super::raw::RawRole;

/// A section as the object has it.
pub(super) struct RawSection<'d> {
    pub(super) name: &'d str,
    pub(super) bytes: &'d [u8],
    pub(super) size: u64,
    pub(super) flags: u64,
    pub(super) align: u64,
    /// Whether its elements may be taken one by one: merged ones hold no relocations.
    pub(super) is_merged: bool,
    pub(super) entry_size: u64,
    pub(super) kind: SectionKind,
    pub(super) section_type: u32,
}

/// Section flags that say how memory is used, not how the file is laid out.
pub(super) const MEANING: u64 = (elf::SHF_WRITE
    | elf::SHF_ALLOC
    | elf::SHF_EXECINSTR
    | elf::SHF_MERGE
    | elf::SHF_STRINGS
    | elf::SHF_TLS) as u64;

/// Sections whose use is known: they are reached through what refers to them.
const KNOWN: [&str; 13] = [
    ".text",
    ".rodata",
    ".data",
    ".bss",
    ".tdata",
    ".tbss",
    ".gcc_except_table",
    ".lrodata",
    ".ldata",
    ".lbss",
    ".ltext",
    ".debug",
    ".eh_frame",
];

/// An element of a mergeable section.
pub(super) struct MergeElement<'d> {
    pub(super) start: usize,
    /// A string is without its NUL.
    pub(super) bytes: &'d [u8],
    pub(super) is_string: bool,
}

impl<'d> RawSection<'d> {
    /// Reads a section whose type and element size are known.
    pub(super) fn read(
        section: &Section<'d, '_>,
        (section_type, entry_size): (u32, u64),
    ) -> Result<Self, ReadError> {
        let SectionFlags::Elf { sh_flags } = section.flags() else {
            return Err(ReadError::Unsupported("a section that is not ELF's".into()));
        };
        if sh_flags & u64::from(elf::SHF_COMPRESSED) != 0 && is_loaded(sh_flags) {
            return Err(ReadError::Unsupported("a compressed section".into()));
        }
        let is_mergeable = sh_flags & u64::from(elf::SHF_MERGE) != 0;
        Ok(Self {
            name: section.name()?,
            bytes: section.data()?,
            size: section.size(),
            flags: sh_flags,
            align: section.align(),
            is_merged: is_mergeable && section.relocations().next().is_none(),
            entry_size,
            kind: section.kind(),
            section_type,
        })
    }

    /// Whether it is a node from the start.
    pub(super) fn is_whole(&self) -> bool {
        is_loaded(self.flags) && !self.is_merged && self.name != ".eh_frame"
    }

    /// The element that an offset is in; a string begins wherever it is pointed to.
    pub(super) fn element(&self, offset: usize) -> Option<MergeElement<'d>> {
        if !self.is_merged {
            return None;
        }
        let is_string = self.flags & u64::from(elf::SHF_STRINGS) != 0;
        if is_string {
            let is_narrow = self.entry_size == 1 && self.bytes.last() == Some(&0);
            let rest = self.bytes.get(offset..).filter(|_| is_narrow)?;
            let end = rest.iter().position(|byte| *byte == 0)?;
            return Some(MergeElement {
                start: offset,
                bytes: &rest[..end],
                is_string,
            });
        }
        let size = usize::try_from(self.entry_size).ok();
        let size = size.filter(|size| *size > 0)?;
        let start = offset - offset % size;
        Some(MergeElement {
            start,
            bytes: self.bytes.get(start..start.checked_add(size)?)?,
            is_string,
        })
    }
}

/// Type and element size of each section, which the format-independent view leaves out.
pub(super) fn entry_sizes(file: &File<'_>) -> Result<Vec<(u32, u64)>, ReadError> {
    let File::Elf64(elf) = file else {
        return Err(ReadError::Unsupported("not ELF of 64 bits".into()));
    };
    let elf: &ElfFile64<'_> = elf;
    let endian = elf.endian();
    let headers = elf.elf_section_table().iter();
    Ok(headers
        .map(|header| (header.sh_type(endian), header.sh_entsize(endian)))
        .collect())
}

pub(super) fn is_loaded(flags: u64) -> bool {
    flags & u64::from(elf::SHF_ALLOC) != 0
}

/// Whether a program may write it; what a loader alone writes is constant.
pub(super) fn is_writable(section: &RawSection<'_>) -> bool {
    let is_constant = section.name.starts_with(".data.rel.ro");
    section.flags & u64::from(elf::SHF_WRITE) != 0 && !is_constant
}

pub(super) fn role<'d>(section: &RawSection<'d>) -> RawRole<'d> {
    const SHF_GNU_RETAIN: u64 = 1 << 21;
    let arrays = [
        elf::SHT_INIT_ARRAY,
        elf::SHT_FINI_ARRAY,
        elf::SHT_PREINIT_ARRAY,
    ];
    let is_idle = section.size == 0 || section.section_type == elf::SHT_NOTE;
    if is_idle || !is_loaded(section.flags) {
        RawRole::Asked
    } else if arrays.contains(&section.section_type) {
        RawRole::Unasked
    } else if is_identifier(section.name) {
        RawRole::Collected(section.name)
    } else if section.flags & SHF_GNU_RETAIN != 0 {
        RawRole::Unasked
    } else if KNOWN.iter().any(|known| section.name.starts_with(known)) {
        RawRole::Asked
    } else {
        RawRole::Unasked
    }
}

/// Whether linkers offer `__start_NAME` and `__stop_NAME` for a section of this name.
fn is_identifier(name: &str) -> bool {
    let mut letters = name.chars();
    let first = letters.next();
    let is_letter = |letter: char| letter.is_ascii_alphabetic() || letter == '_';
    first.is_some_and(is_letter)
        && letters.all(|letter| is_letter(letter) || letter.is_ascii_digit())
}
