//! `cargo mamo lint`: one root for each thing that mamo cannot see, and clean ones that stay silent.

use crate::project::Project;
use serde_json::Value;
use std::collections::BTreeSet;
use std::path::Path;

/// The package in `test-fixtures/unseen`, and `more` files.
fn unseen(more: &[(&str, &str)]) -> Project {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../test-fixtures/unseen");
    let files = [
        "Cargo.toml",
        "mamo/Cargo.toml",
        "mamo/src/lib.rs",
        "serde/Cargo.toml",
        "serde/src/lib.rs",
        "src/bin/unseen.rs",
        "src/carried.rs",
        "src/clean.rs",
        "src/lib.rs",
        "src/values.rs",
        "src/world.rs",
        "tests/clean.rs",
    ];
    let read = |file: &&str| std::fs::read_to_string(root.join(file)).unwrap();
    let texts: Vec<String> = files.iter().map(read).collect();
    let texts = texts.iter().map(String::as_str);
    let mut all: Vec<(&str, &str)> = files.into_iter().zip(texts).collect();
    all.extend(more);
    Project::new(&all)
}

fn of_type<'e>(events: &'e [Value], kind: &str) -> Vec<&'e Value> {
    events
        .iter()
        .filter(|event| event["type"] == kind)
        .collect()
}

fn text<'e>(event: &'e Value, field: &str) -> &'e str {
    event[field].as_str().unwrap()
}

#[test]
fn each_thing_that_cannot_be_seen_is_found_where_it_stands_and_clean_roots_are_silent() {
    let project = unseen(&[]);
    let outcome = project.mamo(&["lint", "--message-format", "json"]);
    assert_eq!(outcome.code, Some(1), "{}", outcome.stderr);
    let events = outcome.events();
    let found = of_type(&events, "finding");
    let said: BTreeSet<String> = found
        .iter()
        .map(|event| {
            let (file, line) = (text(event, "file"), event["line"].as_u64().unwrap());
            let source = std::fs::read_to_string(project.path(file)).unwrap();
            let at = source
                .lines()
                .nth(usize::try_from(line).unwrap() - 1)
                .unwrap();
            format!(
                "{} {} | {}",
                text(event, "level"),
                text(event, "lint"),
                at.trim()
            )
        })
        .collect();
    let expected = [
        "note untraced | //! Functions that mamo cannot answer for, each with a root that reaches it, and clean ones beside them.",
        "warning clock | let start = Instant::now();",
        "warning clock | seconds(std::time::SystemTime::now())",
        "warning clock | type Watch = std::time::Instant;",
        "warning dyn-argument | pub shape: Box<dyn Shape>,",
        "warning environment | std::env::var(name).ok()",
        "warning files | std::fs::read_to_string(path).ok()",
        "warning hash-order | for word in words {",
        "warning hash-order | words.values().copied().collect()",
        "warning network | std::net::TcpStream::connect(\"127.0.0.1:1\").is_ok()",
        "warning outside-files | const HOSTS: &str = \"/etc/hosts\";",
        "warning programs | let status = std::process::Command::new(\"ls\").output();",
        "warning randomness | RandomState::new().hash_one(\"a\") | 1",
        "warning scheduling | std::thread::spawn(|| 1).join().unwrap_or(0)",
        "warning serde | #[serde(default, skip)]",
        "warning serde | #[serde(serialize_with = \"whole\")]",
        "warning serde | #[serde(untagged)]",
        "warning serde | impl Serialize for ByHand {",
        "warning state | static CALLS: Counter = Counter(AtomicU32::new(0));",
        "warning state | static mut FLAG: bool = false;",
        "warning surroundings | std::thread::available_parallelism().map_or(1, usize::from)",
    ];
    assert_eq!(said, expected.map(String::from).into());
    for event in &found {
        for root in event["roots"].as_array().unwrap() {
            assert!(!root.as_str().unwrap().contains("clean"), "{event}");
        }
        assert!(!text(event, "meaning").is_empty());
        assert!(!event["fixes"].as_array().unwrap().is_empty(), "{event}");
    }
    let skipped = found.iter().find(|event| event["lint"] == "serde").unwrap();
    assert_eq!(
        skipped["roots"],
        serde_json::json!(["unseen/unseen::carried::looked_at"])
    );
    let glob = found.iter().find(|event| event["line"] == 17).unwrap();
    assert_eq!(
        glob["chain"].as_array().unwrap().last().unwrap(),
        "unseen::world::glob::now"
    );
    let summary = of_type(&events, "summary")[0];
    assert_eq!(
        (&summary["warnings"], &summary["notes"]),
        (&20.into(), &1.into())
    );
}

#[test]
fn a_generic_memo_is_told_what_serde_leaves_out_of_the_types_that_it_names() {
    let generic = "use crate::carried::Holding as Held;\n#[mamo::memo]\npub fn with<T>(held: Held, other: T) -> T { let _ = held; other }\n";
    let project = unseen(&[("src/values.rs", generic)]);
    let events = project.mamo(&["lint", "--message-format", "json"]).events();
    let found = of_type(&events, "finding");
    let skipped = found.iter().find(|event| event["lint"] == "serde").unwrap();
    let roots = [
        "unseen/unseen::carried::looked_at",
        "unseen/unseen::values::with",
    ];
    assert_eq!(skipped["roots"], serde_json::json!(roots));
}

#[test]
fn people_are_told_the_place_the_chain_the_meaning_and_the_fix() {
    let outcome = unseen(&[]).mamo(&["lint"]);
    for line in [
        "warning[clock]: the answer may depend on the time, which no fingerprint holds\n  src/world.rs:5: `std::time::SystemTime::now`",
        "    unseen/lib/unseen::tests::clock: unseen::tests::clock -> unseen::world::passed\n",
        "  fix: sort, or use a `BTreeMap` or `BTreeSet`\n",
        "20 warnings, 1 notes (--verbose shows them), 0 allowed\n",
    ] {
        assert!(outcome.stdout.contains(line), "{line}\n{}", outcome.stdout);
    }
    assert!(!outcome.stdout.contains("untraced"));
}

#[test]
fn what_is_selected_decides_which_roots_are_asked_about() {
    let outcome = unseen(&[]).mamo(&["lint", "-p", "mamo", "--message-format", "json"]);
    assert_eq!(
        outcome.code,
        Some(0),
        "{}{}",
        outcome.stdout,
        outcome.stderr
    );
    assert!(of_type(&outcome.events(), "finding").is_empty());
}

#[test]
fn a_known_finding_is_allowed_by_item_and_one_that_is_not_there_is_said() {
    let allow = "[lint]\nallow = [\n  { lint = \"clock\", item = \"unseen::world\", reason = \"logs\" },\n  { lint = \"network\", item = \"unseen::clean\" },\n]\n";
    let project = unseen(&[("mamo.toml", allow)]);
    let outcome = project.mamo(&["lint", "--message-format", "json"]);
    let events = outcome.events();
    let lints: BTreeSet<&str> = of_type(&events, "finding")
        .into_iter()
        .map(|event| text(event, "lint"))
        .collect();
    assert!(!lints.contains("clock") && lints.contains("network"));
    assert_eq!(of_type(&events, "summary")[0]["allowed"], 3);
    let warning = "`mamo.toml` allows `network` in `unseen::clean`, where it is not found";
    assert!(outcome.stderr.contains(warning), "{}", outcome.stderr);
    project.write(
        "mamo.toml",
        "[lint]\nallow = [{ lint = \"clok\", item = \"a\" }]\n",
    );
    let wrong = project.mamo(&["lint"]);
    assert_eq!(wrong.code, Some(3));
    let said =
        "error: read `mamo.toml`\ncaused by: there is no lint `clok`\nhint: did you mean `clock`?";
    assert!(wrong.stderr.contains(said), "{}", wrong.stderr);
}

#[test]
fn a_package_with_nothing_to_find_is_clean_and_a_wrong_option_is_usage() {
    let project = Project::new(&[("src/lib.rs", "#[test] fn a() { assert_eq!(1 + 1, 2); }\n")]);
    let clean = project.mamo(&["lint"]);
    assert_eq!(clean.code, Some(0), "{}", clean.stdout);
    assert!(
        clean
            .stdout
            .contains("mamo: 1 roots, 0 warnings, 0 notes, 0 allowed")
    );
    assert_eq!(project.mamo(&["lint", "--no-such"]).code, Some(2));
}
