//! Plain data that a hit maps into memory.

use crate::program::{Program, computed, files_below};
use mamo::__private::format::layout;
use mamo::{Mapped, Value};
use std::fs;

pub(super) fn call(words: &[&str]) -> Option<Vec<String>> {
    let shown = |wave: &Mapped<[f64]>| {
        let sum = wave.iter().sum::<f64>();
        format!("{} {sum} {}", wave.len(), wave.is_mapped())
    };
    let result = match *words {
        ["wave"] => shown(&wave(0)),
        ["wave", "twice"] => (wave(0).as_ptr() == wave(0).as_ptr()).to_string(),
        ["wave", "value"] => shown(&wave::value(0)),
        ["wave", "clean"] => {
            let wave = wave(0);
            let directory = std::env::var_os(layout::DIRECTORY_VARIABLE).unwrap();
            for blob in files_below(&layout::blobs(directory.as_ref())) {
                fs::remove_file(blob).unwrap();
            }
            shown(&wave)
        }
        ["few"] => format!("{:?} {}", few(), few().is_mapped()),
        ["wave", "later"] => shown(&crate::shapes::now(later(0))),
        ["total"] => total(&wave(0)).to_string(),
        ["total", "value"] => {
            let wave = wave::value(0);
            format!("{} {}", total_of_value(&wave), wave.is_loaded())
        }
        _ => return None,
    };
    Some(vec![result])
}

#[mamo::memo]
fn wave(from: u32) -> Mapped<[f64]> {
    computed("wave");
    (from..from + 20_000).map(f64::from).collect()
}

#[mamo::memo]
async fn later(from: u32) -> Mapped<[f64]> {
    computed("later");
    (from..from + 20_000).map(f64::from).collect()
}

#[mamo::memo]
fn few() -> Mapped<[u8]> {
    computed("few");
    vec![1, 2, 3].into()
}

#[mamo::memo]
fn total(wave: &Mapped<[f64]>) -> f64 {
    computed("total");
    wave.iter().sum()
}

#[mamo::memo]
fn total_of_value(wave: &Value<Mapped<[f64]>>) -> f64 {
    computed("total_of_value");
    wave.iter().sum()
}

#[test]
fn a_large_value_is_mapped_and_a_small_one_read() {
    let program = Program::new();
    assert_eq!(
        program.results("wave; few"),
        ["20000 199990000 false", "[1, 2, 3] false"]
    );
    assert_eq!(
        program.results("wave; wave value; few; wave twice"),
        [
            "20000 199990000 true",
            "20000 199990000 true",
            "[1, 2, 3] false",
            "true"
        ]
    );
    assert_eq!(program.computed(), ["wave", "few"]);
}

#[test]
fn an_async_function_maps_too() {
    let program = Program::new();
    assert_eq!(program.results("wave later"), ["20000 199990000 false"]);
    assert_eq!(program.results("wave later"), ["20000 199990000 true"]);
    assert_eq!(program.computed(), ["later"]);
}

#[test]
fn a_mapped_argument_counts_by_its_bytes_and_in_a_value_by_its_digest() {
    let program = Program::new();
    assert_eq!(program.results("total"), ["199990000"]);
    assert_eq!(program.results("total value"), ["199990000 true"]);
    assert_eq!(
        program.results("total; total value"),
        ["199990000", "199990000 false"],
        "the bytes of a mapped slice are those of a computed one, and a value is not even mapped"
    );
    assert_eq!(program.computed(), ["wave", "total", "total_of_value"]);
}

#[test]
fn a_mapped_value_outlives_its_file() {
    let program = Program::new();
    program.results("wave");
    assert_eq!(program.results("wave clean"), ["20000 199990000 true"]);
    assert_eq!(program.computed(), ["wave"]);
}

#[test]
fn a_damaged_file_is_not_mapped_but_computed_again() {
    let program = Program::new();
    program.results("wave");
    let blob = files_below(&layout::blobs(&program.mamo_dir())).remove(0);
    let whole = fs::read(&blob).unwrap();
    let mut flipped = whole.clone();
    flipped[159_999] ^= 1;
    let longer = [&whole[..], b"more"].concat();
    for damaged in [&flipped[..], &whole[..4096], &longer, b""] {
        fs::write(&blob, damaged).unwrap();
        let run = program.run("wave");
        assert_eq!(run.results, ["20000 199990000 false"]);
        assert!(run.warnings[0].contains("a stored value is not used"));
        assert_eq!(fs::read(&blob).unwrap(), whole);
    }
    assert_eq!(program.results("wave"), ["20000 199990000 true"]);
    assert_eq!(program.computed().len(), 5);
}
