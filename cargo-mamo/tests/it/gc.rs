//! `cargo mamo gc`: what goes, what is said, and when it happens by itself.

use crate::project::Project;
use mamo::format::entry::{self, Content, Header};
use mamo::format::layout;
use std::path::PathBuf;

const LIB: &str = "pub fn f() -> u32 { 1 }\n#[test] fn a() { assert_eq!(f(), 1); }\n";

/// Links what has the runtime's name: which code is alive is known where a program could ask for its values.
const MANIFEST: &str = "[package]\nname = \"demo\"\nversion = \"0.1.0\"\nedition = \"2024\"\n[workspace]\n[dependencies]\nmamo = { path = \"mamo\" }\n";
const NAMESAKE: &str = "[package]\nname = \"mamo\"\nversion = \"0.1.0\"\nedition = \"2024\"\n";

/// A project with values of a function, which took as many milliseconds to compute as their number says.
fn with_values(numbers: &[u8]) -> Project {
    let project = Project::new(&[
        ("Cargo.toml", MANIFEST),
        ("src/lib.rs", LIB),
        ("mamo/Cargo.toml", NAMESAKE),
        ("mamo/src/lib.rs", ""),
    ]);
    project.mamo(&["test", "--lib"]);
    store(&project, numbers);
    project
}

fn store(project: &Project, numbers: &[u8]) {
    for &number in numbers {
        let header = Header {
            key: [number; 32],
            identity: [100 + number; 32],
            fingerprint: [1; 32],
            compute_ns: u64::from(number) * 1_000_000,
            function: "demo/demo::f".into(),
        };
        let value = [number; 100];
        let content = Content::of(&value);
        entry::write(&project.path("target/mamo"), &header, &content, &value).unwrap();
    }
}

fn value(project: &Project, number: u8) -> PathBuf {
    layout::value(&project.path("target/mamo"), &[number; 32])
}

fn there(project: &Project) -> Vec<u8> {
    (1..9)
        .filter(|&number| value(project, number).exists())
        .collect()
}

#[test]
fn what_is_cheapest_goes_until_the_rest_is_below_the_bound() {
    let project = with_values(&[1, 2, 3]);
    let dry = project.mamo(&["gc", "--dry-run", "--max-size", "8 KiB"]);
    assert_eq!(dry.code, Some(0), "{}", dry.stderr);
    assert_eq!(
        dry.stdout,
        "  1 value of demo/demo::f, 4.0 kB, 0.0 s to compute: over the bound; \
         of code that no program has now\n\
         mamo: would remove 1 files, 4.0 kB; values take 8.1 kB of 8 KiB\n"
    );
    assert_eq!(there(&project), [1, 2, 3]);
    let json = project.mamo(&["gc", "--message-format", "json", "--max-size", "8 KiB"]);
    let event = &json.events()[0];
    assert_eq!(event["type"], "gc");
    assert_eq!(
        (event["before"].as_u64(), event["after"].as_u64()),
        (Some(12288), Some(8192))
    );
    let removed = &event["removed"][0];
    assert_eq!(
        (removed["why"].as_str(), removed["files"].as_u64()),
        (Some("superseded"), Some(1))
    );
    assert_eq!(removed["function"], "demo/demo::f");
    assert_eq!(there(&project), [2, 3]);
}

#[test]
fn the_bound_of_mamo_toml_holds_daily_and_by_itself() {
    let project = with_values(&[1, 2, 3]);
    project.write("mamo.toml", "[store]\nmax_size = \"4 KiB\"\n");
    assert_eq!(there(&project), [1, 2, 3]);
    let planned = project.mamo(&["test", "--lib", "--dry-run"]);
    assert!(!planned.stderr.contains("removed"), "{}", planned.stderr);
    let tested = project.mamo(&["test", "--lib"]);
    assert!(
        tested.stderr.contains("removed 2 files"),
        "{}",
        tested.stderr
    );
    assert_eq!(there(&project), [3]);
    store(&project, &[4]);
    project.mamo(&["test", "--lib"]);
    assert_eq!(there(&project), [3, 4], "at most daily");
    std::fs::write(project.path("target/mamo/gc/last"), "0").unwrap();
    project.mamo(&["test", "--lib"]);
    assert_eq!(there(&project), [4]);
}

#[test]
fn settings_that_are_wrong_collect_and_run_nothing() {
    let project = with_values(&[1]);
    project.write("mamo.toml", "[store]\nmaxsize = \"4 KiB\"\n");
    let collected = project.mamo(&["gc"]);
    assert_eq!(collected.code, Some(3));
    assert!(
        collected.stderr.contains("hint: did you mean `max_size`?"),
        "{}",
        collected.stderr
    );
    let tested = project.mamo(&["test", "--lib"]);
    assert_eq!(tested.code, Some(3), "what always runs is not known");
    assert!(
        tested.stderr.contains("hint: did you mean `max_size`?"),
        "{}",
        tested.stderr
    );
    assert_eq!(there(&project), [1]);
    let wrong = project.mamo(&["gc", "--max-size", "much"]);
    assert_eq!(wrong.code, Some(2));
}

#[test]
fn a_directory_that_is_not_mamos_is_left_alone() {
    let project = Project::new(&[("src/lib.rs", LIB)]);
    let file = value(&project, 1);
    std::fs::create_dir_all(file.parent().unwrap()).unwrap();
    std::fs::write(&file, "somebody's").unwrap();
    let collected = project.mamo(&["gc", "--max-size", "0 B"]);
    assert_eq!(collected.code, Some(0));
    assert!(collected.stdout.contains("nothing is stored"));
    assert!(file.exists());
}
