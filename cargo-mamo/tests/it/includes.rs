//! Files called `.rs` that code includes as data: every byte of them counts, and nothing else waits for them.

use crate::project::Project;

const LIB: &str = r#"
pub fn table() -> &'static str { include_str!("./table.rs") }
pub fn above() -> &'static [u8] { include_bytes!("../data/above.rs") }
pub fn rooted() -> &'static str { include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/data/rooted.rs")) }
macro_rules! text { ($name:literal) => { include_str!(concat!("../data/", $name, ".rs")) } }
pub fn made() -> &'static str { text!("made") }
#[doc = include_str!("../data/words.rs")]
pub fn documented() {}
mod both;
pub fn text() -> &'static str { include_str!("both.rs") }
pub fn code() -> u32 { both::value() }
#[test] fn table_is_one() { assert_eq!(table(), "fn one() {}"); }
#[test] fn above_is_one() { assert_eq!(above(), b"fn one() {}"); }
#[test] fn rooted_is_one() { assert_eq!(rooted(), "fn one() {}"); }
#[test] fn made_is_one() { assert_eq!(made(), "fn one() {}"); }
#[test] fn text_of_both() { assert_eq!(text(), "pub fn value() -> u32 { 1 }"); }
#[test] fn code_of_both() { assert_eq!(code(), 1); }
#[test] fn nothing() {}
"#;

fn project() -> Project {
    let mut files = vec![
        ("src/lib.rs", LIB),
        ("src/both.rs", "pub fn value() -> u32 { 1 }"),
    ];
    let data = [
        "src/table.rs",
        "data/above.rs",
        "data/rooted.rs",
        "data/made.rs",
        "data/words.rs",
    ];
    files.extend(data.map(|path| (path, "fn one() {}")));
    Project::new(&files)
}

#[test]
fn data_called_rs_runs_those_that_include_it_alone() {
    let project = project();
    let first = project.mamo(&["test", "--lib"]);
    let all = first.stdout + &first.stderr;
    assert!(first.code == Some(0) && !all.contains("leads to"), "{all}");
    assert!(project.ran(&["--lib"]).is_empty());
    // A blank is layout in source, and another text in data.
    for (path, tests) in [
        ("src/table.rs", ["table_is_one"]),
        ("data/above.rs", ["above_is_one"]),
        ("data/rooted.rs", ["rooted_is_one"]),
        ("data/made.rs", ["made_is_one"]),
    ] {
        for text in ["fn  one() {}", "fn one() {} // why"] {
            project.write(path, text);
            let planned = project.planned("run", &["test", "--dry-run", "--lib"]);
            assert_eq!(planned, tests.map(str::to_owned).into(), "{path}");
            let outcome = project.mamo(&["test", "--lib"]);
            assert_eq!(outcome.code, Some(101), "{path} {text}: {}", outcome.stdout);
            project.write(path, "fn one() {}");
            assert_eq!(project.mamo(&["test", "--lib"]).code, Some(0), "{path}");
        }
    }
}

#[test]
fn what_is_included_in_a_body_is_code() {
    let lib = |one: u32| {
        format!(
            "fn helper() -> u32 {{ {one} }}
            fn f() -> u32 {{ include!(\"expr.in\") }}
            fn g() -> u32 {{ include!(\"expr.rs\") }}
            #[test] fn of_f() {{ assert_eq!(f(), 1) }}
            #[test] fn of_g() {{ assert_eq!(g(), 1) }}
            #[test] fn none() {{}}"
        )
    };
    let project = Project::new(&[
        ("src/lib.rs", &lib(1)),
        ("src/expr.in", "{ let n = helper(); n }"),
        ("src/expr.rs", "helper()"),
    ]);
    assert_eq!(project.mamo(&["test", "--lib"]).code, Some(0));
    assert!(project.ran(&["--lib"]).is_empty());
    project.write("src/lib.rs", &lib(2));
    let planned = project.planned("run", &["test", "--dry-run", "--lib"]);
    assert_eq!(planned, ["of_f", "of_g"].map(str::to_owned).into());
    project.write("src/lib.rs", &lib(1));
    project.write("src/expr.rs", "helper() + 1");
    assert_eq!(project.ran(&["--lib"]), ["of_g".to_owned()].into());
}

#[test]
fn a_module_that_is_included_as_data_counts_as_both() {
    let project = project();
    assert_eq!(project.mamo(&["test", "--lib"]).code, Some(0));
    for (text, tests) in [
        ("pub fn value() -> u32 {  1 }", vec!["text_of_both"]),
        (
            "pub fn value() -> u32 { 2 }",
            vec!["code_of_both", "text_of_both"],
        ),
    ] {
        project.write("src/both.rs", text);
        let planned = project.planned("run", &["test", "--dry-run", "--lib"]);
        assert_eq!(planned, tests.into_iter().map(str::to_owned).collect());
        assert_eq!(project.mamo(&["test", "--lib"]).code, Some(101));
        project.write("src/both.rs", "pub fn value() -> u32 { 1 }");
        assert_eq!(project.mamo(&["test", "--lib"]).code, Some(0));
    }
}
