//! One cargo runs the stale doctests of all libraries, with mamo in rustdoc's place.

use crate::project::{Outcome, Project, names};
use std::process::Command;

/// Two libraries; the feature that one asks for changes what the other is built with.
const WORKSPACE: [(&str, &str); 7] = [
    (
        "Cargo.toml",
        "[workspace]\nresolver = \"2\"\nmembers = [\"one\", \"two\"]\nexclude = [\"shared\"]\n",
    ),
    (
        "shared/Cargo.toml",
        "[package]\nname = \"shared\"\nversion = \"0.1.0\"\nedition = \"2021\"\n[features]\nloud = []\n",
    ),
    (
        "shared/src/lib.rs",
        "pub const LOUD: bool = cfg!(feature = \"loud\");\n",
    ),
    (
        "one/Cargo.toml",
        "[package]\nname = \"one\"\nversion = \"0.1.0\"\nedition = \"2021\"\n[dependencies]\nshared = { path = \"../shared\", features = [\"loud\"] }\n",
    ),
    (
        "one/src/lib.rs",
        "/// ```\n/// assert_eq!(one::f(), 1);\n/// ```\npub fn f() -> u32 { 1 }\n",
    ),
    (
        "two/Cargo.toml",
        "[package]\nname = \"two\"\nversion = \"0.1.0\"\nedition = \"2024\"\n[dependencies]\nshared = { path = \"../shared\" }\n",
    ),
    ("two/src/lib.rs", TWO),
];

const TWO: &str = "/// ```\n/// assert!(two::loud());\n/// ```\npub fn loud() -> bool { shared::LOUD }\n\n/// ```\n/// assert_eq!(two::g(), 2);\n/// ```\npub fn g() -> u32 { 2 }\n";

const LOUD: &str = "two/src/lib.rs - loud (line 1)";
const G: &str = "two/src/lib.rs - g (line 6)";
const F: &str = "one/src/lib.rs - f (line 1)";

fn plain_code(project: &Project, arguments: &[&str]) -> Option<i32> {
    let mut cargo = project.cargo(&["test"]);
    cargo.args(arguments).output().unwrap().status.code()
}

/// The lines that tell of a doctest, in their order.
fn told(outcome: &Outcome) -> Vec<&str> {
    let lines = outcome.stdout.lines();
    lines
        .filter(|line| line.starts_with("test ") && !line.starts_with("test result"))
        .collect()
}

#[test]
fn libraries_are_built_as_the_whole_command_builds_them_and_only_stale_doctests_run() {
    let project = Project::new(&WORKSPACE);
    assert_eq!(project.ran(&[]), names(&[F, LOUD, G]));
    assert!(project.ran(&[]).is_empty());
    project.write("two/src/lib.rs", &TWO.replace("{ 2 }", "{ 1 + 1 }"));
    let outcome = project.mamo(&["test"]);
    assert_eq!(
        told(&outcome),
        [format!("test {G} ... ok")],
        "{}",
        outcome.stdout
    );
    let (skipped, run) = outcome.stderr.split_once("Doc-tests two").unwrap();
    assert!(
        skipped.ends_with("Doc-tests one\n             not started, 1 reused\n   "),
        "{skipped}"
    );
    assert!(!run.contains("reused"), "{run}");
}

#[test]
fn a_doctest_that_fails_is_told_by_its_name_and_cargos_exit_code() {
    let project = Project::new(&WORKSPACE);
    project.mamo(&["test"]);
    project.write("two/src/lib.rs", &TWO.replace("{ 2 }", "{ 3 }"));
    let outcome = project.mamo(&["test"]);
    assert_eq!(outcome.code, Some(101));
    assert_eq!(plain_code(&project, &[]), Some(101));
    assert_eq!(told(&outcome), [format!("test {G} ... FAILED")]);
    assert!(
        outcome.stdout.contains("2 reused, 1 run, 1 failed"),
        "{}",
        outcome.stdout
    );
    assert!(
        outcome
            .stderr
            .contains("error: doctest failed, to rerun pass `-p two --doc`"),
        "{}",
        outcome.stderr
    );
    assert_eq!(project.ran(&["--doc"]), names(&[G]));
}

#[test]
fn the_first_library_that_fails_is_the_last_unless_all_are_asked_for() {
    let project = Project::new(&WORKSPACE);
    let wrong = WORKSPACE[4].1.replace("{ 1 }", "{ 9 }");
    project.write("one/src/lib.rs", &wrong);
    let first = project.mamo(&["test"]);
    assert_eq!(first.code, Some(101));
    assert!(
        first.stdout.contains("1 failed") && !first.stderr.contains("Doc-tests two"),
        "{}",
        first.stdout
    );
    let all = project.mamo(&["test", "--no-fail-fast"]);
    assert_eq!(all.code, Some(101));
    assert!(
        all.stdout.contains("0 reused, 3 run, 1 failed"),
        "{}",
        all.stdout
    );
    assert!(all.stderr.contains("`-p one --doc`"), "{}", all.stderr);
    // What passed beside a failure is remembered.
    assert_eq!(project.ran(&[]), names(&[F]));
}

#[test]
fn libraries_of_one_name_are_kept_apart() {
    let manifest = |name: &str| {
        format!(
            "[package]\nname = \"{name}\"\nversion = \"0.1.0\"\nedition = \"2021\"\n[lib]\nname = \"same\"\n"
        )
    };
    let lib = "/// ```\n/// assert_eq!(same::f(), 1);\n/// ```\npub fn f() -> u32 { 1 }\n";
    let project = Project::new(&[
        (
            "Cargo.toml",
            "[workspace]\nresolver = \"2\"\nmembers = [\"one\", \"two\"]\n",
        ),
        ("one/Cargo.toml", &manifest("one")),
        ("one/src/lib.rs", lib),
        ("two/Cargo.toml", &manifest("two")),
        ("two/src/lib.rs", lib),
    ]);
    let two = "two/src/lib.rs - f (line 1)";
    assert_eq!(project.ran(&[]), names(&[F, two]));
    project.write("two/src/lib.rs", &lib.replace("{ 1 }", "{ 2 }"));
    let outcome = project.mamo(&["test", "--no-fail-fast"]);
    assert_eq!(
        told(&outcome),
        [format!("test {two} ... FAILED")],
        "{}",
        outcome.stderr
    );
    assert!(
        outcome.stdout.contains("1 reused, 1 run, 1 failed"),
        "{}",
        outcome.stdout
    );
}

#[test]
fn the_users_filters_and_arguments_go_on_to_rustdoc() {
    let project = Project::new(&WORKSPACE);
    let outcome = project.mamo(&[
        "test",
        "src",
        "--",
        "--skip",
        "loud",
        "--skip",
        "g",
        "--nocapture",
    ]);
    assert_eq!(told(&outcome), [format!("test {F} ... ok")]);
    assert!(
        outcome.stdout.contains("0 reused, 1 run"),
        "{}",
        outcome.stdout
    );
    // A part of them is not all there is, so that their names are not known yet.
    assert_eq!(project.ran(&[]), names(&[F, LOUD, G]));
    assert!(project.ran(&["two"]).is_empty());
    // Lines that cannot be read are no results.
    let coloured = project.mamo(&["test", "--all", "--", "--color", "always"]);
    let said = "0 reused, 0 run, 0 failed, 0 ignored, 3 without a result";
    assert!(coloured.stdout.contains(said), "{}", coloured.stdout);
}

#[test]
fn a_library_that_says_it_has_no_doctests_is_asked_for_them_only_by_doc() {
    let project = Project::new(&WORKSPACE);
    let manifest = format!("{}[lib]\ndoctest = false\n", WORKSPACE[3].1);
    project.write("one/Cargo.toml", &manifest);
    let wrong = WORKSPACE[4].1.replace("{ 1 }", "{ 9 }");
    project.write("one/src/lib.rs", &wrong);
    let outcome = project.mamo(&["test"]);
    assert_eq!(
        outcome.code,
        plain_code(&project, &[]),
        "{}",
        outcome.stderr
    );
    assert_eq!(told(&outcome).len(), 2, "{}", outcome.stdout);
    let outcome = project.mamo(&["test", "--doc"]);
    assert_eq!(outcome.code, Some(101), "{}", outcome.stdout);
    assert_eq!(outcome.code, plain_code(&project, &["--doc"]));
    project.write("one/src/lib.rs", WORKSPACE[4].1);
    // It passes now, and is run each time.
    for _ in 0..2 {
        let outcome = project.mamo(&["test", "--doc"]);
        assert_eq!(
            told(&outcome),
            [format!("test {F} ... ok")],
            "{}",
            outcome.stdout
        );
        assert_eq!(outcome.code, Some(0));
    }
}

#[test]
fn flags_of_rustdoc_count() {
    let lib = "/// ```\n/// #[cfg(odd)] panic!();\n/// assert_eq!(demo::f(), 1);\n/// ```\npub fn f() -> u32 { 1 }\n";
    let project = Project::new(&[("src/lib.rs", lib)]);
    let flags = [("RUSTDOCFLAGS", "--cfg odd")];
    let code = |flags: &[(&str, &str)]| project.mamo_with(&["test"], flags).code;
    assert_eq!((code(&[]), code(&flags)), (Some(0), Some(101)));
    // Both builds know the doctest; what passes under one has not passed under the other.
    project.write("src/lib.rs", &lib.replace("{ 1 }", "{ 2 - 1 }"));
    assert_eq!((code(&[]), code(&flags)), (Some(0), Some(101)));
    assert!(project.ran(&[]).is_empty());
}

#[cfg(unix)]
mod with_a_rustdoc_of_the_users {
    use super::*;
    use std::collections::BTreeSet;
    use std::os::unix::fs::PermissionsExt;

    /// Writes down who called it, then does as rustdoc.
    const SCRIPT: &str = "#!/bin/sh\necho \"$CARGO_PKG_NAME ${RUSTDOC-unset} ${MAMO_RUSTDOC-unset}\" >> \"$(dirname \"$0\")/calls\"\nexec rustdoc \"$@\"\n";

    fn project() -> Project {
        let project = Project::new(&WORKSPACE);
        project.write("own.sh", SCRIPT);
        let mode = std::fs::Permissions::from_mode(0o755);
        std::fs::set_permissions(project.path("own.sh"), mode).unwrap();
        project
    }

    /// The calls since the last time.
    fn calls(project: &Project) -> Vec<String> {
        let path = project.path("calls");
        let text = std::fs::read_to_string(&path).unwrap_or_default();
        let _ = std::fs::remove_file(path);
        text.lines().map(str::to_owned).collect()
    }

    #[test]
    fn it_is_started_for_stale_libraries_as_cargo_would_start_it() {
        let project = project();
        let own = project.path("own.sh").to_string_lossy().into_owned();
        for (arguments, variables) in [
            (&["test"][..], &[("RUSTDOC", own.as_str())][..]),
            (&["test"], &[("RUSTDOC", "./own.sh")]),
            (&["test"], &[("CARGO_BUILD_RUSTDOC", own.as_str())]),
            (
                &["test", "--config", &format!("build.rustdoc='{own}'")],
                &[],
            ),
        ] {
            let set = variables.iter().find(|(name, _)| *name == "RUSTDOC");
            let seen = set.map_or("unset", |(_, value)| value);
            let outcome = project.mamo_with(arguments, variables);
            assert_eq!(outcome.code, Some(0), "{}", outcome.stderr);
            // Names that another request learnt are asked for again before those that are stale are run.
            let expected = ["one", "two"].map(|name| format!("{name} {seen} unset"));
            let calls: BTreeSet<String> = calls(&project).into_iter().collect();
            assert_eq!(calls, expected.into(), "{variables:?} {arguments:?}");
            project.mamo_with(arguments, variables);
            assert!(self::calls(&project).is_empty());
        }
        project.write("two/src/lib.rs", &TWO.replace("{ 2 }", "{ 1 + 1 }"));
        project.mamo_with(&["test"], &[("RUSTDOC", "./own.sh")]);
        assert_eq!(calls(&project), ["two ./own.sh unset"]);
    }

    #[test]
    fn a_build_script_that_asks_for_rustdoc_is_not_run_again() {
        let project = project();
        let script = "fn main() { println!(\"cargo::rerun-if-env-changed=RUSTDOC\"); println!(\"cargo::warning=ran\"); }";
        project.write("one/build.rs", script);
        let outcome = project.mamo(&["test"]);
        assert_eq!(
            outcome.stderr.matches("Compiling one").count(),
            1,
            "{}",
            outcome.stderr
        );
        project.write("two/src/lib.rs", &TWO.replace("{ 2 }", "{ 1 + 1 }"));
        let outcome = project.mamo(&["test"]);
        assert!(
            !outcome.stderr.contains("Compiling one"),
            "{}",
            outcome.stderr
        );
        assert_eq!(outcome.code, Some(0));
    }
}

#[test]
fn what_the_doctests_start_is_not_taken_for_rustdoc() {
    let program = env!("CARGO_BIN_EXE_cargo-mamo");
    let doctest = format!(
        "/// ```\n/// let code = std::process::Command::new({program:?}).arg(\"--version\").status().unwrap();\n/// assert!(code.success());\n/// ```\npub fn f() {{}}\n"
    );
    let project = Project::new(&[("src/lib.rs", &doctest)]);
    let outcome = project.mamo(&["test"]);
    assert_eq!(outcome.code, Some(0), "{}", outcome.stdout);
    // By itself, with orders that cannot be read, it says so and runs nothing.
    let mut alone = Command::new(program);
    let output = alone
        .env("MAMO_RUSTDOC", project.path("none"))
        .arg("-vV")
        .output()
        .unwrap();
    assert_eq!(output.status.code(), Some(3));
    assert!(String::from_utf8_lossy(&output.stderr).starts_with("error: read `"));
}
