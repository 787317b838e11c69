//! One append-only text file a function: how often it was called, served and computed, and what that took.
//!
//! A line is a sum over some calls, written when a thread ends and after long computations; the hit path never writes.
//! `status` reads it. It is advice: lines may be missing or torn, and nothing is decided by them. A line holds, separated
//! by tabs, the word `mamo2`, the function's key, and the numbers of [`Counts`] in their order; a line with the word `mamo1`
//! lacks the last two.

use crate::format::{layout, place, write_whole};
use std::io::{self, Write as _};
use std::path::Path;
use std::time::Duration;

/// Past this length a log is replaced by its sum.
const LONG: u64 = 64 * 1024;
const WORD: &str = "mamo2";
/// The words of lines, and how many numbers follow the function's key.
const WORDS: [(&str, usize); 2] = [("mamo1", 8), (WORD, FIELDS)];

/// How many figures there are.
pub(crate) const FIELDS: usize = 10;
/// What is longer is none: many processes can append before one of them sees that it is long.
const LONGEST: usize = 16 << 20;

/// What happened in a number of calls.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Counts {
    /// Results served from this process' memory.
    pub memory_hits: u64,
    /// Results served from the store.
    pub store_hits: u64,
    /// Results computed, whatever the cause.
    pub computed: u64,
    /// Of those, the ones that were stored.
    pub stored: u64,
    /// Time spent in computing, nanoseconds.
    pub compute_ns: u64,
    /// Time spent in reading and decoding hits of the store, nanoseconds.
    pub load_ns: u64,
    /// Time spent in encoding and storing, nanoseconds.
    pub save_ns: u64,
    /// Encoded bytes stored.
    pub stored_bytes: u64,
    /// Of the time spent in computing, what calls of other memos took that memory did not answer; not in async functions.
    pub nested_ns: u64,
    /// All time spent in calls that memory did not answer: waiting, computing, loading, storing; nanoseconds.
    pub busy_ns: u64,
}

impl Counts {
    fn fields(&self) -> [u64; FIELDS] {
        let Self {
            memory_hits,
            store_hits,
            computed,
            stored,
            compute_ns,
            load_ns,
            save_ns,
            stored_bytes,
            nested_ns,
            busy_ns,
        } = *self;
        [
            memory_hits,
            store_hits,
            computed,
            stored,
            compute_ns,
            load_ns,
            save_ns,
            stored_bytes,
            nested_ns,
            busy_ns,
        ]
    }

    pub(crate) const fn from_fields(fields: [u64; FIELDS]) -> Self {
        let [
            memory_hits,
            store_hits,
            computed,
            stored,
            compute_ns,
            load_ns,
            save_ns,
            stored_bytes,
            nested_ns,
            busy_ns,
        ] = fields;
        Self {
            memory_hits,
            store_hits,
            computed,
            stored,
            compute_ns,
            load_ns,
            save_ns,
            stored_bytes,
            nested_ns,
            busy_ns,
        }
    }

    /// Results that were not computed.
    pub fn hits(&self) -> u64 {
        self.memory_hits.saturating_add(self.store_hits)
    }

    /// All calls.
    pub fn calls(&self) -> u64 {
        self.hits().saturating_add(self.computed)
    }

    /// Mean time of a computation, calls of other memos included; `None` if there was none.
    pub fn mean_compute(&self) -> Option<Duration> {
        let mean = self.compute_ns.checked_div(self.computed)?;
        Some(Duration::from_nanos(mean))
    }

    /// Mean time of reading and decoding a hit of the store; `None` if there was none.
    pub fn mean_load(&self) -> Option<Duration> {
        let mean = self.load_ns.checked_div(self.store_hits)?;
        Some(Duration::from_nanos(mean))
    }

    /// Time spent in calls that memory did not answer, and in neither computing, loading nor storing: looking up and waiting.
    pub fn overhead(&self) -> Duration {
        let known = [self.compute_ns, self.load_ns, self.save_ns];
        let known = known.into_iter().fold(0, u64::saturating_add);
        Duration::from_nanos(self.busy_ns.saturating_sub(known))
    }

    /// Estimated time that hits have saved, in seconds: what computing would have taken, less loading, storing and
    /// [overhead](Self::overhead). Negative where remembering costs more than it saves.
    #[expect(clippy::cast_precision_loss, reason = "an estimate")]
    pub fn saved_seconds(&self) -> f64 {
        let mean = self.mean_compute().unwrap_or_default().as_secs_f64();
        let cost = Duration::from_nanos(self.load_ns.saturating_add(self.save_ns));
        mean * self.hits() as f64 - cost.as_secs_f64() - self.overhead().as_secs_f64()
    }

    /// The field-wise sum.
    #[must_use]
    pub fn plus(&self, other: &Self) -> Self {
        let (left, right) = (self.fields(), other.fields());
        Self::from_fields(std::array::from_fn(|at| left[at].saturating_add(right[at])))
    }

    /// The field-wise difference; what would be negative is 0.
    #[must_use]
    pub fn minus(&self, other: &Self) -> Self {
        let (left, right) = (self.fields(), other.fields());
        Self::from_fields(std::array::from_fn(|at| left[at].saturating_sub(right[at])))
    }
}

/// Appends what happened to the log of `function`.
pub(crate) fn append(mamo_dir: &Path, function: &str, counts: &Counts) -> io::Result<()> {
    let path = layout::log(mamo_dir, function);
    let mut file = place::open_end(mamo_dir, &path)?;
    // One write of a short line: other processes' lines come before or after it.
    file.write_all(line(function, counts).as_bytes())?;
    if file.metadata()?.len() > LONG {
        compact(mamo_dir, &path, function)
    } else {
        Ok(())
    }
}

/// What the log of `function` says of all processes so far.
pub(crate) fn sum_of(mamo_dir: &Path, function: &str) -> Counts {
    match read(&layout::log(mamo_dir, function)) {
        Some((found, sum)) if found == function => sum,
        _ => Counts::default(),
    }
}

/// Reads one log: the function's key and the sum of its lines. `None` if no line can be read.
pub(crate) fn read(path: &Path) -> Option<(String, Counts)> {
    let bytes = place::read_whole(path, LONGEST).ok()?;
    let text = String::from_utf8_lossy(&bytes);
    let mut lines = text.lines().filter_map(parse);
    let (function, first) = lines.next()?;
    let others = lines.filter(|(other, _)| *other == function);
    let sum = others.fold(first, |sum, (_, counts)| sum.plus(&counts));
    Some((function, sum))
}

/// Lines that others append in the meantime are lost; that is within what a log promises.
fn compact(mamo_dir: &Path, path: &Path, function: &str) -> io::Result<()> {
    match read(path) {
        Some((found, sum)) if found == function => {
            write_whole(mamo_dir, path, &[line(function, &sum).as_bytes()])
        }
        _ => place::remove(mamo_dir, path).map(drop),
    }
}

fn line(function: &str, counts: &Counts) -> String {
    let mut line = format!("{WORD}\t{function}");
    for field in counts.fields() {
        line.push('\t');
        line.push_str(&field.to_string());
    }
    line.push('\n');
    line
}

fn parse(line: &str) -> Option<(String, Counts)> {
    let mut words = line.split('\t');
    let word = words.next()?;
    let (_, count) = WORDS.into_iter().find(|(known, _)| *known == word)?;
    let function = words.next()?.to_owned();
    let mut fields = [0; FIELDS];
    for field in &mut fields[..count] {
        *field = words.next()?.parse().ok()?;
    }
    words
        .next()
        .is_none()
        .then(|| (function, Counts::from_fields(fields)))
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test that cannot go on should stop")]

    use super::*;
    use std::fs;

    fn three() -> Counts {
        Counts::from_fields([1, 2, 3, 4, 5, 6, 7, 8, 9, 10])
    }

    #[test]
    fn a_log_reads_as_the_sum_of_its_lines_and_torn_ones_are_skipped() {
        let directory = tempfile::tempdir().unwrap();
        append(directory.path(), "p/c::f", &three()).unwrap();
        append(directory.path(), "p/c::f", &three()).unwrap();
        let path = layout::log(directory.path(), "p/c::f");
        let mut text = fs::read(&path).unwrap();
        text.extend_from_slice(
            b"mamo1\tp/c::f\t1\t2\n\xff\xfe\nmamo2\tp/c::f\t9\t9\t9\t9\t9\t9\t9\t",
        );
        fs::write(&path, text).unwrap();
        assert_eq!(
            read(&path),
            Some(("p/c::f".to_owned(), three().plus(&three())))
        );
    }

    #[test]
    fn a_long_log_becomes_its_sum() {
        let directory = tempfile::tempdir().unwrap();
        let path = layout::log(directory.path(), "p/c::f");
        let one = Counts::from_fields([1; FIELDS]);
        let lines = usize::try_from(LONG).unwrap() / line("p/c::f", &one).len() + 10;
        for _ in 0..lines {
            append(directory.path(), "p/c::f", &one).unwrap();
        }
        assert!(fs::metadata(&path).unwrap().len() < LONG);
        assert_eq!(read(&path).unwrap().1.computed, lines as u64);
    }
}
