//! Parsed files, kept by the digest of their text.
//!
//! Advice only: an entry that is missing, torn, of another version or of another text is parsed again, and what cannot
//! be written costs time, never an answer.

use super::expanded::Expanded;
use super::ir::File;
use crate::fingerprint::Fingerprint;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};

/// Counts up with every change of [`super::ir`] or of what lowering finds.
const FORMAT: u32 = 16;
const CHECKSUM: usize = 32;

/// A directory of parsed files.
#[derive(Debug)]
pub struct Cache {
    root: PathBuf,
}

impl Cache {
    /// The cache under `dir`, which need not exist or be writable.
    pub fn open(dir: &Path) -> Self {
        let version = env!("CARGO_PKG_VERSION");
        Self {
            root: dir.join(format!("syntax-{FORMAT}-{version}")),
        }
    }

    /// The parsed form of `text`, whose digest is `digest`.
    pub fn get_or_parse(&self, text: &str, digest: Fingerprint) -> File {
        let path = self.path(digest);
        if let Some(file) = read(&path, digest) {
            return file;
        }
        let file = super::parse_file(text);
        let _ = write(&path, digest, &file);
        file
    }

    /// The parsed form of the text with this digest, if it is here.
    pub fn get(&self, digest: Fingerprint) -> Option<File> {
        read(&self.path(digest), digest)
    }

    /// What other crates can see of the file whose text has this digest; `None` if it is not here.
    pub fn interface(&self, digest: Fingerprint) -> Option<Fingerprint> {
        let file = self.get(digest)?;
        (file.interface != Fingerprint::NONE).then_some(file.interface)
    }

    /// Expansions of macro calls.
    pub fn expanded(&self) -> Expanded {
        Expanded::open(self.root.join("expanded"))
    }

    pub(crate) fn path(&self, digest: Fingerprint) -> PathBuf {
        let hex = digest.to_hex();
        self.root.join(&hex[..2]).join(&hex[2..])
    }
}

fn write(path: &Path, digest: Fingerprint, file: &File) -> std::io::Result<()> {
    let bytes = postcard::to_stdvec(file).map_err(std::io::Error::other)?;
    let mut entry = checksum(digest, &bytes).0.to_vec();
    entry.extend_from_slice(&bytes);
    replace(path, &entry)
}

/// Writes a file whole, by rename.
pub(crate) fn replace(path: &Path, bytes: &[u8]) -> std::io::Result<()> {
    static SERIAL: AtomicU64 = AtomicU64::new(0);
    let directory = path.parent().unwrap_or(Path::new(""));
    fs::create_dir_all(directory)?;
    let serial = SERIAL.fetch_add(1, Ordering::Relaxed);
    let temporary = directory.join(format!(".{}-{serial}", std::process::id()));
    let outcome = fs::write(&temporary, bytes).and_then(|()| fs::rename(&temporary, path));
    if outcome.is_err() {
        let _ = fs::remove_file(&temporary);
    }
    outcome
}

pub(super) fn checksum(digest: Fingerprint, bytes: &[u8]) -> Fingerprint {
    Fingerprint::of_parts([&digest.0[..], bytes])
}

fn read(path: &Path, digest: Fingerprint) -> Option<File> {
    let entry = fs::read(path).ok()?;
    let (stored, bytes) = entry.split_at_checked(CHECKSUM)?;
    if checksum(digest, bytes).0[..] != *stored {
        return None;
    }
    postcard::from_bytes(bytes).ok()
}
