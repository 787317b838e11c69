//! Fixtures of every kind under `cargo mamo test`: which tests an edit runs, and what is made again.

use crate::project::{Outcome, Project};
use std::collections::BTreeSet;
use std::path::Path;
use tempfile::TempDir;

const SUITE: &str = r#"
use memos::{made, steps};
use std::path::Path;

#[mamo::fixture(cases(few = (steps::FEW), many = (20)))]
fn sized(count: usize) -> Vec<u32> {
    made("sized");
    steps::numbers(count)
}

#[mamo::fixture(dir)]
fn site(into: &Path) -> std::io::Result<()> {
    made("site");
    std::fs::write(into.join("index"), steps::page())
}

#[mamo::fixture(per_test)]
fn own() -> String {
    made("own");
    steps::greeting()
}

#[mamo::fixture(per_process)]
fn server() -> steps::Server {
    made("server");
    steps::Server
}

#[mamo::fixture]
async fn later() -> u32 {
    made("later");
    steps::answer().await
}

#[test]
fn of_sized() {
    assert_eq!(sized(3).len(), 3);
}

#[test]
fn of_cases() {
    let lengths: Vec<_> = sized::CASES.iter().map(|(_, lend)| lend().len()).collect();
    assert_eq!(lengths.len(), 2);
}

#[test]
fn of_site() {
    let copy = site().as_ref().unwrap().copy().unwrap();
    assert!(!std::fs::read_to_string(copy.path().join("index")).unwrap().is_empty());
}

#[test]
fn of_own() {
    let mut own = own();
    own.push('!');
    assert!(own.ends_with("!"));
}

#[test]
fn of_server() {
    assert_eq!(server().port(), 1);
}

#[test]
fn of_later() {
    let mut context = std::task::Context::from_waker(std::task::Waker::noop());
    let mut later = std::pin::pin!(later());
    loop {
        if let std::task::Poll::Ready(value) = later.as_mut().poll(&mut context) {
            return assert!(*value > 0);
        }
    }
}

#[test]
fn of_none() {
    assert_eq!(steps::unrelated(), 3);
}
"#;

const STEPS: &str = r#"//! What the fixtures are made with.

pub const FEW: usize = 2;

pub fn numbers(count: usize) -> Vec<u32> {
    (0..count as u32).collect()
}

pub fn page() -> &'static str {
    "page"
}

pub fn greeting() -> String {
    "hello".into()
}

pub struct Server;

impl Server {
    pub fn port(&self) -> u32 {
        1
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        crate::made("torn down");
    }
}

pub async fn answer() -> u32 {
    42
}

pub fn unrelated() -> u32 {
    1 + 2
}
"#;

const MADE: &str = r#"pub mod steps;

/// Notes that something was made.
pub fn made(name: &str) {
    use std::io::Write as _;
    let mut file = std::fs::File::options().create(true).append(true).open("{made}").unwrap();
    file.write_all(format!("{name}\n").as_bytes()).unwrap();
}
"#;

/// The package, and a directory beside it for what tests note and mamo keeps: neither is an input.
struct Suite {
    project: Project,
    beside: TempDir,
}

fn suite() -> Suite {
    let beside = tempfile::tempdir().unwrap();
    let made = MADE.replace("{made}", beside.path().join("made").to_str().unwrap());
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../test-fixtures/memos");
    let runtime = root.join("../../mamo-runtime").canonicalize().unwrap();
    let read = |file: &str| std::fs::read_to_string(root.join(file)).unwrap();
    let manifest = read("Cargo.toml").replace("../../mamo-runtime", runtime.to_str().unwrap());
    let project = Project::new(&[
        ("Cargo.toml", &manifest),
        ("Cargo.lock", &read("Cargo.lock")),
        ("src/lib.rs", &made),
        ("src/steps.rs", STEPS),
        ("tests/suite.rs", SUITE),
    ]);
    Suite { project, beside }
}

/// `cargo mamo` as it is run in all these projects, which share what is compiled.
fn mamo(suite: &Suite, arguments: &[&str]) -> Outcome {
    let target = Path::new(env!("CARGO_TARGET_TMPDIR")).join("memos");
    let home = suite.beside.path().join("mamo");
    let variables = [
        ("CARGO_TARGET_DIR", target.to_str().unwrap()),
        ("MAMO_DIR", home.to_str().unwrap()),
    ];
    suite.project.mamo_with(arguments, &variables)
}

/// The tests that ran, and what was made.
fn tested(suite: &Suite) -> (BTreeSet<String>, BTreeSet<String>) {
    let outcome = mamo(suite, &["test", "--test", "suite"]);
    assert_eq!(
        outcome.code,
        Some(0),
        "{}{}",
        outcome.stdout,
        outcome.stderr
    );
    let ran = outcome.stdout.lines().filter_map(|line| {
        let name = line.strip_prefix("test ")?.strip_suffix(" ... ok")?;
        Some(name.strip_prefix("of_").unwrap_or(name).to_owned())
    });
    let file = suite.beside.path().join("made");
    let made = std::fs::read_to_string(&file).unwrap_or_default();
    let _ = std::fs::remove_file(file);
    (ran.collect(), made.lines().map(ToOwned::to_owned).collect())
}

#[test]
fn an_edit_makes_again_what_reaches_it_and_runs_its_tests_alone() {
    let suite = suite();
    let (ran, made) = tested(&suite);
    assert_eq!(ran.len(), 7);
    let all = ["later", "own", "server", "site", "sized", "torn down"];
    assert!(made.iter().eq(all), "{made:?}");
    assert_eq!(tested(&suite), (BTreeSet::new(), BTreeSet::new()));
    let edits: [(&str, &str, &[&str], &[&str]); 7] = [
        (
            "FEW: usize = 2",
            "FEW: usize = 4",
            &["cases", "sized"],
            &["sized"],
        ),
        (
            "0..count as u32",
            "1..count as u32 + 1",
            &["cases", "sized"],
            &["sized"],
        ),
        ("\"page\"", "\"other\"", &["site"], &["site"]),
        ("\"hello\"", "\"good day\"", &["own"], &["own"]),
        (
            "        1\n",
            "        2 - 1\n",
            &["server"],
            &["server", "torn down"],
        ),
        ("    42\n", "    43\n", &["later"], &["later"]),
        ("1 + 2", "2 + 1", &["none"], &[]),
    ];
    let mut text = STEPS.to_owned();
    for (from, to, runs, makes) in edits {
        assert!(text.contains(from), "{from}");
        text = text.replacen(from, to, 1);
        suite.project.write("src/steps.rs", &text);
        let (ran, made) = tested(&suite);
        assert!(ran.iter().eq(runs), "{to}: {ran:?}");
        assert!(made.iter().eq(makes), "{to}: {made:?}");
    }
    let status = mamo(&suite, &["status"]);
    assert!(
        status
            .stdout
            .contains("memos/suite::site: 2 values (1 fresh)"),
        "{}",
        status.stdout
    );
    let why = mamo(&suite, &["why", "memos/suite::sized"]);
    assert!(
        why.stdout.contains("its values hold for code"),
        "{}",
        why.stdout
    );
    let lint = mamo(&suite, &["lint", "--verbose"]);
    assert!(
        lint.stdout.contains("roots") && !lint.stdout.contains("mamo_exit"),
        "the runtime's own state is no finding: {}",
        lint.stdout
    );
}
