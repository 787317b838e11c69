//! `test.trust = "code"`: which files and variables count is decided by what a test's code can ask the system for.

use crate::project::{Outcome, Project, names};
use std::collections::BTreeSet;

const OUTER: &str = "[package]\nname = \"demo\"\nversion = \"0.1.0\"\nedition = \"2024\"\n";

struct Tested {
    ran: BTreeSet<String>,
    reused_by_code: BTreeSet<String>,
    failed: BTreeSet<String>,
    reasons: BTreeSet<String>,
}

fn tested(project: &Project, variables: &[(&str, &str)]) -> Tested {
    let arguments = [
        "test",
        "--tests",
        "--no-fail-fast",
        "--message-format",
        "json",
    ];
    let settings = [("CARGO_INCREMENTAL", "1"), ("MAMO_TRUST", "code")];
    let variables = [settings.as_slice(), variables].concat();
    let outcome = project.mamo_with(&arguments, &variables);
    assert!(matches!(outcome.code, Some(0 | 101)), "{}", outcome.stderr);
    Tested {
        ran: with(&outcome, "plan", "run", "name"),
        reused_by_code: with(&outcome, "by", "code", "name"),
        failed: with(&outcome, "outcome", "failed", "name"),
        reasons: with(&outcome, "plan", "run", "reason"),
    }
}

/// The `wanted` of all events in which `key` is `value`.
fn with(outcome: &Outcome, key: &str, value: &str, wanted: &str) -> BTreeSet<String> {
    let events = outcome.events();
    let chosen = events.iter().filter(|event| event[key] == value);
    let found = chosen.filter_map(|event| match &event[wanted] {
        serde_json::Value::String(text) => Some(text.clone()),
        other => Some(other["reason"].as_str()?.to_owned()),
    });
    found.collect()
}

#[test]
fn a_file_or_variable_counts_for_those_alone_whose_code_can_read_it() {
    let lib = "pub trait Source { fn load(&self) -> String; }
        pub struct Disk; pub struct Given(pub String); pub struct Variable;
        impl Source for Disk { fn load(&self) -> String { std::fs::read_to_string(\"data.txt\").unwrap() } }
        impl Source for Given { fn load(&self) -> String { self.0.clone() } }
        impl Source for Variable { fn load(&self) -> String { std::env::var(\"SHAPE\").unwrap_or_default() } }
        pub fn sizes() -> usize { size_of::<Disk>() + size_of::<Variable>() }
        pub fn started() -> std::process::Command { std::process::Command::new(\"git\") }
        pub fn name() -> &'static str { \"git\" }
        #[cfg(test)] mod tests {
            use super::*;
            #[test] fn given() { assert_eq!(Given(\"a\".into()).load().len() + sizes(), 1); }
            #[test] fn mentions() { let _: fn() -> std::process::Command; assert_eq!(name(), \"git\"); }
            #[test] fn disk() { assert_eq!(Disk.load(), \"data\"); }
            #[test] fn variable() { assert_ne!(Variable.load(), \"round\"); }
        }";
    let project = Project::new(&[("src/lib.rs", lib), ("data.txt", "data"), ("notes.txt", "")]);
    assert_eq!(tested(&project, &[]).ran.len(), 4);
    project.write("notes.txt", "more");
    let noted = tested(&project, &[]);
    assert_eq!(noted.ran, names(&["tests::disk"]), "it may read any file");
    assert!(noted.reused_by_code.contains("tests::given"));
    project.write("data.txt", "other");
    let other = tested(&project, &[]);
    assert_eq!(other.failed, names(&["tests::disk"]));
    assert_eq!(other.ran, other.failed);
    project.write("data.txt", "data");
    let round = tested(&project, &[("SHAPE", "round")]);
    assert_eq!(round.failed, names(&["tests::variable"]));
    assert_eq!(round.ran, round.failed);
}

#[test]
fn what_code_reads_that_names_do_not_lead_to_may_be_any_file_or_variable() {
    // Functions of the system have no names that the rules know.
    let lib = "use std::ffi::{CStr, c_char, c_int};
        mod system { use super::*; unsafe extern \"C\" {
            pub safe fn access(path: *const c_char, mode: c_int) -> c_int;
            pub safe fn getenv(name: *const c_char) -> *const c_char;
        } }
        pub fn there(path: &CStr) -> bool { system::access(path.as_ptr(), 0) == 0 }
        pub fn set(name: &CStr) -> bool { !system::getenv(name.as_ptr()).is_null() }
        #[cfg(test)] mod tests {
            #[test] fn there() { assert!(super::there(c\"data.txt\")); }
            #[test] fn unset() { assert!(!super::set(c\"SHAPE\")); }
            #[test] fn computes() { assert_eq!(1 + 1, 2); }
        }";
    let project = Project::new(&[("src/lib.rs", lib), ("data.txt", "data")]);
    assert_eq!(tested(&project, &[]).ran.len(), 3);
    assert!(tested(&project, &[]).ran.is_empty());
    std::fs::remove_file(project.path("data.txt")).unwrap();
    let gone = tested(&project, &[]);
    assert_eq!(gone.failed, names(&["tests::there"]));
    assert_eq!(
        gone.reasons,
        names(&["unnamed-inputs"]),
        "nothing was built"
    );
    project.write("data.txt", "data");
    assert!(tested(&project, &[]).ran.is_empty(), "it passed with this");
    let set = tested(&project, &[("SHAPE", "round")]);
    assert_eq!(set.failed, names(&["tests::unset"]));
    assert_eq!(set.ran, set.failed);
}

#[test]
fn crates_and_macros_that_nobody_knows_read_what_their_code_reads() {
    let dependency =
        "[dependencies]\nouter = { path = \"outer\" }\n[workspace]\nexclude = [\"outer\"]\n";
    let manifest = format!("{OUTER}{dependency}");
    let outer = "pub type Read = fn(&str) -> Result<String, std::env::VarError>;
        pub const READ: Read = |name| std::env::var(name);
        #[macro_export] macro_rules! shape { () => { ($crate::READ)(\"SHAPE\").unwrap_or_default() }; }
        pub fn there(name: &str) -> bool { std::path::Path::new(name).exists() }
        pub fn plain() -> u32 { 1 }";
    let lib = "#[cfg(test)] mod tests {
            #[test] fn shape() { assert_ne!(outer::shape!(), \"round\"); }
            #[test] fn there() { assert!(outer::there(\"data.txt\")); }
            #[test] fn plain() { assert_eq!(outer::plain(), 1); }
        }";
    let project = Project::new(&[
        ("Cargo.toml", &manifest),
        ("src/lib.rs", lib),
        ("data.txt", "data"),
        ("outer/Cargo.toml", &OUTER.replace("demo", "outer")),
        ("outer/src/lib.rs", outer),
    ]);
    assert_eq!(tested(&project, &[]).ran.len(), 3);
    let round = tested(&project, &[("SHAPE", "round")]);
    assert_eq!(round.failed, names(&["tests::shape"]));
    assert_eq!(round.ran, round.failed);
    std::fs::remove_file(project.path("data.txt")).unwrap();
    let gone = tested(&project, &[]);
    assert!(gone.failed.contains("tests::there") && !gone.ran.contains("tests::plain"));
}

#[test]
fn what_decided_on_the_code_is_in_the_code_and_does_not_count_besides() {
    let lib = "pub const SHAPE: &str = include_str!(\"shape.txt\");
        pub fn version() -> &'static str { env!(\"CARGO_PKG_VERSION\") }
        #[cfg(test)] mod tests {
            #[test] fn shape() { assert_eq!(super::SHAPE.trim(), \"round\"); }
            #[test] fn version() { assert_eq!(super::version(), \"0.1.0\"); }
            #[test] fn computes() { assert_eq!(1 + 1, 2); }
            #[test] fn asks() { assert_ne!(std::env::var(\"CARGO_PKG_VERSION\").as_deref(), Ok(\"0.3.0\")); }
        }";
    let project = Project::new(&[("src/lib.rs", lib), ("src/shape.txt", "round\n")]);
    assert_eq!(tested(&project, &[]).ran.len(), 4);
    project.write("src/shape.txt", "square\n");
    let square = tested(&project, &[]);
    assert_eq!(square.failed, names(&["tests::shape"]));
    assert_eq!(square.ran, square.failed);
    project.write("src/shape.txt", "round\n");
    project.write("Cargo.toml", &OUTER.replace("0.1.0", "0.3.0"));
    let newer = tested(&project, &[]);
    assert_eq!(newer.failed, names(&["tests::version", "tests::asks"]));
    assert_eq!(newer.ran, newer.failed, "cargo tells programs by variables");
    assert!(newer.reused_by_code.contains("tests::computes"));
}

#[test]
fn a_test_that_starts_a_program_of_the_workspace_reaches_its_main() {
    let test = "#[test] fn starts() {
            let status = std::process::Command::new(env!(\"CARGO_BIN_EXE_tool\")).status().unwrap();
            assert!(status.success());
        }
        #[test] fn computes() { assert_eq!(1 + 1, 2); }";
    let project = Project::new(&[
        (
            "src/bin/tool.rs",
            "fn main() { let code = 0; std::process::exit(code) }",
        ),
        ("tests/tool.rs", test),
    ]);
    assert_eq!(tested(&project, &[]).ran.len(), 2);
    project.write(
        "src/bin/tool.rs",
        "fn main() { let renamed = 0; std::process::exit(renamed) }",
    );
    let renamed = tested(&project, &[]);
    assert_eq!(renamed.ran, names(&[]), "the program is the same");
    project.write(
        "src/bin/tool.rs",
        "fn main() { let code = 3; std::process::exit(code) }",
    );
    let broken = tested(&project, &[]);
    assert_eq!(broken.failed, names(&["starts"]));
    assert_eq!(broken.ran, broken.failed);
}

#[test]
fn of_who_compiles_packages_again_source_counts_as_well() {
    let manifest = format!("{OUTER}[dependencies]\nother = {{ path = \"other\" }}\n");
    let other = "pub struct Plain; pub fn one() -> u32 { 1 }";
    let lib = "#[cfg(test)] mod tests {
            #[test] fn compiles() {
                let cargo = std::process::Command::new(\"cargo\").arg(\"--version\").status();
                assert!(cargo.unwrap().success());
            }
            #[test] fn counts() { assert_eq!(other::one(), 1); }
        }";
    let project = Project::new(&[
        ("Cargo.toml", &manifest),
        ("src/lib.rs", lib),
        ("other/Cargo.toml", &OUTER.replace("demo", "other")),
        ("other/src/lib.rs", other),
    ]);
    assert_eq!(tested(&project, &[]).ran.len(), 2);
    assert!(tested(&project, &[]).ran.is_empty());
    // No code comes of it, but what must not compile may compile now.
    let derived = other.replace("pub struct", "#[derive(Clone)] pub struct");
    project.write("other/src/lib.rs", &derived);
    assert_eq!(tested(&project, &[]).ran, names(&["tests::compiles"]));
}
