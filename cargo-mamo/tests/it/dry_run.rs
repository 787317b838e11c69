//! A dry run says what a run would do: for each edit, what it plans is what the run then runs.

use crate::project::{Project, names};
use std::collections::BTreeSet;

/// Edits a file, and compares what is planned with what then runs.
fn edit(project: &Project, file: &str, text: &str) -> BTreeSet<String> {
    project.write(file, text);
    let planned = project.planned("run", &["test", "--workspace", "--dry-run"]);
    let ran = project.ran(&["--workspace", "--no-fail-fast"]);
    assert_eq!(planned, ran, "`{file}`: {text}");
    ran
}

fn manifest(name: &str, more: &str) -> String {
    format!("[package]\nname = \"{name}\"\nversion = \"0.1.0\"\nedition = \"2021\"\n{more}")
}

#[test]
fn an_edited_library_of_a_build_script_is_seen_by_a_dry_run() {
    let value = |n: u32| format!("pub fn value() -> u32 {{ {n} }}\n");
    let deep = "pub fn value() -> u32 { deep::value() }\n";
    let project = Project::new(&[
        (
            "Cargo.toml",
            "[workspace]\nmembers = [\"a\", \"b\", \"deep\"]\nresolver = \"2\"\n",
        ),
        (
            "a/Cargo.toml",
            &manifest("a", "[build-dependencies]\nb = { path = \"../b\" }\n"),
        ),
        (
            "a/build.rs",
            "fn main() { println!(\"cargo::rerun-if-changed=build.rs\"); println!(\"cargo::rustc-env=VALUE={}\", b::value()); }",
        ),
        (
            "a/src/lib.rs",
            "#[test] fn value() { assert_eq!(env!(\"VALUE\"), \"1\"); }\n#[test] fn other() {}\n",
        ),
        (
            "b/Cargo.toml",
            &manifest("b", "[dependencies]\ndeep = { path = \"../deep\" }\n"),
        ),
        ("b/src/lib.rs", deep),
        ("deep/Cargo.toml", &manifest("deep", "")),
        ("deep/src/lib.rs", &value(1)),
    ]);
    project.ran(&["--workspace"]);
    assert!(edit(&project, "deep/src/lib.rs", &value(2)).contains("value"));
    edit(&project, "b/src/lib.rs", "pub fn value() -> u32 { 3 }\n");
    edit(&project, "b/src/lib.rs", deep);
    edit(&project, "deep/src/lib.rs", &value(1));
}

/// Makes of `fn f` two tests, `f::case_1` and `f::case_2`.
const CASES: &str = r##"use proc_macro::{TokenStream, TokenTree};
#[proc_macro_attribute]
pub fn test_case(_: TokenStream, item: TokenStream) -> TokenStream {
    let mut tokens = item.clone().into_iter().skip_while(|token| token.to_string() != "fn").skip(1);
    let Some(TokenTree::Ident(name)) = tokens.next() else { panic!() };
    let case = |n: u32| format!("#[test] fn case_{n}() {{ {name}({n}) }}");
    let cases = format!("mod {name} {{ use super::*; {} {} }}", case(1), case(2));
    let cases: TokenStream = cases.parse().unwrap();
    item.into_iter().chain(cases).collect()
}"##;

#[test]
fn a_function_with_cases_is_planned_as_its_cases() {
    let tests = |bound: u32| {
        format!(
            "#[test_case::test_case(1)] fn full(n: u32) {{ assert!(n < {bound}); }}
            #[test] fn plain() {{}}"
        )
    };
    let project = Project::new(&[
        (
            "Cargo.toml",
            &manifest(
                "demo",
                "[lib]\ndoctest = false\n[dev-dependencies]\ntest-case = { path = \"test-case\" }\n[workspace]\nmembers = [\"test-case\"]\n",
            ),
        ),
        ("src/lib.rs", ""),
        ("tests/cases.rs", &tests(5)),
        (
            "test-case/Cargo.toml",
            &manifest("test-case", "[lib]\nproc-macro = true\ndoctest = false\n"),
        ),
        ("test-case/src/lib.rs", CASES),
    ]);
    let cases = ["full::case_1", "full::case_2"];
    let first = project.ran(&["--workspace"]);
    assert_eq!(first, names(&[cases[0], cases[1], "plain"]));
    assert_eq!(edit(&project, "tests/cases.rs", &tests(4)), names(&cases));
    // One that was not there before may be a test or make some.
    let more = format!("{}\n#[test] fn new() {{}}\n", tests(4));
    assert_eq!(edit(&project, "tests/cases.rs", &more), names(&["new"]));
}

#[test]
fn doctests_of_which_nobody_knows_are_not_planned() {
    let project = Project::new(&[("src/lib.rs", "#[test] fn one() {}\n")]);
    let planned = project.planned("run", &["test", "--dry-run"]);
    assert_eq!(planned, names(&["one"]));
    assert_eq!(project.ran(&[]), names(&["one"]));
    let more = "pub fn unused() {}\n#[test] fn one() {}\n";
    assert_eq!(edit(&project, "src/lib.rs", more), names(&[]));
    let documented = "/// ```\n/// ```\npub fn used() {}\n#[test] fn one() {}\n";
    project.write("src/lib.rs", documented);
    let planned = project.planned("run", &["test", "--dry-run"]);
    assert!(!planned.is_empty(), "a code block in source is known");
}
