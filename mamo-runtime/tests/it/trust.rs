//! What is not known to be this build's code is neither served nor stored, and says so once.

use crate::program::{Program, finish, key};
use mamo::__private::format::layout;
use mamo::__private::format::snapshot::ALL;

#[test]
fn without_a_snapshot_everything_computes_and_one_line_says_so() {
    let program = Program::untrusted();
    let run = program.run("square 2; square 2; greeting x; table; table");
    assert_eq!(run.results[..3], ["4", "4", "hello x"]);
    assert_eq!(
        program.computed(),
        ["square", "square", "greeting", "table"]
    );
    assert_eq!(run.warnings.len(), 1, "{run:?}");
    assert!(
        run.warnings[0].contains("`cargo mamo run`")
            && run.warnings[0].contains("`cargo mamo test`")
            && run.warnings[0].contains("`cargo mamo init`")
    );
    assert!(!program.mamo_dir().exists(), "nothing is stored");
}

#[test]
fn a_snapshot_of_another_build_is_not_believed() {
    let mut program = Program::new();
    let honest = program.snapshot.executable.clone();
    for (size, mtime_ns) in [
        (honest.size + 1, honest.mtime_ns),
        (honest.size, honest.mtime_ns + 1),
    ] {
        program.snapshot.executable.size = size;
        program.snapshot.executable.mtime_ns = mtime_ns;
        program.write_snapshot();
        let run = program.run("square 2; square 2");
        assert_eq!(program.computed().len(), 2);
        assert_eq!(run.warnings.len(), 1, "{run:?}");
        assert!(run.warnings[0].contains("another build"), "{run:?}");
    }
    assert!(program.value_files().is_empty());
}

#[test]
fn a_snapshot_that_trusts_nothing_says_why_once() {
    let mut program = Program::new();
    let why = "its source was edited since it was built";
    program.snapshot.untrusted.insert(ALL.into(), why.into());
    program.write_snapshot();
    let run = program.run("square 2; square 2; greeting x");
    assert_eq!(program.computed(), ["square", "square", "greeting"]);
    assert_eq!(run.warnings.len(), 1, "{run:?}");
    assert!(run.warnings[0].contains(why), "{run:?}");
    assert!(program.value_files().is_empty());
}

#[test]
fn a_snapshot_named_by_the_variable_is_checked_against_the_executable() {
    let mut program = Program::new();
    let file = program.mamo_dir().with_file_name("elsewhere");
    std::fs::rename(program.write_snapshot(), &file).unwrap();
    let run = |program: &Program| {
        finish(
            program
                .command("square 2")
                .env(layout::SNAPSHOT_VARIABLE, &file)
                .spawn()
                .unwrap(),
        )
    };
    assert!(run(&program).warnings.is_empty());
    assert_eq!(program.value_files().len(), 1);
    program.snapshot.executable.size += 1;
    std::fs::rename(program.write_snapshot(), &file).unwrap();
    assert_eq!(run(&program).warnings.len(), 1);
}

#[test]
fn a_function_that_is_absent_or_untrusted_computes_and_others_are_served() {
    let mut program = Program::new();
    program.snapshot.entries.remove(&key("square"));
    program
        .snapshot
        .untrusted
        .insert(key("greeting"), "its macro cannot be read".into());
    program.write_snapshot();
    for expected in [
        &["square", "greeting", "maybe"][..],
        &["square", "greeting"][..],
    ] {
        let run = program.run("square 2; greeting x; maybe 1");
        assert_eq!(run.results, ["4", "hello x", "None"]);
        assert_eq!(program.computed(), expected);
        assert_eq!(run.warnings.len(), 2, "{run:?}");
        assert!(run.warnings[0].contains(&key("square")));
        assert!(
            run.warnings[1].contains(&key("greeting"))
                && run.warnings[1].contains("its macro cannot be read")
        );
    }
}

#[test]
fn a_function_inside_another_is_not_taken_for_its_namesake_outside() {
    let program = Program::new();
    program.results("square 3");
    let run = program.run("inner 3; inner 3");
    assert_eq!(run.results, ["1003", "1003"]);
    assert_eq!(program.computed(), ["square", "inner", "inner"]);
    assert_eq!(run.warnings.len(), 1, "{run:?}");
    assert!(
        run.warnings[0].contains("inside another function"),
        "{run:?}"
    );
    assert_eq!(program.results("square 3"), ["9"]);
}

#[test]
fn raw_names_and_bounded_lifetimes_are_no_hindrance() {
    let program = Program::new();
    assert_eq!(program.results("type 3; bounded a"), ["3", "A"]);
    assert_eq!(program.results("type 3; bounded a"), ["3", "A"]);
    assert_eq!(program.computed(), ["type", "bounded"]);
}
