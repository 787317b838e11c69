//! `mamo::harness!` beside libtest, and its tests under `cargo mamo`, nextest and an editor's command line.

use crate::project::{Outcome, Project, names};
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

/// Command lines that both get, besides those in [`BOOTSTRAPPED`].
const INVOCATIONS: [&[&str]; 46] = [
    &[],
    &["--list"],
    &["--list", "--format", "terse"],
    &["--list", "--format=pretty"],
    &["--list", "--format", "json"],
    &["--list", "inner"],
    &["--list", "--format", "terse", "inner", "panics"],
    &["--list", "--exact", "adds"],
    &["--list", "--exact", "inner::adds", "returns", "nowhere"],
    &["--list", "--skip", "inner", "--skip=panics"],
    &["--list", "--exact", "--skip", "adds", "--format", "terse"],
    &["--list", "--ignored"],
    &["--list", "--ignored", "--format", "terse"],
    &["--list", "--include-ignored"],
    &["--list", "nowhere"],
    &["--list", "--bench"],
    &["--list", "-q"],
    &["adds"],
    &["--exact", "adds"],
    &["adds", "prints"],
    &["--skip", "f", "--skip", "ignored"],
    &["--ignored"],
    &["--ignored", "--exact", "ignored"],
    &["--include-ignored", "ignored"],
    &["--ignored", "--include-ignored"],
    &["nowhere"],
    &["-q"],
    &["-q", "adds"],
    &["--quiet", "--exact", "ignored_for_a_reason"],
    &["--format", "terse", "inner"],
    &["--format", "pretty", "inner"],
    &["--format", "json", "inner"],
    &["--format", "xml"],
    &["--show-output", "inner"],
    &["--show-output", "-q", "inner", "panics"],
    &["--no-capture", "prints"],
    &["--nocapture", "prints"],
    &["--color", "never", "panics"],
    &["--color", "always", "panics"],
    &["--color", "sometimes"],
    &["--bench"],
    &["--bench", "--test", "adds"],
    &["--unknown"],
    &["--exact=yes"],
    &["--exact", "--exact"],
    &["--test-threads"],
];

/// Command lines that a stable libtest refuses, and takes where `RUSTC_BOOTSTRAP` is set.
const BOOTSTRAPPED: [&[&str]; 13] = [
    &["-Z", "unstable-options", "--list", "--format", "json"],
    &["-Zunstable-options", "--format", "json"],
    &["-Zunstable-options", "--format=json", "--show-output"],
    &["-Zunstable-options", "--exclude-should-panic"],
    &["-Zunstable-options", "--list", "--exclude-should-panic"],
    &["-Zunstable-options", "--force-run-in-process", "adds"],
    &["-Zunstable-options", "--shuffle-seed", "7"],
    &["-Zunstable-options", "--shuffle-seed", "seven"],
    &["-Zunstable-options", "--report-time", "adds"],
    &["-Zunstable-options", "--ensure-time", "adds"],
    &["-Zunstable-options", "--list", "--format", "junit"],
    &["-Zunstable-options", "--fail-fast"],
    &["-Zunknown"],
];

/// The package in `test-fixtures/harness`.
fn project() -> Project {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../test-fixtures/harness");
    let runtime = root.join("../../mamo-runtime").canonicalize().unwrap();
    let read = |file: &str| std::fs::read_to_string(root.join(file)).unwrap();
    let manifest = read("Cargo.toml").replace("../../mamo-runtime", runtime.to_str().unwrap());
    let files = [
        "Cargo.lock",
        "src/lib.rs",
        "tests/libtest.rs",
        "tests/ours.rs",
        "tests/suite.rs",
        "tests/takes.rs",
    ];
    let texts = files.map(read);
    let texts = texts.iter().map(String::as_str);
    let mut all: Vec<_> = files.into_iter().zip(texts).collect();
    all.push(("Cargo.toml", &manifest));
    Project::new(&all)
}

/// Where all of these tests build.
fn target() -> PathBuf {
    Path::new(env!("CARGO_TARGET_TMPDIR")).join("harness")
}

/// The test programs `ours` and `libtest`.
fn programs(project: &Project) -> [PathBuf; 2] {
    let mut cargo = project.cargo(&["test", "--no-run", "--message-format", "json"]);
    let output = cargo.env("CARGO_TARGET_DIR", target()).output().unwrap();
    assert!(output.status.success(), "{}", stderr(&output));
    let messages = String::from_utf8(output.stdout).unwrap();
    let messages: Vec<serde_json::Value> = messages
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    ["ours", "libtest"].map(|name| {
        let message = messages
            .iter()
            .find(|message| message["target"]["name"] == name && message["executable"].is_string());
        PathBuf::from(message.unwrap()["executable"].as_str().unwrap())
    })
}

fn started(program: &Path, arguments: &[&str], variables: &[(&str, &str)]) -> Output {
    let mut command = Command::new(program);
    for (name, _) in std::env::vars_os() {
        let name = name.to_string_lossy().into_owned();
        if name.starts_with("RUST") || name.starts_with("MAMO_") || name.starts_with("NEXTEST") {
            command.env_remove(name);
        }
    }
    command
        .args(arguments)
        .env("RUST_BACKTRACE", "0")
        .env("RUST_TEST_THREADS", "1")
        .env("TERM", "xterm")
        .envs(variables.iter().copied());
    command.output().unwrap()
}

fn stderr(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

/// What a program printed, without what differs from run to run or tells the two apart.
fn comparable(bytes: &[u8]) -> String {
    let text = String::from_utf8_lossy(bytes).replace("tests/libtest.rs", "tests/ours.rs");
    let words = ["finished in ", "\"exec_time\": ", " <", "' ("];
    let cut = words
        .into_iter()
        .fold(text, |text, word| without(&text, word));
    cut.replace("\x1b[0;10m", "\x1b[m")
        .replace("\x1b(B", "")
        .trim_end()
        .to_owned()
}

/// `text` without the numbers that follow `word`.
fn without(text: &str, word: &str) -> String {
    let mut parts = text.split(word);
    let mut left = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        left.push_str(word);
        let is_of_number = |c: char| c.is_ascii_digit() || matches!(c, '.' | 'e' | '-');
        left.push_str(part.trim_start_matches(is_of_number));
    }
    left
}

#[test]
fn the_same_command_lines_print_the_same_and_exit_alike_under_libtest() {
    let project = project();
    let programs = programs(&project);
    let plain = INVOCATIONS.map(|arguments| (arguments, &[][..]));
    let bootstrapped = BOOTSTRAPPED.map(|arguments| (arguments, &[("RUSTC_BOOTSTRAP", "1")][..]));
    let refused = BOOTSTRAPPED.map(|arguments| (arguments, &[][..]));
    let threads = [("RUST_TEST_THREADS", "0"), ("RUST_TEST_THREADS", "two")];
    let threads = threads
        .each_ref()
        .map(|one| (&["adds"][..], std::slice::from_ref(one)));
    let all = plain
        .iter()
        .chain(&bootstrapped)
        .chain(&refused)
        .chain(&threads);
    let mut differing = Vec::new();
    for (arguments, variables) in all {
        let [ours, libtest] = programs
            .each_ref()
            .map(|program| started(program, arguments, variables));
        let code = (ours.status.code(), libtest.status.code());
        // libtest panics over a wrong variable; only the code is compared.
        let panicked = stderr(&libtest).contains("RUST_TEST_THREADS");
        let [one, other] = [&ours, &libtest].map(|output| comparable(&output.stdout));
        let [said, meant] = [&ours, &libtest].map(|output| comparable(&output.stderr));
        if code.0 != code.1 || one != other || (said != meant && !panicked) {
            differing.push(format!(
                "{arguments:?} {variables:?}: {code:?}\n--- ours\n{one}\n{said}\n--- libtest\n{other}\n{meant}"
            ));
        }
    }
    assert!(differing.is_empty(), "{}", differing.join("\n\n"));
}

#[test]
fn the_log_file_is_libtests() {
    let project = project();
    let [ours, libtest] = programs(&project).map(|program| {
        let log = project.path("log");
        let arguments = ["--exact", "adds", "fails", "ignored", "--logfile"];
        let log_name = log.to_str().unwrap().to_owned();
        let output = started(&program, &[&arguments[..], &[&log_name]].concat(), &[]);
        assert_eq!(output.status.code(), Some(101));
        std::fs::read_to_string(&log).unwrap()
    });
    assert_eq!(ours, libtest);
    assert_eq!(ours, "ok adds\nfailed fails\nignored ignored\n");
}
