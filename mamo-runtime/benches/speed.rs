//! What hits, arguments and storing cost, beside the least that they could: `cargo bench -p mamo-runtime`.
//!
//! The program starts itself twice under a mamo directory of its own: once to store, once to be served. Each line is the
//! median of some rounds, the floor that it is measured against, and their ratio. Times vary by machine; ratios less.
#![expect(
    clippy::print_stdout,
    clippy::unwrap_used,
    clippy::cast_precision_loss,
    reason = "a program that measures and prints"
)]

use mamo::__private::format::{Executable, Snapshot, SnapshotEntry, layout};
use mamo::Value;
use std::collections::HashMap;
use std::fs;
use std::hint::black_box;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Mutex;
use std::time::Instant;

const ROLE: &str = "MAMO_BENCH_ROLE";
/// Elements of the large value: 100 MB.
const LARGE: usize = 12_500_000;
const SMALL: u64 = 2_000;

#[mamo::memo]
fn square(n: u64) -> u64 {
    n * n
}

#[mamo::memo]
fn name(n: u64) -> String {
    n.to_string()
}

#[mamo::memo]
fn numbers(n: u64) -> Vec<f64> {
    (0..LARGE).map(|at| at as f64 + n as f64).collect()
}

#[mamo::memo]
fn first(numbers: &[f64]) -> f64 {
    numbers[0]
}

#[mamo::memo]
fn first_of_value(numbers: &Value<Vec<f64>>) -> f64 {
    numbers[0]
}

#[mamo::memo]
fn nested(numbers: &[Vec<f64>]) -> f64 {
    numbers[0][0]
}

fn main() {
    let directory = std::env::var_os(layout::DIRECTORY_VARIABLE).map(PathBuf::from);
    match (std::env::var(ROLE).as_deref(), directory) {
        (Ok("store"), Some(directory)) => store(&directory),
        (Ok("serve"), Some(directory)) => serve(&directory),
        _ => start(),
    }
}

/// Starts the two processes that measure.
fn start() {
    let directory = tempfile::tempdir().unwrap();
    let mamo_dir = directory.path().join("mamo");
    let executable = std::env::current_exe().unwrap();
    let mut snapshot = Snapshot::new(Executable::at(&executable).unwrap());
    for function in [
        "square",
        "name",
        "numbers",
        "first",
        "first_of_value",
        "nested",
    ] {
        let key = concat!(env!("CARGO_PKG_NAME"), "/", module_path!(), "::").to_owned() + function;
        let entry = SnapshotEntry {
            fingerprint: [1; 32],
            variables: vec![],
        };
        snapshot.entries.insert(key, entry);
    }
    snapshot.write(&mamo_dir).unwrap();
    println!("{:<44}{:>12}{:>12}{:>8}", "", "mamo", "floor", "ratio");
    for role in ["store", "serve"] {
        let mut command = Command::new(&executable);
        command
            .env(ROLE, role)
            .env(layout::DIRECTORY_VARIABLE, &mamo_dir);
        assert!(command.status().unwrap().success());
    }
}

fn store(mamo_dir: &Path) {
    let ours = median(3, |round| {
        numbers(round);
    });
    let computing = median(3, |round| {
        black_box(
            (0..LARGE)
                .map(|at| at as f64 + round as f64)
                .collect::<Vec<_>>(),
        );
    });
    let bytes = vec![1_u8; LARGE * 8];
    let floor = median(3, |round| {
        fs::write(mamo_dir.join(format!("floor{round}")), &bytes).unwrap();
    });
    line("store 100 MB (floor: fs::write)", ours - computing, floor);
    for n in 0..SMALL {
        name(n);
    }
    let large = numbers(0);
    first(&large);
    nested(&[large]);
    first_of_value(&numbers::value(0));
}

fn serve(mamo_dir: &Path) {
    small(mamo_dir);
    square(7);
    let calls = 1_000_000_u32;
    let ours = median(5, |_| {
        (0..calls).for_each(|_| _ = black_box(square(black_box(7))));
    });
    let table = Mutex::new(HashMap::from([(7_u64, 49_u64)]));
    let floor = median(5, |_| {
        (0..calls).for_each(|_| _ = black_box(table.lock().unwrap().get(&black_box(7)).copied()));
    });
    let calls = f64::from(calls);
    line(
        "RAM hit u64 -> u64 (Mutex<HashMap>)",
        ours / calls,
        floor / calls,
    );
    large(mamo_dir);
}

fn small(mamo_dir: &Path) {
    let files = files_below(&layout::values(mamo_dir));
    let start = Instant::now();
    for n in 0..SMALL {
        black_box(name(n));
    }
    let ours = start.elapsed().as_secs_f64() / SMALL as f64;
    let start = Instant::now();
    for file in &files {
        black_box(fs::read(file).unwrap());
    }
    let floor = start.elapsed().as_secs_f64() / files.len() as f64;
    line("first disk hit, short string (fs::read)", ours, floor);
}

fn large(mamo_dir: &Path) {
    let blob = files_below(&layout::blobs(mamo_dir)).remove(0);
    let floor = median(5, |_| drop(black_box(fs::read(&blob).unwrap())));
    let ours = median(5, |_| drop(black_box(numbers(0))));
    line("disk hit, 100 MB Vec<f64> (fs::read)", ours, floor);
    let large = numbers(0);
    let bytes = fs::read(&blob).unwrap();
    let floor = median(5, |_| _ = black_box(blake3::hash(&bytes)));
    let ours = median(5, |_| _ = black_box(first(&large)));
    line("argument &[f64] of 100 MB (BLAKE3)", ours, floor);
    let value = numbers::value(0);
    let ours = median(5, |_| _ = black_box(first_of_value(&value)));
    line("argument &Value of 100 MB (BLAKE3)", ours, floor);
    let lists = vec![large];
    let ours = median(5, |_| _ = black_box(nested(&lists)));
    line("argument Vec<Vec<f64>> of 100 MB (BLAKE3)", ours, floor);
}

/// The median of what `rounds` rounds take, in seconds.
fn median(rounds: u64, mut round: impl FnMut(u64)) -> f64 {
    let mut times: Vec<f64> = (0..rounds)
        .map(|number| {
            let start = Instant::now();
            round(number);
            start.elapsed().as_secs_f64()
        })
        .collect();
    times.sort_by(f64::total_cmp);
    times[times.len() / 2]
}

fn line(what: &str, ours: f64, floor: f64) {
    println!(
        "{what:<44}{:>12}{:>12}{:>8.2}",
        shown(ours),
        shown(floor),
        ours / floor
    );
}

fn shown(seconds: f64) -> String {
    match seconds {
        s if s < 1e-6 => format!("{:.1} ns", s * 1e9),
        s if s < 1e-3 => format!("{:.1} µs", s * 1e6),
        s => format!("{:.1} ms", s * 1e3),
    }
}

fn files_below(directory: &Path) -> Vec<PathBuf> {
    let paths = fs::read_dir(directory)
        .unwrap()
        .map(|entry| entry.unwrap().path());
    paths
        .flat_map(|path| {
            if path.is_dir() {
                files_below(&path)
            } else {
                vec![path]
            }
        })
        .collect()
}
