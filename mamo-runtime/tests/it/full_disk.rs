//! A disk that is full or cannot be written: right results, one warning, no torn file, and all is well once there is
//! room.
#![cfg(unix)]

use crate::program::{Program, Run, files_below, finish};
use mamo::__private::format::{UNFINISHED, layout};
use std::fs;
use std::process::{Command, Stdio};

fn calls() -> String {
    format!("big 1; greeting {}; square 2; chain 2", "o".repeat(600))
}

fn results(computed: bool) -> [String; 4] {
    [
        "100000".into(),
        format!("hello {}", "o".repeat(600)),
        "4".into(),
        format!("199990000 [{computed}, {computed}]"),
    ]
}

/// Runs the calls in a process none of whose files can grow beyond so many blocks of 512 bytes. A write beyond ends in
/// the middle, as on a full disk.
fn run_within(program: &Program, blocks: u32) -> Run {
    let limited = program.command(&calls());
    let script = format!("trap '' XFSZ; ulimit -f {blocks}; exec \"$0\" \"$@\"");
    let mut shell = Command::new("sh");
    shell.args(["-c", &script]).arg(limited.get_program());
    shell.args(limited.get_args());
    for (name, value) in limited.get_envs() {
        match value {
            Some(value) => shell.env(name, value),
            None => shell.env_remove(name),
        };
    }
    shell.stdout(Stdio::piped()).stderr(Stdio::piped());
    finish(shell.spawn().unwrap())
}

fn assert_no_leftovers(program: &Program) {
    for file in files_below(&program.mamo_dir()) {
        let name = file.file_name().unwrap().to_string_lossy().into_owned();
        assert!(!name.starts_with(UNFINISHED), "{name}");
    }
}

#[test]
fn a_write_that_ends_in_the_middle_leaves_nothing_and_is_said_once() {
    for (blocks, fit) in [(1, 2), (8, 3), (100, 3)] {
        let program = Program::new();
        let run = run_within(&program, blocks);
        assert_eq!(run.results, results(true), "{blocks} blocks");
        assert_eq!(run.warnings.len(), 1, "{blocks} blocks: {run:?}");
        assert!(run.warnings[0].contains("cannot be stored"), "{run:?}");
        assert_no_leftovers(&program);
        assert_eq!(program.value_files().len(), fit, "{blocks} blocks");
        assert!(files_below(&layout::blobs(&program.mamo_dir())).is_empty());
        program.computed();
        program.results(&calls());
        assert_eq!(program.computed().len(), 6 - fit, "there is room again");
        assert_eq!(program.results(&calls()), results(false));
        assert!(program.computed().is_empty());
    }
}

#[test]
fn an_index_that_was_cut_in_the_middle_of_a_note_takes_the_next() {
    let mut program = Program::new();
    let note = |program: &mut Program, code: u8| {
        program.set_key("mamo-runtime/it::shapes::skipping".into(), code);
        program.write_snapshot();
        program.results("skipping 4 0");
    };
    note(&mut program, 1);
    let index = layout::index(&program.mamo_dir(), "mamo-runtime/it::shapes::skipping");
    let mut bytes = fs::read(&index).unwrap();
    bytes.extend_from_within(..50);
    fs::write(&index, bytes).unwrap();
    note(&mut program, 2);
    program.set_key("mamo-runtime/it::shapes::skipping".into(), 3);
    program.write_snapshot();
    assert!(program.results("ask 4")[0].contains("2 value(s)"));
}
