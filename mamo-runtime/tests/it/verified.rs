//! A program that is told to compute again what it is served reports what differs, and is served all the same.

use crate::program::{Program, computed, finish};
use mamo::__private::VERIFY;
use mamo::__private::report::{Line, Verdict};
use serde::{Deserialize, Serialize};
use std::collections::HashSet;
use std::fs;

/// What the keys of these functions end with.
pub(crate) const FUNCTIONS: [&str; 7] = [
    "mood", "moods", "bag", "fails", "moodily", "weighed", "climbed",
];

pub(crate) fn call(words: &[&str]) -> Vec<String> {
    match *words {
        ["mood", name] => vec![mood(name).moods[1].clone()],
        ["moods"] => vec![format!("{:?}", moods()[2])],
        ["lazy", "moods"] => {
            let value = moods::value();
            vec![format!("{} {:?}", value.is_loaded(), value[2])]
        }
        ["bag"] => vec![bag().len().to_string()],
        ["fails"] => vec![format!("{:?}", fails())],
        ["weighed", weight] => vec![
            weighed(&Load {
                name: "a",
                weight: weight.parse().unwrap(),
            })
            .to_string(),
        ],
        ["climbed", n] => vec![climbed(n.parse().unwrap()).to_string()],
        ["moodily"] => vec![crate::shapes::now(moodily())],
        _ => vec![],
    }
}

/// What mamo is not told of.
fn unseen() -> String {
    std::env::var("MAMO_TEST_MOOD").unwrap_or_default()
}

#[derive(Clone, Serialize, Deserialize)]
struct Mood {
    name: String,
    moods: Vec<String>,
}

#[mamo::memo]
fn mood(name: &str) -> Mood {
    computed("mood");
    Mood {
        name: name.to_owned(),
        moods: vec!["calm".to_owned(), unseen()],
    }
}

#[mamo::memo]
fn moods() -> Vec<f64> {
    computed("moods");
    vec![1.0, 2.0, unseen().parse().unwrap_or(0.5)]
}

/// Equal in each process, and in another order.
#[mamo::memo]
fn bag() -> HashSet<u32> {
    computed("bag");
    (0..100).collect()
}

#[mamo::memo]
fn fails() -> Result<u8, String> {
    computed("fails");
    match &*unseen() {
        "2" => Err("no".to_owned()),
        "3" => panic!("as asked to"),
        _ => Ok(1),
    }
}

#[mamo::memo]
async fn moodily() -> String {
    computed("moodily");
    unseen()
}

/// Two of one name are one argument to mamo.
#[derive(Serialize)]
struct Load {
    name: &'static str,
    #[serde(skip)]
    weight: u64,
}

#[mamo::memo]
fn weighed(load: &Load) -> u64 {
    computed("weighed");
    load.weight
}

/// Without what was served before, it would take a computation for each way up.
#[mamo::memo]
fn climbed(steps: u32) -> u64 {
    computed("climbed");
    if steps < 2 {
        return 1;
    }
    climbed(steps - 1) + climbed(steps - 2)
}

/// Runs the calls with `mood`, a share of what is served computed again; the results and the report.
fn verified(program: &Program, percent: &str, mood: &str, calls: &str) -> (Vec<String>, Vec<Line>) {
    let report = tempfile::NamedTempFile::new().unwrap();
    let order = format!("{percent},0,{}", report.path().display());
    let mut command = program.command(calls);
    command.env(VERIFY, order).env("MAMO_TEST_MOOD", mood);
    let results = finish(command.spawn().unwrap()).results;
    let text = fs::read_to_string(report.path()).unwrap();
    let lines = text.lines().map(|line| Line::parse(line).unwrap());
    (results, lines.collect())
}

/// The only line of a report on these calls.
fn only(program: &Program, mood: &str, calls: &str) -> (Vec<String>, Verdict, String) {
    let (results, lines) = verified(program, "100", mood, calls);
    let [line] = &lines[..] else {
        panic!("{lines:?}");
    };
    (results, line.verdict, line.detail.clone())
}

#[test]
fn a_value_that_comes_out_otherwise_is_reported_with_its_field_and_still_served() {
    let program = Program::new();
    let calls = "mood a; moods; fails; moodily";
    let (first, lines) = verified(&program, "100", "1", calls);
    assert!(lines.is_empty(), "nothing was stored before: {lines:?}");
    assert_eq!(verified(&program, "100", "1", calls).1.len(), 4);
    let stored = program.value_files();
    let (results, verdict, detail) = only(&program, "7", "mood a; mood a");
    assert_eq!((&results[0], verdict), (&first[0], Verdict::Differs));
    assert_eq!(
        detail,
        "`.moods[1]`: \"1\" stored, \"7\" computed; byte 9 of 10 stored and 10 computed"
    );
    let (results, _, detail) = only(&program, "7", "moods");
    assert_eq!(
        (&*results[0], &detail[..34]),
        ("1.0", "`[2]`: 1.0 stored, 7.0 computed; b")
    );
    let (results, _, _) = only(&program, "7", "lazy moods");
    assert_eq!(results, ["false 1.0"], "a lazy value stays unread");
    let (results, _, detail) = only(&program, "2", "fails");
    assert_eq!(
        (&*results[0], &*detail),
        ("Ok(1)", "computing it gives an error")
    );
    let (_, _, detail) = only(&program, "3", "fails");
    assert_eq!(detail, "computing it panics");
    let (results, verdict, _) = only(&program, "7", "moodily");
    assert_eq!((&*results[0], verdict), ("1", Verdict::Differs));
    assert_eq!(program.value_files(), stored);
}

#[test]
fn every_call_is_computed_again_and_not_only_the_first_of_a_value() {
    let program = Program::new();
    let calls = "weighed 1; weighed 1; weighed 2";
    assert_eq!(program.results(calls), ["1", "1", "1"], "which is wrong");
    let (_, lines) = verified(&program, "100", "", calls);
    let verdicts: Vec<_> = lines.iter().map(|line| line.verdict).collect();
    assert_eq!(verdicts, [Verdict::Same, Verdict::Differs], "{lines:?}");
    assert_eq!(program.computed().len(), 1 + 3);
}

#[test]
fn what_a_comparison_calls_is_computed_again_once_a_value() {
    let program = Program::new();
    program.results("climbed 40");
    let (results, lines) = verified(&program, "100", "", "climbed 40");
    assert_eq!((&*results[0], lines.len()), ("165580141", 41));
}

#[test]
fn an_equal_value_in_another_order_is_told_from_another_value() {
    let program = Program::new();
    program.results("bag");
    assert_eq!(only(&program, "1", "bag").1, Verdict::Order);
}

#[test]
fn a_share_of_values_is_computed_again() {
    let program = Program::new();
    let calls: Vec<_> = (0..200).map(|n| format!("square {n}")).collect();
    let calls = calls.join(";");
    program.results(&calls);
    let (_, lines) = verified(&program, "25", "", &calls);
    assert!((20..90).contains(&lines.len()), "{}", lines.len());
    assert!(lines.iter().all(|line| line.verdict == Verdict::Same));
}
