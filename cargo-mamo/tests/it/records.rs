//! What a build record answers without a build, and when it does not.

use crate::project::{Project, names};

const LIB: &str = "pub fn f() -> u32 { 1 }\n#[test] fn a() { assert_eq!(f(), 1); }\n";

#[test]
fn a_dry_run_after_an_edit_plans_from_the_record_without_a_build() {
    let project = Project::new(&[("src/lib.rs", LIB)]);
    project.mamo(&["test", "--lib"]);
    project.write(
        "src/lib.rs",
        &format!("{}#[test] fn new() {{}}\n", LIB.replace("{ 1 }", "{ 2 }")),
    );
    let planned = project.mamo(&["test", "--lib", "--dry-run"]);
    assert!(!planned.stderr.contains("Compiling"), "{}", planned.stderr);
    assert_eq!(
        project.planned("run", &["test", "--lib", "--dry-run"]),
        names(&["a", "new"])
    );
}

#[test]
fn a_changed_manifest_target_or_flag_is_built_anew() {
    let project = Project::new(&[("src/lib.rs", LIB)]);
    project.mamo(&["test", "--lib"]);
    let plan = |project: &Project| project.mamo(&["test", "--dry-run"]).stderr;
    assert!(plan(&project).contains("Finished"));
    assert!(!plan(&project).contains("Finished"));
    project.write("tests/more.rs", "#[test] fn more() {}");
    assert!(plan(&project).contains("Finished"));
    assert!(!plan(&project).contains("Finished"));
    project.write(
        "Cargo.toml",
        "[package]\nname = \"demo\"\nversion = \"0.2.0\"\nedition = \"2024\"\n",
    );
    assert!(plan(&project).contains("Finished"));
}

#[test]
fn why_names_the_changed_item_and_the_way_to_it() {
    let project = Project::new(&[("src/lib.rs", LIB)]);
    project.mamo(&["test", "--lib"]);
    let fresh = project.mamo(&["why", "a", "--lib"]).stdout;
    assert!(
        fresh.contains("is fresh") && fresh.contains("demo::f (src/lib.rs:1)"),
        "{fresh}"
    );
    project.write("src/lib.rs", &LIB.replace("{ 1 }", "{ 2 }"));
    let stale = project.mamo(&["why", "a", "--lib"]).stdout;
    assert!(stale.contains("demo::f (src/lib.rs:1) changed"), "{stale}");
    assert!(stale.contains("demo::a\n    -> demo::f"), "{stale}");
}

#[test]
fn the_graph_has_an_item_for_every_reached_id() {
    let project = Project::new(&[("src/lib.rs", LIB)]);
    let graph = project
        .mamo(&["graph", "--message-format", "json"])
        .events()
        .remove(0);
    let roots = graph["roots"].as_array().unwrap();
    let root = roots.iter().find(|root| root["name"] == "a").unwrap();
    assert_eq!(
        (root["type"].as_str(), root["kind"].as_str()),
        (Some("test"), Some("lib"))
    );
    let reach: Vec<_> = root["reach"]
        .as_array()
        .unwrap()
        .iter()
        .map(|id| &graph["items"][usize::try_from(id.as_u64().unwrap()).unwrap()])
        .collect();
    assert!(
        reach
            .iter()
            .any(|item| item["path"] == "demo::f" && item["lines"][0] == 1),
        "{reach:?}"
    );
}
