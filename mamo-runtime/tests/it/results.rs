//! What is stored of a result, and how it comes back.

use crate::program::Program;

#[test]
fn only_ok_is_stored_even_behind_an_alias() {
    let program = Program::new();
    assert_eq!(
        program.results("even 4; even 4; even 5; even 5"),
        ["Ok(4)", "Ok(4)", "Err(\"not even\")", "Err(\"not even\")"]
    );
    assert_eq!(program.computed().len(), 3);
    program.results("even 4; even 5");
    assert_eq!(program.computed(), ["even"]);
    assert_eq!(program.value_files().len(), 1);
}

#[test]
fn an_option_is_stored_whole() {
    let program = Program::new();
    assert_eq!(program.results("maybe 11; maybe 3"), ["Some(1)", "None"]);
    assert_eq!(program.results("maybe 11; maybe 3"), ["Some(1)", "None"]);
    assert_eq!(program.computed().len(), 2);
}

#[test]
fn a_fixture_is_one_value_a_process_and_computed_once() {
    let program = Program::new();
    assert_eq!(
        program.results("table; table"),
        ["[1, 2, 3] true", "[1, 2, 3] true"]
    );
    assert_eq!(program.results("table"), ["[1, 2, 3] true"]);
    assert_eq!(program.computed(), ["table"]);
}

#[test]
fn a_result_that_does_not_read_back_is_not_stored() {
    let program = Program::new();
    let run = program.run("forgetful; forgetful");
    assert_eq!(run.results, ["Number(4)", "Number(4)"]);
    assert_eq!(program.computed().len(), 2);
    assert_eq!(run.warnings.len(), 1, "{run:?}");
    assert!(run.warnings[0].contains("forgetful"));
    assert!(program.value_files().is_empty());
}
