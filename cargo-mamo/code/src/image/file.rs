//! The bytes of a program without its debug information, which is most of it and says nothing of what it was linked of.

use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom};
use std::path::Path;

/// How much of the beginning is read: a program's own header, and those of its segments.
const BEGINNING: u64 = 4096;

/// The size of the header of a section in a 64-bit ELF file.
const SECTION_HEADER: u64 = 64;

/// Reads a program; what neither is loaded nor names symbols is zero.
///
/// # Errors
/// If it cannot be read.
pub fn read_program(path: &Path) -> io::Result<Vec<u8>> {
    let mut file = File::open(path)?;
    let length = file.metadata()?.len();
    let size = usize::try_from(length).map_err(|_| io::ErrorKind::FileTooLarge)?;
    let mut program = SparseProgram {
        // Pages that nobody writes to take no memory.
        bytes: vec![0; size],
        file: &mut file,
    };
    program.read(0, BEGINNING.min(length))?;
    match program.read_parts() {
        Ok(Some(())) => Ok(program.bytes),
        // It is of another form, and read as it is.
        Ok(None) => std::fs::read(path),
        Err(error) => Err(error),
    }
}

struct SparseProgram<'f> {
    bytes: Vec<u8>,
    file: &'f mut File,
}

impl SparseProgram<'_> {
    /// `None` if the file is of a form that is not known here.
    fn read_parts(&mut self) -> io::Result<Option<()>> {
        const ELF64_LITTLE: [u8; 6] = [0x7f, b'E', b'L', b'F', 2, 1];
        if !self.bytes.starts_with(&ELF64_LITTLE) {
            return Ok(None);
        }
        let (Some(at), Some(size), Some(count)) = (
            self.number(0x28, 8),
            self.number(0x3a, 2),
            self.number(0x3c, 2),
        ) else {
            return Ok(None);
        };
        if size != SECTION_HEADER || count == 0 || !self.holds(at, size * count) {
            return Ok(None);
        }
        self.read(at, size * count)?;
        for header in (0..count).map(|section| at + section * size) {
            let fields = [(4, 4), (8, 8), (0x18, 8), (0x20, 8)];
            let [kind, flags, offset, length] =
                fields.map(|(place, width)| self.number(header + place, width).unwrap_or_default());
            let is_empty = kind == u64::from(object::elf::SHT_NOBITS) || length == 0;
            let is_needed = kind != u64::from(object::elf::SHT_PROGBITS)
                || flags & u64::from(object::elf::SHF_ALLOC) != 0;
            if is_empty || !is_needed {
                continue;
            }
            if !self.holds(offset, length) {
                return Ok(None);
            }
            self.read(offset, length)?;
        }
        Ok(Some(()))
    }

    fn holds(&self, at: u64, length: u64) -> bool {
        at.checked_add(length)
            .is_some_and(|end| end <= self.bytes.len() as u64)
    }

    fn number(&self, at: u64, width: usize) -> Option<u64> {
        let at = usize::try_from(at).ok()?;
        let bytes = self.bytes.get(at..at.checked_add(width)?)?;
        let mut wide = [0; 8];
        wide[..width].copy_from_slice(bytes);
        Some(u64::from_le_bytes(wide))
    }

    fn read(&mut self, at: u64, length: u64) -> io::Result<()> {
        let range = |number: u64| usize::try_from(number).map_err(|_| io::ErrorKind::FileTooLarge);
        let (from, length) = (range(at)?, range(length)?);
        let part = self.bytes.get_mut(from..from.saturating_add(length));
        let part = part.ok_or(io::ErrorKind::UnexpectedEof)?;
        self.file.seek(SeekFrom::Start(at))?;
        self.file.read_exact(part)
    }
}

#[cfg(test)]
mod tests {
    use super::read_program;
    use crate::ProgramImage;

    #[test]
    fn a_program_without_its_debug_information_is_the_same_image() {
        let path = std::env::current_exe().expect("a test has a program");
        let whole = std::fs::read(&path).expect("it can be read");
        let part = read_program(&path).expect("it can be read");
        assert_eq!(part.len(), whole.len());
        assert!(part != whole, "debug information is left out");
        let [whole, part] =
            [&whole, &part].map(|bytes| ProgramImage::read(bytes).expect("a program"));
        assert!(whole == part);
    }

    #[test]
    fn what_is_no_program_of_this_form_is_read_as_it_is() {
        let directory = tempfile::tempdir().expect("a directory");
        let path = directory.path().join("program");
        let mut headed = vec![0x7f, b'E', b'L', b'F', 2, 1];
        headed.resize(5000, 7);
        for bytes in [Vec::new(), b"#!/bin/sh".to_vec(), headed] {
            std::fs::write(&path, &bytes).expect("it can be written");
            assert_eq!(read_program(&path).expect("it can be read"), bytes);
        }
    }
}
