//! Private copies: everything new, nothing shared that could be written through.
//!
//! `std::fs::copy` lets the system copy, which shares blocks until they are written to where the file system can (Btrfs, XFS, APFS).
//! Never hard links: whoever owns a file may make it writable again, and would write into the tree.

use super::manifest::{Kind, Manifest, named};
use super::seal::Stamp;
use super::{check, mode, parallel};
use crate::notice;
use std::fs;
use std::io;
use std::path::Path;
use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

/// After this long it is said how far a copy is; then after twice as long, and so on.
const PACE: Duration = Duration::from_secs(2);

/// Copies the tree at `from` into the empty directory `to`; `what` is its name for people. Each file is checked first.
pub(super) fn tree(
    from: &Path,
    to: &Path,
    manifest: &Manifest,
    stamps: &[Stamp],
    what: &str,
) -> io::Result<()> {
    let items = &manifest.0;
    for item in items
        .iter()
        .skip(1)
        .filter(|item| item.kind == Kind::Directory)
    {
        fs::create_dir(item.below(to))?;
    }
    let progress = Progress::new(what, manifest.size());
    parallel::each(items.len(), |at| {
        check::item(from, manifest, at, stamps[at]).map_err(|why| changed(&why))?;
        let item = &items[at];
        match &item.kind {
            Kind::Directory => Ok(()),
            Kind::Link { target } => link(target, &item.below(to)),
            Kind::File { length, .. } => {
                let target = item.below(to);
                fs::copy(item.below(from), &target)?;
                mode::set(&target, item.mode)?;
                progress.add(*length);
                Ok(())
            }
        }
    })?;
    // From the innermost out: nothing could be put into a directory that cannot be written to.
    for item in items
        .iter()
        .rev()
        .filter(|item| item.kind == Kind::Directory)
    {
        mode::set(&item.below(to), item.mode)?;
    }
    Ok(())
}

fn changed(why: &str) -> io::Error {
    io::Error::other(format!("the tree was changed while it was lent: {why}"))
}

#[cfg(unix)]
fn link(target: &[u8], at: &Path) -> io::Result<()> {
    std::os::unix::fs::symlink(named(target.to_vec()), at)
}

#[cfg(not(unix))]
fn link(target: &[u8], _: &Path) -> io::Result<()> {
    let target = named(target.to_vec());
    Err(io::Error::other(format!(
        "a link to `{}` cannot be made on this system",
        target.display()
    )))
}

/// Says how far a copy is once it takes long.
struct Progress<'a> {
    what: &'a str,
    files: u64,
    bytes: u64,
    done: (AtomicU64, AtomicU64),
    /// When something was said last, and how long to be silent from then on.
    told: Mutex<(Instant, Duration)>,
}

impl<'a> Progress<'a> {
    fn new(what: &'a str, (files, bytes): (u64, u64)) -> Self {
        Self {
            what,
            files,
            bytes,
            done: (AtomicU64::new(0), AtomicU64::new(0)),
            told: Mutex::new((Instant::now(), PACE)),
        }
    }

    fn add(&self, length: u64) {
        let files = self.done.0.fetch_add(1, Ordering::Relaxed) + 1;
        let bytes = self.done.1.fetch_add(length, Ordering::Relaxed) + length;
        let Ok(mut told) = self.told.try_lock() else {
            return;
        };
        let (since, pace) = *told;
        if since.elapsed() >= pace {
            *told = (Instant::now(), pace * 2);
            let (what, all, total) = (self.what, self.files, self.bytes >> 20);
            let done = bytes >> 20;
            notice::going_on(format_args!(
                "copying `{what}`: {files} of {all} files, {done} of {total} MiB"
            ));
        }
    }
}
