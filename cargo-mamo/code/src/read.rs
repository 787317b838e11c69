//! Reads an object file into an [`ObjectTable`].
//!
//! An object is foreign bytes: whatever it says is checked, what is not understood is an error, and never an empty table.
//! Only relocatable ELF of x86-64 and of 64-bit ARM is read; the crate `object` would give others in the same form, but how their
//! sections are parted and unwound is not known here, and *not read* must not look like *nothing there*.

mod content;
mod identity;
mod kernel;
mod pack;
pub(crate) mod raw;
mod recognized;
mod sections;
mod unwind;

use std::fmt;

pub(crate) use identity::without_hash;

use object::{Architecture, BinaryFormat, File, Object, ObjectKind};

use crate::object_table::ObjectTable;

/// Why the code of an object is unknown.
#[derive(Clone, PartialEq, Eq, Debug)]
#[non_exhaustive]
pub enum ReadError {
    /// The bytes contradict themselves.
    Malformed(String),
    /// Nothing is known about objects of this kind.
    Unsupported(String),
    /// It refers to more than could sensibly be in it.
    TooLarge,
}

impl fmt::Display for ReadError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Malformed(what) => write!(f, "malformed object: {what}"),
            Self::Unsupported(what) => write!(f, "unsupported object: {what}"),
            Self::TooLarge => f.write_str("the object refers to more than it could hold"),
        }
    }
}

impl std::error::Error for ReadError {}

impl From<object::Error> for ReadError {
    fn from(error: object::Error) -> Self {
        Self::Malformed(error.to_string())
    }
}

impl ObjectTable {
    /// Reads an object file.
    ///
    /// # Errors
    /// If it is malformed, of a kind that is not known here (LLVM bitcode is one), or unreasonably large.
    pub fn read(bytes: &[u8]) -> Result<Self, ReadError> {
        let file = supported(bytes)?;
        let mut raw = raw::RawObject::collect(&file, bytes.len())?;
        unwind::attach(&file, &mut raw)?;
        Ok(pack::pack(&raw))
    }
}

/// The parsed file, if objects of its kind are known here.
pub(crate) fn supported(bytes: &[u8]) -> Result<File<'_>, ReadError> {
    let file = File::parse(bytes).map_err(|error| ReadError::Unsupported(error.to_string()))?;
    let is_known = file.format() == BinaryFormat::Elf
        && file.kind() == ObjectKind::Relocatable
        && file.is_little_endian()
        && file.is_64()
        && matches!(
            file.architecture(),
            Architecture::X86_64 | Architecture::Aarch64
        );
    if is_known {
        return Ok(file);
    }
    let kind = (file.format(), file.architecture(), file.kind());
    Err(ReadError::Unsupported(format!("{kind:?}")))
}
