//! Which value a call asks for: code, variables and arguments are in the key, and nothing is served across them.

use crate::program::{Program, key};

#[test]
fn a_second_process_is_served_what_the_first_computed() {
    let program = Program::new();
    assert_eq!(program.results("square 12; square 12"), ["144", "144"]);
    assert_eq!(program.computed(), ["square"]);
    assert_eq!(
        program.results("square 12; stats"),
        ["144", &format!("{} 1 0", key("square"))]
    );
    assert_eq!(program.computed(), [""; 0]);
}

#[test]
fn other_arguments_are_other_values() {
    let program = Program::new();
    assert_eq!(
        program.results("square 1; square 2; greeting a; greeting b"),
        ["1", "4", "hello a", "hello b"]
    );
    assert_eq!(
        program.results("square 2; square 1; greeting b; greeting a"),
        ["4", "1", "hello b", "hello a"]
    );
    assert_eq!(program.computed().len(), 4);
}

#[test]
fn changed_code_computes_and_the_old_code_hits_again() {
    let mut program = Program::new();
    program.results("square 3; greeting x");
    program.computed();
    program.set("square", 2, &[]);
    program.write_snapshot();
    assert_eq!(program.results("square 3; greeting x"), ["9", "hello x"]);
    assert_eq!(
        program.computed(),
        ["square"],
        "and not greeting, whose code is the same"
    );
    program.set("square", 1, &[]);
    program.write_snapshot();
    assert_eq!(program.results("square 3"), ["9"]);
    assert_eq!(program.computed(), [""; 0]);
}

#[test]
fn variables_that_the_code_reads_count_by_value() {
    let mut program = Program::new();
    program.set("variable", 1, &["MAMO_TEST_VARIABLE"]);
    program.write_snapshot();
    let with = |value: Option<&str>| {
        let mut command = program.command("variable");
        command.env_remove("MAMO_TEST_VARIABLE");
        if let Some(value) = value {
            command.env("MAMO_TEST_VARIABLE", value);
        }
        crate::program::finish(command.spawn().unwrap()).results
    };
    for (value, result) in [
        (None, "absent"),
        (Some(""), ""),
        (Some("a"), "a"),
        (Some("b"), "b"),
    ] {
        assert_eq!(with(value), [result]);
        assert_eq!(
            program.computed(),
            ["variable"],
            "{value:?} is computed once"
        );
        assert_eq!(with(value), [result]);
        assert_eq!(
            program.computed(),
            [""; 0],
            "{value:?} is served the second time"
        );
    }
}

#[test]
fn every_variable_counts_at_the_call_where_names_are_not_known() {
    let mut program = Program::new();
    program.set("square", 1, &["*"]);
    program.write_snapshot();
    let with = |value: &str| {
        let mut command = program.command("square 12");
        command.env("UNHEARD_OF", value).env("COLUMNS", value);
        assert_eq!(
            crate::program::finish(command.spawn().unwrap()).results,
            ["144"]
        );
        program.computed().len()
    };
    let counts = ["80", "80", "81", "80"].map(with);
    assert_eq!(counts, [1, 0, 1, 0]);
}

#[test]
fn a_hash_map_is_the_same_argument_in_every_order() {
    let program = Program::new();
    assert_eq!(program.results("sum up; sum down"), ["4950", "4950"]);
    assert_eq!(program.results("sum down; sum up"), ["4950", "4950"]);
    assert_eq!(program.computed(), ["sum"]);
}

#[test]
fn an_argument_that_does_not_serialize_computes_and_is_said_once() {
    if cfg!(not(unix)) {
        return; // every path serializes there
    }
    let program = Program::new();
    let run = program.run("path broken; path broken; path whole; path whole");
    assert_eq!(run.results, ["2", "2", "5", "5"]);
    assert_eq!(program.computed().len(), 3);
    assert_eq!(run.warnings.len(), 1, "{run:?}");
    assert!(run.warnings[0].contains("path_length") && run.warnings[0].contains("argument"));
}
