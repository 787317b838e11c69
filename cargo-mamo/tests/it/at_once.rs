//! An edit of a body hides no other edit that is made with it, although most of what is on record is not read again.

use crate::project::{Outcome, Project};
use std::time::Duration;

/// Longer than a file must have been left alone to be known by its looks.
const LEFT_ALONE: Duration = Duration::from_millis(2300);

const PART: &str = "pub fn one() -> u32 { 1 }";

const UNDIRECTED: &str = "fn main() {
    println!(\"cargo::rustc-env=NOTES={}\", std::fs::read_dir(\"notes\").unwrap().count());
}";

const DIRECTED: &str = "fn main() {
    println!(\"cargo::rerun-if-changed=given\");
    println!(\"cargo::rerun-if-env-changed=DEMO_LEVEL\");
    println!(\"cargo::rustc-env=GIVEN={}\", std::fs::read_to_string(\"given/text\").unwrap());
    println!(\"cargo::rustc-env=LEVEL={}\", std::env::var(\"DEMO_LEVEL\").unwrap_or_default());
}";

/// What the build script of its package makes counts, and none of it is linked with what is edited beside it.
const DIRECTED_LIB: &str = "mod part;
#[test] fn given() { assert_eq!((env!(\"GIVEN\"), env!(\"LEVEL\")), (\"1\", \"\")); part::one(); }
#[cfg(feature = \"loud\")] #[test] fn loud() { panic!(); }";

const INNER: &str = "pub fn one() -> u32 { 1 }
pub fn zero() -> u32 { 0 }";

fn manifest(name: &str, rest: &str) -> String {
    format!("[package]\nname = \"{name}\"\nversion = \"0.1.0\"\nedition = \"2024\"\n{rest}")
}

/// After an edit of `inner` alone, only `inner` is built: `aside` links it, and sees nothing of its bodies.
fn workspace() -> Project {
    let members = "[workspace]\nmembers = [\"inner\", \"aside\", \"directed\"]\n";
    let inner = "[dependencies]\ninner = { path = \"../inner\" }\n";
    let aside = "#[test] fn of_aside() { assert_eq!(inner::zero(), 0); }";
    let own = "#[test] fn of_inner() { assert_eq!(inner::one(), 1); }";
    let notes = "#[test] fn notes() { assert_eq!(env!(\"NOTES\"), \"1\"); }";
    Project::new(&[
        ("Cargo.toml", &manifest("demo", members)),
        ("build.rs", UNDIRECTED),
        ("notes/one", ""),
        ("src/lib.rs", notes),
        ("inner/Cargo.toml", &manifest("inner", "")),
        ("inner/src/lib.rs", INNER),
        ("inner/tests/own.rs", own),
        ("aside/Cargo.toml", &manifest("aside", inner)),
        ("aside/src/lib.rs", aside),
        ("directed/Cargo.toml", &manifest("directed", "")),
        ("directed/build.rs", DIRECTED),
        ("directed/given/text", "1"),
        ("directed/src/lib.rs", DIRECTED_LIB),
        ("directed/src/part.rs", PART),
    ])
}

/// Edits a body, and nothing else.
fn edit_body(project: &Project, nth: usize) {
    let body = format!("{{ 1 + {nth} - {nth} }}");
    project.write("inner/src/lib.rs", &INNER.replacen("{ 1 }", &body, 1));
}

fn test(project: &Project, variables: &[(&str, &str)]) -> Outcome {
    project.mamo_with(&["test", "--workspace", "--no-fail-fast"], variables)
}

/// Something else that is edited, how that is undone, and what cargo then says.
type Other = (fn(&Project), fn(&Project), &'static str);

const OTHERS: [Other; 5] = [
    (
        |project| {
            let loud = manifest("directed", "[features]\ndefault = [\"loud\"]\nloud = []\n");
            project.write("directed/Cargo.toml", &loud);
        },
        |project| project.write("directed/Cargo.toml", &manifest("directed", "")),
        "test loud ... FAILED",
    ),
    (
        |project| std::fs::remove_file(project.path("directed/src/part.rs")).unwrap(),
        |project| project.write("directed/src/part.rs", PART),
        "could not compile",
    ),
    (
        |project| project.write("notes/two", ""),
        |project| std::fs::remove_file(project.path("notes/two")).unwrap(),
        "test notes ... FAILED",
    ),
    (
        |project| project.write("directed/given/text", "2"),
        |project| project.write("directed/given/text", "1"),
        "test given ... FAILED",
    ),
    (
        |project| {
            project.write(
                "directed/tests/new.rs",
                "#[test] fn appears() { panic!(); }",
            );
        },
        |project| std::fs::remove_file(project.path("directed/tests/new.rs")).unwrap(),
        "test appears ... FAILED",
    ),
];

#[test]
fn what_is_edited_together_with_a_body_is_noticed() {
    let project = workspace();
    assert_eq!(test(&project, &[]).code, Some(0));
    for (nth, (edit, undo, said)) in OTHERS.iter().enumerate() {
        std::thread::sleep(LEFT_ALONE);
        edit_body(&project, 2 * nth + 1);
        let alone = test(&project, &[]);
        assert_eq!(alone.code, Some(0), "{}", alone.stdout);
        assert!(alone.stdout.contains("1 run"), "{}", alone.stdout);
        let whole = alone.stderr.contains("Compiling aside");
        assert!(!whole, "{}", alone.stderr);
        edit_body(&project, 2 * nth + 2);
        edit(&project);
        let both = test(&project, &[]);
        assert_eq!(both.code, Some(101), "{said}: {}", both.stdout);
        let all = both.stdout + &both.stderr;
        assert!(all.contains(said), "{said}: {all}");
        undo(&project);
        let undone = test(&project, &[]);
        assert_eq!(undone.code, Some(0), "{said}: {}", undone.stdout);
    }
    edit_body(&project, 0);
    let level = test(&project, &[("DEMO_LEVEL", "2")]);
    assert!(
        level.stdout.contains("test given ... FAILED"),
        "{}",
        level.stdout
    );
}

#[test]
fn what_a_test_writes_after_an_edit_of_a_body_is_noticed_by_the_next_run() {
    let script = "fn main() { println!(\"cargo::rerun-if-changed=given\"); println!(\"cargo::rustc-env=GIVEN={}\", std::fs::read_to_string(\"given\").unwrap()); }";
    let lib = "fn text() -> &'static str { \"1\" }
#[test] fn writes() { std::fs::write(concat!(env!(\"CARGO_MANIFEST_DIR\"), \"/given\"), text()).unwrap(); }
#[test] fn given() { assert_eq!(env!(\"GIVEN\"), \"1\"); }";
    let project = Project::new(&[("build.rs", script), ("given", "1"), ("src/lib.rs", lib)]);
    let test = || project.mamo(&["test", "--lib", "--no-fail-fast"]);
    assert_eq!(test().code, Some(0));
    std::thread::sleep(LEFT_ALONE);
    assert_eq!(test().code, Some(0));
    project.write("src/lib.rs", &lib.replacen("\"1\"", "\"2\"", 1));
    assert_eq!(test().code, Some(0));
    let next = test();
    assert!(
        next.stdout.contains("test given ... FAILED"),
        "{}",
        next.stdout
    );
}
