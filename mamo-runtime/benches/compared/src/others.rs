//! The other sides: `cached`, `cacache`, and plain files as the least that it can cost.

use crate::child::{SHORT, Side, made};
use crate::clock::{lowest, seconds, tell};
use cached::macros::{cached, concurrent_cached};
use std::collections::HashMap;
use std::fs;
use std::hint::black_box;
use std::path::{Path, PathBuf};
use std::sync::Mutex;

static MADE: Mutex<Option<Vec<f64>>> = Mutex::new(None);

#[cached]
fn square(n: u64) -> u64 {
    n * n
}

#[concurrent_cached(disk = true, map_error = |e| format!("{e:?}"))]
fn name(n: u64) -> Result<String, String> {
    Ok(n.to_string())
}

#[concurrent_cached(disk = true, map_error = |e| format!("{e:?}"))]
fn numbers(round: u64) -> Result<Vec<f64>, String> {
    let made = MADE.lock().unwrap().take();
    made.ok_or_else(|| format!("{round} was not stored"))
}

/// `cached`: `#[cached]` in memory, `#[concurrent_cached(disk = true)]` on disk.
pub(crate) struct Cached;

impl Side for Cached {
    const NAME: &'static str = "cached";

    #[inline]
    fn square(n: u64) -> Option<u64> {
        Some(square(n))
    }

    fn store(_: &Path, round: u64, value: Vec<f64>) {
        *MADE.lock().unwrap() = Some(value);
        black_box(numbers(round).unwrap());
    }

    fn store_short(_: &Path) {
        (0..SHORT).for_each(|n| drop(name(n).unwrap()));
    }

    fn short(_: &Path, n: u64) -> String {
        name(n).unwrap()
    }

    fn large(_: &Path, round: u64) -> Option<Vec<f64>> {
        Some(numbers(round).unwrap())
    }
}

/// `cacache`, with its default SHA-256.
pub(crate) struct Cacache;

impl Side for Cacache {
    const NAME: &'static str = "cacache";

    fn store(directory: &Path, round: u64, value: Vec<f64>) {
        let key = format!("numbers {round}");
        let bytes: &[u8] = bytemuck::cast_slice(&value);
        cacache::write_sync(directory.join("cacache"), key, bytes).unwrap();
    }

    fn store_short(directory: &Path) {
        for n in 0..SHORT {
            cacache::write_sync(
                directory.join("cacache"),
                format!("name {n}"),
                n.to_string(),
            )
            .unwrap();
        }
    }

    fn short(directory: &Path, n: u64) -> String {
        let bytes = cacache::read_sync(directory.join("cacache"), format!("name {n}")).unwrap();
        String::from_utf8(bytes).unwrap()
    }

    fn large(directory: &Path, round: u64) -> Option<Vec<f64>> {
        let key = format!("numbers {round}");
        let bytes = cacache::read_sync(directory.join("cacache"), key).unwrap();
        Some(bytemuck::cast_slice(&bytes).to_vec())
    }
}

/// `fs::write` and `fs::read`: no key, no check, nothing.
pub(crate) struct Files;

impl Side for Files {
    const NAME: &'static str = "floor";

    #[inline]
    fn square(n: u64) -> Option<u64> {
        static TABLE: Mutex<Option<HashMap<u64, u64>>> = Mutex::new(None);
        let mut table = TABLE.lock().unwrap();
        let table = table.get_or_insert_default();
        Some(*table.entry(n).or_insert_with(|| n * n))
    }

    fn store(directory: &Path, round: u64, value: Vec<f64>) {
        fs::write(
            file(directory, "numbers", round),
            bytemuck::cast_slice(&value),
        )
        .unwrap();
    }

    fn store_short(directory: &Path) {
        fs::create_dir_all(directory.join("files")).unwrap();
        for n in 0..SHORT {
            fs::write(file(directory, "name", n), n.to_string()).unwrap();
        }
    }

    fn short(directory: &Path, n: u64) -> String {
        fs::read_to_string(file(directory, "name", n)).unwrap()
    }
}

fn file(directory: &Path, kind: &str, n: u64) -> PathBuf {
    directory.join("files").join(format!("{kind}{n}"))
}

/// Reading 100 MB, and summing them where they are in memory.
pub(crate) fn floors(directory: &Path, round: u64) {
    let path = file(directory, "numbers", round);
    let (first, bytes) = seconds(|| fs::read(&path).unwrap());
    tell("read", Files::NAME, first);
    drop(bytes);
    tell(
        "read again",
        Files::NAME,
        lowest(3, || drop(black_box(fs::read(&path).unwrap()))),
    );
    let numbers = made(round);
    let sum = || _ = black_box(black_box(&numbers).iter().sum::<f64>());
    tell("sum", Files::NAME, lowest(3, sum));
}

/// BLAKE3 of 100 MB.
pub(crate) fn digests(round: u64) {
    let numbers = made(round);
    let digest = || _ = black_box(blake3::hash(bytemuck::cast_slice(&numbers)));
    tell("blake3", Files::NAME, lowest(3, digest));
}
