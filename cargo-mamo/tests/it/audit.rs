//! `--audit` tries what would be reused, and one disagreement is enough.

use crate::project::{Project, names};

/// A test that rests on a file outside its package, which mamo cannot see.
fn project() -> Project {
    let text = "#[test] fn hidden() { assert!(!std::path::Path::new(concat!(env!(\"CARGO_TARGET_TMPDIR\"), \"/bad\")).exists()) }\n#[test] fn plain() {}\n";
    Project::new(&[("src/lib.rs", ""), ("tests/it.rs", text)])
}

#[test]
fn all_of_what_could_be_reused_runs_with_a_share_of_100() {
    let project = project();
    project.mamo(&["test", "--test", "it"]);
    let ran = project.mamo(&[
        "test",
        "--test",
        "it",
        "--audit",
        "100%",
        "--message-format",
        "json",
    ]);
    assert_eq!(ran.code, Some(0), "{}", ran.stderr);
    let reasons: Vec<_> = ran
        .events()
        .iter()
        .map(|event| event["reason"]["reason"].clone())
        .collect();
    assert_eq!(reasons[..2], ["audit", "audit"]);
    assert_eq!(project.ran(&["--test", "it", "--audit", "1%"]).len(), 1);
    assert!(project.ran(&["--test", "it", "--audit", "0"]).is_empty());
    let variable = project.mamo_with(&["test", "--test", "it"], &[("MAMO_AUDIT", "100")]);
    assert!(
        variable.stdout.contains("0 reused, 2 run, 0 failed"),
        "{}",
        variable.stdout
    );
    assert_eq!(project.mamo(&["test", "--audit", "many"]).code, Some(2));
    let wrong = project.mamo_with(&["test", "--test", "it"], &[("MAMO_AUDIT", "many")]);
    assert_eq!(wrong.code, Some(3));
    assert!(wrong.stderr.contains("MAMO_AUDIT"), "{}", wrong.stderr);
}

#[test]
fn a_disagreement_runs_everything_says_so_and_exits_with_3() {
    let project = project();
    project.mamo(&["test", "--test", "it"]);
    project.write("target/tmp/bad", "");
    assert!(project.ran(&["--test", "it"]).is_empty());
    let doubted = project.mamo(&["test", "--test", "it", "--audit", "100"]);
    assert_eq!(doubted.code, Some(3), "{}", doubted.stderr);
    assert!(
        doubted.stderr.contains("audit: demo test it hidden failed"),
        "{}",
        doubted.stderr
    );
    assert!(
        doubted.stdout.contains("everything runs"),
        "{}",
        doubted.stdout
    );
    assert!(
        doubted.stdout.contains("0 reused, 2 run, 1 failed"),
        "{}",
        doubted.stdout
    );
    // The failure took the pass back.
    assert_eq!(project.ran(&["--test", "it"]), names(&["hidden"]));
}
