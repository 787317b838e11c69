//! After an edit only what it could break, and what has to run, is built; nothing else is hidden by that.

use crate::project::{Project, names};
use std::collections::BTreeMap;
use std::time::SystemTime;

const LIB: &str = r"
pub fn one() -> u32 { helper() }
fn helper() -> u32 { 1 }
pub fn two() -> u32 { 2 }
pub fn generic<T>() -> usize { const { assert!(size_of::<T>() < 9) }; size_of::<T>() }
pub fn hidden() -> impl Sized { std::sync::Arc::new(1) }
#[inline] pub fn inlined() -> u32 { const { assert!(1 < 2) }; 3 }
pub const SIZE: usize = 2;
macro_rules! number { () => { 4 } }
pub fn four() -> u32 { number!() }
#[cfg(test)] mod tests { #[test] fn of_lib() { assert_eq!(super::one(), 1); } }
";

const TWO: &str = "
#[test] fn second() { assert_eq!(demo::two(), 2); }
#[test] #[ignore] fn left_out() {
    fn is_send<T: Send>(_: T) {}
    is_send(demo::hidden());
    let _: u32 = demo::two();
    demo::inlined();
    demo::generic::<u64>();
    let _: u32 = demo::four();
    let _: [u8; demo::SIZE] = [0, 0];
}
";

fn project() -> Project {
    let project = Project::new(&[
        ("src/lib.rs", LIB),
        (
            "tests/one.rs",
            "#[test] fn first() { assert_eq!(demo::one(), 1); }",
        ),
        ("tests/two.rs", TWO),
        ("examples/three.rs", "fn main() { demo::two(); }"),
    ]);
    assert_eq!(project.ran(&[]).len(), 3);
    project
}

/// When each test program and example was made.
fn made(project: &Project) -> BTreeMap<String, SystemTime> {
    let mut found = BTreeMap::new();
    for dir in ["target/debug/deps", "target/debug/examples"] {
        for entry in std::fs::read_dir(project.path(dir)).unwrap() {
            let path = entry.unwrap().path();
            let name = path.file_stem().unwrap().to_string_lossy().into_owned();
            let is_program = path.extension().is_none_or(|extension| extension == "exe");
            if let Some((target, _)) = name.rsplit_once('-').filter(|_| is_program) {
                let time = path.metadata().unwrap().modified().unwrap();
                let newest = found.entry(target.to_owned()).or_insert(time);
                *newest = time.max(*newest);
            }
        }
    }
    found
}

/// The programs that were made again by what `f` does.
fn remade<R>(project: &Project, f: impl FnOnce() -> R) -> (Vec<String>, R) {
    let before = made(project);
    let result = f();
    let after = made(project).into_iter();
    let new = after.filter(|(name, time)| before.get(name) != Some(time));
    (new.map(|(name, _)| name).collect(), result)
}

#[test]
fn what_cannot_be_affected_is_not_built() {
    let project = project();
    let edit = |from: &str, to: &str| project.write("src/lib.rs", &LIB.replace(from, to));
    edit("helper() -> u32 { 1 }", "helper() -> u32 { 2 - 1 }");
    let (built, ran) = remade(&project, || project.ran(&[]));
    assert_eq!(ran, names(&["first", "tests::of_lib"]));
    assert_eq!(built, ["demo", "one"]);
    assert_eq!(project.ran(&[]), names(&[]));
    // What was left out is built before it is run, and what is as it was is not built again.
    edit("helper() -> u32 { 1 }", "helper() -> u32 { 3 - 2 }");
    project.write(
        "src/lib.rs",
        &LIB.replace("two() -> u32 { 2 }", "two() -> u32 { 5 }"),
    );
    let (built, outcome) = remade(&project, || project.mamo(&["test", "--no-fail-fast"]));
    assert_eq!(outcome.code, Some(101), "{}", outcome.stderr);
    assert!(
        outcome.stdout.contains("test second ... FAILED"),
        "{}",
        outcome.stdout
    );
    assert!(built.contains(&"two".to_owned()), "{built:?}");
    edit("", "");
    assert_eq!(project.ran(&[]), names(&[]));
    let (built, ran) = remade(&project, || project.ran(&["--all"]));
    assert_eq!(ran.len(), 3);
    assert!(built.contains(&"one".to_owned()), "{built:?}");
}

#[test]
fn no_error_is_hidden_in_what_is_left_out() {
    let edits = [
        ("two() -> u32 {", "two() -> u64 {"),
        ("size_of::<T>() < 9", "size_of::<T>() < 8"),
        ("std::sync::Arc::new(1)", "std::rc::Rc::new(1)"),
        ("assert!(1 < 2)", "assert!(2 < 2)"),
        ("SIZE: usize = 2", "SIZE: usize = 3"),
        (
            "pub fn four() -> u32 { number!() }",
            "pub fn four() -> u64 { number!() }",
        ),
    ];
    let project = project();
    for (from, to) in edits {
        assert!(LIB.contains(from));
        project.write("src/lib.rs", &LIB.replace(from, to));
        let outcome = project.mamo(&["test"]);
        assert_eq!(
            outcome.code,
            Some(101),
            "{from} -> {to}: {}",
            outcome.stderr
        );
        assert!(outcome.stderr.contains("error[E"), "{}", outcome.stderr);
        project.write("src/lib.rs", LIB);
        assert_eq!(project.mamo(&["test"]).code, Some(0));
    }
    project.write("tests/two.rs", &TWO.replace("[0, 0]", "[0]"));
    assert_eq!(project.mamo(&["test"]).code, Some(101));
    project.write("tests/two.rs", TWO);
    project.write("examples/three.rs", "fn main() { demo::three(); }");
    assert_eq!(project.mamo(&["test"]).code, Some(101));
}

/// `left` and `right` use `base`, which `right` gives a feature; `left` and `other` have nothing to do with it.
fn workspace(feature: &str) -> Project {
    let manifest = |name: &str, rest: &str| {
        format!("[package]\nname = \"{name}\"\nversion = \"0.1.0\"\nedition = \"2024\"\n{rest}")
    };
    let base = "[dependencies]\nbase = { path = \"../base\"";
    let left = manifest("left", &format!("{base} }}\n"));
    let right = manifest("right", &format!("{base}, features = [{feature}] }}\n"));
    let project = Project::new(&[
        (
            "Cargo.toml",
            "[workspace]\nmembers = [\"left\", \"right\", \"base\"]\nresolver = \"2\"\n",
        ),
        ("left/Cargo.toml", &left),
        ("left/src/lib.rs", LEFT),
        ("right/Cargo.toml", &right),
        (
            "right/src/lib.rs",
            "#[test] fn right() { assert_eq!(base::two(), 2); }",
        ),
        (
            "base/Cargo.toml",
            &manifest("base", "[features]\nloud = []\n"),
        ),
        ("base/src/lib.rs", BASE),
    ]);
    assert_eq!(project.ran(&["--workspace"]).len(), 2);
    project
}

const LEFT: &str = "pub fn own() -> u32 { 1 }
#[test] fn left() { assert_eq!((own(), base::one()), (1, base::volume())); }";

const BASE: &str = "pub fn one() -> u32 { volume() }
pub fn two() -> u32 { 2 }
#[cfg(feature = \"loud\")] pub fn volume() -> u32 { 11 }
#[cfg(not(feature = \"loud\"))] pub fn volume() -> u32 { 1 }";

#[test]
fn features_stay_those_of_the_whole_command() {
    let project = workspace("\"loud\"");
    project.write("left/src/lib.rs", &LEFT.replace("base::volume()", "11"));
    let (_, outcome) = remade(&project, || project.mamo(&["test", "--workspace"]));
    assert_eq!(outcome.code, Some(0), "{}", outcome.stdout);
    // Chosen alone, `left` would see the quiet `base`.
    let alone = project.cargo(&["test", "-p", "left"]).output().unwrap();
    assert!(
        !alone.status.success(),
        "features do not hang on the choice"
    );
    assert_eq!(
        project.mamo(&["test", "--workspace", "--all"]).code,
        Some(0)
    );
    project.write(
        "base/src/lib.rs",
        &BASE.replace("u32 { volume() }", "u32 { volume() + 0 }"),
    );
    let (built, ran) = remade(&project, || project.ran(&["--workspace"]));
    assert_eq!(ran, names(&["left"]));
    assert!(built.contains(&"left".to_owned()), "{built:?}");
}

#[test]
fn packages_are_left_out_where_features_stay() {
    let project = workspace("");
    project.write(
        "base/src/lib.rs",
        &BASE.replace("u32 { volume() }", "u32 { volume() + 0 }"),
    );
    let (built, ran) = remade(&project, || project.ran(&["--workspace"]));
    assert_eq!(ran, names(&["left"]));
    assert_eq!(built, ["base", "left"]);
    assert_eq!(project.ran(&["--workspace"]), names(&[]));
}

#[test]
fn what_a_test_starts_is_built_before_it() {
    let lib = |one: u32, two: u32| {
        format!("pub fn one() -> u32 {{ {one} }}\npub fn two() -> u32 {{ {two} }}")
    };
    let project = Project::new(&[
        ("src/lib.rs", &lib(1, 2)),
        ("src/main.rs", "fn main() { print!(\"{}\", demo::one()); }"),
        (
            "examples/shown.rs",
            "fn main() { print!(\"{}\", demo::two()); }",
        ),
        ("tests/own.rs", "#[test] fn own() { demo::one(); }"),
        ("tests/starts.rs", STARTS),
    ]);
    assert_eq!(project.ran(&[]).len(), 3);
    for (one, two, failing) in [(3, 2, "program"), (1, 4, "example"), (1, 2, "")] {
        project.write("src/lib.rs", &lib(one, two));
        let outcome = project.mamo(&["test", "--no-fail-fast"]);
        for test in ["program", "example"] {
            let failed = outcome.stdout.contains(&format!("test {test} ... FAILED"));
            assert_eq!(failed, failing == test, "{one} {two}: {}", outcome.stdout);
        }
    }
}

const STARTS: &str = r#"
use std::path::Path;
use std::process::Command;
fn says(path: &Path) -> String { String::from_utf8(Command::new(path).output().unwrap().stdout).unwrap() }
fn own() -> &'static Path { Path::new(env!("CARGO_BIN_EXE_demo")) }
#[test] fn program() { assert_eq!(says(own()), "1"); }
#[test] fn example() { assert_eq!(says(&own().parent().unwrap().join("examples/shown")), "2"); }
"#;

#[test]
fn a_build_script_that_names_no_files_does_not_hang_on_packages_below_its_own() {
    let manifest = "[package]\nname = \"demo\"\nversion = \"0.1.0\"\nedition = \"2024\"\n[workspace]\nmembers = [\"inner\"]\n[dependencies]\ninner = { path = \"inner\" }\n";
    let inner = "[package]\nname = \"inner\"\nversion = \"0.1.0\"\nedition = \"2024\"\n";
    let script = "fn main() { println!(\"cargo::rustc-env=NOTE={}\", std::fs::read_to_string(\"note\").unwrap()); }";
    let project = Project::new(&[
        ("Cargo.toml", manifest),
        ("build.rs", script),
        ("note", "1"),
        ("src/lib.rs", "pub const NOTE: &str = env!(\"NOTE\");"),
        ("inner/Cargo.toml", inner),
        ("inner/src/lib.rs", "pub fn one() -> u32 { 1 }"),
        (
            "tests/one.rs",
            "#[test] fn first() { assert_eq!(inner::one(), 1); }",
        ),
        (
            "tests/two.rs",
            "#[test] fn second() { assert_eq!(demo::NOTE, \"1\"); }",
        ),
    ]);
    assert_eq!(project.ran(&[]).len(), 2);
    project.write("inner/src/lib.rs", "pub fn one() -> u32 { 2 - 1 }");
    let (built, ran) = remade(&project, || project.ran(&[]));
    assert_eq!(ran, names(&["first"]));
    assert!(!built.contains(&"two".to_owned()), "{built:?}");
    project.write("note", "2");
    let outcome = project.mamo(&["test"]);
    assert!(
        outcome.stdout.contains("test second ... FAILED"),
        "{}",
        outcome.stdout
    );
}
