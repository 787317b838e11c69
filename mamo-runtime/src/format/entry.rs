//! A stored value: header, the function's key, and the encoded value or the name of its blob.
//!
//! | offset | length | what |
//! |---|---|---|
//! | 0 | 16 | [`preamble`]: `MAMOVAL\0`, version 2 |
//! | 16 | 32 | value key, the same as the file's name |
//! | 48 | 32 | identity: the value key without the code |
//! | 80 | 32 | code fingerprint under which it was computed |
//! | 112 | 32 | BLAKE3 of the encoded value |
//! | 144 | 16 | checksum of the encoded value (`check`) |
//! | 160 | 8 | time that computing took, nanoseconds |
//! | 168 | 8 | length *n* of the encoded value |
//! | 176 | 4 | bit 0: the encoded value does not follow, it is a [`blob`] named by its BLAKE3; bit 1: it is the manifest of a tree of that name; bit 2: the checksum is one of pieces |
//! | 180 | 4 | length *k* of the function's key |
//! | 184 | 32 | BLAKE3 of bytes 0..184 and of the function's key |
//! | 216 | *k* | function's key, UTF-8 |
//! | 216 + *k* | *n* or 0 | encoded value; the file ends with it |
//!
//! Numbers are little-endian. Every byte is covered by a checksum, so a value is served whole and unchanged or not at
//! all; the key in the header keeps a file that was moved to another's name from being served. The digest of the value
//! can be trusted before the value is read. XXH3 is there because it checks 100 MB in a sixth of BLAKE3's time; against
//! damage it does as well. Entries from before it was one of pieces have that of the whole value.

use super::{FormatError, blob, check, place, preamble};
use std::io;
use std::ops::Range;
use std::path::Path;

const MAGIC: [u8; 8] = *b"MAMOVAL\0";
/// The version of this layout.
pub const VERSION: u32 = 2;
/// Everything before the checksum.
const STATED: usize = 184;
/// Everything before the function's key.
const HEADER: usize = STATED + 32;
/// Says that the value is the manifest of a tree.
const OF_TREE: u32 = 2;
/// Says that the checksum is one of pieces.
const IN_PIECES: u32 = 4;
/// The longest function key.
const LONGEST_KEY: usize = 4096;
/// The longest file.
const LONGEST: usize = HEADER + LONGEST_KEY + blob::LARGEST_INLINE;

/// What an entry's header says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Header {
    /// Which value this is.
    pub key: [u8; 32],
    /// Which value this is of any version of the code.
    pub identity: [u8; 32],
    /// The code that computed it.
    pub fingerprint: [u8; 32],
    /// How long that took, in nanoseconds.
    pub compute_ns: u64,
    /// The function's key: `package/crate::module::name`.
    pub function: String,
}

impl Header {
    /// Is it a tag's? Those have no code: the identity of every other value differs from its key.
    pub fn is_tag(&self) -> bool {
        self.identity == self.key && self.fingerprint == [0; 32]
    }
}

/// What is known of the encoded value before it is read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Content {
    /// Its BLAKE3.
    pub digest: [u8; 32],
    /// Its checksum.
    pub check: u128,
    /// Is that one of pieces, if there are several?
    pub in_pieces: bool,
    /// Its length.
    pub length: u64,
    /// Is it in a file of its own?
    pub in_blob: bool,
    /// Is it the manifest of a tree?
    pub of_tree: bool,
}

impl Content {
    /// The content that `payload` is.
    pub fn of(payload: &[u8]) -> Self {
        let (digest, check) = digests(payload);
        Self {
            digest,
            check,
            in_pieces: true,
            length: payload.len() as u64,
            in_blob: payload.len() > blob::LARGEST_INLINE,
            of_tree: false,
        }
    }

    /// Is `payload` this content, undamaged?
    pub fn is_of(&self, payload: &[u8]) -> bool {
        self.is_brought(payload, |_| {})
    }

    /// The same by several threads; `bring` is called with each range before it is read.
    pub fn is_brought(&self, payload: &[u8], bring: impl Fn(Range<usize>) + Sync) -> bool {
        let check = || {
            if self.in_pieces {
                return check::side_by_side(payload, &bring);
            }
            bring(0..payload.len());
            xxhash_rust::xxh3::xxh3_128(payload)
        };
        self.length == payload.len() as u64 && self.check == check()
    }
}

/// Digest and checksum of `payload`; of a large one at the same time.
fn digests(payload: &[u8]) -> ([u8; 32], u128) {
    /// Starting a thread takes less than what it saves.
    const LARGE: usize = 1 << 20;
    let digest = || *blake3::hash(payload).as_bytes();
    let check = || check::of(payload);
    if payload.len() < LARGE {
        return (digest(), check());
    }
    std::thread::scope(|scope| {
        let aside = std::thread::Builder::new().spawn_scoped(scope, check);
        let digest = digest();
        let joined = aside.ok().and_then(|thread| thread.join().ok());
        (digest, joined.unwrap_or_else(check))
    })
}

/// An entry that was read and whose header was found whole.
#[derive(Debug)]
pub struct Entry {
    /// What its header says.
    pub header: Header,
    /// What it says of the encoded value.
    pub content: Content,
    bytes: Vec<u8>,
    start: usize,
}

impl Entry {
    /// The encoded value if it lies here, seen to be whole when the entry was read; empty if it is a blob.
    pub fn inline(&self) -> &[u8] {
        &self.bytes[self.start..]
    }
}

/// Writes an entry to its place, whole or not at all. A value that is to be a blob must be one already.
///
/// # Errors
/// Whatever the operating system answers, or if the function's key is too long.
pub fn write(
    mamo_dir: &Path,
    header: &Header,
    content: &Content,
    payload: &[u8],
) -> io::Result<()> {
    let path = super::layout::value(mamo_dir, &header.key);
    let function = header.function.as_bytes();
    if function.len() > LONGEST_KEY {
        return Err(io::Error::other("the function's key is too long"));
    }
    let stated = stated(header, content)?;
    let checksum = checksum(&stated, function);
    let inline = if content.in_blob { &[] } else { payload };
    let mut bytes = Vec::with_capacity(HEADER + function.len() + inline.len());
    for part in [&stated[..], &checksum, function, inline] {
        bytes.extend_from_slice(part);
    }
    super::write_whole(mamo_dir, &path, &[&bytes])
}

/// Reads the entry at `path`, which must be the value named `key`.
///
/// # Errors
/// [`FormatError`]: absent, unreadable, broken (anything but a regular file, a symbolic link too), or newer.
pub fn read(path: &Path, key: &[u8; 32]) -> Result<Entry, FormatError> {
    let entry = parse(path, place::read_whole(path, LONGEST)?)?;
    if entry.header.key == *key {
        Ok(entry)
    } else {
        Err(FormatError::Broken {
            path: path.into(),
            what: "it is another value's file",
        })
    }
}

/// Reads only the header of the entry at `path`, and the length of the whole file. For listings: the value itself is
/// not checked.
///
/// # Errors
/// As [`read`].
pub fn read_header(path: &Path) -> Result<(Header, Content, u64), FormatError> {
    let (bytes, length) = place::read_start(path, HEADER + LONGEST_KEY)?;
    judge(path, &bytes)?;
    let broken = |what| FormatError::Broken {
        path: path.into(),
        what,
    };
    let (header, content, _) = header_of(&bytes, length).map_err(broken)?;
    Ok((header, content, length))
}

fn stated(header: &Header, content: &Content) -> io::Result<[u8; STATED]> {
    let function = u32::try_from(header.function.len()).map_err(io::Error::other)?;
    let mut bytes = [0; STATED];
    bytes[..16].copy_from_slice(&preamble::of(MAGIC, VERSION));
    bytes[16..48].copy_from_slice(&header.key);
    bytes[48..80].copy_from_slice(&header.identity);
    bytes[80..112].copy_from_slice(&header.fingerprint);
    bytes[112..144].copy_from_slice(&content.digest);
    bytes[144..160].copy_from_slice(&content.check.to_le_bytes());
    bytes[160..168].copy_from_slice(&header.compute_ns.to_le_bytes());
    bytes[168..176].copy_from_slice(&content.length.to_le_bytes());
    let pieces = if content.in_pieces { IN_PIECES } else { 0 };
    let tree = if content.of_tree { OF_TREE } else { 0 };
    let kind = u32::from(content.in_blob) | tree | pieces;
    bytes[176..180].copy_from_slice(&kind.to_le_bytes());
    bytes[180..].copy_from_slice(&function.to_le_bytes());
    Ok(bytes)
}

fn checksum(stated: &[u8], function: &[u8]) -> [u8; 32] {
    let mut hasher = blake3::Hasher::new();
    hasher.update(stated).update(function);
    *hasher.finalize().as_bytes()
}

fn parse(path: &Path, bytes: Vec<u8>) -> Result<Entry, FormatError> {
    judge(path, &bytes)?;
    let broken = |what| FormatError::Broken {
        path: path.into(),
        what,
    };
    let (header, content, start) = header_of(&bytes, bytes.len() as u64).map_err(broken)?;
    if !content.in_blob && !content.is_of(&bytes[start..]) {
        return Err(broken("its checksum does not match"));
    }
    Ok(Entry {
        header,
        content,
        bytes,
        start,
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

/// The checked header at the start of `bytes` of a file of `length` bytes, and where the encoded value begins.
fn header_of(bytes: &[u8], length: u64) -> Result<(Header, Content, usize), &'static str> {
    let cut = "its header is cut off";
    let number = |at| field::<8>(bytes, at).map(u64::from_le_bytes).ok_or(cut);
    let small = |at| field::<4>(bytes, at).map(u32::from_le_bytes).ok_or(cut);
    let stated = bytes.get(..STATED).ok_or(cut)?;
    let length_of_key = small(180)? as usize;
    if length_of_key > LONGEST_KEY {
        return Err("its function's name is too long");
    }
    let start = HEADER + length_of_key;
    let name = bytes
        .get(HEADER..start)
        .ok_or("its function's name is cut off")?;
    if checksum(stated, name) != field(bytes, STATED).ok_or(cut)? {
        return Err("its checksum does not match");
    }
    let content = Content {
        digest: field(bytes, 112).ok_or(cut)?,
        check: field(bytes, 144).map(u128::from_le_bytes).ok_or(cut)?,
        length: number(168)?,
        in_pieces: small(176)? & IN_PIECES != 0,
        in_blob: small(176)? & 1 != 0,
        of_tree: small(176)? & OF_TREE != 0,
    };
    let inline = if content.in_blob { 0 } else { content.length };
    if (start as u64).checked_add(inline) != Some(length) {
        return Err("its length is not the one it states");
    }
    let header = Header {
        key: field(bytes, 16).ok_or(cut)?,
        identity: field(bytes, 48).ok_or(cut)?,
        fingerprint: field(bytes, 80).ok_or(cut)?,
        compute_ns: number(160)?,
        function: str::from_utf8(name)
            .map_err(|_| "its function's name is not UTF-8")?
            .to_owned(),
    };
    Ok((header, content, start))
}

fn field<const N: usize>(bytes: &[u8], at: usize) -> Option<[u8; N]> {
    bytes.get(at..)?.first_chunk().copied()
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test that cannot go on should stop")]

    use super::*;
    use std::fs;

    fn header(function: String) -> Header {
        Header {
            key: [1; 32],
            identity: [2; 32],
            fingerprint: [3; 32],
            compute_ns: 4,
            function,
        }
    }

    #[test]
    fn a_key_that_a_listing_would_cut_off_is_neither_written_nor_read() {
        let directory = tempfile::tempdir().unwrap();
        let long = header("f".repeat(LONGEST_KEY + 1));
        let content = Content::of(b"value");
        assert!(write(directory.path(), &long, &content, b"value").is_err());
        let stated = stated(&long, &content).unwrap();
        let key = long.function.as_bytes();
        let path = directory.path().join("entry");
        let file = [&stated[..], &checksum(&stated, key), key, b"value"].concat();
        fs::write(&path, file).unwrap();
        assert!(read(&path, &[1; 32]).unwrap_err().is_broken());
        assert!(read_header(&path).unwrap_err().is_broken());
        let longest = header("f".repeat(LONGEST_KEY));
        write(directory.path(), &longest, &content, b"value").unwrap();
        let path = super::super::layout::value(directory.path(), &[1; 32]);
        let entry = read(&path, &[1; 32]).unwrap();
        let (header, content, _) = read_header(&path).unwrap();
        assert_eq!((header, content), (entry.header.clone(), entry.content));
        assert_eq!(entry.inline(), b"value");
    }
}
