//! A snapshot: which executable this is, and the code fingerprint of every memo and fixture in it.
//!
//! `cargo mamo` writes it after a build, the runtime believes it only if the running executable is the one it names.
//! It must never answer for another build: path, size and modification time all have to match.

use super::{FormatError, layout, place, preamble, write_whole};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::fs::{self, Metadata};
use std::io;
use std::path::{Path, PathBuf};
use std::time::UNIX_EPOCH;

const MAGIC: [u8; 8] = *b"MAMOSNP\0";
const VERSION: u32 = 1;
/// Preamble, length of the body, checksum of the body.
const HEADER: usize = preamble::LENGTH + 8 + 32;
/// The longest file: more than a million functions take.
const LONGEST: usize = 256 << 20;

/// The key in [`Snapshot::untrusted`] that stands for every function of the executable.
pub const ALL: &str = "*";

/// All fingerprints of one executable.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Snapshot {
    /// The executable it speaks for.
    pub executable: Executable,
    /// What is known of each memo and fixture, by key: `package/crate::module::name`.
    pub entries: BTreeMap<String, SnapshotEntry>,
    /// Memos and fixtures whose reach could not be seen, with the reason in words. They compute and store nothing.
    pub untrusted: BTreeMap<String, String>,
}

/// The code of one memo or fixture.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SnapshotEntry {
    /// Deep fingerprint of everything that it can reach.
    pub fingerprint: [u8; 32],
    /// Environment variables that its reach reads by name; their values join the value key at each look-up. Among them may be
    /// [`EVERY`](super::variables::EVERY).
    pub variables: Vec<String>,
}

/// An executable file, told apart from every other build of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Executable {
    /// Canonical path.
    pub path: PathBuf,
    /// Size in bytes.
    pub size: u64,
    /// Modification time, nanoseconds since 1970.
    pub mtime_ns: u64,
}

impl Executable {
    /// The executable file at `path`, as it is now.
    ///
    /// # Errors
    /// If it is not there or cannot be examined.
    pub fn at(path: &Path) -> io::Result<Self> {
        let path = path.canonicalize()?;
        let metadata = fs::metadata(&path)?;
        Self::from_parts(path, &metadata)
    }

    /// The executable that is running. Where the system tells, the file that was started, even if another one has
    /// taken its place since.
    ///
    /// # Errors
    /// If the system does not tell, or the file is gone.
    pub fn running() -> io::Result<Self> {
        let path = std::env::current_exe()?.canonicalize()?;
        let started = Path::new("/proc/self/exe");
        let metadata = if cfg!(target_os = "linux") {
            fs::metadata(started)
        } else {
            fs::metadata(&path)
        };
        Self::from_parts(path, &metadata?)
    }

    fn from_parts(path: PathBuf, metadata: &Metadata) -> io::Result<Self> {
        let mtime = metadata
            .modified()?
            .duration_since(UNIX_EPOCH)
            .map_err(io::Error::other)?;
        let mtime_ns = u64::try_from(mtime.as_nanos()).map_err(io::Error::other)?;
        Ok(Self {
            path,
            size: metadata.len(),
            mtime_ns,
        })
    }
}

/// What the body of a snapshot file holds, as postcard.
#[derive(Serialize, Deserialize)]
struct Body {
    /// `OsStr::as_encoded_bytes` of the path.
    path: Vec<u8>,
    size: u64,
    mtime_ns: u64,
    entries: BTreeMap<String, SnapshotEntry>,
    untrusted: BTreeMap<String, String>,
}

impl Snapshot {
    /// A snapshot of `executable` that knows no function yet.
    pub fn new(executable: Executable) -> Self {
        Self {
            executable,
            entries: BTreeMap::new(),
            untrusted: BTreeMap::new(),
        }
    }

    /// Writes it to its place in `mamo_dir` (which becomes a mamo directory if it is not one) and returns that place.
    ///
    /// # Errors
    /// If it cannot be written, or a newer mamo's file stands there.
    pub fn write(&self, mamo_dir: &Path) -> io::Result<PathBuf> {
        layout::create(mamo_dir)?;
        let file = layout::snapshot(mamo_dir, &self.executable.path);
        if let Err(newer @ FormatError::Newer { .. }) = Self::read(&file) {
            return Err(io::Error::other(newer));
        }
        let body = postcard::to_stdvec(&self.body()).map_err(io::Error::other)?;
        let head = preamble::of(MAGIC, VERSION);
        let length = (body.len() as u64).to_le_bytes();
        write_whole(
            mamo_dir,
            &file,
            &[&head, &length, blake3::hash(&body).as_bytes(), &body],
        )?;
        Ok(file)
    }

    /// Reads the snapshot file at `path`.
    ///
    /// # Errors
    /// [`FormatError`]: absent, unreadable, broken, or of a newer mamo.
    pub fn read(path: &Path) -> Result<Self, FormatError> {
        // A link is as good: what it leads to is only read.
        let real = path.canonicalize();
        let real = real.map_err(|source| FormatError::on_reading(path, source))?;
        let bytes = place::read_whole(&real, LONGEST)?;
        let broken = |what| FormatError::Broken {
            path: path.into(),
            what,
        };
        match preamble::judge(&bytes, MAGIC, VERSION) {
            preamble::Verdict::Ours => {}
            preamble::Verdict::Newer(version) => {
                return Err(FormatError::Newer {
                    path: path.into(),
                    version,
                });
            }
            preamble::Verdict::Foreign(what) => return Err(broken(what)),
        }
        let body = checked_body(&bytes).map_err(broken)?;
        let body: Body =
            postcard::from_bytes(body).map_err(|_| broken("its body cannot be decoded"))?;
        let path =
            path_from(body.path).ok_or_else(|| broken("its path is not one of this system"))?;
        let executable = Executable {
            path,
            size: body.size,
            mtime_ns: body.mtime_ns,
        };
        Ok(Self {
            executable,
            entries: body.entries,
            untrusted: body.untrusted,
        })
    }

    /// The snapshot of the executable at `path` (canonical) in `mamo_dir`. Whether it is of *this build* of the
    /// executable is for the caller to see, by comparing [`Snapshot::executable`] with [`Executable::at`].
    ///
    /// # Errors
    /// As [`Snapshot::read`].
    pub fn find(mamo_dir: &Path, path: &Path) -> Result<Self, FormatError> {
        Self::read(&layout::snapshot(mamo_dir, path))
    }

    fn body(&self) -> Body {
        let Executable {
            path,
            size,
            mtime_ns,
        } = &self.executable;
        Body {
            path: path.as_os_str().as_encoded_bytes().to_vec(),
            size: *size,
            mtime_ns: *mtime_ns,
            entries: self.entries.clone(),
            untrusted: self.untrusted.clone(),
        }
    }
}

/// The body behind the header, once length and checksum are seen to hold.
fn checked_body(bytes: &[u8]) -> Result<&[u8], &'static str> {
    let header = bytes
        .get(preamble::LENGTH..HEADER)
        .ok_or("its header is cut off")?;
    let (length, checksum) = header
        .split_first_chunk::<8>()
        .ok_or("its header is cut off")?;
    let body = &bytes[HEADER..];
    if u64::from_le_bytes(*length) != body.len() as u64 {
        return Err("its length is not the one it states");
    }
    if blake3::hash(body).as_bytes() != checksum {
        return Err("its checksum does not match");
    }
    Ok(body)
}

#[cfg(unix)]
#[expect(
    clippy::unnecessary_wraps,
    reason = "other systems have paths that bytes cannot give back"
)]
fn path_from(bytes: Vec<u8>) -> Option<PathBuf> {
    use std::os::unix::ffi::OsStringExt as _;
    Some(std::ffi::OsString::from_vec(bytes).into())
}

#[cfg(not(unix))]
fn path_from(bytes: Vec<u8>) -> Option<PathBuf> {
    String::from_utf8(bytes).ok().map(Into::into)
}
