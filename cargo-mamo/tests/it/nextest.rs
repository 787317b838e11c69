//! `cargo mamo nextest run`: our plan, nextest's run. Where nextest is not installed, only that is tried.

use crate::project::{Outcome, Project};

const LIB: &str = "pub fn f() -> u32 { 1 }\n#[test] fn a() { assert_eq!(f(), 1); }\n#[test] fn b() {}\n#[test] #[ignore] fn slow() {}\n";

fn project() -> Project {
    let files = [
        ("src/lib.rs", LIB),
        (
            "tests/it.rs",
            "#[test] fn c() { assert!(demo::f() < 3); }\n",
        ),
        (".config/nextest.toml", ""),
    ];
    Project::new(&files)
}

/// `None` where nextest is not installed; that it is said is tried then.
fn nextest(project: &Project, arguments: &[&str]) -> Option<Outcome> {
    let outcome = project.mamo(&[&["nextest", "run"], arguments].concat());
    if outcome.stderr.contains("`cargo nextest` is not installed") {
        assert!(
            outcome.code == Some(3) && outcome.stderr.contains("hint: "),
            "{}",
            outcome.stderr
        );
        return None;
    }
    Some(outcome)
}

#[test]
fn nextest_runs_what_is_stale_and_its_passes_are_everyones() {
    let project = project();
    let Some(first) = nextest(&project, &[]) else {
        return;
    };
    assert_eq!(first.code, Some(0), "{}", first.stderr);
    assert!(first.stderr.contains("3 passed"), "{}", first.stderr);
    assert!(
        first
            .stdout
            .contains("mamo: 0 reused, 3 run, 0 failed, 1 ignored"),
        "{}",
        first.stdout
    );
    assert!(project.ran(&["--tests"]).is_empty());
    let again = nextest(&project, &[]).unwrap();
    assert!(
        again.stderr.contains("nextest - not started"),
        "{}",
        again.stderr
    );

    project.write("src/lib.rs", &LIB.replace("{ 1 }", "{ 2 }"));
    let broken = nextest(&project, &["--no-fail-fast", "--retries", "1"]).unwrap();
    assert_eq!(broken.code, Some(100), "{}", broken.stderr);
    assert!(
        broken
            .stdout
            .contains("mamo: 1 reused, 2 run, 1 failed, 1 ignored"),
        "{}",
        broken.stdout
    );
    let filtered = nextest(&project, &["-E", "test(b) | test(c)"]).unwrap();
    assert!(
        filtered.stderr.contains("no tests to run"),
        "{}",
        filtered.stderr
    );

    project.write("src/lib.rs", LIB);
    assert!(project.ran(&["--tests"]).is_empty());
    let slow = nextest(&project, &["--run-ignored", "all"]).unwrap();
    assert!(
        slow.stdout.contains("mamo: 3 reused, 1 run, 0 failed"),
        "{}",
        slow.stdout
    );
}

#[test]
fn a_missing_nextest_is_a_hint_and_other_verbs_are_usage() {
    let project = project();
    let path = project.path("bin");
    std::fs::create_dir_all(&path).unwrap();
    assert_eq!(project.mamo(&["nextest", "list"]).code, Some(2));
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        // A cargo that knows no nextest.
        let cargo = path.join("cargo");
        std::fs::write(
            &cargo,
            "#!/bin/sh\n[ \"$1\" = nextest ] && exit 101\nexec \"$REAL_CARGO\" \"$@\"\n",
        )
        .unwrap();
        std::fs::set_permissions(&cargo, std::fs::Permissions::from_mode(0o755)).unwrap();
        let variables = [
            ("CARGO", cargo.to_str().unwrap()),
            ("REAL_CARGO", env!("CARGO")),
        ];
        let outcome = project.mamo_with(&["nextest", "run"], &variables);
        assert_eq!(outcome.code, Some(3), "{}", outcome.stderr);
        assert!(
            outcome.stderr.contains("not installed\nhint: "),
            "{}",
            outcome.stderr
        );
    }
}

#[test]
fn a_program_that_lists_no_test_is_not_remembered_and_fails_nothing() {
    let manifest = "[package]\nname = \"demo\"\nversion = \"0.1.0\"\nedition = \"2024\"\n[[test]]\nname = \"own\"\nharness = false\n";
    let own = "fn main() { if !std::env::args().any(|one| one == \"--list\") { assert_eq!(demo::f(), 1); } }";
    let project = Project::new(&[
        ("Cargo.toml", manifest),
        ("src/lib.rs", LIB),
        ("tests/own.rs", own),
    ]);
    let Some(first) = nextest(&project, &[]) else {
        return;
    };
    assert_eq!(first.code, Some(0), "{}", first.stderr);
    let again = nextest(&project, &[]).unwrap();
    assert_eq!(again.code, Some(0), "{}", again.stderr);
    assert!(
        again
            .stdout
            .contains("mamo: 2 reused, 0 run, 0 failed, 1 ignored, 1 without a result"),
        "{}",
        again.stdout
    );
    // What a filter of the user's chooses is nextest's to judge.
    let chosen = nextest(&project, &["-E", "test(nowhere)"]).unwrap();
    assert_eq!(chosen.code, Some(4), "{}", chosen.stderr);
    // Run as a whole it passes, and that is known from then on.
    assert_eq!(project.ran(&["--tests"]), crate::project::names(&["main"]));
    let known = nextest(&project, &[]).unwrap();
    assert!(known.stderr.contains("not started"), "{}", known.stderr);
}

#[test]
fn a_pass_at_the_second_try_is_not_remembered() {
    let flaky = "#[test] fn t() { let seen = std::path::Path::new(concat!(env!(\"CARGO_TARGET_TMPDIR\"), \"/seen\")); let again = seen.exists(); std::fs::write(seen, \"\").unwrap(); assert!(again); }\n#[test] fn u() {}";
    let project = Project::new(&[("src/lib.rs", ""), ("tests/it.rs", flaky)]);
    let Some(first) = nextest(&project, &["--retries", "2"]) else {
        return;
    };
    assert_eq!(first.code, Some(0), "{}", first.stderr);
    let left = project.planned("run", &["test", "--tests", "--dry-run"]);
    assert_eq!(left, crate::project::names(&["t"]));
}
