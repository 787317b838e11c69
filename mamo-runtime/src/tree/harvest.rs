//! What a filled directory has come to: its manifest, and permissions that keep it so.
//!
//! First every name is looked at and every write bit taken away; then, once the clock has ticked, contents are read. So whatever writes
//! while they are read, or later, leaves a trace in the time of change.

use super::manifest::{Item, Kind, Manifest};
use super::seal::{Stamp, TICK};
use super::{mode, parallel};
use std::fs::{self, File, Metadata};
use std::io;
use std::path::{Path, PathBuf};
use std::time::SystemTime;

/// Takes in the directory at `root`, in which nothing is written any more.
pub(super) fn harvest(root: &Path) -> io::Result<(Manifest, Vec<Stamp>)> {
    let mut items = Vec::new();
    walk(root, root, &[], &mut items)?;
    std::thread::sleep(TICK * 2);
    let stamped = parallel::each(items.len(), |at| {
        let item = &items[at];
        let path = item.below(root);
        let found = of(&path).map_err(|error| named(&path, root, &error))?;
        Ok::<_, io::Error>(found)
    })?;
    let mut stamps = Vec::with_capacity(items.len());
    for (item, (kind, stamp)) in items.iter_mut().zip(stamped) {
        item.kind = kind;
        stamps.push(stamp);
    }
    Ok((Manifest(items), stamps))
}

/// Adds what is at `path`, known as `name`, and all below it, and takes its write bits away.
fn walk(root: &Path, path: &Path, name: &[u8], items: &mut Vec<Item>) -> io::Result<()> {
    let failed = |error: io::Error| named(path, root, &error);
    let metadata = fs::symlink_metadata(path).map_err(failed)?;
    let is_directory = metadata.is_dir();
    if !is_directory && !metadata.is_file() && !metadata.is_symlink() {
        let what = io::Error::other("it is neither file, directory nor link, and cannot be kept");
        return Err(failed(what));
    }
    let is_link = metadata.is_symlink();
    let permissions = if is_link { 0 } else { mode::of(&metadata) };
    items.push(Item {
        path: name.to_vec(),
        mode: permissions,
        kind: Kind::Directory,
    });
    if is_link {
        return check_link(root, path).map_err(failed);
    }
    mode::set(path, mode::while_kept(permissions, is_directory)).map_err(failed)?;
    if !is_directory {
        return Ok(());
    }
    for (child, bytes) in children(path, name).map_err(failed)? {
        walk(root, &child, &bytes, items)?;
    }
    Ok(())
}

/// A link to where the tree was filled leads nowhere once it is in its place.
fn check_link(root: &Path, path: &Path) -> io::Result<()> {
    let target = fs::read_link(path)?;
    if target.starts_with(root) {
        return Err(io::Error::other(
            "it is a link to the directory that was filled, which moves when it is kept: make the link relative",
        ));
    }
    if cfg!(not(unix)) {
        return Err(io::Error::other("links cannot be kept on this system"));
    }
    Ok(())
}

/// What lies in a directory, in the order of its names, each with its name from the root.
pub(super) fn children(path: &Path, name: &[u8]) -> io::Result<Vec<(PathBuf, Vec<u8>)>> {
    let mut children = Vec::new();
    for entry in fs::read_dir(path)? {
        let entry = entry?;
        let own = entry.file_name();
        if cfg!(not(unix)) && own.to_str().is_none() {
            return Err(io::Error::other(
                "a name that is no Unicode cannot be kept on this system",
            ));
        }
        let mut whole = name.to_vec();
        if !whole.is_empty() {
            whole.push(b'/');
        }
        whole.extend_from_slice(own.as_encoded_bytes());
        children.push((entry.path(), whole));
    }
    children.sort_by(|(_, one), (_, other)| one.cmp(other));
    Ok(children)
}

/// What is at a path now, read whole, and how it looked meanwhile.
pub(super) fn of(path: &Path) -> io::Result<(Kind, Stamp)> {
    let now = SystemTime::now();
    let before = fs::symlink_metadata(path)?;
    let kind = kind(path, &before)?;
    let stamp = Stamp::of(&before);
    if stamp != Stamp::of(&fs::symlink_metadata(path)?) {
        return Err(io::Error::other(
            "it is being written to: a fixture ends what it starts",
        ));
    }
    Ok((kind, stamp.settled(now)))
}

fn kind(path: &Path, metadata: &Metadata) -> io::Result<Kind> {
    if metadata.is_dir() {
        return Ok(Kind::Directory);
    }
    if metadata.is_symlink() {
        let target = fs::read_link(path)?.into_os_string().into_encoded_bytes();
        return Ok(Kind::Link { target });
    }
    if !metadata.is_file() {
        return Err(io::Error::other("it is not a regular file"));
    }
    let mut hasher = blake3::Hasher::new();
    let length = io::copy(&mut File::open(path)?, &mut hasher)?;
    let digest = *hasher.finalize().as_bytes();
    Ok(Kind::File { length, digest })
}

fn named(path: &Path, root: &Path, error: &io::Error) -> io::Error {
    let shown = path.strip_prefix(root).unwrap_or(path).display();
    io::Error::new(error.kind(), format!("`{shown}`: {error}"))
}
