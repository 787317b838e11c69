//! What `cargo mamo status` and `clean` learn of a store.

use crate::program::{Program, files_below, key};
use mamo::__private::format::layout;
use mamo::__private::usage::{self, FunctionUsage};

#[test]
fn usage_counts_entries_hits_and_computations_by_function() {
    let program = Program::new();
    program.results("square 2; square 3; slow; slow");
    program.results("square 2; slow; slow");
    let usage = usage::of(&program.mamo_dir()).unwrap();
    let square = &usage.functions[&key("square")];
    assert_eq!(
        (square.entries, square.counts.computed, square.counts.hits()),
        (2, 2, 1)
    );
    let slow = &usage.functions[&key("slow")];
    assert_eq!((slow.entries, slow.counts.computed), (1, 1));
    assert_eq!((slow.counts.memory_hits, slow.counts.store_hits), (2, 1));
    assert!(slow.saved_seconds() > 0.8, "three hits of 0.3 s: {slow:?}");
    let bytes: u64 = usage
        .functions
        .values()
        .map(|function| function.bytes)
        .sum();
    let on_disk: u64 = program
        .value_files()
        .iter()
        .map(|file| file.metadata().unwrap().len())
        .sum();
    assert_eq!(bytes, on_disk);
}

#[test]
fn usage_is_right_about_entries_when_logs_are_lost() {
    let program = Program::new();
    program.results("slow");
    std::fs::remove_dir_all(layout::logs(&program.mamo_dir())).unwrap();
    let usage = usage::of(&program.mamo_dir()).unwrap();
    let slow = &usage.functions[&key("slow")];
    assert_eq!(slow.entries, 1);
    assert!(slow.mean_compute().unwrap().as_millis() >= 300);
}

#[test]
fn clean_removes_everything_and_counts_it() {
    let program = Program::new();
    program.results("square 2; square 3; greeting x");
    let removed = usage::remove_all(&program.mamo_dir()).unwrap();
    assert_eq!(removed.entries, 3);
    assert!(removed.bytes > 3 * 132);
    assert!(program.value_files().is_empty());
    assert!(files_below(&layout::logs(&program.mamo_dir())).is_empty());
    assert_eq!(usage::remove_all(&program.mamo_dir()).unwrap().entries, 0);
}

#[test]
fn clean_by_package_leaves_other_packages() {
    let program = Program::new();
    program.results("square 2");
    assert_eq!(FunctionUsage::package_of(&key("square")), "mamo-runtime");
    assert_eq!(
        usage::remove_package(&program.mamo_dir(), "mamo")
            .unwrap()
            .entries,
        0
    );
    assert_eq!(
        usage::remove_package(&program.mamo_dir(), "mamo-runtime")
            .unwrap()
            .entries,
        1
    );
    assert!(program.value_files().is_empty());
}

#[test]
fn a_store_that_does_not_exist_holds_nothing() {
    let program = Program::untrusted();
    assert!(usage::of(&program.mamo_dir()).unwrap().functions.is_empty());
    assert_eq!(usage::remove_all(&program.mamo_dir()).unwrap().entries, 0);
}
