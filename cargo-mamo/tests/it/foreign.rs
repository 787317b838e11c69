//! What packages from elsewhere do on their own: read variables, start programs. Here they lie in a directory that takes
//! the registry's place.

use crate::project::{Outcome, Project};

const READER: &str = r#"
const CASES: &str = "READER_CASES";
pub fn forced() -> bool { std::env::var_os("READER_FORCE").is_some() }
pub fn cases() -> u32 { std::env::var(CASES).map_or(3, |cases| cases.parse().unwrap()) }
"#;
const TAKER: &str = "pub fn is_set(name: &str) -> bool { std::env::var(name).is_ok() }";
const COMPOSER: &str = r#"
pub fn first() -> Option<String> { std::env::vars().find(|(name, _)| name.starts_with("APP_")).map(|(_, value)| value) }
"#;
const STARTER: &str = r#"
pub const NAME: &str = "starter";
pub fn answer() -> String {
    let exe = std::env::current_exe().unwrap();
    let name = std::env::var("CARGO_PKG_NAME").unwrap();
    let program = exe.parent().unwrap().parent().unwrap().join(name);
    String::from_utf8(std::process::Command::new(program).output().unwrap().stdout).unwrap()
}
"#;
const PLAIN: &str =
    "pub fn double(n: u32) -> u32 { std::hint::black_box(n) * 2 } // std::process::Command";

const INSTA: &str = r#"
pub fn check(ours: &str) {
    let place = std::env::var("CARGO_MANIFEST_DIR").unwrap();
    let old = std::fs::read_to_string(format!("{place}/tests/snapshots/it.snap")).unwrap();
    std::fs::write(format!("{place}/tests/snapshots/it.snap.new"), ours).unwrap();
    std::fs::write(format!("{place}/tests/.it.rs.pending-snap"), ours).unwrap();
    assert!(old == ours || std::env::var("INSTA_FORCE_PASS").is_ok());
}
"#;

/// A directory of packages that takes the registry's place.
fn elsewhere() -> Project {
    let packages = [
        ("reader", READER),
        ("taker", TAKER),
        ("composer", COMPOSER),
        ("starter", STARTER),
        ("plain", PLAIN),
        ("insta", INSTA),
    ];
    let project = Project::new(&[("unused/README", "")]);
    for (at, (name, text)) in packages.into_iter().enumerate() {
        let manifest =
            format!("[package]\nname = \"{name}\"\nversion = \"0.1.0\"\nedition = \"2021\"\n");
        project.write(&format!("all/{name}/Cargo.toml"), &manifest);
        project.write(&format!("all/{name}/src/lib.rs"), text);
        let checksum = format!("{{\"files\":{{}},\"package\":\"{at:064}\"}}");
        project.write(&format!("all/{name}/.cargo-checksum.json"), &checksum);
    }
    project
}

/// A package `demo` that depends on one of these.
fn user(elsewhere: &Project, dependency: &str, files: &[(&str, &str)]) -> Project {
    let manifest = format!(
        "[package]\nname = \"demo\"\nversion = \"0.1.0\"\nedition = \"2021\"\n\
         [dependencies]\n{dependency} = \"0.1\"\n"
    );
    let place = elsewhere.path("all").display().to_string();
    let config = format!(
        "[source.crates-io]\nreplace-with = \"beside\"\n[source.beside]\ndirectory = {place:?}\n"
    );
    let mut all = vec![
        ("Cargo.toml", manifest.as_str()),
        (".cargo/config.toml", config.as_str()),
    ];
    all.extend(files);
    Project::new(&all)
}

fn code(outcome: Outcome, expected: i32) {
    let all = outcome.stdout + &outcome.stderr;
    assert_eq!(outcome.code, Some(expected), "{all}");
}

/// A test that a variable lets pass is run without the variable, and fails; and it is not run under what it passed with.
fn counts(dependency: &str, test: &str, variable: (&str, &str)) {
    let library = format!("#[test] fn passes() {{ assert!({test}); }}");
    let elsewhere = elsewhere();
    let project = user(&elsewhere, dependency, &[("src/lib.rs", &library)]);
    code(project.mamo_with(&["test", "--lib"], &[variable]), 0);
    code(project.mamo(&["test", "--lib"]), 101);
    let again = project.mamo_with(&["test", "--lib"], &[variable]);
    assert!(again.stdout.contains("1 reused") || again.stderr.contains("1 reused"));
}

#[test]
fn variables_that_other_packages_read_count() {
    counts("reader", "reader::forced()", ("READER_FORCE", "1"));
    counts("reader", "reader::cases() == 1", ("READER_CASES", "1"));
    counts("taker", "taker::is_set(\"OUR_MODE\")", ("OUR_MODE", "1"));
    counts("composer", "composer::first().is_some()", ("APP_MODE", "1"));
}

#[test]
fn a_variable_that_no_package_reads_does_not_count() {
    let text = "#[test] fn passes() { assert!(!reader::forced()); }";
    let elsewhere = elsewhere();
    let project = user(&elsewhere, "reader", &[("src/lib.rs", text)]);
    code(project.mamo(&["test", "--lib"]), 0);
    let again = project.mamo_with(&["test", "--lib"], &[("READER_OTHER", "1")]);
    assert!((again.stdout + &again.stderr).contains("1 reused, 0 run"));
}

const MAIN: &str = "fn main() { print!(\"{}\", demo::one()); }";

#[test]
fn main_is_reached_through_a_package_that_starts_programs_and_no_other() {
    let elsewhere = elsewhere();
    let lib = |one: u32| format!("pub fn one() -> u32 {{ {one} }}");
    for (dependency, test, is_reached) in [
        ("starter", "starter::answer() == \"1\"", true),
        ("plain", "plain::double(1) == 2", false),
    ] {
        let library = format!("#[test] fn passes() {{ assert!({test}); }}");
        let files = [
            ("src/lib.rs", &*lib(1)),
            ("src/main.rs", MAIN),
            ("tests/it.rs", &library),
        ];
        let project = user(&elsewhere, dependency, &files);
        code(project.mamo(&["test"]), 0);
        project.write("src/lib.rs", &lib(2));
        let outcome = project.mamo(&["test", "--test", "it"]);
        if is_reached {
            code(outcome, 101);
        } else {
            let all = outcome.stdout + &outcome.stderr;
            assert!(all.contains("1 reused, 0 run"), "{all}");
        }
    }
}

#[test]
fn what_a_snapshot_tool_leaves_counts_for_those_alone_that_list_directories() {
    let elsewhere = elsewhere();
    let text = r#"
        #[test] fn snapshot() { insta::check("one"); }
        #[test] fn lists() { assert!(std::fs::read_dir("tests/snapshots").unwrap().count() < 9); }
    "#;
    let files = [
        ("src/lib.rs", ""),
        ("tests/it.rs", text),
        ("tests/snapshots/it.snap", "one"),
    ];
    let project = user(&elsewhere, "insta", &files);
    code(project.mamo(&["test"]), 0);
    code(project.mamo(&["test"]), 0);
    assert!(project.ran(&[]).is_empty());
    project.write("tests/snapshots/other.snap.new", "two");
    assert_eq!(project.ran(&[]), ["lists".to_owned()].into());
    project.write("tests/snapshots/it.snap", "two");
    code(
        project.mamo_with(&["test"], &[("INSTA_FORCE_PASS", "1")]),
        0,
    );
    code(project.mamo(&["test"]), 101);
}

#[test]
fn a_test_that_writes_into_its_package_is_told_so() {
    let text = r#"
        #[test] fn writes() {
            let text = std::fs::read_to_string("log").unwrap_or_default();
            std::fs::write("log", text + "line").unwrap();
        }
    "#;
    let project = Project::new(&[("src/lib.rs", ""), ("tests/it.rs", text)]);
    for _ in 0..2 {
        let outcome = project.mamo(&["test", "--test", "it"]);
        let all = outcome.stdout + &outcome.stderr;
        let told =
            "warning: file `log` of `demo` changed while 1 passed tests ran that may read it";
        assert!(outcome.code == Some(0) && all.contains(told), "{all}");
    }
}

#[test]
fn a_crate_that_is_declared_pure_reads_nothing_and_starts_nothing() {
    let elsewhere = elsewhere();
    let text = "#[test] fn passes() { assert!(starter::NAME == \"starter\"); }";
    let files = [
        ("src/lib.rs", "pub fn one() -> u32 { 1 }"),
        ("src/main.rs", MAIN),
        ("tests/it.rs", text),
        ("notes", "one"),
    ];
    let project = user(&elsewhere, "starter", &files);
    for (settings, runs) in [("", true), ("[test]\npure = [\"starter\"]\n", false)] {
        project.write("mamo.toml", settings);
        project.write("src/lib.rs", "pub fn one() -> u32 { 1 }");
        project.write("notes", "one");
        code(project.mamo(&["test", "--test", "it"]), 0);
        project.write("src/lib.rs", "pub fn one() -> u32 { 2 }");
        let plan = ["test", "--dry-run", "--test", "it"];
        assert_eq!(
            !project.planned("run", &plan).is_empty(),
            runs,
            "main, {settings}"
        );
        project.write("src/lib.rs", "pub fn one() -> u32 { 1 }");
        project.write("notes", "two");
        assert_eq!(
            !project.planned("run", &plan).is_empty(),
            runs,
            "files, {settings}"
        );
    }
}
