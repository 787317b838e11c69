//! Lazy values and questions: what is asked is not computed, and what is fresh is not read.

use crate::program::{Program, files_below};
use mamo::__private::format::layout;
use mamo::__private::usage;
use std::fs;

fn shapes(function: &str) -> String {
    format!("mamo-runtime/it::shapes::{function}")
}

#[test]
fn a_fresh_chain_reads_no_value() {
    let program = Program::new();
    assert_eq!(program.results("chain 2"), ["199990000 [true, true]"]);
    assert_eq!(program.results("chain 2"), ["199990000 [false, false]"]);
    assert_eq!(program.computed(), ["load", "positive", "total"]);
}

#[test]
fn a_step_that_is_recomputed_to_an_equal_value_leaves_the_later_ones_fresh() {
    let mut program = Program::new();
    program.results("chain 2");
    program.set_key(shapes("load"), 2);
    program.write_snapshot();
    program.computed();
    assert_eq!(program.results("chain 2"), ["199990000 [true, false]"]);
    assert_eq!(program.computed(), ["load"]);
    program.set_key(shapes("positive"), 2);
    program.write_snapshot();
    program.results("chain 2");
    assert_eq!(program.computed(), ["positive"]);
}

#[test]
fn equal_values_of_different_computations_share_a_blob() {
    let program = Program::new();
    program.results("chain 2; chain 3");
    assert_eq!(program.computed().len(), 5, "the last step is served");
    let blobs = || files_below(&layout::blobs(&program.mamo_dir()));
    assert_eq!(program.value_files().len(), 5);
    assert_eq!(blobs().len(), 2, "0, 1, … and 0, -1, …");
    let removed = usage::remove_where(&program.mamo_dir(), |key| key.ends_with("::load")).unwrap();
    assert_eq!(removed.entries, 2);
    assert_eq!(blobs().len(), 1, "what is still referred to stays");
    usage::remove_all(&program.mamo_dir()).unwrap();
    assert!(blobs().is_empty());
}

#[test]
fn a_damaged_blob_is_computed_again_and_replaced() {
    let program = Program::new();
    program.results("big 1");
    let blob = files_below(&layout::blobs(&program.mamo_dir())).remove(0);
    let whole = fs::read(&blob).unwrap();
    let mut flipped = whole.clone();
    flipped[70_000] ^= 4;
    for damaged in [&flipped[..], &whole[..99_999], b""] {
        fs::write(&blob, damaged).unwrap();
        let run = program.run("big 1");
        assert_eq!(run.results, ["100000"]);
        assert!(!run.warnings.is_empty() && run.warnings[0].contains("a stored value is not used"));
        assert_eq!(fs::read(&blob).unwrap(), whole);
    }
    assert_eq!(program.results("big 1"), ["100000"]);
    assert_eq!(program.computed().len(), 4);
}

#[test]
fn questions_compute_nothing_and_tell_missing_from_stale() {
    let mut program = Program::new();
    assert!(program.results("ask 4")[0].starts_with("false false 0 missing"));
    program.results("skipping 4 0");
    program.computed();
    assert!(program.results("ask 4")[0].starts_with("true false 1 fresh"));
    program.set_key(shapes("skipping"), 2);
    program.write_snapshot();
    assert!(program.results("ask 4")[0].starts_with("false true 0 stale"));
    assert!(program.computed().is_empty());
    program.results("skipping 4 0; forget 4; skipping 4 0");
    assert_eq!(program.computed(), ["skipping", "skipping"]);
    let untrusted = Program::untrusted();
    assert!(untrusted.run("ask 4").results[0].contains("unknown"));
}

#[test]
fn a_result_that_reads_back_unequal_is_said_and_not_stored() {
    let program = Program::new();
    let run = program.run("unequal");
    assert!(run.warnings[0].contains("not equal"), "{run:?}");
    assert!(program.value_files().is_empty());
}

#[test]
fn a_tag_is_kept_until_it_is_taken_away() {
    let program = Program::new();
    assert_eq!(
        program.results("tagged; tag 7; tagged"),
        ["None", "Some(7)"]
    );
    assert_eq!(
        program.results("tagged; tagged otherwise"),
        ["Some(7)", "true"]
    );
    assert_eq!(
        program.results("tag 8; tagged; untag; untag; tagged"),
        ["Some(8)", "true", "false", "None"]
    );
}

#[test]
fn memory_that_is_bounded_to_nothing_keeps_nothing() {
    let program = Program::new();
    assert_eq!(
        program.results("limit; cheap; cheap; area 2; area 2"),
        ["1", "1", "12", "12"]
    );
    assert_eq!(program.computed(), ["cheap", "cheap", "area"]);
}
