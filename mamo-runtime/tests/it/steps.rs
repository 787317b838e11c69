//! Steps that rest on each other: what older code may serve and what it may not, and what can be asked of a method.

use crate::program::{Program, computed, finish};
use mamo::{File, Value};
use serde::Serialize;
use std::collections::HashMap;
use std::fs;

/// What the keys of these functions end with.
pub(crate) const FUNCTIONS: [&str; 8] = [
    "cell(scaled)",
    "Line::longer",
    "Line::later",
    "inner",
    "nest",
    "first",
    "second",
    "rewriting",
];

pub(crate) fn call(words: &[&str]) -> Vec<String> {
    let one = |result: &dyn ToString| vec![result.to_string()];
    let number = |text: &str| text.parse::<u32>().unwrap();
    match *words {
        ["longer", length, by] => one(&Line(number(length)).longer(number(by))),
        ["ask", "longer", length, by] => {
            let line = Line(number(length));
            let asked = line.longer_memo(number(by));
            vec![format!(
                "{} {} {} {}",
                asked.is_cached(),
                asked.is_stale(),
                asked.metadata().map_or(0, |metadata| metadata.bytes),
                asked.why(),
            )]
        }
        ["forget", "longer", length, by] => {
            Line(number(length)).longer_memo(number(by)).forget();
            vec![]
        }
        ["value", "longer", length, by] => {
            let value = Line::longer_value(&Line(number(length)), number(by));
            vec![format!("{} {}", value.is_loaded(), *value)]
        }
        ["line", n] => one(&crate::shapes::now(async {
            let line = Line(number(n));
            let value = line.later_value().await;
            *value + u64::from(line.later_memo().await.is_cached())
        })),
        ["nest", n] => one(&nest(number(n))),
        ["within", n] => one(&inner(number(n))),
        ["steps", n] => steps(number(n)),
        ["rewriting", path] => {
            let files = HashMap::from([("only", mamo::file(path))]);
            one(&rewriting(&files))
        }
        ["clear"] => {
            mamo::clear_memory();
            one(&mamo::memory_in_use())
        }
        ["cell", n, by] => one(&scaled(number(n), number(by))),
        ["alone", n] => one(&alone(number(n))),
        ["crowd"] => crowd(),
        _ => crate::verified::call(words),
    }
}

#[derive(Serialize)]
struct Line(u32);

#[mamo::memo]
impl Line {
    /// A line that is longer.
    #[memo]
    fn longer(&self, by: u32) -> u32 {
        computed("longer");
        self.0 + by
    }

    #[memo]
    async fn later(&self) -> u64 {
        computed("line later");
        u64::from(self.0) * 10
    }
}

#[mamo::memo]
fn inner(n: u32) -> u32 {
    computed("inner");
    n + 1
}

#[mamo::memo]
fn nest(n: u32) -> u32 {
    computed("nest");
    inner(n) * 2
}

#[mamo::memo]
fn first(n: u32) -> Vec<u32> {
    computed("first");
    vec![n; 30_000]
}

#[mamo::memo]
fn second(numbers: &Value<Vec<u32>>) -> u32 {
    computed("second");
    numbers[0]
}

fn steps(n: u32) -> Vec<String> {
    let numbers = first::value(n);
    let last = second::value(&numbers);
    let stale = [0, 1].map(|depth| second::is_stale_to(depth, &numbers));
    vec![format!(
        "{} {:?} {} {} {}",
        *last,
        stale,
        second::is_stale(&numbers),
        last.is_stale_to(0),
        last.is_stale()
    )]
}

/// Changes the file that it was asked about.
#[mamo::memo]
fn rewriting(files: &HashMap<&str, File>) -> usize {
    computed("rewriting");
    fs::write(&files["only"], "x").unwrap();
    files.len()
}

/// Two memos whose values together are more than memory may keep.
fn crowd() -> Vec<String> {
    mamo::limit_memory(200_000);
    for n in 0..3 {
        crate::shapes::call(&["big", &n.to_string()]);
        first(n);
    }
    vec![(mamo::memory_in_use() <= 200_000).to_string()]
}

fn scaled(n: u32, by: u32) -> String {
    let unused = 3;
    let numbers = vec![n; 3];
    let scaled = mamo::cell!("scaled", || {
        computed("scaled");
        let mut text = String::new();
        for number in &numbers {
            let number = number * by;
            text.push_str(&number.to_string());
            text.push(' ');
        }
        if let Some(first) = numbers.first() {
            text.push_str(&first.to_string());
        }
        text
    });
    format!("{scaled} {unused}")
}

fn alone(n: u32) -> u64 {
    let numbers: Vec<u64> = (0..u64::from(n)).collect();
    mamo::cell!("alone", alone, |numbers: &[u64]| -> u64 {
        eprintln!("mamo: warning: alone");
        numbers.iter().sum()
    })
}

fn key(function: &str) -> String {
    format!("mamo-runtime/it::steps::{function}")
}

/// A program whose functions have other code than before.
fn edited(program: &mut Program, functions: &[&str]) {
    for function in functions {
        program.set_key(key(function), 2);
    }
    program.write_snapshot();
    program.computed();
}

fn under(program: &Program, policy: &str, calls: &str) -> Vec<String> {
    let mut command = program.command(calls);
    finish(command.env("MAMO_POLICY", policy).spawn().unwrap()).results
}

#[test]
fn a_method_can_be_asked_and_gives_a_lazy_value() {
    let mut program = Program::new();
    let asked = |program: &Program| program.results("ask longer 2 3").remove(0);
    assert!(asked(&program).starts_with("false false 0 missing"));
    assert_eq!(program.results("value longer 2 3"), ["true 5"]);
    assert!(asked(&program).starts_with("true false 1 fresh"));
    assert_eq!(
        program.results("value longer 2 3; longer 2 3"),
        ["false 5", "5"]
    );
    assert_eq!(program.computed(), ["longer"]);
    edited(&mut program, &["Line::longer"]);
    assert!(asked(&program).starts_with("false true 0 stale"));
    program.results("longer 2 3; forget longer 2 3; longer 2 3; longer 2 4");
    assert_eq!(program.computed(), ["longer", "longer", "longer"]);
    assert_eq!(program.results("line 4; line 4"), ["41", "41"]);
    assert_eq!(program.computed(), ["line later"]);
}

#[test]
fn what_rests_on_an_older_value_is_not_stored() {
    let mut program = Program::new();
    program.results("within 4");
    edited(&mut program, &["inner", "nest"]);
    let stored = program.value_files();
    assert_eq!(under(&program, "missing", "nest 4; nest 5"), ["10", "12"]);
    assert_eq!(program.computed(), ["nest", "nest", "inner"]);
    assert_eq!(
        program.value_files(),
        stored,
        "not even what rests on nothing old: nobody can tell"
    );
    assert_eq!(program.results("nest 4"), ["10"]);
    assert_eq!(program.computed(), ["nest", "inner"]);
}

#[test]
fn stale_to_a_depth_computes_what_is_called_and_not_what_that_calls() {
    let mut program = Program::new();
    program.results("nest 4");
    edited(&mut program, &["inner", "nest"]);
    assert_eq!(under(&program, "stale:0", "nest 4"), ["10"]);
    assert_eq!(program.computed(), ["nest"]);
    assert_eq!(under(&program, "stale:1", "nest 4"), ["10"]);
    assert_eq!(program.computed(), ["nest", "inner"]);
}

#[test]
fn staleness_is_told_to_a_depth() {
    let mut program = Program::new();
    program.results("steps 7");
    assert_eq!(
        program.results("steps 7"),
        ["7 [false, false] false false false"]
    );
    edited(&mut program, &["first"]);
    // The argument is of older code, and what is made from it is not.
    assert_eq!(
        under(&program, "missing", "steps 7"),
        ["7 [false, true] true false true"]
    );
    edited(&mut program, &["second"]);
    assert_eq!(
        under(&program, "missing", "steps 7"),
        ["7 [true, true] true true true"]
    );
    assert!(program.computed().is_empty());
    assert_eq!(
        program.results("steps 7"),
        ["7 [false, false] false false false"]
    );
}

#[test]
fn a_file_in_a_map_that_changes_meanwhile_is_noticed() {
    let program = Program::new();
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("text");
    let calls = format!("rewriting {}", path.display());
    for _ in 0..2 {
        fs::write(&path, "").unwrap();
        assert_eq!(program.results(&calls), ["1"]);
    }
    assert_eq!(program.computed(), ["rewriting", "rewriting"]);
}

#[test]
fn memory_holds_no_more_than_its_bound_and_can_be_cleared() {
    let program = Program::new();
    assert_eq!(program.results("crowd"), ["true"]);
    assert_eq!(
        program.results("longer 1 1; clear; longer 1 1"),
        ["2", "0", "2"]
    );
    assert_eq!(
        program
            .computed()
            .iter()
            .filter(|name| *name == "longer")
            .count(),
        1
    );
}

#[test]
fn a_cell_is_served_by_what_it_uses() {
    let mut program = Program::new();
    let calls = "cell 2 5; cell 2 5; cell 3 5; cell 2 6";
    let results = [
        "10 10 10 2 3",
        "10 10 10 2 3",
        "15 15 15 3 3",
        "12 12 12 2 3",
    ];
    assert_eq!(program.results(calls), results);
    assert_eq!(program.results(calls), results);
    assert_eq!(program.computed(), ["scaled", "scaled", "scaled"]);
    edited(&mut program, &["cell(scaled)"]);
    assert_eq!(program.results("cell 2 5"), ["10 10 10 2 3"]);
    assert_eq!(program.computed(), ["scaled"]);
}

#[test]
fn a_cell_that_stands_alone_needs_no_snapshot() {
    let program = Program::untrusted();
    assert!(program.run("alone 4").warnings[0].contains("computes and stores nothing"));
    fs::create_dir_all(program.mamo_dir()).unwrap();
    assert_eq!(
        program.run("alone 4; alone 4; alone 5").warnings,
        ["alone", "alone"]
    );
    let run = program.run("alone 4; alone 5");
    assert_eq!(
        (run.results, run.warnings.len()),
        (vec!["6".to_owned(), "10".to_owned()], 0)
    );
}
