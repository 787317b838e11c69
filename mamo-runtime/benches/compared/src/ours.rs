//! mamo's side.

use crate::child::{LARGE, SHORT, Side, made};
use crate::clock::{lowest, seconds, tell};
use mamo::__private::format::{Executable, Snapshot, SnapshotEntry};
use mamo::{Mapped, Value};
use std::hint::black_box;
use std::path::Path;
use std::sync::Mutex;

/// What `numbers` gives the next time that it computes.
static MADE: Mutex<Option<Vec<f64>>> = Mutex::new(None);

#[mamo::memo]
fn square(n: u64) -> u64 {
    n * n
}

#[mamo::memo]
fn name(n: u64) -> String {
    n.to_string()
}

#[mamo::memo]
fn numbers(round: u64) -> Vec<f64> {
    let made = MADE.lock().unwrap().take();
    made.unwrap_or_else(|| panic!("{round} was not stored"))
}

#[mamo::memo]
fn wave(round: u64) -> Mapped<[f64]> {
    made(round).into()
}

#[mamo::memo]
fn first(numbers: &[f64]) -> f64 {
    numbers[0]
}

#[mamo::memo]
fn first_of_value(numbers: &Value<Vec<f64>>) -> f64 {
    numbers[0]
}

/// Says of these functions what `cargo mamo` would say.
pub(crate) fn write_snapshot(directory: &Path) {
    let executable = Executable::at(&std::env::current_exe().unwrap()).unwrap();
    let mut snapshot = Snapshot::new(executable);
    for function in [
        "square",
        "name",
        "numbers",
        "wave",
        "first",
        "first_of_value",
    ] {
        let key = concat!(env!("CARGO_PKG_NAME"), "/", module_path!(), "::").to_owned() + function;
        let entry = SnapshotEntry {
            fingerprint: [1; 32],
            variables: vec![],
        };
        snapshot.entries.insert(key, entry);
    }
    snapshot.write(&directory.join("mamo")).unwrap();
}

/// `mamo`.
pub(crate) struct Mamo;

impl Side for Mamo {
    const NAME: &'static str = "mamo";

    #[inline]
    fn square(n: u64) -> Option<u64> {
        Some(square(n))
    }

    fn store(_: &Path, round: u64, value: Vec<f64>) {
        *MADE.lock().unwrap() = Some(value);
        black_box(numbers(round));
    }

    fn store_short(_: &Path) {
        (0..SHORT).for_each(|n| drop(name(n)));
    }

    fn short(_: &Path, n: u64) -> String {
        name(n)
    }

    fn large(_: &Path, round: u64) -> Option<Vec<f64>> {
        Some(numbers(round))
    }
}

/// A mapped value: summed at its first look, and once it is mapped.
pub(crate) fn mapped(round: u64) {
    // The same bytes as those of `numbers`, so it is served from the same file. Another process has to store it.
    let stored = wave::is_cached(round);
    if !stored {
        wave(round);
        return mapped_by_another(round);
    }
    let sum = || {
        let wave = wave(round);
        assert!(wave.is_mapped());
        black_box(wave.iter().sum::<f64>());
    };
    let (first, ()) = seconds(sum);
    tell("mapped", Mamo::NAME, first);
    tell("mapped again", Mamo::NAME, lowest(3, sum));
}

fn mapped_by_another(round: u64) {
    let mut command = std::process::Command::new(std::env::current_exe().unwrap());
    let output = command
        .env(crate::child::ROLE, format!("mamo large {round}"))
        .output()
        .unwrap();
    let said = String::from_utf8(output.stdout).unwrap();
    said.lines()
        .filter(|line| line.starts_with("mapped"))
        .for_each(|line| println!("{line}"));
}

/// Large arguments.
pub(crate) fn arguments(round: u64) {
    let large = made(round);
    assert_eq!(large.len(), LARGE);
    first(&large);
    tell(
        "argument",
        Mamo::NAME,
        lowest(3, || _ = black_box(first(&large))),
    );
    let value = numbers::value(round);
    first_of_value(&value);
    // Computing has read it; another handle has not.
    let value = numbers::value(round);
    let calls = 1000;
    let often = || (0..calls).for_each(|_| _ = black_box(first_of_value(&value)));
    tell("value", Mamo::NAME, lowest(3, often) / f64::from(calls));
    assert!(!value.is_loaded());
}
