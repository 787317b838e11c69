//! Permissions: those of what was filled, and those that it has while it is kept.
//!
//! Kept, nothing can be written to without asking for it: no file and no directory has a write bit. All can be read by their owner.

use std::fs::{self, Metadata};
use std::io;
use std::path::Path;

/// The permissions that something with permissions `mode` has while it is kept.
pub(super) fn while_kept(mode: u32, is_directory: bool) -> u32 {
    if cfg!(not(unix)) && is_directory {
        return mode;
    }
    let readable = if is_directory { 0o500 } else { 0o400 };
    (mode | readable) & 0o555
}

/// The permissions of a file or directory.
#[cfg(unix)]
pub(super) fn of(metadata: &Metadata) -> u32 {
    use std::os::unix::fs::PermissionsExt as _;
    metadata.permissions().mode() & 0o7777
}

/// Gives a file or directory these permissions.
#[cfg(unix)]
pub(super) fn set(path: &Path, mode: u32) -> io::Result<()> {
    use std::os::unix::fs::PermissionsExt as _;
    fs::set_permissions(path, fs::Permissions::from_mode(mode))
}

/// All that there is of permissions: may it be written to?
#[cfg(not(unix))]
pub(super) fn of(metadata: &Metadata) -> u32 {
    let is_fixed = metadata.permissions().readonly() && metadata.is_file();
    if is_fixed { 0o555 } else { 0o777 }
}

/// Makes a file writable or not; directories always are.
#[cfg(not(unix))]
pub(super) fn set(path: &Path, mode: u32) -> io::Result<()> {
    let metadata = fs::symlink_metadata(path)?;
    let mut permissions = metadata.permissions();
    permissions.set_readonly(metadata.is_file() && mode & 0o200 == 0);
    fs::set_permissions(path, permissions)
}
