//! What is broken is said, with the right exit code.

use crate::project::Project;

const LIB: &str = "#[test] fn a() {}\n";

#[test]
fn source_that_does_not_compile_gives_cargos_own_error_and_101() {
    let project = Project::new(&[("src/lib.rs", LIB)]);
    for (text, said) in [
        ("fn (", "unclosed delimiter"),
        ("mod nope;", "file not found for module"),
        ("fn f() -> u8 { \"\" }", "mismatched types"),
    ] {
        project.write("src/lib.rs", &format!("{LIB}{text}\n"));
        let outcome = project.mamo(&["test"]);
        assert_eq!(outcome.code, Some(101), "{}", outcome.stderr);
        assert!(outcome.stderr.contains(said), "{}", outcome.stderr);
    }
}

#[test]
fn no_manifest_is_said_with_a_hint() {
    let project = Project::new(&[("src/lib.rs", LIB)]);
    std::fs::remove_file(project.path("Cargo.toml")).unwrap();
    let outcome = project.mamo(&["test"]);
    assert_eq!(outcome.code, Some(3));
    assert!(
        outcome
            .stderr
            .starts_with("error: could not find `Cargo.toml`"),
        "{}",
        outcome.stderr
    );
    assert!(outcome.stderr.contains("hint: "), "{}", outcome.stderr);
}

#[test]
fn a_wrong_command_line_exits_with_2() {
    let project = Project::new(&[("src/lib.rs", LIB)]);
    assert_eq!(project.mamo(&["test", "--bogus"]).code, Some(2));
    assert_eq!(
        project.mamo(&["test", "--", "--logfile", "x"]).code,
        Some(2)
    );
    assert_eq!(project.mamo(&["why", "no_such_test"]).code, Some(2));
}

#[test]
fn damaged_verdicts_are_one_warning_and_a_miss() {
    let project = Project::new(&[("src/lib.rs", LIB)]);
    project.mamo(&["test", "--lib"]);
    let file = project.path("target/mamo/v1/verdicts-3/demo/lib-demo");
    let whole = std::fs::read(&file).unwrap();
    std::fs::write(&file, &whole[..whole.len() / 2]).unwrap();
    let outcome = project.mamo(&["test", "--lib"]);
    assert_eq!(outcome.code, Some(0));
    assert!(
        outcome.stdout.contains("mamo: 0 reused, 1 run"),
        "{}",
        outcome.stdout
    );
    assert_eq!(
        outcome.stderr.matches("lib-demo").count(),
        1,
        "{}",
        outcome.stderr
    );
    assert!(project.ran(&["--lib"]).is_empty());
}

#[test]
fn clean_removes_only_inside_a_directory_of_mamos() {
    let project = Project::new(&[("src/lib.rs", LIB), ("target/mamo/precious", "x")]);
    let refused = project.mamo(&["clean"]);
    assert_eq!(refused.code, Some(3));
    assert!(project.path("target/mamo/precious").exists());
    std::fs::remove_dir_all(project.path("target/mamo")).unwrap();
    project.mamo(&["test", "--lib"]);
    #[cfg(unix)]
    std::os::unix::fs::symlink(project.path("src"), project.path("target/mamo/v1/link")).unwrap();
    let cleaned = project.mamo(&["clean"]);
    assert_eq!(cleaned.code, Some(0), "{}", cleaned.stderr);
    assert!(
        cleaned.stdout.starts_with("mamo: removed "),
        "{}",
        cleaned.stdout
    );
    assert!(project.path("src/lib.rs").exists());
    assert!(!project.path("target/mamo/v1").exists());
}
