//! Where things lie in the mamo directory, and where that directory lies.

use super::{place, write_whole};
use std::ffi::OsStr;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

/// Names the mamo directory; set by `cargo mamo` and by users who want it elsewhere.
pub const DIRECTORY_VARIABLE: &str = "MAMO_DIR";
/// Names a snapshot file outright. It must still be of the running executable.
pub const SNAPSHOT_VARIABLE: &str = "MAMO_SNAPSHOT";

const TAG_FILE: &str = "CACHEDIR.TAG";
/// The first line is the cache directory standard's; the second tells our tag from others'.
const TAG: &str = "Signature: 8a477f597d28d172789f06886806bc55\n# This directory is mamo's. It can be deleted at any time.\n";

/// Makes `directory` a mamo directory: itself, its tag, and an ignore file for git.
///
/// # Errors
/// If one of them cannot be written.
pub fn create(directory: &Path) -> io::Result<()> {
    fs::create_dir_all(directory)?;
    if !is_mamo(directory) {
        write_whole(directory, &directory.join(TAG_FILE), &[TAG.as_bytes()])?;
    }
    let ignore = directory.join(".gitignore");
    if ignore.exists() {
        Ok(())
    } else {
        write_whole(directory, &ignore, &[b"*\n"])
    }
}

/// Does `directory` bear the tag that [`create`] writes?
pub fn is_mamo(directory: &Path) -> bool {
    place::read_start(&directory.join(TAG_FILE), TAG.len())
        .is_ok_and(|(tag, _)| tag == TAG.as_bytes())
}

/// The mamo directory for an executable: `MAMO_DIR`, else `mamo` in the nearest ancestor that has one with our tag.
pub fn find(executable: &Path) -> Option<PathBuf> {
    if let Some(named) = std::env::var_os(DIRECTORY_VARIABLE).filter(|value| !value.is_empty()) {
        return std::path::absolute(named).ok();
    }
    executable
        .ancestors()
        .skip(1)
        .map(|ancestor| ancestor.join("mamo"))
        .find(|candidate| is_mamo(candidate))
}

/// The directory of all snapshots.
pub fn snapshots(mamo_dir: &Path) -> PathBuf {
    mamo_dir.join("snapshots").join("v1")
}

/// The snapshot file of the executable at `path` (canonical).
pub fn snapshot(mamo_dir: &Path, path: &Path) -> PathBuf {
    snapshots(mamo_dir).join(hex_of(path.as_os_str()))
}

/// The directory of all values.
pub fn values(mamo_dir: &Path) -> PathBuf {
    mamo_dir.join("values").join("v2")
}

/// Where values lay in the format before this.
pub fn older_values(mamo_dir: &Path) -> PathBuf {
    mamo_dir.join("values").join("v1")
}

/// The directory of all blobs.
pub fn blobs(mamo_dir: &Path) -> PathBuf {
    mamo_dir.join("blobs").join("v1")
}

/// The directory of all trees.
pub fn trees(mamo_dir: &Path) -> PathBuf {
    mamo_dir.join("trees").join("v1")
}

/// The directory of the tree whose manifest has this digest.
pub fn tree(mamo_dir: &Path, digest: &[u8; 32]) -> PathBuf {
    fanned(trees(mamo_dir), digest)
}

/// The directory of what fixtures failed with.
pub fn failures(mamo_dir: &Path) -> PathBuf {
    mamo_dir.join("failures").join("v1")
}

/// What the fixture of the value named `key` failed with.
pub fn failure(mamo_dir: &Path, key: &[u8; 32]) -> PathBuf {
    failures(mamo_dir).join(blake3::Hash::from_bytes(*key).to_hex().as_str())
}

/// The directory of what `gc` needs.
pub fn gc(mamo_dir: &Path) -> PathBuf {
    mamo_dir.join("gc")
}

/// The file whose lock is held while a blob is stored, and while those that no entry refers to are deleted.
pub fn blob_lock(mamo_dir: &Path) -> PathBuf {
    gc(mamo_dir).join("blobs")
}

/// The file of the bytes whose digest is `digest`.
pub fn blob(mamo_dir: &Path, digest: &[u8; 32]) -> PathBuf {
    fanned(blobs(mamo_dir), digest)
}

/// The index of the function whose key is `function`.
pub fn index(mamo_dir: &Path, function: &str) -> PathBuf {
    indices(mamo_dir).join(hex_of(OsStr::new(function)))
}

/// The directory of all indices.
pub fn indices(mamo_dir: &Path) -> PathBuf {
    mamo_dir.join("index").join("v1")
}

fn fanned(directory: PathBuf, name: &[u8; 32]) -> PathBuf {
    let hex = blake3::Hash::from_bytes(*name).to_hex();
    let (fan, rest) = hex.split_at(2);
    let mut path = directory.into_os_string();
    path.reserve(70);
    path.push("/");
    path.push(fan);
    path.push("/");
    path.push(rest);
    path.into()
}

/// The digest or key that a fanned-out path stands for.
pub(crate) fn digest_in(path: &Path) -> Option<[u8; 32]> {
    let name = |path: &Path| path.file_name()?.to_str().map(ToOwned::to_owned);
    let hex = name(path.parent()?)? + &name(path)?;
    blake3::Hash::from_hex(hex).ok().map(Into::into)
}

/// The file of the value named `key`.
pub fn value(mamo_dir: &Path, key: &[u8; 32]) -> PathBuf {
    fanned(values(mamo_dir), key)
}

/// The directory of all lock files.
pub fn locks(mamo_dir: &Path) -> PathBuf {
    mamo_dir.join("locks").join("v1")
}

/// The file whose lock means that the value named `key` is being computed.
pub fn lock(mamo_dir: &Path, key: &[u8; 32]) -> PathBuf {
    locks(mamo_dir).join(format!("{}.lock", blake3::Hash::from_bytes(*key).to_hex()))
}

/// The directory of all logs.
pub fn logs(mamo_dir: &Path) -> PathBuf {
    mamo_dir.join("logs").join("v1")
}

/// The log of the function whose key is `function`.
pub fn log(mamo_dir: &Path, function: &str) -> PathBuf {
    logs(mamo_dir).join(format!("{}.log", hex_of(OsStr::new(function))))
}

fn hex_of(name: &OsStr) -> String {
    blake3::hash(name.as_encoded_bytes()).to_hex().to_string()
}
