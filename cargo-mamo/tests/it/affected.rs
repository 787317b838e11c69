//! `cargo mamo affected --since REV` needs nothing remembered, and touches nothing of the user's.

use crate::project::{Project, names};
use std::collections::BTreeSet;

const LIB: &str = "pub fn f() -> u32 { 1 }\npub fn g() -> u32 { 2 }\n#[test] fn a() { assert_eq!(f(), 1); }\n#[test] fn b() { assert_eq!(g(), 2); }\n";
const MANIFEST: &str =
    "[package]\nname = \"demo\"\nversion = \"0.1.0\"\nedition = \"2024\"\n[lib]\ndoctest = false\n";

fn project() -> Project {
    let project = Project::new(&[
        ("Cargo.toml", MANIFEST),
        (".gitignore", "target\n"),
        ("src/lib.rs", LIB),
        (
            "tests/it.rs",
            "#[test] fn c() { assert_eq!(demo::f(), 1); }\n#[test] fn d() {}\n",
        ),
        (
            "tests/file.rs",
            "#[test] fn e() { std::fs::read_to_string(\"text.txt\").unwrap(); }\n",
        ),
        ("text.txt", "1"),
    ]);
    project.mamo(&["build"]);
    project.git(&["init", "--quiet"]);
    commit(&project, "first");
    project
}

fn commit(project: &Project, tag: &str) {
    project.git(&["add", "-A"]);
    project.git(&["commit", "--quiet", "-m", tag]);
    project.git(&["tag", tag]);
}

fn affected(project: &Project, since: &str) -> BTreeSet<String> {
    let outcome = project.mamo(&["affected", "--since", since, "--message-format", "json"]);
    assert_eq!(outcome.code, Some(0), "{}", outcome.stderr);
    let events = outcome.events();
    let last = events.last().unwrap();
    assert_eq!(last["affected"], events.len() - 1);
    let tests = events.iter().filter(|event| event["type"] == "test");
    tests
        .map(|event| event["name"].as_str().unwrap().to_string())
        .collect()
}

#[test]
fn only_tests_that_reach_a_change_are_affected_committed_or_not() {
    let project = project();
    assert!(affected(&project, "first").is_empty());
    project.write("src/lib.rs", &LIB.replace("{ 1 }", "{ 3 }"));
    project.write("tests/it.rs", "// moved\n#[test] fn c() { assert_eq!(demo::f(), 1); }\n#[test] fn d() {}\n#[test] fn new() {}\n");
    assert_eq!(affected(&project, "first"), names(&["a", "c", "new"]));
    commit(&project, "second");
    assert_eq!(affected(&project, "first"), names(&["a", "c", "new"]));
    project.write("text.txt", "2");
    assert_eq!(affected(&project, "second"), names(&["e"]));
    assert_eq!(affected(&project, "first"), names(&["a", "c", "e", "new"]));
    let text = project.mamo(&["affected", "--since", "first"]).stdout;
    assert!(
        text.contains("demo lib demo a  because demo::f (src/lib.rs:1) changed"),
        "{text}"
    );
    assert!(
        text.contains("4 of 6 tests are affected since first, in 3 targets of 1 packages"),
        "{text}"
    );
    let filter = project
        .mamo(&["affected", "--since", "second", "--nextest"])
        .stdout;
    assert_eq!(filter, "binary_id(=demo::file)\n");
    // Nothing was checked out, staged or left behind.
    assert_eq!(project.git(&["status", "--porcelain"]), " M text.txt\n");
    assert_eq!(project.git(&["worktree", "list"]).lines().count(), 1);
}

#[test]
fn what_decides_how_everything_is_built_affects_everything() {
    let project = project();
    let all = names(&["a", "b", "c", "d", "e"]);
    project.write("Cargo.toml", &format!("# a remark\n{MANIFEST}"));
    // The manifest is a file of the package, too, which one test may read.
    assert_eq!(affected(&project, "first"), names(&["e"]));
    project.write("Cargo.toml", &format!("{MANIFEST}[features]\nx = []\n"));
    assert_eq!(affected(&project, "first"), all);
    project.write("Cargo.toml", MANIFEST);
    project.write(".cargo/config.toml", "[env]\nX = \"1\"\n");
    assert_eq!(affected(&project, "first"), all);
}

#[test]
fn a_name_that_is_no_revision_exits_with_2_and_a_hint() {
    let project = project();
    for name in ["nothing", "--all", ""] {
        let outcome = project.mamo(&["affected", &format!("--since={name}")]);
        assert_eq!(outcome.code, Some(2), "{name}: {}", outcome.stderr);
        assert!(
            outcome.stderr.contains("hint: ") || name.is_empty(),
            "{}",
            outcome.stderr
        );
    }
}
