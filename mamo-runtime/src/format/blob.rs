//! The bytes of a large value, in a file of their own named by their digest.
//!
//! Two computations with equal results share one. The file holds nothing but the bytes; what they must be is said by the
//! entries that refer to it.

use super::{FormatError, Unfinished, layout};
use std::fs::{self, File};
use std::io;
use std::path::Path;

/// Payloads longer than this are blobs; others lie in their entry.
pub const LARGEST_INLINE: usize = 64 * 1024;

/// Writes the bytes whose digest is `digest`, unless a file of their length is there. `written` holds them already.
///
/// # Errors
/// Whatever the operating system answers.
pub fn write(
    mamo_dir: &Path,
    digest: &[u8; 32],
    bytes: &[u8],
    written: Option<Unfinished>,
) -> io::Result<()> {
    let path = layout::blob(mamo_dir, digest);
    let there = fs::symlink_metadata(&path)
        .is_ok_and(|metadata| metadata.is_file() && metadata.len() == bytes.len() as u64);
    if there {
        return Ok(());
    }
    // A file that somebody deleted meanwhile is written once more.
    if written.is_some_and(|written| written.put(mamo_dir, &path).is_ok()) {
        return Ok(());
    }
    super::write_whole(mamo_dir, &path, &[bytes])
}

/// Opens the blob named `digest`, which must be `length` bytes long. Links, pipes and devices are refused unopened.
///
/// # Errors
/// [`FormatError`]: absent, unreadable, or broken.
pub fn open(mamo_dir: &Path, digest: &[u8; 32], length: u64) -> Result<File, FormatError> {
    let path = layout::blob(mamo_dir, digest);
    let metadata =
        fs::symlink_metadata(&path).map_err(|source| FormatError::on_reading(&path, source))?;
    if !metadata.is_file() || metadata.len() != length {
        return Err(FormatError::Broken {
            path,
            what: "it is not a regular file of the length that its entry states",
        });
    }
    File::open(&path).map_err(|source| FormatError::on_reading(&path, source))
}
