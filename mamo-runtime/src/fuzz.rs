//! What the fuzz targets in `fuzz/` need to reach every reader of the mamo directory; built for them alone.
//!
//! Files lie in a directory of this process. What a checksum guards is also read with its checks made to hold.

#![expect(
    clippy::missing_panics_doc,
    clippy::unwrap_used,
    reason = "a finding is a panic"
)]

use crate::codec::{Postcard, Raw};
use crate::format::entry::{Content, Entry, Header};
use crate::format::{blob, entry, layout, preamble};
use crate::recipe::Recipe as _;
use crate::store::{Payload, gc, usage};
use crate::{index, log, tree};
use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// A type with all that serde has in it.
type Anything = (
    Vec<String>,
    BTreeMap<u64, Option<Box<str>>>,
    Result<char, [f64; 2]>,
    Vec<(u8, String)>,
);

/// A directory of this process, in memory where that can be had.
pub fn directory() -> PathBuf {
    let memory = Path::new("/dev/shm");
    let parent = if memory.is_dir() {
        memory.to_owned()
    } else {
        std::env::temp_dir()
    };
    let directory = parent.join(format!("mamo-fuzz-{}", std::process::id()));
    fs::create_dir_all(&directory).unwrap();
    directory
}

/// A file with these bytes.
pub fn file(name: &str, bytes: &[u8]) -> PathBuf {
    let path = directory().join(name);
    fs::write(&path, bytes).unwrap();
    path
}

/// The key that an entry with these bytes states.
pub fn key_in(bytes: &[u8]) -> [u8; 32] {
    let stated = bytes.get(16..48).and_then(<[u8]>::first_chunk);
    stated.copied().unwrap_or_default()
}

/// `bytes` as an entry whose every check holds.
pub fn mended_entry(bytes: &[u8]) -> Vec<u8> {
    let mut bytes = bytes.to_vec();
    bytes.resize(bytes.len().max(216), 0);
    bytes[..16].copy_from_slice(&preamble::of(*b"MAMOVAL\0", entry::VERSION));
    let room = (bytes.len() - 216) as u64;
    let stated = u32::from_le_bytes([bytes[180], bytes[181], bytes[182], bytes[183]]);
    let name = u64::from(stated).min(room);
    bytes[180..184].copy_from_slice(&u32::try_from(name).unwrap().to_le_bytes());
    let at = 216 + usize::try_from(name).unwrap();
    if bytes[176] != 1 {
        let content = Content::of(&bytes[at..]);
        bytes[112..144].copy_from_slice(&content.digest);
        bytes[144..160].copy_from_slice(&content.check.to_le_bytes());
        bytes[168..176].copy_from_slice(&content.length.to_le_bytes());
    }
    let mut hasher = blake3::Hasher::new();
    hasher.update(&bytes[..184]).update(&bytes[216..at]);
    bytes[184..216].copy_from_slice(hasher.finalize().as_bytes());
    bytes
}

/// `bytes` as a snapshot whose every check holds.
pub fn mended_snapshot(bytes: &[u8]) -> Vec<u8> {
    let body = bytes.get(56..).unwrap_or_default();
    let mut mended = preamble::of(*b"MAMOSNP\0", 1).to_vec();
    mended.extend((body.len() as u64).to_le_bytes());
    mended.extend(blake3::hash(body).as_bytes());
    mended.extend(body);
    mended
}

/// Decodes an entry by every codec.
pub fn decoded(entry: Entry) {
    let entry = Arc::new(entry);
    let open = || Payload::open(&directory(), entry.clone());
    if let Some(payload) = open() {
        let _ = <Postcard as crate::Codec<Anything>>::load(payload);
    }
    if let Some(payload) = open() {
        let _ = <Raw as crate::Codec<Vec<f64>>>::load(payload);
    }
}

/// An entry that names a blob of the first 8 bytes' length, and a blob with the rest in its place.
pub fn blob(bytes: &[u8]) {
    let (stated, bytes) = bytes.split_first_chunk::<8>().unwrap_or((&[0; 8], bytes));
    let directory = directory();
    let header = Header {
        key: [1; 32],
        identity: [2; 32],
        fingerprint: [3; 32],
        compute_ns: 4,
        function: "p/c::f".into(),
    };
    let right = Content {
        in_blob: true,
        of_tree: false,
        ..Content::of(bytes)
    };
    let stated = u64::from_le_bytes(*stated);
    let wrong = Content {
        length: stated,
        ..right
    };
    let damaged = Content {
        check: right.check ^ u128::from(stated | 1),
        ..right
    };
    for content in [right, wrong, damaged] {
        let path = layout::value(&directory, &header.key);
        entry::write(&directory, &header, &content, &[]).unwrap();
        blob::write(&directory, &content.digest, bytes, None).unwrap();
        let entry = entry::read(&path, &header.key).unwrap();
        let payload = Payload::open(&directory, Arc::new(entry));
        let read = payload.and_then(|payload| Raw::load_bytes(payload).ok());
        let expected = (content == right).then_some(bytes);
        assert_eq!(read.as_deref(), expected);
    }
    fs::remove_dir_all(layout::blobs(&directory)).unwrap();
}

impl Raw {
    fn load_bytes(payload: Payload) -> Result<Vec<u8>, crate::CodecError> {
        <Self as crate::Codec<Vec<u8>>>::load(payload)
    }
}

/// An index, a log and a tag of these bytes.
pub fn notes(bytes: &[u8]) {
    let directory = directory().join("notes");
    for path in [
        layout::index(&directory, "p/c::f"),
        layout::log(&directory, "p/c::f"),
        directory.join("CACHEDIR.TAG"),
    ] {
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, bytes).unwrap();
    }
    let identity = key_in(bytes);
    let _ = index::keys_of(&directory, "p/c::f", &identity);
    index::note(&directory, "p/c::f", &identity, &[1; 32], &[2; 32]).unwrap();
    assert_eq!(
        index::keys_of(&directory, "p/c::f", &identity).first(),
        Some(&[2; 32])
    );
    let path = layout::log(&directory, "p/c::f");
    let _ = log::read(&path);
    log::append(&directory, "p/c::f", &log::Counts::default()).unwrap();
    assert!(path.metadata().unwrap().len() < 70_000);
    layout::is_mamo(&directory);
}

/// A store of files that are cut out of `bytes`: a byte says which file it is, two how long.
pub fn store(mut bytes: &[u8]) {
    let directory = directory().join("store");
    let _ = fs::remove_dir_all(&directory);
    for number in 0..16_u8 {
        let Some(([kind, low, high], rest)) = bytes.split_first_chunk() else {
            break;
        };
        let length = usize::from(u16::from_le_bytes([*low, *high]));
        let (file, rest) = rest.split_at(length.min(rest.len()));
        bytes = rest;
        let path = match kind % 6 {
            0 | 1 => layout::value(&directory, &[number; 32]),
            2 => layout::blob(&directory, &[number; 32]),
            3 => layout::log(&directory, &number.to_string()),
            4 => layout::index(&directory, &number.to_string()),
            _ => layout::values(&directory)
                .join("00")
                .join(number.to_string()),
        };
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        let file = if *kind < 128 {
            file.to_vec()
        } else {
            mended_entry(file)
        };
        fs::write(path, file).unwrap();
    }
    usage::of(&directory).unwrap();
    let rehearsed = gc::collect(&directory, Some(20_000), true).unwrap();
    let collected = gc::collect(&directory, Some(20_000), false).unwrap();
    let (rehearsed, collected) = (rehearsed.unwrap(), collected.unwrap());
    assert_eq!(rehearsed.gone, collected.gone);
    let again = gc::collect(&directory, None, false).unwrap().unwrap();
    assert_eq!(again.before, collected.after);
    usage::remove_package(&directory, "p").unwrap();
    usage::remove_all(&directory).unwrap();
    assert!(usage::of(&directory).unwrap().functions.is_empty());
}

/// A manifest of any bytes, which must not lead out of its tree, and a seal of any bytes.
pub fn tree(bytes: &[u8]) {
    if let Ok(manifest) = tree::Kept::decode(bytes) {
        let again = tree::Kept::encode(&manifest).unwrap();
        assert_eq!(tree::Kept::decode(&again).unwrap(), manifest);
        let inside = Path::new("/tree");
        for path in tree::paths(&manifest, inside) {
            assert!(
                path.starts_with(inside) && !path.components().any(|part| part.as_os_str() == "..")
            );
        }
    }
    file("seal", bytes);
    tree::seal_of(&directory(), bytes.len() % 64);
}
