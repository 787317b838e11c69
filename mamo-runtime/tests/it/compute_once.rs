//! Many callers, one computation; and nobody waits for ever.

use crate::program::{Program, files_below, finish};
use mamo::__private::format::layout;
use std::time::{Duration, Instant};

#[test]
fn eight_processes_that_want_the_same_value_compute_it_once() {
    let program = Program::new();
    let children: Vec<_> = (0..8)
        .map(|_| program.command("slow").spawn().unwrap())
        .collect();
    for child in children {
        assert_eq!(finish(child).results, ["7"]);
    }
    assert_eq!(program.computed(), ["slow"]);
    assert!(
        files_below(&layout::locks(&program.mamo_dir())).is_empty() || cfg!(not(unix)),
        "locks are removed"
    );
}

#[test]
fn eight_threads_that_want_the_same_value_compute_it_once() {
    let program = Program::new();
    assert_eq!(program.results("threads"), ["7"; 8]);
    assert_eq!(program.computed(), ["slow"]);
}

#[test]
fn a_recursive_memo_computes_each_value_once() {
    let program = Program::new();
    assert_eq!(program.results("fibonacci 30"), ["832040"]);
    assert_eq!(program.computed().len(), 31);
    assert_eq!(program.results("fibonacci 31"), ["1346269"]);
    assert_eq!(program.computed(), ["fibonacci"]);
}

#[test]
fn a_panic_stores_nothing_and_holds_nobody_up() {
    let program = Program::new();
    assert_eq!(
        program.run("panics now; panics now").results,
        ["panicked", "panicked"]
    );
    assert_eq!(program.computed().len(), 2);
    assert!(program.value_files().is_empty());
    let calm = program
        .command("panics now")
        .env("MAMO_TEST_CALM", "1")
        .spawn()
        .unwrap();
    assert_eq!(finish(calm).results, ["calm now"]);
}

#[test]
fn a_killed_process_leaves_its_turn_to_the_next() {
    let program = Program::new();
    let mut first = program
        .command("endless")
        .env("MAMO_TEST_ENDLESS", "1")
        .spawn()
        .unwrap();
    let start = Instant::now();
    while files_below(&layout::locks(&program.mamo_dir())).is_empty() {
        assert!(
            start.elapsed() < Duration::from_secs(20),
            "the first process takes its turn"
        );
        std::thread::sleep(Duration::from_millis(10));
    }
    let second = program.command("endless").spawn().unwrap();
    std::thread::sleep(Duration::from_millis(200));
    assert_eq!(program.computed().len(), 1, "the second process waits");
    first.kill().unwrap();
    first.wait().unwrap();
    assert_eq!(finish(second).results, ["9"]);
    assert_eq!(program.results("endless"), ["9"]);
    assert_eq!(program.computed(), ["endless"]);
}

#[test]
fn without_locks_values_are_computed_and_stored_all_the_same() {
    let program = Program::new();
    let locks = layout::locks(&program.mamo_dir());
    std::fs::create_dir_all(locks.parent().unwrap()).unwrap();
    std::fs::write(&locks, "a file where the directory should be").unwrap();
    let run = program.run("square 5; square 6");
    assert_eq!(run.results, ["25", "36"]);
    assert_eq!(run.warnings.len(), 1, "{run:?}");
    assert!(run.warnings[0].contains(locks.to_str().unwrap()));
    program.computed();
    assert_eq!(program.results("square 5; square 6"), ["25", "36"]);
    assert!(program.computed().is_empty());
}
