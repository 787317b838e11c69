//! `cargo mamo verify --code`: functions whose code differs between two trees although source takes them for the same.

#![cfg(all(target_os = "linux", target_arch = "x86_64"))]

use crate::project::{Outcome, Project, names};
use serde_json::Value;
use std::collections::BTreeSet;

const LIB: &str = "mod numbers;
pub use numbers::*;
pub fn sum(all: &[u32]) -> u32 { all.iter().map(|one| one * factor()).sum() }
pub fn apart() -> u32 { 7 }
#[derive(Clone, PartialEq, Debug)]
pub struct Pair(pub u32, pub u32);
macro_rules! getter { ($name:ident, $value:expr) => { pub fn $name() -> u32 { $value } } }
getter!(first, 1);
getter!(second, 2);
#[cfg(test)]
mod tests {
    #[test] fn sums() { assert_eq!(super::sum(&[1, 2]), 6); }
    #[test] fn others() { assert_eq!(super::first() + super::second() + super::apart(), 10); }
    #[test] fn pairs() { assert_eq!(super::Pair(1, 2).clone(), super::Pair(1, 2)); }
}
";
const NUMBERS: &str = "pub fn factor() -> u32 { 2 }\n";

/// A procedural macro that lets a function run before `main`.
const STARTING: &str = r##"
use proc_macro::TokenStream;
#[proc_macro_attribute]
pub fn early(_: TokenStream, item: TokenStream) -> TokenStream {
    let mut all: TokenStream = r#"
        #[used] #[link_section = ".init_array"]
        static EARLY: extern "C" fn() = { extern "C" fn early() { begin(); } early };
    "#.parse().unwrap();
    all.extend(item);
    all
}
"##;

fn project(files: &[(&str, &str)]) -> Project {
    let mut all = vec![(".gitignore", "target\n")];
    all.extend(files);
    let project = Project::new(&all);
    project.git(&["init", "--quiet"]);
    project
}

fn commit(project: &Project, tag: &str) {
    project.git(&["add", "-A"]);
    project.git(&["commit", "--quiet", "-m", tag]);
    project.git(&["tag", tag]);
}

fn edit(project: &Project, file: &str, from: &str, to: &str) {
    let text = std::fs::read_to_string(project.path(file)).unwrap();
    assert!(text.contains(from), "`{from}` is not in {file}");
    project.write(file, &text.replacen(from, to, 1));
}

fn verify(project: &Project, arguments: &[&str]) -> Outcome {
    let mut all = vec!["verify", "--code", "--message-format", "json"];
    all.extend(arguments);
    project.mamo_with(&all, &[("CARGO_INCREMENTAL", "1")])
}

fn of_type(outcome: &Outcome, name: &str) -> Vec<Value> {
    let events = outcome.events().into_iter();
    events.filter(|event| event["type"] == name).collect()
}

fn found(outcome: &Outcome) -> BTreeSet<String> {
    let functions = of_type(outcome, "function");
    let paths = functions.iter().map(|one| one["path"].as_str().unwrap());
    paths.map(str::to_owned).collect()
}

#[test]
fn edits_that_source_sees_are_found_nowhere_and_all_functions_are_compared() {
    let project = project(&[("src/lib.rs", LIB), ("src/numbers.rs", NUMBERS)]);
    commit(&project, "first");
    edit(&project, "src/numbers.rs", "{ 2 }", "{ 3 }");
    commit(&project, "second");
    edit(
        &project,
        "src/lib.rs",
        "mod numbers;",
        "// moved\n\nmod numbers;",
    );
    commit(&project, "third");
    let outcome = verify(&project, &["--commits", "2"]);
    assert_eq!(outcome.code, Some(0), "{}", outcome.stderr);
    let pairs = of_type(&outcome, "pair");
    let number = |pair: usize, field: &str| pairs[pair][field].as_u64().unwrap();
    assert_eq!(pairs.len(), 2);
    // `factor`, `sum` and its closure, the test that calls them and its closure, and that test with all that it needs.
    assert_eq!(number(0, "expected"), 6, "{}", pairs[0]);
    assert_eq!(number(1, "expected"), 0, "{}", pairs[1]);
    assert_eq!(number(1, "compared"), number(1, "same"));
    assert_eq!(number(0, "compared"), number(1, "compared"));
    // Functions, closures, what is derived, what macros make, and tests; of all, only the harness's `main` is nobody's.
    assert!(number(0, "compared") >= 14, "{}", pairs[0]);
    let unmatched = &pairs[0]["unmatched_paths"];
    assert_eq!(unmatched, &serde_json::json!(["demo::main"]));
    assert!(number(0, "instances") > 0);
    let last = outcome.events().pop().unwrap();
    assert_eq!((&last["pairs"], &last["found"]), (&2.into(), &0.into()));
    // As any command of cargo's does, asking what the packages are has written a lockfile; nothing else.
    let changed = project.git(&["status", "--porcelain"]);
    assert_eq!(changed, "?? Cargo.lock\n");
}

#[test]
fn code_that_a_foreign_macro_lets_run_is_found() {
    let macros = Project::new(&[]);
    let manifest = "[package]\nname = \"starting\"\nversion = \"0.1.0\"\nedition = \"2021\"\n[lib]\nproc-macro = true\n";
    macros.write("all/starting/Cargo.toml", manifest);
    macros.write("all/starting/src/lib.rs", STARTING);
    let checksum = format!("{{\"files\":{{}},\"package\":\"{:064}\"}}", 1);
    macros.write("all/starting/.cargo-checksum.json", &checksum);
    let place = macros.path("all").display().to_string();
    let config = format!(
        "[source.crates-io]\nreplace-with = \"beside\"\n[source.beside]\ndirectory = {place:?}\n"
    );
    let manifest = "[package]\nname = \"demo\"\nversion = \"0.1.0\"\nedition = \"2021\"\n[dependencies]\nstarting = \"0.1\"\n";
    let library = "use std::sync::atomic::{AtomicU32, Ordering::Relaxed};
pub static STORED: AtomicU32 = AtomicU32::new(0);
mod start {
    use starting::early as before;
    #[before]
    fn begin() { super::STORED.store(1, super::Relaxed); }
}
#[test] fn stored() { assert_eq!(STORED.load(Relaxed), 1); }
";
    let project = project(&[
        ("Cargo.toml", manifest),
        (".cargo/config.toml", &config),
        ("src/lib.rs", library),
    ]);
    commit(&project, "first");
    edit(&project, "src/lib.rs", "store(1", "store(2");
    let outcome = verify(&project, &["--since", "first"]);
    assert_eq!(outcome.code, Some(3), "{}", outcome.stderr);
    assert_eq!(found(&outcome), names(&["demo::stored"]));
    let functions = of_type(&outcome, "function");
    let differences = functions[0]["differences"].as_array().unwrap();
    let expected = serde_json::json!({"path": "demo::start::begin", "change": "instructions"});
    assert!(differences.contains(&expected), "{differences:?}");
    let text = project.mamo_with(&["verify", "--code"], &[("CARGO_INCREMENTAL", "1")]);
    assert!(
        text.stdout.contains("FOUND demo::stored"),
        "{}",
        text.stdout
    );
    assert_eq!(text.code, Some(3));
}

#[test]
fn trees_that_do_not_compile_are_left_out_and_misuse_is_said() {
    let project = project(&[("src/lib.rs", LIB), ("src/numbers.rs", NUMBERS)]);
    let without = Project::new(&[("src/lib.rs", LIB), ("src/numbers.rs", NUMBERS)]);
    let outcome = verify(&without, &[]);
    assert_eq!(outcome.code, Some(3));
    assert!(
        outcome.stderr.contains("it takes a git repository"),
        "{}",
        outcome.stderr
    );
    commit(&project, "first");
    edit(&project, "src/numbers.rs", "{ 2 }", "{ two }");
    commit(&project, "broken");
    edit(&project, "src/numbers.rs", "{ two }", "{ 3 }");
    commit(&project, "third");
    let without_objects = project.mamo(&["verify", "--code"]);
    assert_eq!(without_objects.code, Some(2));
    assert!(without_objects.stderr.contains("CARGO_INCREMENTAL=0"));
    let unknown = verify(&project, &["--since", "nothing"]);
    assert_eq!(unknown.code, Some(2));
    assert!(
        unknown.stderr.contains("`nothing` is no revision"),
        "{}",
        unknown.stderr
    );
    let many = verify(&project, &["--commits", "3"]);
    assert_eq!(many.code, Some(2));
    assert!(
        many.stderr.contains("--commits takes at most 2"),
        "{}",
        many.stderr
    );
    project.write("src/numbers.rs", "pub fn factor() -> u32 { 9 }\n");
    let outcome = verify(&project, &["--commits", "2"]);
    assert_eq!(outcome.code, Some(0), "{}", outcome.stderr);
    assert!(
        outcome
            .stderr
            .contains("1 uncommitted changes are left out: `src/numbers.rs`")
    );
    let last = outcome.events().pop().unwrap();
    assert_eq!(last["pairs"], 1, "the broken one is passed over");
    assert_eq!(last["broken"].as_array().unwrap().len(), 1);
    assert_eq!(last["broken"][0]["why"], "it does not compile");
}
