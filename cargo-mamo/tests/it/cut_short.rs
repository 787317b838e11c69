//! Tests and programs that end before their time: what was not seen to pass is not remembered.

use crate::project::{Outcome, Project, names};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

/// Runs tests one after the other, in the order of their names.
const IN_ORDER: [&str; 5] = ["test", "--lib", "--no-fail-fast", "--", "--test-threads=1"];

fn planned(project: &Project) -> std::collections::BTreeSet<String> {
    project.planned("run", &["test", "--lib", "--dry-run"])
}

fn has_failed(outcome: &Outcome) {
    assert_eq!(outcome.code, Some(101), "{}", outcome.stderr);
}

#[test]
fn of_a_program_that_dies_half_way_only_what_had_passed_is_remembered() {
    for (death, code) in [
        ("abort", "std::process::abort()"),
        (
            "a segmentation fault",
            "unsafe { std::ptr::with_exposed_provenance_mut::<u8>(8).write_volatile(1) }",
        ),
        ("an exit", "std::process::exit(101)"),
        (
            "a stack overflow",
            "#[allow(unconditional_recursion)] fn deep(n: u64) -> u64 { std::hint::black_box(deep(n + 1)) + 1 } assert!(deep(0) > 0);",
        ),
    ] {
        let text =
            format!("#[test] fn a() {{}}\n#[test] fn b() {{ {code} }}\n#[test] fn c() {{}}\n");
        let project = Project::new(&[("src/lib.rs", &text)]);
        has_failed(&project.mamo(&IN_ORDER));
        let planned = planned(&project);
        assert_eq!(planned, names(&["b", "c"]), "after {death}");
        has_failed(&project.mamo(&IN_ORDER));
        // Without it the rest runs, and the whole is known.
        project.write("src/lib.rs", &text.replace(code, ""));
        assert_eq!(project.mamo(&IN_ORDER).code, Some(0), "after {death}");
    }
}

#[test]
fn one_dead_program_leaves_the_others_right() {
    let manifest = "[package]\nname = \"demo\"\nversion = \"0.1.0\"\nedition = \"2024\"\n[[test]]\nname = \"own\"\nharness = false\n";
    let project = Project::new(&[
        ("Cargo.toml", manifest),
        (
            "src/lib.rs",
            "/// ```\n/// std::process::abort();\n/// ```\npub fn f() {}\n/// ```\n/// demo::g();\n/// ```\npub fn g() {}\n",
        ),
        (
            "tests/dies.rs",
            "#[test] fn dies() { std::process::abort() }",
        ),
        ("tests/lives.rs", "#[test] fn lives() {}"),
        ("tests/own.rs", "fn main() { std::process::abort() }"),
    ]);
    has_failed(&project.mamo(&["test", "--no-fail-fast"]));
    let stays = names(&["dies", "main", "src/lib.rs - f (line 1)"]);
    assert_eq!(project.planned("run", &["test", "--dry-run"]), stays);
    has_failed(&project.mamo(&["test", "--no-fail-fast"]));
    assert_eq!(project.planned("run", &["test", "--dry-run"]), stays);
}

#[test]
fn a_test_that_fails_once_is_remembered_from_its_first_pass_on() {
    let flaky = "#[test] fn t() { let seen = std::path::Path::new(concat!(env!(\"CARGO_TARGET_TMPDIR\"), \"/seen\")); let again = seen.exists(); std::fs::write(seen, \"\").unwrap(); assert!(again); }\n#[test] fn u() {}";
    let project = Project::new(&[("src/lib.rs", ""), ("tests/it.rs", flaky)]);
    let run = || project.ran(&["--test", "it"]);
    assert_eq!(run(), names(&["t", "u"]));
    // It failed, so it runs, and passes.
    assert_eq!(run(), names(&["t"]));
    assert!(run().is_empty());
}

/// A run in a process group of its own, in which the first test has passed and the second waits.
fn waiting(project: &Project) -> Child {
    let arguments = ["test", "--test", "it", "--", "--test-threads=1"];
    let mut command = project.command(&arguments, &[]);
    std::os::unix::process::CommandExt::process_group(&mut command, 0);
    let child = command
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let begun = Instant::now();
    while !project.path("target/tmp/waits").exists() {
        assert!(
            begun.elapsed() < Duration::from_secs(300),
            "the tests never began"
        );
        std::thread::sleep(Duration::from_millis(20));
    }
    child
}

fn kill(signal: &str, target: i64) {
    let sent = Command::new("kill")
        .args(["-s", signal, "--", &target.to_string()])
        .status();
    assert!(sent.unwrap().success());
}

/// `a` passes, `b` says that it has begun and waits; without `slow` it passes at once.
fn waits() -> Project {
    let text = "#[test] fn a() {}\n#[test] fn b() { let dir = std::path::Path::new(env!(\"CARGO_TARGET_TMPDIR\")); std::fs::write(dir.join(\"waits\"), \"\").unwrap(); if dir.join(\"slow\").exists() { std::thread::sleep(std::time::Duration::from_secs(60)); } }\n";
    Project::new(&[
        ("src/lib.rs", ""),
        ("tests/it.rs", text),
        ("target/tmp/slow", ""),
    ])
}

#[test]
fn an_interrupt_keeps_what_had_passed_and_nothing_else() {
    let project = waits();
    let mut child = waiting(&project);
    // As a terminal does it: to mamo and to the test program.
    kill("INT", -i64::from(child.id()));
    assert_eq!(child.wait().unwrap().code(), Some(130));
    std::fs::remove_file(project.path("target/tmp/slow")).unwrap();
    assert_eq!(project.ran(&["--test", "it"]), names(&["b"]));
    assert!(project.ran(&["--test", "it"]).is_empty());
}

#[test]
fn a_program_that_ends_well_because_of_an_interrupt_has_not_passed() {
    let manifest = "[package]\nname = \"demo\"\nversion = \"0.1.0\"\nedition = \"2024\"\n[[test]]\nname = \"it\"\nharness = false\n";
    let own = "unsafe extern \"C\" { fn signal(number: i32, then: extern \"C\" fn(i32)) -> usize; }\nextern \"C\" fn end(_: i32) { std::process::exit(0) }\nfn main() { unsafe { signal(2, end); } std::fs::write(concat!(env!(\"CARGO_TARGET_TMPDIR\"), \"/waits\"), \"\").unwrap(); std::thread::sleep(std::time::Duration::from_secs(60)); }\n";
    let project = Project::new(&[
        ("Cargo.toml", manifest),
        ("src/lib.rs", ""),
        ("tests/it.rs", own),
    ]);
    let mut child = waiting(&project);
    kill("INT", -i64::from(child.id()));
    assert_eq!(child.wait().unwrap().code(), Some(130));
    let left = project.planned("run", &["test", "--test", "it", "--dry-run"]);
    assert_eq!(left, names(&["main"]));
}

#[test]
fn a_run_that_a_timeout_ends_remembers_nothing_wrong() {
    let project = waits();
    let mut child = waiting(&project);
    // As `timeout` does it: to mamo alone; its test program lives on for a while.
    kill("TERM", i64::from(child.id()));
    assert_eq!(child.wait().unwrap().code(), None);
    std::fs::remove_file(project.path("target/tmp/slow")).unwrap();
    assert_eq!(project.ran(&["--test", "it"]), names(&["a", "b"]));
    assert!(project.ran(&["--test", "it"]).is_empty());
    kill("KILL", -i64::from(child.id()));
}
