//! What the store holds, by function, and how to empty it: for `cargo mamo status` and `clean`.
//!
//! Entries are listed by their headers alone; figures come from the logs and are advice. Deleting touches nothing but
//! what lies below `values`, `blobs`, `trees`, `index`, `locks`, `logs` and `failures`: links are deleted, never followed.

use super::listing;
use crate::format::{aside, entry, layout, place, sweep_unfinished};
use crate::log::{self, Counts};
use crate::tree;
use std::collections::BTreeMap;
use std::io;
use std::path::{Path, PathBuf};
use std::time::Duration;

/// What is stored of one function, and what it did in all runs so far.
#[derive(Clone, Debug, Default)]
#[non_exhaustive]
pub struct FunctionUsage {
    /// Stored values, of all code versions.
    pub entries: u64,
    /// Their files' bytes. A blob or tree counts for each value that it holds.
    pub bytes: u64,
    /// Stored values by the code fingerprint that they were computed under.
    pub versions: BTreeMap<[u8; 32], u64>,
    /// Calls, hits, computations and their times. Empty if the log was lost.
    pub counts: Counts,
    /// What computing the stored values took, by their headers.
    stored_compute_ns: u64,
}

impl FunctionUsage {
    /// The package in whose code the function with this key lies.
    pub fn package_of(key: &str) -> &str {
        key.split_once('/').map_or("", |(package, _)| package)
    }

    /// Mean time of a computation, if one is known.
    pub fn mean_compute(&self) -> Option<Duration> {
        let logged = self.counts.compute_ns.checked_div(self.counts.computed);
        logged
            .or_else(|| self.stored_compute_ns.checked_div(self.entries))
            .map(Duration::from_nanos)
    }

    /// Estimated time that hits have saved, in seconds; negative where loading costs more than computing.
    #[expect(clippy::cast_precision_loss, reason = "an estimate")]
    pub fn saved_seconds(&self) -> f64 {
        let mean = self.mean_compute().unwrap_or_default().as_secs_f64();
        self.counts.hits() as f64 * mean - (self.counts.load_ns + self.counts.save_ns) as f64 / 1e9
    }
}

/// What a store holds.
#[derive(Clone, Debug, Default)]
#[non_exhaustive]
pub struct Usage {
    /// By function key.
    pub functions: BTreeMap<String, FunctionUsage>,
    /// Files among the values that are not entries we can read.
    pub unreadable: Vec<PathBuf>,
}

/// What was deleted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Removed {
    /// Values.
    pub entries: u64,
    /// Their files' bytes.
    pub bytes: u64,
}

/// What the store in `mamo_dir` holds. A store that does not exist holds nothing.
///
/// # Errors
/// If a directory cannot be listed.
pub fn of(mamo_dir: &Path) -> io::Result<Usage> {
    let mut usage = Usage::default();
    for path in listing::values(mamo_dir)? {
        match entry::read_header(&path) {
            Ok((header, content, length)) => {
                let function = usage.functions.entry(header.function).or_default();
                function.entries += 1;
                let mut blob = if content.in_blob { content.length } else { 0 };
                if content.of_tree {
                    blob += tree::space(&layout::tree(mamo_dir, &content.digest));
                }
                function.bytes = function.bytes.saturating_add(length).saturating_add(blob);
                function.stored_compute_ns =
                    function.stored_compute_ns.saturating_add(header.compute_ns);
                *function.versions.entry(header.fingerprint).or_default() += 1;
            }
            Err(error) if error.is_absent() => {}
            Err(_) => usage.unreadable.push(path),
        }
    }
    for path in place::listed(&layout::logs(mamo_dir))? {
        if let Some((key, counts)) = log::read(&path) {
            usage.functions.entry(key).or_default().counts = counts;
        }
    }
    Ok(usage)
}

/// Deletes every value, lock and log.
///
/// # Errors
/// If something cannot be listed or deleted.
pub fn remove_all(mamo_dir: &Path) -> io::Result<Removed> {
    let mut removed = remove_values(mamo_dir, |_| true)?;
    for directory in [
        layout::logs(mamo_dir),
        layout::locks(mamo_dir),
        layout::indices(mamo_dir),
        layout::failures(mamo_dir),
    ] {
        for path in place::listed(&directory)? {
            place::remove(mamo_dir, &path)?;
        }
    }
    let (_, bytes) = sweep_unfinished(mamo_dir, false)?;
    aside::sweep(mamo_dir, false, true)?;
    removed.bytes += bytes;
    Ok(removed)
}

/// Deletes the values and logs of the functions of one package.
///
/// # Errors
/// If something cannot be listed or deleted.
pub fn remove_package(mamo_dir: &Path, package: &str) -> io::Result<Removed> {
    remove_where(mamo_dir, |key| FunctionUsage::package_of(key) == package)
}

/// Deletes the values and logs of the functions whose key is `wanted`.
///
/// # Errors
/// If something cannot be listed or deleted.
pub fn remove_where(mamo_dir: &Path, wanted: impl Fn(&str) -> bool) -> io::Result<Removed> {
    let removed = remove_values(mamo_dir, |path| {
        entry::read_header(path).is_ok_and(|(header, ..)| wanted(&header.function))
    })?;
    for path in place::listed(&layout::logs(mamo_dir))? {
        if let Some((key, _)) = log::read(&path)
            && wanted(&key)
        {
            place::remove(mamo_dir, &path)?;
            place::remove(mamo_dir, &layout::index(mamo_dir, &key))?;
        }
    }
    Ok(removed)
}

fn remove_values(mamo_dir: &Path, wanted: impl Fn(&Path) -> bool) -> io::Result<Removed> {
    let mut removed = Removed::default();
    for path in listing::values(mamo_dir)? {
        if wanted(&path) {
            removed.entries += 1;
            removed.bytes += listing::length(&path);
            place::remove(mamo_dir, &path)?;
        }
    }
    removed.bytes += listing::remove_unreferred(mamo_dir)?.unwrap_or_default();
    listing::remove_empty(mamo_dir)?;
    Ok(removed)
}
