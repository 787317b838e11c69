//! One measurement of one side, in a process of its own.

use crate::clock::{lowest, seconds, tell};
use crate::{others, ours};

use std::hint::black_box;
use std::path::{Path, PathBuf};

/// Names side, task and round.
pub(crate) const ROLE: &str = "COMPARED_ROLE";
/// Names the directory that all sides keep things in.
pub(crate) const DIRECTORY: &str = "COMPARED_DIRECTORY";

/// Elements of a large value: 100 MB.
pub(crate) const LARGE: usize = 12_500_000;
/// How many short values there are.
pub(crate) const SHORT: u64 = 2_000;
/// Calls that are timed together where one is too short.
const CALLS: u32 = 2_000_000;

/// What a side can do. Values of a round have the round's number in them.
pub(crate) trait Side {
    /// As it stands in the table.
    const NAME: &'static str;
    /// Squares `n`, from memory after the first time; nothing if it has no memory.
    fn square(_n: u64) -> Option<u64> {
        None
    }
    /// Stores a value of 100 MB, which is made already.
    fn store(directory: &Path, round: u64, value: Vec<f64>);
    /// Stores the short values.
    fn store_short(directory: &Path);
    /// A short value, from the disk.
    fn short(directory: &Path, n: u64) -> String;
    /// The value of 100 MB, from the disk; the floor reads it by itself.
    fn large(_directory: &Path, _round: u64) -> Option<Vec<f64>> {
        None
    }
}

/// Does what a role says.
pub(crate) fn run(role: &str) {
    let words: Vec<&str> = role.split(' ').collect();
    let [side, task, round] = words[..] else {
        panic!("`{role}` is no role");
    };
    let round = round.parse().unwrap();
    match side {
        "mamo" => of::<ours::Mamo>(task, round),
        "cached" => of::<others::Cached>(task, round),
        "cacache" => of::<others::Cacache>(task, round),
        _ => of::<others::Files>(task, round),
    }
    match (side, task) {
        ("mamo", "large") => ours::mapped(round),
        ("mamo", "argument") => ours::arguments(round),
        ("floor", "large") => others::floors(&directory(), round),
        ("floor", "argument") => others::digests(round),
        _ => {}
    }
}

/// Where all sides keep things.
pub(crate) fn directory() -> PathBuf {
    std::env::var_os(DIRECTORY).unwrap().into()
}

/// The large value of a round.
pub(crate) fn made(round: u64) -> Vec<f64> {
    (0..LARGE).map(|at| at as f64 + round as f64).collect()
}

fn of<S: Side>(task: &str, round: u64) {
    let directory = directory();
    match task {
        "ram" => ram::<S>(),
        "store" => {
            if round == 0 {
                S::store_short(&directory);
            }
            let value = made(round);
            tell(
                "store",
                S::NAME,
                seconds(|| S::store(&directory, round, value)).0,
            );
        }
        "first" => {
            let (took, text) = seconds(|| S::short(&directory, 7));
            assert_eq!(text, "7");
            tell("first", S::NAME, took);
        }
        "short" => {
            S::short(&directory, 0);
            let all = || (1..SHORT).for_each(|n| drop(black_box(S::short(&directory, n))));
            tell("short", S::NAME, seconds(all).0 / (SHORT - 1) as f64);
        }
        "large" => large::<S>(&directory, round),
        _ => {}
    }
}

/// The store is open already when the time is taken.
fn large<S: Side>(directory: &Path, round: u64) {
    S::short(directory, 0);
    if let (took, Some(value)) = seconds(|| S::large(directory, round)) {
        assert_eq!((value.len(), value[1]), (LARGE, 1.0 + round as f64));
        tell("large", S::NAME, took);
        drop(value);
        let again = || drop(black_box(S::large(directory, round)));
        tell("large again", S::NAME, lowest(3, again));
    }
}

fn ram<S: Side>() {
    if S::square(7).is_none() {
        return;
    }
    for (row, different) in [("ram", 1), ("ram of many", 10_000)] {
        let round = || {
            for n in 0..u64::from(CALLS) {
                black_box(S::square(black_box(7 + n % different)));
            }
        };
        round();
        tell(row, S::NAME, lowest(10, round) / f64::from(CALLS));
    }
}
