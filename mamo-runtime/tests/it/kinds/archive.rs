//! Archives of rkyv.

use crate::program::{Program, computed, files_below};
use mamo::__private::format::layout;
use std::collections::BTreeMap;
use std::fs;

pub(super) fn call(words: &[&str]) -> Option<Vec<String>> {
    match *words {
        ["archived", n] => {
            let archived = archived(n.parse().unwrap());
            Some(vec![format!("{} {:?}", archived.lines.len(), archived.at)])
        }
        _ => None,
    }
}

/// Is none of serde's.
#[derive(rkyv::Archive, rkyv::Serialize, rkyv::Deserialize)]
struct Archived {
    lines: Vec<String>,
    at: BTreeMap<u32, Option<u8>>,
}

#[mamo::memo(codec = mamo::Rkyv)]
fn archived(lines: u32) -> Archived {
    computed("archived");
    Archived {
        lines: (0..lines)
            .map(|line| format!("this is line {line}"))
            .collect(),
        at: BTreeMap::from([(1, None), (2, Some(3))]),
    }
}

#[test]
fn an_archive_is_served_small_and_large_and_computed_again_if_damaged() {
    let program = Program::new();
    let expected = ["2 {1: None, 2: Some(3)}", "9000 {1: None, 2: Some(3)}"];
    assert_eq!(program.results("archived 2; archived 9000"), expected);
    assert_eq!(program.results("archived 2; archived 9000"), expected);
    assert_eq!(program.computed().len(), 2);
    let blob = files_below(&layout::blobs(&program.mamo_dir())).remove(0);
    let mut damaged = fs::read(&blob).unwrap();
    damaged[100_000] ^= 2;
    fs::write(&blob, damaged).unwrap();
    let run = program.run("archived 9000");
    assert_eq!(run.results, expected[1..]);
    assert!(run.warnings[0].contains("a stored value is not used"));
    assert_eq!(program.computed(), ["archived"]);
}
