//! Programs that the user chose for a build: wrappers, a compiler, a linker, a runner. They count by what they hold.
#![cfg(unix)]

use crate::project::{Outcome, Project};
use std::os::unix::fs::PermissionsExt;

const MANIFEST: &str = "[package]\nname = \"demo\"\nversion = \"0.1.0\"\nedition = \"2021\"\n[lib]\ndoctest = false\n[lints.rust]\nunexpected_cfgs = \"allow\"\n";
const LIB: &str = "pub fn size() -> u32 { if cfg!(x) { 2 } else { 1 } }
    #[test] fn size_is_one() { assert_eq!(size(), 1); }
    #[test] fn unset() { assert!(std::env::var(\"DEMO_RUN\").is_err()); }";

/// A script that hands on what it is given, with `more` in front and behind.
fn script(project: &Project, path: &str, before: &str, behind: &str) {
    let text = format!("#!/bin/sh\n{before} \"$@\" {behind}\n");
    project.write(path, &text);
    let mode = std::fs::Permissions::from_mode(0o755);
    std::fs::set_permissions(project.path(path), mode).unwrap();
}

fn reuses_all(outcome: &Outcome) -> bool {
    outcome.code == Some(0) && outcome.stdout.contains("2 reused, 0 run")
}

fn failed(outcome: &Outcome, name: &str) -> bool {
    outcome.code == Some(101) && outcome.stdout.contains(&format!("test {name} ... FAILED"))
}

/// What is configured by `config` and `variables` is the script `tool`: edited in place from `good` to `bad`, all that it
/// decides on runs, and fails once cargo has made it again.
fn counts(config: &str, variables: &[&str], good: [&str; 2], bad: [&str; 2], name: &str) {
    let project = Project::new(&[
        ("Cargo.toml", MANIFEST),
        ("src/lib.rs", LIB),
        (".cargo/config.toml", config),
    ]);
    let tool = project.path("tool");
    let set: Vec<_> = variables
        .iter()
        .map(|name| (*name, tool.to_str().unwrap()))
        .collect();
    let test = || project.mamo_with(&["test", "--no-fail-fast"], &set);
    let said = |outcome: &Outcome| {
        format!(
            "{config}{variables:?}: {}{}",
            outcome.stdout, outcome.stderr
        )
    };
    script(&project, "tool", good[0], good[1]);
    let first = test();
    assert_eq!(first.code, Some(0), "{}", said(&first));
    let second = test();
    assert!(reuses_all(&second), "{}", said(&second));
    script(&project, "tool", bad[0], bad[1]);
    let edited = test();
    assert!(edited.stdout.contains(" 0 reused"), "{}", said(&edited));
    project.write("src/lib.rs", &format!("{LIB}\n"));
    let built = test();
    assert!(failed(&built, name), "{}", said(&built));
    script(&project, "tool", good[0], good[1]);
    let undone = test();
    assert!(reuses_all(&undone), "{}", said(&undone));
}

#[test]
fn a_wrapper_and_a_compiler_that_are_edited_in_place_count() {
    let (good, bad) = (["exec", ""], ["exec", "--cfg x"]);
    let name = "size_is_one";
    counts("", &["RUSTC_WRAPPER"], good, bad, name);
    counts("", &["RUSTC_WORKSPACE_WRAPPER"], good, bad, name);
    counts("build.rustc-wrapper = \"./tool\"\n", &[], good, bad, name);
    let (good, bad) = (["exec rustc", ""], ["exec rustc", "--cfg x"]);
    counts("build.rustc = \"./tool\"\n", &[], good, bad, name);
}

#[test]
fn what_starts_programs_counts_by_what_it_holds() {
    let (good, bad) = (["exec", ""], ["DEMO_RUN=1 exec", ""]);
    let runner = "[target.'cfg(all())']\nrunner = \"./tool\"\n";
    counts(runner, &[], good, bad, "unset");
}

#[test]
fn a_linker_and_a_file_that_a_flag_names_count() {
    let project = Project::new(&[("Cargo.toml", MANIFEST), ("src/lib.rs", LIB)]);
    script(&project, "tool", "exec cc", "");
    let flags = format!("-Clinker={} @arguments", project.path("tool").display());
    let test = || project.mamo_with(&["test"], &[("RUSTFLAGS", flags.as_str())]);
    project.write("arguments", "--cfg=y\n");
    assert_eq!(test().code, Some(0));
    assert!(reuses_all(&test()));
    script(&project, "tool", "exec cc", "-Wl,-O1");
    assert!(test().stdout.contains(" 0 reused"));
    script(&project, "tool", "exec cc", "");
    assert!(reuses_all(&test()));
    project.write("arguments", "--cfg=x\n");
    let edited = test();
    assert!(edited.stdout.contains(" 0 reused"), "{}", edited.stderr);
}

#[test]
fn a_pass_of_what_another_wrapper_made_is_not_remembered() {
    let project = Project::new(&[("Cargo.toml", MANIFEST), ("src/lib.rs", LIB)]);
    script(&project, "plain", "exec", "");
    script(&project, "other", "exec", "--cfg x");
    let home = project.path("mamo");
    let test = |wrapper: &str, target: &str| {
        let (wrapper, target) = (project.path(wrapper), project.path(target));
        let variables = [
            ("RUSTC_WRAPPER", wrapper.to_str().unwrap()),
            ("CARGO_TARGET_DIR", target.to_str().unwrap()),
            ("MAMO_DIR", home.to_str().unwrap()),
        ];
        project.mamo_with(&["test", "--no-fail-fast"], &variables)
    };
    assert_eq!(test("plain", "target").code, Some(0));
    // Cargo takes the program of the one for that of the other.
    for _ in 0..2 {
        let misled = test("other", "target");
        assert!(
            misled.stdout.contains("2 run, 0 failed"),
            "{}",
            misled.stderr
        );
        assert!(
            misled.stderr.contains("may have made it"),
            "{}",
            misled.stderr
        );
    }
    let anew = test("other", "target-2");
    assert!(failed(&anew, "size_is_one"), "{}", anew.stderr);
    assert!(reuses_all(&test("plain", "target")));
}

#[test]
fn code_behind_a_cfg_that_only_a_wrapper_sets_counts() {
    let lib = |size: u32| {
        format!(
            "#[cfg(x)] pub fn size() -> u32 {{ {size} }}
            #[cfg(not(x))] pub fn size() -> u32 {{ 1 }}
            #[test] fn size_is_one() {{ assert_eq!(size(), 1); }}
            #[test] fn other() {{}}"
        )
    };
    let project = Project::new(&[("Cargo.toml", MANIFEST), ("src/lib.rs", &lib(1))]);
    script(&project, "tool", "exec", "--cfg x");
    let tool = project.path("tool");
    let set = [("RUSTC_WRAPPER", tool.to_str().unwrap())];
    let test = || project.mamo_with(&["test"], &set);
    assert_eq!(test().code, Some(0));
    assert!(reuses_all(&test()));
    project.write("src/lib.rs", &lib(2));
    let edited = test();
    assert!(
        failed(&edited, "size_is_one"),
        "{}{}",
        edited.stdout,
        edited.stderr
    );
}

#[test]
fn a_wrapper_that_is_set_to_nothing_is_none() {
    let project = Project::new(&[
        ("Cargo.toml", MANIFEST),
        ("src/lib.rs", LIB),
        (".cargo/config.toml", "[build]\nrustc-wrapper = \"\"\n"),
    ]);
    assert_eq!(project.mamo(&["test"]).code, Some(0));
    let set_to_nothing = project.mamo_with(&["test"], &[("RUSTC_WRAPPER", "")]);
    assert!(
        reuses_all(&set_to_nothing),
        "{}{}",
        set_to_nothing.stdout,
        set_to_nothing.stderr
    );
}
