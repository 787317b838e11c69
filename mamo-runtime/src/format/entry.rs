//! A stored value: header, the function's key, the encoded value.
//!
//! | offset | length | what |
//! |---|---|---|
//! | 0 | 16 | [`preamble`]: `MAMOVAL\0`, version 1 |
//! | 16 | 32 | value key, the same as the file's name |
//! | 48 | 32 | code fingerprint under which it was computed |
//! | 80 | 8 | time that computing took, nanoseconds |
//! | 88 | 4 | length *k* of the function's key |
//! | 92 | 8 | length *n* of the encoded value |
//! | 100 | 32 | BLAKE3 of bytes 0..100 and of all that follows this field |
//! | 132 | *k* | function's key, UTF-8 |
//! | 132 + *k* | *n* | encoded value; the file ends with it |
//!
//! Numbers are little-endian. The checksum covers every other byte of the file, so a value is served whole and
//! unchanged or not at all; the key in the header keeps a file that was moved to another's name from being served.

use super::{FormatError, preamble};
use std::fs::{self, File};
use std::io::{self, Read};
use std::ops::Range;
use std::path::Path;

const MAGIC: [u8; 8] = *b"MAMOVAL\0";
const VERSION: u32 = 1;
/// Everything before the checksum.
const STATED: usize = 100;
/// Everything before the function's key.
const HEADER: usize = STATED + 32;

/// What an entry's header says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Header {
    /// Which value this is.
    pub key: [u8; 32],
    /// The code that computed it.
    pub fingerprint: [u8; 32],
    /// How long that took, in nanoseconds.
    pub compute_ns: u64,
    /// The function's key: `package/crate::module::name`.
    pub function: String,
}

/// An entry that was read and found whole.
#[derive(Debug)]
pub struct Entry {
    /// What its header says.
    pub header: Header,
    bytes: Vec<u8>,
    payload: Range<usize>,
}

impl Entry {
    /// The encoded value.
    pub fn payload(&self) -> &[u8] {
        &self.bytes[self.payload.clone()]
    }
}

/// Writes an entry to `path`, whole or not at all.
///
/// # Errors
/// Whatever the operating system answers.
pub fn write(path: &Path, header: &Header, payload: &[u8]) -> io::Result<()> {
    let function = header.function.as_bytes();
    let stated = stated(header, payload.len())?;
    let checksum = checksum(&stated, &[function, payload]);
    super::write_whole(path, &[&stated, &checksum, function, payload])
}

/// Reads the entry at `path`, which must be the value named `key`.
///
/// # Errors
/// [`FormatError`]: absent, unreadable, broken (anything but a regular file, a symbolic link too), or newer.
pub fn read(path: &Path, key: &[u8; 32]) -> Result<Entry, FormatError> {
    let entry = parse(path, read_regular(path, usize::MAX)?)?;
    if entry.header.key == *key {
        Ok(entry)
    } else {
        Err(FormatError::Broken {
            path: path.into(),
            what: "it is another value's file",
        })
    }
}

/// Reads only the header of the entry at `path`, and the length of the whole file. For listings: nothing is checked
/// but that the parts fit together.
///
/// # Errors
/// As [`read`].
pub fn read_header(path: &Path) -> Result<(Header, u64), FormatError> {
    let bytes = read_regular(path, HEADER + 4096)?;
    let length = fs::metadata(path)
        .map_err(|source| FormatError::Io {
            path: path.into(),
            source,
        })?
        .len();
    judge(path, &bytes)?;
    let broken = |what| FormatError::Broken {
        path: path.into(),
        what,
    };
    let (header, _) = header_of(&bytes, length).map_err(broken)?;
    Ok((header, length))
}

fn stated(header: &Header, payload: usize) -> io::Result<[u8; STATED]> {
    let function = u32::try_from(header.function.len()).map_err(io::Error::other)?;
    let mut bytes = [0; STATED];
    bytes[..16].copy_from_slice(&preamble::of(MAGIC, VERSION));
    bytes[16..48].copy_from_slice(&header.key);
    bytes[48..80].copy_from_slice(&header.fingerprint);
    bytes[80..88].copy_from_slice(&header.compute_ns.to_le_bytes());
    bytes[88..92].copy_from_slice(&function.to_le_bytes());
    bytes[92..].copy_from_slice(&(payload as u64).to_le_bytes());
    Ok(bytes)
}

fn checksum(stated: &[u8], rest: &[&[u8]]) -> [u8; 32] {
    let mut hasher = blake3::Hasher::new();
    hasher.update(stated);
    for part in rest {
        hasher.update(part);
    }
    *hasher.finalize().as_bytes()
}

/// The first `limit` bytes of a regular file. Links, directories, pipes and devices are refused before they are opened.
fn read_regular(path: &Path, limit: usize) -> Result<Vec<u8>, FormatError> {
    let failed = |source| FormatError::on_reading(path, source);
    let metadata = fs::symlink_metadata(path).map_err(failed)?;
    if !metadata.is_file() {
        return Err(FormatError::Broken {
            path: path.into(),
            what: "it is not a regular file",
        });
    }
    let length = usize::try_from(metadata.len())
        .unwrap_or(usize::MAX)
        .min(limit);
    let mut bytes = Vec::new();
    bytes
        .try_reserve_exact(length)
        .map_err(|error| failed(io::Error::other(error)))?;
    File::open(path)
        .map_err(failed)?
        .take(limit as u64)
        .read_to_end(&mut bytes)
        .map_err(failed)?;
    Ok(bytes)
}

fn parse(path: &Path, bytes: Vec<u8>) -> Result<Entry, FormatError> {
    judge(path, &bytes)?;
    let broken = |what| FormatError::Broken {
        path: path.into(),
        what,
    };
    let (header, payload) = header_of(&bytes, bytes.len() as u64).map_err(broken)?;
    if checksum(&bytes[..STATED], &[&bytes[HEADER..]]) != bytes[STATED..HEADER] {
        return Err(broken("its checksum does not match"));
    }
    Ok(Entry {
        header,
        bytes,
        payload,
    })
}

fn judge(path: &Path, bytes: &[u8]) -> Result<(), FormatError> {
    match preamble::judge(bytes, MAGIC, VERSION) {
        preamble::Verdict::Ours => Ok(()),
        preamble::Verdict::Newer(version) => Err(FormatError::Newer {
            path: path.into(),
            version,
        }),
        preamble::Verdict::Foreign(what) => Err(FormatError::Broken {
            path: path.into(),
            what,
        }),
    }
}

/// The header at the start of `bytes` of a file of `length` bytes, and where the payload lies in the file.
fn header_of(bytes: &[u8], length: u64) -> Result<(Header, Range<usize>), &'static str> {
    if bytes.len() < HEADER {
        return Err("its header is cut off");
    }
    let function = field::<4>(bytes, 88)
        .map(u32::from_le_bytes)
        .ok_or("its header is cut off")? as usize;
    let payload = field::<8>(bytes, 92)
        .map(u64::from_le_bytes)
        .ok_or("its header is cut off")?;
    let name = bytes
        .get(HEADER..HEADER + function)
        .ok_or("its function's name is cut off")?;
    let start = HEADER + function;
    if (start as u64).checked_add(payload) != Some(length) {
        return Err("its length is not the one it states");
    }
    let header = Header {
        key: field(bytes, 16).ok_or("its header is cut off")?,
        fingerprint: field(bytes, 48).ok_or("its header is cut off")?,
        compute_ns: field(bytes, 80)
            .map(u64::from_le_bytes)
            .ok_or("its header is cut off")?,
        function: str::from_utf8(name)
            .map_err(|_| "its function's name is not UTF-8")?
            .to_owned(),
    };
    let end = usize::try_from(length).map_err(|_| "it is larger than memory")?;
    Ok((header, start..end))
}

fn field<const N: usize>(bytes: &[u8], at: usize) -> Option<[u8; N]> {
    bytes.get(at..)?.first_chunk().copied()
}
