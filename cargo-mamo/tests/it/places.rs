//! The place of a checkout: a verdict is the same in every one, a value that may tell where it was made is not.

use crate::project::Project;
use std::path::Path;

const MAIN: &str = r#"use std::path::{Path, PathBuf};
#[mamo::memo]
fn pure(n: u32) -> String { println!("computing pure"); format!("{}", n + 1) }
#[mamo::memo]
fn built_in(_: u32) -> String { env!("CARGO_MANIFEST_DIR").to_owned() }
#[mamo::memo]
fn built_in_optional(_: u32) -> String { option_env!("CARGO_MANIFEST_DIR").unwrap().to_owned() }
#[mamo::memo]
fn directory(_: u32) -> PathBuf { std::env::current_dir().unwrap() }
#[mamo::memo]
fn full(_: u32) -> PathBuf { std::fs::canonicalize("Cargo.toml").unwrap() }
#[mamo::memo]
fn full_by_method(_: u32) -> PathBuf { Path::new("Cargo.toml").canonicalize().unwrap() }
#[mamo::memo]
fn absolute(_: u32) -> PathBuf { std::path::absolute("Cargo.toml").unwrap() }
#[mamo::memo]
fn at_run(_: u32) -> String { std::env::var("CARGO_MANIFEST_DIR").unwrap() }
#[mamo::memo]
fn computed(_: u32) -> String { std::env::vars().find(|(name, _)| name == "CARGO_MANIFEST_DIR").unwrap().1 }
#[mamo::memo]
fn beneath(_: u32) -> String { deep().display().to_string() }
fn deep() -> PathBuf { Path::new(env!("CARGO_MANIFEST_DIR")).join("src") }
#[mamo::fixture]
fn fixture() -> String { env!("CARGO_MANIFEST_DIR").to_owned() }
#[mamo::memo]
fn program(_: u32) -> PathBuf { std::env::current_exe().unwrap() }
fn main() {
    println!("pure {}", pure(1));
    println!("built_in {}", built_in(1));
    println!("built_in_optional {}", built_in_optional(1));
    println!("directory {}", directory(1).display());
    println!("full {}", full(1).display());
    println!("full_by_method {}", full_by_method(1).display());
    println!("absolute {}", absolute(1).display());
    println!("at_run {}", at_run(1));
    println!("computed {}", computed(1));
    println!("beneath {}", beneath(1));
    println!("fixture {}", &*fixture());
    let cell: String = mamo::cell!("cell", || env!("CARGO_MANIFEST_DIR").to_owned());
    println!("cell {cell}");
    println!("program {}", program(1).display());
}
"#;

fn project() -> Project {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let runtime = root.join("mamo-runtime").canonicalize().unwrap();
    let lock = std::fs::read_to_string(root.join("Cargo.lock")).unwrap();
    let manifest = format!(
        "[package]\nname = \"demo\"\nversion = \"0.1.0\"\nedition = \"2024\"\n[workspace]\n[dependencies]\nmamo = {{ package = \"mamo-runtime\", path = '{}' }}\n",
        runtime.display()
    );
    Project::new(&[
        ("Cargo.toml", manifest.as_str()),
        ("Cargo.lock", &lock),
        ("src/main.rs", MAIN),
        ("src/bin/second.rs", MAIN),
    ])
}

/// What a program prints, with the checkout's own place taken out.
fn printed(project: &Project, home: &Path, program: &str) -> Vec<String> {
    let target = Path::new(env!("CARGO_TARGET_TMPDIR")).join("places");
    let variables = [
        ("CARGO_TARGET_DIR", target.to_str().unwrap()),
        ("MAMO_DIR", home.to_str().unwrap()),
    ];
    let outcome = project.mamo_with(&["run", "--quiet", "--bin", program], &variables);
    assert_eq!(outcome.code, Some(0), "{}", outcome.stderr);
    let place = project.path("").canonicalize().unwrap();
    let place = place.to_str().unwrap();
    let stated = outcome.stdout.replace(place, "<here>");
    let stated = stated.replace(target.to_str().unwrap(), "<target>");
    stated.lines().map(str::to_owned).collect()
}

fn right(program: &str) -> Vec<String> {
    let here = "built_in <here>;built_in_optional <here>;directory <here>;full <here>/Cargo.toml;full_by_method <here>/Cargo.toml;\
        absolute <here>/Cargo.toml;at_run <here>;computed <here>;beneath <here>/src;fixture <here>;cell <here>";
    let last = format!("program <target>/debug/{program}");
    let lines = std::iter::once("pure 2").chain(here.split(';'));
    lines.map(str::to_owned).chain([last]).collect()
}

#[test]
fn a_value_that_tells_where_it_was_made_is_made_in_each_checkout() {
    let home = tempfile::tempdir().unwrap();
    let first = printed(&project(), home.path(), "demo");
    assert_eq!(first[0], "computing pure");
    assert_eq!(first[1..], right("demo"));
    // Written later, so that cargo, which shares what it builds, builds it again. The pure one is served.
    let other = project();
    assert_eq!(printed(&other, home.path(), "demo"), right("demo"));
    let second = printed(&other, home.path(), "second");
    assert_eq!(second.last(), right("second").last());
}

const READS: &str = "#[test] fn reads() {
    assert_eq!(std::fs::read_to_string(concat!(env!(\"CARGO_MANIFEST_DIR\"), \"/text\")).unwrap(), \"right\");
}";

#[test]
fn a_pass_of_a_program_that_was_compiled_for_another_place_is_not_remembered() {
    let manifest = "[package]\nname = \"demo\"\nversion = \"0.1.0\"\nedition = \"2021\"\n";
    let project = Project::new(&[
        ("Cargo.toml", "[workspace]\nmembers = []\n"),
        ("one/Cargo.toml", &format!("{manifest}[workspace]\n")),
        ("one/src/lib.rs", READS),
        ("one/text", "right"),
    ]);
    let there = |name: &str, mut command: std::process::Command| {
        let target = project.path(name).join("target");
        command.current_dir(project.path(name));
        let output = command.env("CARGO_TARGET_DIR", target).output().unwrap();
        let said = [output.stdout, output.stderr].concat();
        (
            output.status.code(),
            String::from_utf8_lossy(&said).into_owned(),
        )
    };
    let test = |name| there(name, project.command(&["test"], &[]));
    assert_eq!(test("one").0, Some(0));
    std::fs::rename(project.path("one"), project.path("other")).unwrap();
    project.write("one/text", "right");
    // To cargo the program that was moved is fresh, and it reads what lies where it was.
    let (code, said) = test("other");
    assert!(code == Some(0) && said.contains("1 run"), "{said}");
    project.write("one/text", "wrong");
    assert_eq!(there("other", project.cargo(&["test"])).0, Some(101));
    let (code, said) = test("other");
    assert_eq!(code, Some(101), "{said}");
    project.write("other/src/lib.rs", &format!("{READS}\n"));
    assert_eq!(test("other").0, Some(0));
}

const ASKS: &str = r#"pub fn built_in() -> &'static str { env!("CARGO_MANIFEST_DIR") }
#[test] fn is_built_in() { assert!(built_in().ends_with("/one")); }
#[test] fn at_run() { assert!(std::env::var("CARGO_MANIFEST_DIR").unwrap().ends_with("/one")); }
#[test] fn manifest() { assert!(std::env::var("CARGO_MANIFEST_PATH").unwrap().ends_with("/one/Cargo.toml")); }
#[test] fn directory() { assert!(std::env::current_dir().unwrap().ends_with("one")); }
#[test] fn from_above() { assert!(std::path::Path::new("../one/Cargo.toml").exists()); }
"#;

#[test]
fn a_member_that_is_moved_within_its_workspace_is_at_another_place() {
    let manifest = |name: &str, more: &str| {
        format!("[package]\nname = \"{name}\"\nversion = \"0.1.0\"\nedition = \"2021\"\n{more}")
    };
    let member =
        |place: &str| format!("[workspace]\nmembers = [\"{place}\", \"user\"]\nresolver = \"2\"\n");
    let user = |place: &str| {
        manifest(
            "user",
            &format!("[dependencies]\none = {{ path = \"../{place}\" }}\n"),
        )
    };
    let project = Project::new(&[
        ("Cargo.toml", &member("one")),
        ("one/Cargo.toml", &manifest("one", "")),
        ("one/src/lib.rs", ASKS),
        ("user/Cargo.toml", &user("one")),
        (
            "user/src/lib.rs",
            "#[test] fn through_another() { assert!(one::built_in().ends_with(\"/one\")); }",
        ),
    ]);
    let moved = |from: &str, to: &str| {
        std::fs::rename(project.path(from), project.path(to)).unwrap();
        project.write("Cargo.toml", &member(to));
        project.write("user/Cargo.toml", &user(to));
        project.mamo(&["test", "--no-fail-fast"])
    };
    assert_eq!(project.mamo(&["test"]).code, Some(0));
    let outcome = moved("one", "two");
    assert!(
        outcome.code == Some(101) && outcome.stdout.contains("0 reused, 6 run, 6 failed"),
        "{}{}",
        outcome.stdout,
        outcome.stderr
    );
    let outcome = moved("two", "one");
    assert!(
        outcome.code == Some(0) && outcome.stdout.contains("6 reused, 0 run"),
        "{}",
        outcome.stderr
    );
}
