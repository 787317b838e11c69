//! A memo works wherever a function may stand, and its options say what counts.

use crate::program::{Program, finish};
use std::fs;

#[track_caller]
fn assert_computed_once(calls: &str, results: &[&str], computed: &[&str]) {
    let program = Program::new();
    assert_eq!(program.results(calls), results);
    assert_eq!(program.results(calls), results, "in a second process");
    assert_eq!(program.computed(), computed);
}

#[test]
fn methods_are_served_by_what_self_and_arguments_hold() {
    assert_computed_once(
        "area 2; area 2; area 3; scaled 2 5; scaled 3 5; name 2",
        &["12", "12", "27", "10", "15", "disc 2"],
        &["area", "area", "scaled", "scaled", "name"],
    );
}

#[test]
fn type_arguments_are_part_of_the_identity() {
    assert_computed_once(
        "shown u8; shown u16; shown u8; twice vec; array; first text; first number",
        &[
            "7 u8",
            "7 u16",
            "7 u8",
            "[3.0, 5.0]",
            "[1, 1] [1, 1, 1]",
            "a",
            "1",
        ],
        &[
            "shown", "shown", "twice", "array", "array", "first", "first",
        ],
    );
}

#[test]
fn skipped_arguments_do_not_count_and_a_key_counts_alone() {
    assert_computed_once(
        "skipping 1 2; skipping 1 3; skipping 2 2; keyed 1 2; keyed 1 3; keyed 2 2",
        &["1", "1", "2", "2", "2", "4"],
        &["skipping", "skipping", "keyed", "keyed"],
    );
}

#[test]
fn files_and_directories_count_by_content() {
    let program = Program::new();
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("text");
    let calls = format!(
        "lines {0}; read_file {0}; read_dir {1}; read_file {0}.absent",
        path.display(),
        directory.path().display()
    );
    for (text, answers) in [
        ("a\n", ["1", "2", "1", "6"]),
        ("a\nb\n", ["2", "4", "1", "6"]),
    ] {
        fs::write(&path, text).unwrap();
        assert_eq!(program.results(&calls), answers);
        assert_eq!(program.results(&calls), answers);
    }
    let computed = program.computed();
    let count = |name: &str| computed.iter().filter(|other| *other == name).count();
    assert_eq!(
        (count("lines"), count("read_file"), count("read_dir")),
        (2, 3, 2)
    );
}

#[test]
fn an_external_value_counts_by_its_name() {
    assert_computed_once(
        "named a 1; named a 2; named b 2",
        &["1", "1", "2"],
        &["named", "named"],
    );
}

#[test]
fn a_variable_that_the_options_name_counts() {
    let program = Program::new();
    let with = |value: &str| {
        let mut command = program.command("versioned");
        finish(command.env("MAMO_TEST_NAMED", value).spawn().unwrap()).results
    };
    for value in ["a", "b", "a", "b"] {
        assert_eq!(with(value), [value]);
    }
    assert_eq!(program.computed().len(), 2);
}

#[test]
fn what_costs_less_than_the_least_stays_in_memory() {
    let program = Program::new();
    assert_eq!(program.results("cheap; cheap"), ["1", "1"]);
    assert_eq!(program.computed(), ["cheap"]);
    assert!(program.value_files().is_empty());
}

#[test]
fn a_codec_of_ones_own_decides_the_bytes() {
    assert_computed_once("coded ab; coded ab", &["AB", "AB"], &["coded"]);
    let program = Program::new();
    program.results("coded ab");
    assert!(
        fs::read(program.only_value_file())
            .unwrap()
            .ends_with(b"AB")
    );
}

#[test]
fn async_functions_are_served_and_wait_for_each_other_without_blocking() {
    assert_computed_once("later 5; later 5", &["5", "5"], &["later"]);
    let program = Program::new();
    assert_eq!(program.results("together"), ["50", "50"]);
    assert_eq!(program.computed(), ["later"]);
}

#[test]
fn policies_of_the_process_go_before() {
    let mut program = Program::new();
    let under = |program: &Program, policy: &str| {
        let mut command = program.command("area 2");
        command.env("MAMO_POLICY", policy).output().unwrap()
    };
    assert!(!under(&program, "never").status.success());
    assert!(program.computed().is_empty());
    assert_eq!(program.results("area 2"), ["12"]);
    assert!(under(&program, "never").status.success());
    under(&program, "always");
    assert_eq!(program.computed(), ["area", "area"]);
    program.set_key("mamo-runtime/it::shapes::Disc::area".into(), 2);
    program.write_snapshot();
    assert!(under(&program, "missing").status.success());
    assert!(program.computed().is_empty(), "the older value is served");
    program.results("area 2");
    assert_eq!(program.computed(), ["area"]);
}
