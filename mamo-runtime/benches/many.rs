//! What 100 000 small values cost, on disk and in time: `cargo bench -p mamo-runtime --bench many`.
//!
//! The program starts itself twice under a mamo directory of its own: once to store, once to be served. Beside it
//! stand the least that files could cost, and one file that all values were packed into: what packing would save.
#![expect(
    clippy::print_stdout,
    clippy::unwrap_used,
    clippy::cast_precision_loss,
    reason = "a program that measures and prints"
)]

use mamo::__private::format::{Executable, Snapshot, SnapshotEntry, layout};
use mamo::__private::{gc, usage};
use std::fs::{self, File};
use std::hint::black_box;
use std::io::{Read as _, Seek as _, SeekFrom, Write as _};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Instant;

const ROLE: &str = "MAMO_BENCH_ROLE";
const VALUES: u64 = 100_000;
/// A value of this many bytes takes about [`RECORD`] with its header.
const LENGTH: usize = 100;
const RECORD: usize = 350;

#[mamo::memo]
fn small(n: u64) -> String {
    text(n)
}

fn text(n: u64) -> String {
    format!("{n:0>LENGTH$}")
}

fn main() {
    let directory = std::env::var_os(layout::DIRECTORY_VARIABLE).map(PathBuf::from);
    match (std::env::var(ROLE).as_deref(), directory) {
        (Ok("store"), Some(directory)) => store(&directory),
        (Ok("serve"), Some(directory)) => serve(&directory),
        _ => start(),
    }
}

fn start() {
    let directory = tempfile::tempdir().unwrap();
    let mamo_dir = directory.path().join("mamo");
    let executable = std::env::current_exe().unwrap();
    let mut snapshot = Snapshot::new(Executable::at(&executable).unwrap());
    let key = concat!(env!("CARGO_PKG_NAME"), "/", module_path!(), "::small");
    let entry = SnapshotEntry {
        fingerprint: [1; 32],
        variables: vec![],
    };
    snapshot.entries.insert(key.into(), entry);
    snapshot.write(&mamo_dir).unwrap();
    println!("{VALUES} values of {LENGTH} bytes");
    for role in ["store", "serve"] {
        let mut command = Command::new(&executable);
        command
            .env(ROLE, role)
            .env(layout::DIRECTORY_VARIABLE, &mamo_dir);
        assert!(command.status().unwrap().success());
    }
    files(&directory.path().join("files"));
    packed(&directory.path().join("packed"));
}

fn store(mamo_dir: &Path) {
    mamo::limit_memory(0);
    each("mamo: compute and store", |n| drop(black_box(small(n))));
    once("mamo: list them (`status`)", || {
        let usage = usage::of(mamo_dir).unwrap();
        assert_eq!(usage.functions.values().next().unwrap().entries, VALUES);
    });
    once("mamo: collect, nothing over the bound (`gc`)", || {
        let collected = gc::collect(mamo_dir, None, false).unwrap().unwrap();
        assert!(collected.gone.is_empty());
    });
    disk("mamo", mamo_dir);
}

fn serve(mamo_dir: &Path) {
    mamo::limit_memory(0);
    each("mamo: hit in a new process", |n| {
        assert_eq!(small(n).len(), LENGTH);
    });
    let counts = mamo::stats()[0].counts;
    assert_eq!((counts.store_hits, counts.computed), (VALUES, 0));
    once("mamo: collect half of them", || {
        let bound = VALUES / 2 * 4096;
        let collected = gc::collect(mamo_dir, Some(bound), false).unwrap();
        assert_eq!(collected.unwrap().after, bound);
    });
}

/// Files of the same length by the same fan-out, written aside and renamed.
fn files(directory: &Path) {
    let bytes = [7; RECORD];
    let name = |n: u64| {
        let hex = blake3::hash(&n.to_le_bytes()).to_hex();
        directory.join(&hex[..2]).join(&hex[2..])
    };
    for fan in 0..256 {
        fs::create_dir_all(directory.join(format!("{fan:02x}"))).unwrap();
    }
    each("files: write and rename", |n| {
        let aside = directory.join("aside");
        fs::write(&aside, bytes).unwrap();
        fs::rename(aside, name(n)).unwrap();
    });
    each("files: read", |n| {
        assert_eq!(fs::read(name(n)).unwrap().len(), RECORD);
    });
    disk("files", directory);
}

/// One file, appended to, and read at a place that is known.
fn packed(directory: &Path) {
    fs::create_dir_all(directory).unwrap();
    let path = directory.join("all");
    let mut file = File::create(&path).unwrap();
    let bytes = [7; RECORD];
    each("packed: append", |_| file.write_all(&bytes).unwrap());
    let mut file = File::open(&path).unwrap();
    let mut room = [0; RECORD];
    each("packed: read", |n| {
        let at = n * 7919 % VALUES * RECORD as u64;
        file.seek(SeekFrom::Start(at)).unwrap();
        file.read_exact(&mut room).unwrap();
    });
    disk("packed", directory);
}

fn each(what: &str, mut act: impl FnMut(u64)) {
    let start = Instant::now();
    (0..VALUES).for_each(&mut act);
    let took = start.elapsed();
    let each = took.as_secs_f64() * 1e6 / VALUES as f64;
    println!(
        "{what:<48}{:>8.2} s{each:>10.1} µs each",
        took.as_secs_f64()
    );
}

fn once(what: &str, act: impl FnOnce()) {
    let start = Instant::now();
    act();
    println!("{what:<48}{:>8.2} s", start.elapsed().as_secs_f64());
}

/// What everything below a directory takes on disk.
fn disk(what: &str, directory: &Path) {
    let (files, bytes) = taken(directory);
    let megabytes = bytes as f64 / 1e6;
    println!("{what}: {files} files and directories, {megabytes:.0} MB on disk");
}

fn taken(path: &Path) -> (u64, u64) {
    let metadata = fs::symlink_metadata(path).unwrap();
    let mut all = (1, on_disk(&metadata));
    if metadata.is_dir() {
        for entry in fs::read_dir(path).unwrap() {
            let (files, bytes) = taken(&entry.unwrap().path());
            all = (all.0 + files, all.1 + bytes);
        }
    }
    all
}

#[cfg(unix)]
fn on_disk(metadata: &fs::Metadata) -> u64 {
    std::os::unix::fs::MetadataExt::blocks(metadata) * 512
}

#[cfg(not(unix))]
fn on_disk(metadata: &fs::Metadata) -> u64 {
    metadata.len().div_ceil(4096) * 4096
}
