//! `mamo::harness!` beside libtest, and its tests under `cargo mamo`, nextest and an editor's command line.

use crate::project::{Outcome, Project, names};
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

/// Command lines that both get, besides those in [`BOOTSTRAPPED`].
const INVOCATIONS: [&[&str]; 49] = [
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
    &["--test-threads=2", "--exact", "adds"],
    &["--test-threads", "0"],
    &["--test-threads", "many"],
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

/// The package in `test-fixtures/harness`, where it is.
fn original() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../test-fixtures/harness")
}

/// A copy of it to be edited. Its version is the caller's alone: packages of one name and version would be one to a target
/// directory.
fn project(version: u32) -> Project {
    let root = original();
    let runtime = root.join("../../mamo-runtime").canonicalize().unwrap();
    let read = |file: &str| std::fs::read_to_string(root.join(file)).unwrap();
    let own = format!("\"0.1.{version}\"");
    let manifest = read("Cargo.toml")
        .replace("../../mamo-runtime", runtime.to_str().unwrap())
        .replace("\"0.1.0\"", &own);
    let files = [
        "Cargo.lock",
        "src/lib.rs",
        "tests/libtest.rs",
        "tests/ours.rs",
        "tests/suite.rs",
        "tests/takes.rs",
        "tests/troubles.rs",
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

/// Plain cargo in the package that nobody edits.
fn cargo(arguments: &[&str]) -> Output {
    let mut cargo = Command::new("cargo");
    for (name, _) in std::env::vars_os() {
        let name = name.to_string_lossy().into_owned();
        if ["CARGO_", "RUST_", "MAMO_", "NEXTEST"]
            .iter()
            .any(|prefix| name.starts_with(prefix))
            && name != "CARGO_HOME"
        {
            cargo.env_remove(name);
        }
    }
    cargo
        .args(arguments)
        .current_dir(original())
        .env("CARGO_TARGET_DIR", target())
        .env("CARGO_NET_OFFLINE", "true")
        .env("CARGO_INCREMENTAL", "0");
    cargo.output().unwrap()
}

/// Test programs by their names.
fn programs<const N: usize>(names: [&str; N]) -> [PathBuf; N] {
    let output = cargo(&["test", "--no-run", "--message-format", "json"]);
    assert!(output.status.success(), "{}", stderr(&output));
    let messages = String::from_utf8(output.stdout).unwrap();
    let messages: Vec<serde_json::Value> = messages
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    names.map(|name| {
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
    let programs = programs(["ours", "libtest"]);
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
fn help_is_given_and_nothing_is_run() {
    let [ours, libtest] =
        programs(["ours", "libtest"]).map(|program| started(&program, &["--help", "fails"], &[]));
    assert_eq!(ours.status.code(), libtest.status.code());
    let options = |output: &Output| -> BTreeSet<String> {
        let text = String::from_utf8_lossy(&output.stdout).into_owned();
        let words = text
            .lines()
            .filter_map(|line| line.split_whitespace().next().map(str::to_owned));
        words
            .filter(|word| word.starts_with('-') && !word.contains('='))
            .collect()
    };
    assert_eq!(options(&ours), options(&libtest));
    assert!(options(&ours).len() > 15, "{ours:?}");
}

#[test]
fn the_log_file_is_libtests() {
    let directory = tempfile::tempdir().unwrap();
    let [ours, libtest] = programs(["ours", "libtest"]).map(|program| {
        let log = directory.path().join("log");
        let arguments = ["--exact", "adds", "fails", "ignored", "--logfile"];
        let log_name = log.to_str().unwrap().to_owned();
        let output = started(&program, &[&arguments[..], &[&log_name]].concat(), &[]);
        assert_eq!(output.status.code(), Some(101));
        std::fs::read_to_string(&log).unwrap()
    });
    assert_eq!(ours, libtest);
    assert_eq!(ours, "ok adds\nfailed fails\nignored ignored\n");
}

/// Runs `cargo mamo` on `tests/takes.rs`; what is built is shared, what is remembered is the project's own.
fn mamo(project: &Project, arguments: &[&str]) -> Outcome {
    let (target, home) = (target(), project.path("mamo"));
    let variables = [
        ("CARGO_TARGET_DIR", target.to_str().unwrap()),
        ("MAMO_DIR", home.to_str().unwrap()),
    ];
    project.mamo_with(arguments, &variables)
}

/// The tests that `cargo mamo test` runs, or with `--dry-run` would run.
fn ran(project: &Project, how: &[&str]) -> BTreeSet<String> {
    let arguments = ["test", "--test", "takes", "--message-format", "json"];
    let outcome = mamo(project, &[&arguments, how].concat());
    assert_eq!(outcome.code, Some(0), "{}", outcome.stderr);
    let events = outcome.events().into_iter();
    let ran = events.filter(|event| event["plan"] == "run");
    ran.map(|event| event["name"].as_str().unwrap().to_owned())
        .collect()
}

const ALL: [&str; 9] = [
    "alone",
    "below::takes_it_by_path",
    "each_size::large",
    "each_size::small",
    "length::case_1",
    "length::longer",
    "one_size",
    "takes_corpus",
    "takes_corpus_async",
];

#[test]
fn an_edit_reruns_exactly_the_tests_that_take_what_it_changes() {
    let project = project(1);
    assert_eq!(ran(&project, &[]), names(&ALL));
    assert_eq!(ran(&project, &[]), names(&[]));
    let library = std::fs::read_to_string(project.path("src/lib.rs")).unwrap();
    let tests = std::fs::read_to_string(project.path("tests/takes.rs")).unwrap();
    let of_corpus = [
        "takes_corpus",
        "takes_corpus_async",
        "below::takes_it_by_path",
    ];
    let of_sized = ["each_size::small", "each_size::large", "one_size"];
    let edits: [(&str, &str, &str, &[&str]); 11] = [
        (
            "src/lib.rs",
            "[\"a\", \"few\"",
            "[\"a\", \"more\"",
            &of_corpus,
        ),
        ("src/lib.rs", "n * n", "n * n + 0", &of_sized),
        ("src/lib.rs", "unwrap_or(0)", "unwrap_or(1)", &["alone"]),
        (
            "tests/takes.rs",
            "words()\n",
            "words().into_iter().collect()\n",
            &of_corpus,
        ),
        (
            "tests/takes.rs",
            "large = (LARGE)",
            "large = (10)",
            &of_sized,
        ),
        (
            "tests/takes.rs",
            "LARGE: u64 = 1000",
            "LARGE: u64 = 10",
            &of_sized,
        ),
        (
            "tests/takes.rs",
            "FEW: usize = 3",
            "FEW: usize = 2 + 1",
            &["length::case_1", "length::longer"],
        ),
        (
            "tests/takes.rs",
            "&[\"x\".to_owned()]",
            "&[\"y\".to_owned()]",
            &["alone"],
        ),
        (
            "tests/takes.rs",
            "words[0], \"a\"",
            "words[1], \"few\"",
            &of_corpus[2..],
        ),
        (
            "tests/takes.rs",
            "let mut context =",
            "let mut context: std::task::Context<'_> =",
            &ALL,
        ),
        ("tests/takes.rs", "//! Tests", "//! All tests", &[]),
    ];
    for (file, from, to, expected) in edits {
        let text = if file == "src/lib.rs" {
            &library
        } else {
            &tests
        };
        assert!(text.contains(from), "{from}");
        project.write(file, &text.replace(from, to));
        let planned = ran(&project, &["--dry-run"]);
        assert_eq!(planned, names(expected), "{from} -> {to}");
        project.write(file, text);
    }
    assert_eq!(ran(&project, &["--dry-run"]), names(&[]));
}

#[test]
fn a_case_that_is_added_is_run_and_then_known() {
    let project = project(2);
    ran(&project, &[]);
    let tests = std::fs::read_to_string(project.path("tests/takes.rs")).unwrap();
    let added = "#[case::longer(FEW, \"few\")]\n#[case::empty(0, \"\")]";
    project.write(
        "tests/takes.rs",
        &tests.replace("#[case::longer(FEW, \"few\")]", added),
    );
    let of_length = ["length::case_1", "length::longer", "length::empty"];
    assert_eq!(ran(&project, &[]), names(&of_length));
    assert_eq!(ran(&project, &[]), names(&[]));
}

/// Parameters that their fixtures do not fit; each is said at its type, or at the name that is not known.
const MISFITS: &str = r"
mamo::harness!();

#[mamo::fixture]
fn table() -> Vec<u32> {
    vec![1]
}

#[mamo::fixture(per_test)]
fn own() -> Vec<u32> {
    vec![1]
}

#[mamo::test]
fn lent_as_another(table: &String) {} //~ `&String` cannot be lent from a fixture that gives `&Vec<u32>`

#[mamo::test]
fn owned_though_it_is_lent(table: Vec<u32>) {} //~ `Vec<u32>` cannot be owned from a fixture that gives `&Vec<u32>`

#[mamo::test]
fn changed_though_it_is_lent(table: &mut Vec<u32>) {} //~ `Vec<u32>` cannot be owned from a fixture that gives `&Vec<u32>`

#[mamo::test]
fn owned_as_another(own: Vec<u64>) {} //~ `Vec<u64>` cannot be owned from a fixture that gives `Vec<u32>`

#[mamo::test]
fn a_copy_of_no_directory(#[dir] table: std::path::PathBuf) {} //~ `&Directory` cannot be lent from a fixture that gives `&Vec<u32>`

#[mamo::test]
fn of_no_fixture(nowhere: &u32) {} //~ cannot find function `nowhere`

#[mamo::test]
fn of_a_fixture_without_cases(#[cases] table: &Vec<u32>) {} //~ `table`
";

#[test]
fn what_does_not_fit_a_parameter_is_said_at_its_type() {
    let project = project(3);
    project.write("tests/takes.rs", MISFITS);
    let mut cargo = project.cargo(&["check", "--test", "takes", "--message-format", "short"]);
    let output = cargo.env("CARGO_TARGET_DIR", target()).output().unwrap();
    let said = stderr(&output);
    for (at, line) in MISFITS.lines().enumerate() {
        let Some((code, expected)) = line.split_once("//~ ") else {
            continue;
        };
        let place = format!("tests/takes.rs:{}:", at + 1);
        let errors: Vec<_> = said
            .lines()
            .filter(|line| line.starts_with(&place) && line.contains("error"))
            .collect();
        assert_eq!(errors.len(), 1, "{code}\n{said}");
        assert!(errors[0].contains(expected), "{errors:?}");
    }
}

/// `None` where nextest is not installed, which is tried elsewhere.
fn nextest(project: &Project, arguments: &[&str]) -> Option<Outcome> {
    let outcome = mamo(project, &[&["nextest", "run"], arguments].concat());
    let missing = outcome.stderr.contains("`cargo nextest` is not installed");
    (!missing).then_some(outcome)
}

#[test]
fn nextest_runs_each_test_of_the_harness_alone() {
    let project = project(4);
    let Some(first) = nextest(&project, &["--test", "takes"]) else {
        return;
    };
    assert_eq!(first.code, Some(0), "{}", first.stderr);
    assert!(first.stderr.contains("9 passed"), "{}", first.stderr);
    assert_eq!(ran(&project, &["--dry-run"]), names(&[]));

    let tests = std::fs::read_to_string(project.path("tests/takes.rs")).unwrap();
    let edited = tests.replace(
        "corpus.len(), 3);\n}\n\n#[mamo::test]\nasync",
        "corpus.len(), 4);\n}\n\n#[mamo::test]\nasync",
    );
    assert_ne!(edited, tests);
    project.write("tests/takes.rs", &edited);
    let broken = nextest(&project, &["--test", "takes"]).unwrap();
    assert_eq!(broken.code, Some(100), "{}", broken.stderr);
    let counts = "mamo: 8 reused, 1 run, 1 failed";
    assert!(broken.stdout.contains(counts), "{}", broken.stdout);

    // Without mamo, as nextest finds it.
    let plain = cargo(&[
        "nextest",
        "run",
        "--test",
        "ours",
        "-E",
        "test(=inner::adds) | test(=fails)",
    ]);
    assert_eq!(plain.status.code(), Some(100), "{}", stderr(&plain));
    let said = stderr(&plain);
    assert!(
        said.contains("2 tests run: 1 passed, 1 failed, 10 skipped"),
        "{said}"
    );
    assert!(said.contains("printed by fails"), "{said}");
}

#[test]
fn the_command_line_of_an_editors_button_runs_its_test() {
    let run = |arguments: &[&str]| {
        let package = ["test", "--package", "harness", "--test", "takes", "--"];
        let output = cargo(&[&package, arguments].concat());
        assert!(output.status.success(), "{}", stderr(&output));
        String::from_utf8(output.stdout).unwrap()
    };
    let of_one = run(&["below::takes_it_by_path", "--exact", "--nocapture"]);
    assert!(
        of_one.contains("test below::takes_it_by_path ... "),
        "{of_one}"
    );
    assert!(
        of_one.contains("1 passed; 0 failed; 0 ignored; 0 measured; 8 filtered out"),
        "{of_one}"
    );
    // Of a function with cases it knows the function.
    let button = ["each_size", "--exact", "--nocapture", "--include-ignored"];
    let of_fixture = run(&button);
    assert!(of_fixture.contains("2 passed; 0 failed"), "{of_fixture}");
    // That of a module, or of a test with cases.
    let of_cases = run(&["length", "--nocapture"]);
    assert!(of_cases.contains("2 passed; 0 failed"), "{of_cases}");
}

/// What `tests/troubles.rs` prints, run with these arguments.
fn troubles(arguments: &[&str]) -> (Output, String, String) {
    let [program] = programs(["troubles"]);
    let output = started(&program, arguments, &[]);
    let (out, err) = (
        String::from_utf8_lossy(&output.stdout).into_owned(),
        stderr(&output),
    );
    (output, out, err)
}

#[test]
fn a_fixture_that_fails_is_no_expected_panic() {
    let (output, out, _) = troubles(&["expects", "failed"]);
    assert_eq!(output.status.code(), Some(101));
    assert!(
        out.contains("test expects_a_panic - should panic ... FAILED"),
        "{out}"
    );
    let message = "note: fixture `failing` failed: \"no such corpus\"\n";
    assert_eq!(out.matches(message).count(), 2, "{out}");
}

#[test]
fn resources_are_torn_down_after_tests_that_failed() {
    let (output, out, err) = troubles(&["server"]);
    assert_eq!(output.status.code(), Some(101), "{out}");
    let torn_down: Vec<_> = err
        .lines()
        .filter(|line| line.starts_with("torn down"))
        .collect();
    assert_eq!(
        torn_down,
        ["torn down: server", "torn down: database"],
        "{err}"
    );
}

#[test]
fn a_copy_of_a_directory_lives_as_long_as_its_test() {
    let (output, out, err) = troubles(&["copy", "--no-capture"]);
    assert_eq!(output.status.code(), Some(0), "{out}{err}");
    let copy = out.lines().find_map(|line| line.split_once("copy: "));
    assert!(!Path::new(copy.unwrap().1).exists(), "{out}");
}

#[cfg(unix)]
#[test]
fn a_program_that_dies_leaves_its_last_words() {
    let (output, out, err) = troubles(&["aborts", "--ignored"]);
    assert_eq!(output.status.code(), None, "{out}{err}");
    let said = "mamo: the test program died while these ran: aborts\n---- their output ----\nthe last word\n";
    assert!(err.contains(said), "{err}");
}

/// The seconds in the line that says what one fixture did.
fn seconds(said: &str, what: &str) -> f64 {
    let (_, rest) = said
        .split_once(&format!("mamo: 1 fixture {what}, "))
        .unwrap();
    rest.split(' ').next().unwrap().parse().unwrap()
}

#[test]
fn the_end_of_a_run_says_what_fixtures_cost_and_saved() {
    let project = project(5);
    let run = || {
        let outcome = mamo(&project, &["test", "--all", "--test", "troubles", "slow"]);
        assert_eq!(outcome.code, Some(0), "{}", outcome.stderr);
        outcome.stderr
    };
    let key = "`harness/troubles::slow`";
    let first = run();
    assert!(
        first.contains(&format!("mamo: computing the fixture {key}\n")),
        "{first}"
    );
    assert!(seconds(&first, "computed") >= 1.3, "{first}");
    let again = run();
    assert!(!again.contains("computing the fixture"), "{again}");
    assert!(seconds(&again, "reused") > 0.5, "{again}");
    assert!(again.contains(key), "{again}");
}
