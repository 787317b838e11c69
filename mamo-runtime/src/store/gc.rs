//! Keeping a store below a bound: for `cargo mamo gc`.
//!
//! What nobody can use goes first, bound or not: what killed processes left behind, damaged values, blobs without an
//! entry, snapshots of programs that are no more. If the rest takes more than the bound, values go: first those of code
//! that no program has now, then the others, in each case those that were cheapest to compute for the bytes they take.
//! Until then values of older code stay, for a revert or another branch to find. Tags are never taken.
//!
//! It runs beside processes that read and write. A value that goes while it is read is read to its end or computed again;
//! one that was stored a moment ago is not told from others. Times decide on nothing but the daily turn, so a clock that
//! goes back does no harm.

mod choice;
mod survey;

use super::listing;
use crate::format::{aside, layout, place, sweep_unfinished, write_whole};
use crate::{index, lock};
use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::io;
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime, UNIX_EPOCH};
use survey::{Survey, Value};

/// How often it runs by itself.
const DAILY: Duration = Duration::from_secs(24 * 3600);

/// Why something goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[non_exhaustive]
pub enum Why {
    /// A process that was killed was writing it, or held it as a lock.
    Abandoned,
    /// A snapshot whose program is gone or was built again.
    Outdated,
    /// It is no value that can be read.
    Damaged,
    /// A blob or tree that no value refers to.
    Unreferred,
    /// Over the bound: a value of an older format.
    OlderFormat,
    /// Over the bound: a value of code that no program has now.
    Superseded,
    /// Over the bound: a value that takes much space for the time it saves.
    Cheapest,
}

impl Why {
    /// One word, as in JSON.
    pub fn word(self) -> &'static str {
        match self {
            Self::Abandoned => "abandoned",
            Self::Outdated => "outdated",
            Self::Damaged => "damaged",
            Self::Unreferred => "unreferred",
            Self::OlderFormat => "older-format",
            Self::Superseded => "superseded",
            Self::Cheapest => "cheapest",
        }
    }
}

impl fmt::Display for Why {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Abandoned => "left behind by processes that were killed",
            Self::Outdated => "snapshots of programs that are gone or were built again",
            Self::Damaged => "damaged",
            Self::Unreferred => "no value refers to them",
            Self::OlderFormat => "over the bound; of an older format",
            Self::Superseded => "over the bound; of code that no program has now",
            Self::Cheapest => "over the bound; cheapest to compute again for their size",
        })
    }
}

/// What went for one cause, of one function where it was values.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Gone {
    /// The cause.
    pub why: Why,
    /// Key of the function.
    pub function: Option<String>,
    /// How many files; a value and its blob count as one.
    pub files: u64,
    /// What they took on disk.
    pub bytes: u64,
    /// What computing the values had taken.
    pub compute: Duration,
}

/// What a collection did, or would do.
#[derive(Clone, Debug, Default)]
#[non_exhaustive]
pub struct Collected {
    /// What values and blobs took on disk before.
    pub before: u64,
    /// And after.
    pub after: u64,
    /// Of that, what tags take, which stay.
    pub tags: u64,
    /// What went, by cause and function.
    pub gone: Vec<Gone>,
    /// What should have gone and could not, for people.
    pub kept: Vec<String>,
}

/// Is the daily collection due? Not where nothing was ever stored.
pub fn is_due(mamo_dir: &Path) -> bool {
    let stamp = place::read_whole(&stamp(mamo_dir), 32).ok();
    let text = stamp.and_then(|stamp| String::from_utf8(stamp).ok());
    let last = text.and_then(|text| text.trim().parse().ok());
    let last = last.map(|seconds| UNIX_EPOCH.checked_add(Duration::from_secs(seconds)));
    let waited = last
        .flatten()
        .and_then(|last| SystemTime::now().duration_since(last).ok());
    // A turn in the future is one before the clock went back.
    waited.is_none_or(|waited| waited >= DAILY) && layout::values(mamo_dir).is_dir()
}

/// Collects, so that values and blobs take at most `bound` bytes. With `dry` nothing goes. `None` if another process
/// is at it.
///
/// # Errors
/// If the store cannot be listed.
pub fn collect(mamo_dir: &Path, bound: Option<u64>, dry: bool) -> io::Result<Option<Collected>> {
    // Where nothing can be locked two may run at once: the one finds gone what the other took.
    let turn = lock::try_alone(mamo_dir, &layout::gc(mamo_dir).join("lock"));
    if matches!(turn, Ok(None)) {
        return Ok(None);
    }
    let mut collection = Collection {
        mamo_dir,
        dry,
        gone: BTreeMap::new(),
        kept: Vec::new(),
        removed: BTreeSet::new(),
    };
    let mut collected = collection.run(bound)?;
    collected.gone = collection.gone.into_values().collect();
    collected.kept = collection.kept;
    if !dry {
        let now = SystemTime::now().duration_since(UNIX_EPOCH);
        let now = now.unwrap_or_default().as_secs().to_string();
        // Advice: without it the next command collects again.
        let _ = write_whole(mamo_dir, &stamp(mamo_dir), &[now.as_bytes()]);
    }
    Ok(Some(collected))
}

struct Collection<'a> {
    mamo_dir: &'a Path,
    dry: bool,
    gone: BTreeMap<(Why, Option<String>), Gone>,
    kept: Vec<String>,
    /// Keys of the values that went.
    removed: BTreeSet<[u8; 32]>,
}

impl Collection<'_> {
    fn run(&mut self, bound: Option<u64>) -> io::Result<Collected> {
        let (files, bytes) = sweep_unfinished(self.mamo_dir, self.dry)?;
        self.count(Why::Abandoned, None, (files, bytes), 0);
        let directories = aside::sweep(self.mamo_dir, self.dry, false)?;
        self.count(Why::Abandoned, None, (directories, 0), 0);
        let locks = lock::sweep(self.mamo_dir, self.dry)?;
        self.count(Why::Abandoned, None, (locks, 0), 0);
        let survey = Survey::of(self.mamo_dir)?;
        let (before, tags) = (survey.bytes(), survey.tag_bytes());
        for path in &survey.outdated {
            self.remove(Why::Outdated, path, listing::length(path));
        }
        let mut after = before;
        for (path, bytes) in &survey.damaged {
            after -= u64::from(self.remove(Why::Damaged, path, *bytes)) * bytes;
        }
        for bytes in survey.unreferred() {
            self.count(Why::Unreferred, None, (1, bytes), 0);
            after -= bytes;
        }
        let left = self.shrink(&survey, after, bound.unwrap_or(u64::MAX));
        if !self.dry {
            self.finish(&survey)?;
        }
        Ok(Collected {
            before,
            after: left,
            tags,
            ..Collected::default()
        })
    }

    /// Removes values until all take at most `bound`; what they take then.
    fn shrink(&mut self, survey: &Survey, mut bytes: u64, bound: u64) -> u64 {
        for (path, length) in &survey.older {
            if bytes > bound && self.remove(Why::OlderFormat, path, *length) {
                bytes -= length;
            }
        }
        if bytes <= bound {
            return bytes;
        }
        let mut blobs = survey.removable();
        for (why, value) in choice::order(survey) {
            if bytes <= bound {
                break;
            }
            if !self.dry && !self.deleted(&value.path) {
                continue;
            }
            self.removed.insert(value.key);
            let freed = value.bytes + blob_freed(&mut blobs, value);
            let function = Some(value.function.clone());
            self.count(why, function, (1, freed), value.compute_ns);
            bytes -= freed;
        }
        if bytes > bound {
            let what = "what is left are tags, values that cannot be read, and files in use";
            self.kept.push(what.into());
        }
        bytes
    }

    /// What is done when values have gone: blobs, notes and directories follow.
    fn finish(&mut self, survey: &Survey) -> io::Result<()> {
        if listing::remove_unreferred(self.mamo_dir)?.is_none() {
            let what = "blobs and trees without a value: others are being stored all the time";
            self.kept.push(what.into());
        }
        let seen = survey.values.iter().map(|value| value.key);
        let there: BTreeSet<_> = seen.filter(|key| !self.removed.contains(key)).collect();
        let is_there =
            |key: &[u8; 32]| there.contains(key) || layout::value(self.mamo_dir, key).exists();
        for path in place::listed(&layout::indices(self.mamo_dir))? {
            // A note too many costs a look at a file that is not there.
            let _ = index::compact(self.mamo_dir, &path, is_there);
        }
        listing::remove_empty(self.mamo_dir)
    }

    fn remove(&mut self, why: Why, path: &Path, bytes: u64) -> bool {
        let gone = self.dry || self.deleted(path);
        if gone {
            self.count(why, None, (1, bytes), 0);
        }
        gone
    }

    fn deleted(&mut self, path: &Path) -> bool {
        let removed = place::remove(self.mamo_dir, path);
        if let Err(error) = &removed {
            self.kept.push(format!("`{}`: {error}", path.display()));
        }
        removed.is_ok()
    }

    fn count(&mut self, why: Why, function: Option<String>, of: (u64, u64), compute_ns: u64) {
        if of == (0, 0) {
            return;
        }
        let gone = self.gone.entry((why, function.clone()));
        let gone = gone.or_insert_with(|| Gone {
            why,
            function,
            files: 0,
            bytes: 0,
            compute: Duration::ZERO,
        });
        gone.files += of.0;
        gone.bytes += of.1;
        gone.compute = gone
            .compute
            .saturating_add(Duration::from_nanos(compute_ns));
    }
}

/// What a blob took, once the last value that refers to it goes.
fn blob_freed(blobs: &mut BTreeMap<[u8; 32], survey::Blob>, value: &Value) -> u64 {
    let Some(blob) = value.blob.and_then(|digest| blobs.get_mut(&digest)) else {
        return 0;
    };
    blob.values -= 1;
    if blob.values == 0 { blob.bytes } else { 0 }
}

/// When the last collection ended: seconds since 1970, as text.
fn stamp(mamo_dir: &Path) -> PathBuf {
    layout::gc(mamo_dir).join("last")
}
