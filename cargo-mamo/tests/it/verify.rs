//! `cargo mamo verify`: what it finds, what it leaves alone, and what it remembers.

use super::project::Project;
use serde_json::Value;

const LIBRARY: &str = "
pub const LIMIT: u32 = 3;
pub fn low(n: u32) -> bool { n < LIMIT }
pub fn twice(n: u32) -> u32 { n * 2 }
#[cfg(test)]
mod tests {
    #[test]
    fn low() { assert!(super::low(2) && !super::low(3)); }
    #[test]
    fn twice() { assert_eq!(super::twice(4), 8); }
}
";

fn last(events: &[Value]) -> &Value {
    events.last().unwrap()
}

#[test]
fn mutants_are_tried_in_a_copy_and_every_failing_test_was_planned() {
    let project = Project::new(&[("src/lib.rs", LIBRARY)]);
    let verify = ["verify", "--mutate", "6", "--message-format", "json"];
    let outcome = project.mamo(&verify);
    assert_eq!(outcome.code, Some(0), "{}", outcome.stderr);
    let events = outcome.events();
    let total = &last(&events)["total"];
    assert_eq!(total["mutants"], 6, "{total}");
    assert_eq!(total["unplanned"], 0);
    assert!(total["killed"].as_u64().unwrap() >= 3, "{total}");
    assert!(total["planned"].as_f64().unwrap() >= total["failed"].as_f64().unwrap());
    assert_eq!(last(&events)["idle"], 0);
    assert_eq!(last(&events)["excess"], 0);
    let now = std::fs::read_to_string(project.path("src/lib.rs")).unwrap();
    assert_eq!(now, LIBRARY);
    // What the tests said is remembered; the plans are made again and come out the same.
    let again = project.mamo(&verify).events();
    assert_eq!(again, events);
}

#[test]
#[cfg(all(target_os = "linux", target_arch = "x86_64"))]
fn where_code_decides_mutants_are_held_against_it_and_names_stand_beside() {
    let library = format!(
        "pub trait Shape {{ fn area(&self) -> u32; }}\npub struct A;\npub struct B;\n\
         impl Shape for A {{ fn area(&self) -> u32 {{ 1 + 4 }} }}\n\
         impl Shape for B {{ fn area(&self) -> u32 {{ 2 + 9 }} }}\n\
         #[test] fn a() {{ assert_eq!(A.area(), 5); }}\n\
         #[test] fn both() {{ assert_eq!(A.area() + B.area(), 16); }}\n{LIBRARY}"
    );
    let project = Project::new(&[("src/lib.rs", &library)]);
    let verify = [
        "verify",
        "--mutate",
        "12",
        "--lib",
        "--message-format",
        "json",
    ];
    let variables = [("CARGO_INCREMENTAL", "1"), ("MAMO_TRUST", "code")];
    let outcome = project.mamo_with(&verify, &variables);
    assert_eq!(outcome.code, Some(0), "{}", outcome.stderr);
    let events = outcome.events();
    let mutants = || events.iter().filter(|event| event["type"] == "mutant");
    assert_eq!(mutants().count(), 12);
    for mutant in mutants() {
        let failed = mutant["failed"].as_array().unwrap().len() as u64;
        assert!(mutant["planned"].as_u64().unwrap() >= failed, "{mutant}");
        let by_names = mutant["by_names"]["planned"].as_u64();
        assert!(by_names.unwrap() >= mutant["planned"].as_u64().unwrap());
    }
    assert_eq!(last(&events)["total"]["by_names"]["unplanned"], 0);
}

#[test]
fn an_edit_of_the_layout_plans_only_tests_to_which_layout_counts() {
    let library = "/// ```\n/// assert_eq!(demo::one(), 1);\n/// ```\npub fn one() -> u32 { let x = 1; x }\n\
        #[test] fn plain() { assert_eq!(one(), 1); }\n\
        #[test] fn placed() { assert!(line!() > 1); }\n\
        #[test] fn reads() { assert!(std::fs::read(\"src/lib.rs\").is_ok()); }\n\
        #[test] fn fails() { assert_eq!(one(), 2); }\n";
    let project = Project::new(&[("src/lib.rs", library)]);
    let outcome = project.mamo(&["verify", "--mutate", "0", "--message-format", "json"]);
    assert_eq!(outcome.code, Some(0), "{}", outcome.stderr);
    let events = outcome.events();
    let planned = |edit: &str| {
        let row = events.iter().find(|event| event["edit"] == edit).unwrap();
        let found = row["found"].as_array().unwrap().iter();
        let found = found.map(|test| {
            let name = test["test"].as_str().unwrap();
            format!(
                "{} {}",
                name.rsplit("::").next().unwrap(),
                test["cause"].as_str().unwrap()
            )
        });
        (
            row["files"].as_u64().unwrap(),
            row["tests"].clone(),
            found.collect::<Vec<_>>(),
        )
    };
    assert_eq!(
        planned("nothing"),
        (0, 5.into(), vec!["fails unpassed".to_string()])
    );
    let moved = ["fails unpassed", "placed position", "reads text"].map(String::from);
    assert_eq!(planned("layout"), (1, 5.into(), moved.to_vec()));
    assert_eq!(planned("rustfmt"), (1, 5.into(), moved.to_vec()));
    assert!(
        outcome
            .stderr
            .contains("other indentation in every source file 3 of 5 tests would run")
    );
}

#[test]
fn tokens_that_rustfmt_adds_are_no_layout_and_said_to_be_none() {
    let library = "extern fn number() -> u32 {\n    1\n}\n\
        #[test]\nfn names() {\n    assert_eq!(number(), 1);\n}\n#[test]\nfn other() {}\n";
    let project = Project::new(&[("src/lib.rs", library)]);
    let outcome = project.mamo(&["verify", "--mutate", "0", "--message-format", "json"]);
    assert_eq!(outcome.code, Some(0), "{}", outcome.stderr);
    let events = outcome.events();
    let row = events
        .iter()
        .find(|event| event["edit"] == "rustfmt")
        .unwrap();
    // Whether there are doctests is asked anew where a signature is different.
    let found = row["found"].as_array().unwrap().iter();
    let found: Vec<_> = found.filter(|one| one["cause"] != "unpassed").collect();
    assert_eq!(found.len(), 1, "{row}");
    assert_eq!(found[0]["test"], "demo/lib/demo::names");
    assert_eq!(found[0]["cause"], "tokens");
}

#[test]
fn a_failing_test_that_was_not_planned_is_a_miss_with_its_mutant_and_diff() {
    // Files outside of the package under names that are made at run time are what mamo cannot see (docs/soundness.md).
    let test = "#[test]\nfn reads() {\n    let dot = '.'; let path = format!(\"{}/{dot}{dot}/{}{}/da{}\", env!(\"CARGO_MANIFEST_DIR\"), \"ne\", \"ar\", \"ta.txt\");\n    assert_eq!(std::fs::read_to_string(path).unwrap(), \"one line\\n\");\n}\n";
    let manifest = |name: &str| {
        format!("[package]\nname = \"{name}\"\nversion = \"0.1.0\"\nedition = \"2024\"\n")
    };
    let project = Project::new(&[
        (
            "Cargo.toml",
            "[workspace]\nmembers = [\"near\", \"far\"]\nresolver = \"3\"\n",
        ),
        ("near/Cargo.toml", &manifest("near")),
        ("near/src/lib.rs", "pub struct Nothing;\n"),
        ("near/data.txt", "one line\n"),
        ("far/Cargo.toml", &manifest("far")),
        ("far/src/lib.rs", "pub struct Nothing;\n"),
        ("far/tests/reads.rs", test),
    ]);
    let outcome = project.mamo(&["verify", "--mutate", "1", "--message-format", "json"]);
    assert_eq!(outcome.code, Some(3), "{}", outcome.stderr);
    let events = outcome.events();
    let event = events.iter().find(|event| event["type"] == "mutant");
    let event = event.unwrap();
    assert_eq!(event["unplanned"][0], "far/test/reads::reads", "{event}");
    assert_eq!(
        (&event["file"], &event["line"]),
        (&"near/data.txt".into(), &1.into())
    );
    assert_eq!(event["before"][0], "one line");
    assert!(
        outcome.stderr.contains("MISSED near/data.txt:1 data"),
        "{}",
        outcome.stderr
    );
    assert!(outcome.stderr.contains("  - one line"));
}

#[test]
fn executed_functions_out_of_reach_are_misses_and_unknown_tests_are_said() {
    let project = Project::new(&[("src/lib.rs", LIBRARY)]);
    let verify = |text: &str| {
        project.write("c.json", text);
        project.mamo(&["verify", "--coverage", "c.json", "--message-format", "json"])
    };
    let held =
        verify(r#"{"tests": {"demo/lib/demo::tests::low": {"src/lib.rs": [[3, 3], [8, 8]]}}}"#);
    assert_eq!(held.code, Some(0), "{}", held.stderr);
    assert_eq!(last(&held.events())["tests"], 1);
    let missed = verify(r#"{"tests": {"tests::low": {"src/lib.rs": [[4, 4]]}}}"#);
    assert_eq!(missed.code, Some(3));
    let event = last(&missed.events()).clone();
    assert_eq!(event["misses"][0]["line"], 4, "{event}");
    let unknown = verify(r#"{"tests": {"tests::nowhere": {"src/lib.rs": [[4, 4]]}}}"#);
    assert_eq!(unknown.code, Some(3));
    assert_eq!(last(&unknown.events())["unknown"][0], "tests::nowhere");
}

#[test]
fn nothing_to_verify_by_is_a_usage_error() {
    let project = Project::new(&[("src/lib.rs", LIBRARY)]);
    let outcome = project.mamo(&["verify"]);
    assert_eq!(outcome.code, Some(2));
    assert!(
        outcome
            .stderr
            .contains("hint: give one of --mutate N, --coverage FILE, --code and --values")
    );
}
