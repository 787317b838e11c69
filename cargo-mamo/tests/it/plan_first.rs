//! Cargo is started only if a compiler, or a test, could say something new.

use crate::project::{Outcome, Project, names};
use std::collections::BTreeMap;

const LIB: &str =
    "pub fn f() -> u32 { 1 }\npub fn unused() {}\n#[test] fn a() { assert_eq!(f(), 1); }\n";

/// Did cargo build, or look whether it had to?
fn built(outcome: &Outcome) -> bool {
    ["Compiling", "Finished"]
        .iter()
        .any(|word| outcome.stderr.contains(word))
}

fn reused(outcome: &Outcome) -> bool {
    outcome.code == Some(0) && outcome.stdout.contains("1 reused, 0 run, 0 failed")
}

#[test]
fn without_a_change_and_after_a_comment_cargo_is_not_started() {
    let project = Project::new(&[("src/lib.rs", LIB)]);
    assert!(built(&project.mamo(&["test", "--lib"])));
    let again = project.mamo(&["test", "--lib"]);
    assert!(!built(&again) && reused(&again), "{}", again.stderr);
    let commented = LIB.replace("{ 1 }", "{ /* one */ 1 } // more");
    project.write("src/lib.rs", &format!("// new\n\n{commented}"));
    let again = project.mamo(&["test", "--lib"]);
    assert!(!built(&again) && reused(&again), "{}", again.stderr);
}

#[test]
fn what_fails_to_compile_is_never_hidden() {
    let manifest = "[package]\nname = \"demo\"\nversion = \"0.1.0\"\nedition = \"2024\"\n";
    let base = [
        ("Cargo.toml", manifest),
        (
            "src/lib.rs",
            "/// Says.\npub fn f() {}\n#[test] fn a() {}\n",
        ),
        ("src/text.txt", "1"),
        ("examples/apart.rs", "fn main() {}"),
        (
            "src/main.rs",
            "const N: u32 = include!(\"text.txt\"); fn main() { assert_eq!(N, 1); }",
        ),
    ];
    let lib = base[1].1;
    for (path, text) in [
        ("src/lib.rs", lib.replace("fn f() {}", "fn f() { g() }")),
        ("src/lib.rs", format!("#![deny(missing_docs)]\n{lib}")),
        ("src/lib.rs", format!("{lib}fn dead() -> Nothing {{}}")),
        ("src/text.txt", "\"\"".to_string()),
        ("examples/apart.rs", "fn main() { 1 + }".to_string()),
        ("tests/new.rs", "#[test] fn t() { 1 + }".to_string()),
    ] {
        let project = Project::new(&base);
        assert_eq!(project.mamo(&["test"]).code, Some(0));
        project.write(path, &text);
        let outcome = project.mamo(&["test"]);
        assert_eq!(
            outcome.code,
            Some(101),
            "{path}: {text}\n{}",
            outcome.stderr
        );
        assert!(
            outcome.stderr.contains("could not compile"),
            "{}",
            outcome.stderr
        );
    }
}

#[test]
fn a_test_that_never_ran_is_run_from_the_built_program() {
    let project = Project::new(&[("src/lib.rs", &format!("{LIB}#[test] fn b() {{}}\n"))]);
    project.mamo(&["test", "--lib", "a", "--", "--exact"]);
    let other = project.mamo(&["test", "--lib"]);
    assert!(
        !built(&other) && other.stdout.contains("1 reused, 1 run"),
        "{}",
        other.stderr
    );
}

#[test]
fn a_program_that_is_gone_or_replaced_is_built_again() {
    let project = Project::new(&[("src/lib.rs", LIB)]);
    project.mamo(&["test", "--lib"]);
    for entry in project.path("target/debug/deps").read_dir().unwrap() {
        let path = entry.unwrap().path();
        if path.extension().is_none() {
            std::fs::remove_file(path).unwrap();
        }
    }
    assert!(!built(&project.mamo(&["test", "--lib"])));
    let all = project.mamo(&["test", "--lib", "--all"]);
    assert!(built(&all) && all.code == Some(0), "{}", all.stderr);
}

#[test]
fn variables_of_the_configuration_and_of_the_build_count() {
    let project = Project::new(&[
        (
            "src/lib.rs",
            "#[test] fn run() { assert_ne!(std::env::var(\"LEVEL\").unwrap(), \"2\"); }\n#[test] fn built() { assert_ne!(option_env!(\"STAGE\"), Some(\"2\")); }",
        ),
        (
            ".cargo/config.toml",
            "[env]\nLEVEL = \"1\"\nSTAGE = \"1\"\n",
        ),
    ]);
    assert_eq!(project.mamo(&["test", "--lib"]).code, Some(0));
    project.write(
        ".cargo/config.toml",
        "[env]\nLEVEL = \"2\"\nSTAGE = \"1\"\n",
    );
    let planned = project.planned("run", &["test", "--lib", "--dry-run"]);
    assert!(planned.contains("run"), "{planned:?}");
    assert_eq!(project.mamo(&["test", "--lib"]).code, Some(101));
    project.write(
        ".cargo/config.toml",
        "[env]\nLEVEL = \"1\"\nSTAGE = \"2\"\n",
    );
    let planned = project.planned("run", &["test", "--lib", "--dry-run"]);
    assert_eq!(planned, names(&["built"]));
    // The caller's own variable stands before one that is not forced.
    project.write(
        ".cargo/config.toml",
        "[env]\nLEVEL = \"1\"\nSTAGE = \"1\"\n",
    );
    assert!(project.ran(&["--lib"]).is_empty());
    let outcome = project.mamo_with(
        &["test", "--lib", "--no-fail-fast"],
        &[("LEVEL", "2"), ("STAGE", "2")],
    );
    assert!(
        outcome.stdout.contains("2 run, 2 failed"),
        "{}",
        outcome.stdout
    );
}

#[test]
fn times_are_told_when_asked_for_and_the_parts_add_up() {
    let project = Project::new(&[("src/lib.rs", LIB)]);
    let told = |value: &str| {
        let outcome = project.mamo_with(&["test", "--lib"], &[("MAMO_TIMES", value)]);
        assert_eq!(outcome.code, Some(0), "{}", outcome.stderr);
        let last = outcome
            .stderr
            .lines()
            .last()
            .unwrap_or_default()
            .to_string();
        last.strip_prefix("mamo: ms: ").map(str::to_owned)
    };
    let first = told("1").unwrap();
    assert!(first.ends_with("; compiled 1 of 1"), "{first}");
    let again = told("1").unwrap();
    let (steps, own) = again.split_once("; own ").unwrap();
    let steps: BTreeMap<&str, f64> = steps
        .split(", ")
        .map(|step| step.split_once(' ').unwrap())
        .map(|(name, millis)| (name, millis.parse().unwrap()))
        .collect();
    let (own, whole) = own.split_once(" of ").unwrap();
    let (own, whole): (f64, f64) = (own.parse().unwrap(), whole.parse().unwrap());
    assert!((steps.values().sum::<f64>() - whole).abs() < 1.0, "{again}");
    // Nothing to do, so no cargo; the rest is mamo's own.
    assert!(steps["build"] < 0.05, "{again}");
    assert!((own + steps["run"] - whole).abs() < 0.5, "{again}");
    assert_eq!(told("0"), None);
}
