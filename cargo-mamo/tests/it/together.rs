//! Several runs at the same time, and several work trees with one memory: each is right, and none harms another.

use crate::project::{Outcome, Project, names};
use std::collections::BTreeSet;

/// Two functions, a test of each, one of both, and a doctest.
fn text(left: u32, right: u32) -> String {
    format!(
        "/// ```\n/// assert!(demo::left() < 9);\n/// ```\npub fn left() -> u32 {{ {left} }}\npub fn right() -> u32 {{ {right} }}\n\
         #[test] fn of_left() {{ assert_eq!(left() % 2, 0); }}\n\
         #[test] fn of_right() {{ assert_eq!(right() % 2, 0); }}\n\
         #[test] fn of_both() {{ assert!(left() < 9 && right() < 9); }}\n"
    )
}

/// Names that failed, after checking that every test has an end.
fn failed(outcome: &Outcome) -> BTreeSet<String> {
    let events = outcome.events();
    let tests: Vec<_> = events
        .iter()
        .filter(|event| event["type"] == "test")
        .collect();
    assert_eq!(tests.len(), 4, "{}{}", outcome.stdout, outcome.stderr);
    assert!(
        tests.iter().all(|test| test["outcome"].is_string()),
        "a test has no end: {}",
        outcome.stdout
    );
    let damaged = ["damaged", "cannot read", "cannot write", "cannot lock"];
    assert!(
        !damaged.iter().any(|word| outcome.stderr.contains(word)),
        "{}",
        outcome.stderr
    );
    let failed = tests.iter().filter(|test| test["outcome"] == "failed");
    failed
        .map(|test| test["name"].as_str().unwrap().to_string())
        .collect()
}

const JSON: [&str; 4] = ["test", "--no-fail-fast", "--message-format", "json"];

/// Runs all tests in each project at the same time.
fn together(projects: &[&Project], variables: &[(&str, &str)]) -> Vec<Outcome> {
    std::thread::scope(|scope| {
        let runs: Vec<_> = projects
            .iter()
            .map(|project| scope.spawn(|| project.mamo_with(&JSON, variables)))
            .collect();
        runs.into_iter().map(|run| run.join().unwrap()).collect()
    })
}

#[test]
fn two_whole_runs_at_once_are_both_right_and_so_is_the_next() {
    let project = Project::new(&[("src/lib.rs", &text(2, 2))]);
    for (left, right, expected) in [
        (2, 2, &[][..]),
        (3, 2, &["of_left"]),
        (3, 5, &["of_left", "of_right"]),
        (4, 4, &[]),
        (2, 2, &[]),
    ] {
        project.write("src/lib.rs", &text(left, right));
        for outcome in together(&[&project, &project], &[]) {
            assert_eq!(failed(&outcome), names(expected), "{left} {right}");
            assert_eq!(
                outcome.code,
                Some(if expected.is_empty() { 0 } else { 101 })
            );
        }
        let next = project.mamo(&JSON);
        assert_eq!(failed(&next), names(expected), "{left} {right}");
        let ran = next.events().into_iter().filter(|e| e["plan"] == "run");
        let ran: BTreeSet<_> = ran
            .map(|e| e["name"].as_str().unwrap().to_string())
            .collect();
        assert_eq!(ran, names(expected), "{left} {right}");
    }
}

#[test]
fn an_edit_between_two_runs_at_once_misleads_neither_the_next() {
    let project = Project::new(&[("src/lib.rs", &text(2, 2))]);
    for round in 1..=4_u64 {
        let mut first = project.command(&JSON, &[]);
        let mut child = first
            .stdout(std::process::Stdio::null())
            .stderr(std::process::Stdio::null())
            .spawn()
            .unwrap();
        std::thread::sleep(std::time::Duration::from_millis(150 * round));
        // While the first builds or runs, its source changes, and a second begins.
        let odd = round % 2 == 1;
        project.write("src/lib.rs", &text(if odd { 3 } else { 4 }, 2));
        let second = project.mamo(&JSON);
        let _ = child.wait().unwrap();
        let expected: &[&str] = if odd { &["of_left"] } else { &[] };
        assert_eq!(failed(&second), names(expected), "round {round}");
        let next = project.mamo(&JSON);
        assert_eq!(failed(&next), names(expected), "round {round}");
        project.write("src/lib.rs", &text(2, 2));
        assert_eq!(failed(&project.mamo(&JSON)), names(&[]), "round {round}");
    }
}

#[test]
fn work_trees_that_share_a_memory_reuse_each_others_passes_and_no_others() {
    let project = Project::new(&[
        ("src/lib.rs", &text(2, 2)),
        (".gitignore", "target\n"),
        (
            "Cargo.lock",
            "version = 4\n[[package]]\nname = \"demo\"\nversion = \"0.1.0\"\n",
        ),
    ]);
    project.git(&["init", "--quiet"]);
    project.git(&["add", "."]);
    project.git(&["commit", "--quiet", "-m", "m"]);
    let other = project.work_tree();
    let memory = tempfile::tempdir().unwrap();
    let shared = [("MAMO_DIR", memory.path().to_str().unwrap())];
    let ran = |project: &Project| {
        let outcome = project.mamo_with(&JSON, &shared);
        let events = outcome.events().into_iter();
        let ran = events.filter(|event| event["plan"] == "run");
        let ran: BTreeSet<_> = ran
            .map(|event| event["name"].as_str().unwrap().to_string())
            .collect();
        (ran, failed(&outcome))
    };
    let all = names(&[
        "of_left",
        "of_right",
        "of_both",
        "src/lib.rs - left (line 1)",
    ]);
    let nothing = (names(&[]), names(&[]));
    assert_eq!(ran(&project), (all.clone(), names(&[])));
    // The same source elsewhere: nothing has to run.
    assert_eq!(ran(&other), nothing);

    // Different edits: neither sees the other's answers.
    project.write("src/lib.rs", &text(3, 2));
    other.write("src/lib.rs", &text(2, 3));
    for outcomes in [1, 2].map(|_| together(&[&project, &other], &shared)) {
        assert_eq!(failed(&outcomes[0]), names(&["of_left"]));
        assert_eq!(failed(&outcomes[1]), names(&["of_right"]));
    }

    // What one has passed with, the other need not run, whichever way it comes to it.
    project.write("src/lib.rs", &text(6, 6));
    assert_eq!(ran(&project), (all, names(&[])));
    other.write("src/lib.rs", &format!("// moved\n\n{}", text(6, 6)));
    assert_eq!(ran(&other), nothing);
    project.write("src/lib.rs", &text(2, 2));
    assert_eq!(ran(&project), nothing);
}
