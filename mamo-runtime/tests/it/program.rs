//! The program under test, and the means to start it: a directory for mamo, a snapshot, and the calls to make.
//!
//! The program is this test executable, started with `--exact program::child` and its calls in a variable. It prints
//! each result as a line `> result`, and appends a line to a file whenever it really computes.

use mamo::__private::format::{Executable, Snapshot, SnapshotEntry, layout};
use std::collections::HashMap;
use std::fs::{self, File};
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::Duration;
use tempfile::TempDir;

pub(crate) const CALLS: &str = "MAMO_TEST_CALLS";
const COMPUTED: &str = "MAMO_TEST_COMPUTED";

/// Every memo and fixture of the program.
const FUNCTIONS: [&str; 16] = [
    "square",
    "slowly",
    "greeting",
    "slow",
    "fibonacci",
    "panics",
    "endless",
    "even",
    "maybe",
    "variable",
    "sum",
    "path_length",
    "table",
    "forgetful",
    "type",
    "bounded",
];

/// A program, its mamo directory, and what it knows of its code.
pub(crate) struct Program {
    dir: TempDir,
    pub(crate) snapshot: Snapshot,
}

/// What one run of the program did.
#[derive(Debug)]
pub(crate) struct Run {
    pub(crate) results: Vec<String>,
    pub(crate) warnings: Vec<String>,
}

impl Program {
    /// A program whose functions all have the code fingerprint 1, 1, 1…
    pub(crate) fn new() -> Self {
        let mut program = Self::untrusted();
        for function in FUNCTIONS {
            program.set(function, 1, &[]);
        }
        for function in crate::shapes::FUNCTIONS {
            program.set_key(format!("mamo-runtime/it::shapes::{function}"), 1);
        }
        for function in crate::directories::FUNCTIONS {
            program.set_key(format!("mamo-runtime/it::directories::{function}"), 1);
        }
        for function in crate::fixtures::FUNCTIONS {
            program.set_key(format!("mamo-runtime/it::fixtures::{function}"), 1);
        }
        for function in crate::kinds::FUNCTIONS {
            program.set_key(format!("mamo-runtime/it::kinds::{function}"), 1);
        }
        for function in crate::later::FUNCTIONS {
            program.set_key(format!("mamo-runtime/it::later::{function}"), 1);
        }
        for function in crate::lossy::FUNCTIONS {
            program.set_key(format!("mamo-runtime/it::lossy::{function}"), 1);
        }
        for function in crate::verified::FUNCTIONS {
            program.set_key(format!("mamo-runtime/it::verified::{function}"), 1);
        }
        for function in crate::steps::FUNCTIONS {
            program.set_key(format!("mamo-runtime/it::steps::{function}"), 1);
        }
        program.write_snapshot();
        program
    }

    /// A program without a snapshot file.
    pub(crate) fn untrusted() -> Self {
        let executable = Executable::at(&std::env::current_exe().unwrap()).unwrap();
        Self {
            dir: tempfile::tempdir().unwrap(),
            snapshot: Snapshot::new(executable),
        }
    }

    /// Gives one function other code.
    pub(crate) fn set(&mut self, function: &str, code: u8, variables: &[&str]) {
        let variables = variables.iter().map(ToString::to_string).collect();
        self.snapshot.entries.insert(
            key(function),
            SnapshotEntry {
                fingerprint: [code; 32],
                variables,
            },
        );
    }

    /// Gives the function of this key other code.
    pub(crate) fn set_key(&mut self, key: String, code: u8) {
        let entry = SnapshotEntry {
            fingerprint: [code; 32],
            variables: vec![],
        };
        self.snapshot.entries.insert(key, entry);
    }

    pub(crate) fn write_snapshot(&self) -> PathBuf {
        self.snapshot.write(&self.mamo_dir()).unwrap()
    }

    pub(crate) fn mamo_dir(&self) -> PathBuf {
        self.dir.path().join("mamo")
    }

    /// The program, about to make these calls.
    pub(crate) fn command(&self, calls: &str) -> Command {
        let mut command = self.start("program::child");
        command.env(CALLS, calls);
        command
    }

    /// This executable as the program that `test` is, with the mamo directory.
    pub(crate) fn start(&self, test: &str) -> Command {
        let mut command = Command::new(std::env::current_exe().unwrap());
        command
            .args([
                "--exact",
                test,
                "--ignored",
                "--nocapture",
                "--test-threads=1",
            ])
            .env(COMPUTED, self.dir.path().join("computed"))
            .env(layout::DIRECTORY_VARIABLE, self.mamo_dir())
            .env_remove(layout::SNAPSHOT_VARIABLE)
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        command
    }

    pub(crate) fn run(&self, calls: &str) -> Run {
        finish(self.command(calls).spawn().unwrap())
    }

    /// The results of these calls, in a process that warns of nothing.
    pub(crate) fn results(&self, calls: &str) -> Vec<String> {
        let run = self.run(calls);
        assert_eq!(run.warnings, [""; 0], "{calls}");
        run.results
    }

    /// What was computed since the last time that this was asked.
    pub(crate) fn computed(&self) -> Vec<String> {
        let file = self.dir.path().join("computed");
        let text = fs::read_to_string(&file).unwrap_or_default();
        let _ = fs::remove_file(&file);
        text.lines().map(ToOwned::to_owned).collect()
    }

    /// Waits until `name` is computed; it then still counts as computed.
    pub(crate) fn wait_for(&self, name: &str) {
        let file = self.dir.path().join("computed");
        for _ in 0..6000 {
            let text = fs::read_to_string(&file).unwrap_or_default();
            if text.lines().any(|line| line == name) {
                return;
            }
            std::thread::sleep(Duration::from_millis(10));
        }
        panic!("`{name}` is never computed");
    }

    /// Every file of the value store.
    pub(crate) fn value_files(&self) -> Vec<PathBuf> {
        files_below(&layout::values(&self.mamo_dir()))
    }

    /// The file of the only stored value.
    pub(crate) fn only_value_file(&self) -> PathBuf {
        let files = self.value_files();
        assert_eq!(files.len(), 1, "{files:?}");
        files[0].clone()
    }
}

pub(crate) fn finish(child: Child) -> Run {
    let output = child.wait_with_output().unwrap();
    let text = |bytes| String::from_utf8(bytes).unwrap();
    let (stdout, stderr) = (text(output.stdout), text(output.stderr));
    assert!(output.status.success(), "{stdout}{stderr}");
    let after = |text: &str, mark| {
        text.lines()
            .filter_map(|line| line.split_once(mark))
            .map(|(_, rest)| rest.to_owned())
            .collect()
    };
    Run {
        results: after(&stdout, "> "),
        warnings: after(&stderr, "mamo: warning: "),
    }
}

pub(crate) fn files_below(directory: &Path) -> Vec<PathBuf> {
    let Ok(entries) = fs::read_dir(directory) else {
        return vec![];
    };
    let paths = entries.map(|entry| entry.unwrap().path());
    let mut files: Vec<_> = paths
        .flat_map(|path| {
            if path.is_dir() {
                files_below(&path)
            } else {
                vec![path]
            }
        })
        .collect();
    files.sort();
    files
}

pub(crate) fn key(function: &str) -> String {
    format!("mamo-runtime/it::program::{function}")
}

/// Makes the calls named in the variable; does nothing when it is run as one of the tests.
#[test]
#[ignore = "the program that the other tests start"]
fn child() {
    for call in std::env::var(CALLS).unwrap_or_default().split(';') {
        let words: Vec<_> = call.split_whitespace().collect();
        #[expect(clippy::print_stdout, reason = "the parent reads it")]
        for result in make_call(&words) {
            println!("\n> {result}");
        }
    }
}

fn make_call(words: &[&str]) -> Vec<String> {
    let one = |result: &dyn ToString| vec![result.to_string()];
    match *words {
        ["slowly", n] => one(&slowly(n.parse().unwrap())),
        ["square", n] => one(&square(n.parse().unwrap())),
        ["inner", n] => one(&with_inner(n.parse().unwrap())),
        ["bounded", text] => one(&bounded(text)),
        ["type", n] => one(&r#type(n.parse().unwrap())),
        ["greeting", name] => one(&greeting(name)),
        ["slow"] => one(&slow()),
        ["threads"] => std::thread::scope(|scope| {
            let threads: Vec<_> = (0..8).map(|_| scope.spawn(slow)).collect();
            threads
                .into_iter()
                .map(|thread| thread.join().unwrap().to_string())
                .collect()
        }),
        ["fibonacci", n] => one(&fibonacci(n.parse().unwrap())),
        ["panics", when] => {
            one(&std::panic::catch_unwind(|| panics(when)).unwrap_or_else(|_| "panicked".into()))
        }
        ["endless"] => one(&endless()),
        ["even", n] => one(&format!(
            "{:?}",
            even(n.parse().unwrap()).map_err(|NotEven| "not even")
        )),
        ["maybe", n] => one(&format!("{:?}", maybe(n.parse().unwrap()))),
        ["variable"] => one(&variable()),
        ["sum", reversed] => one(&sum(&map_of(reversed == "down"))),
        ["path", "broken"] => one(&path_length(&unprintable())),
        ["path", path] => one(&path_length(Path::new(path))),
        ["table"] => one(&format!("{:?} {}", table(), std::ptr::eq(table(), table()))),
        ["forgetful"] => one(&format!("{:?}", forgetful())),
        ["stats"] => mamo::stats()
            .iter()
            .map(|f| format!("{} {} {}", f.key, f.counts.hits(), f.counts.computed))
            .collect(),
        _ => crate::kinds::call(words)
            .or_else(|| crate::later::call(words))
            .or_else(|| crate::lossy::call(words))
            .unwrap_or_else(|| crate::shapes::call(words)),
    }
}

pub(crate) fn computed(name: &str) {
    if let Some(path) = std::env::var_os(COMPUTED) {
        let mut file = File::options()
            .create(true)
            .append(true)
            .open(path)
            .unwrap();
        file.write_all(format!("{name}\n").as_bytes()).unwrap();
    }
}

#[mamo::memo]
fn square(n: u32) -> u64 {
    computed("square");
    u64::from(n) * u64::from(n)
}

/// Has a memo inside whose key is that of the one outside.
fn with_inner(n: u32) -> u64 {
    #[mamo::memo]
    fn square(n: u32) -> u64 {
        computed("inner");
        u64::from(n) + 1000
    }
    square(n)
}

#[mamo::memo]
fn bounded<'a>(text: &'a str) -> String
where
    'a: 'a,
{
    computed("bounded");
    text.to_uppercase()
}

#[mamo::memo]
fn r#type(n: u32) -> u32 {
    computed("type");
    n
}

#[mamo::memo]
fn greeting(name: &str) -> String {
    computed("greeting");
    format!("hello {name}")
}

#[mamo::memo]
fn slowly(n: u32) -> u64 {
    computed("slowly");
    std::thread::sleep(Duration::from_millis(50));
    u64::from(n) * u64::from(n)
}

#[mamo::memo]
fn slow() -> u64 {
    computed("slow");
    std::thread::sleep(Duration::from_millis(300));
    7
}

#[mamo::memo]
fn fibonacci(n: u64) -> u64 {
    computed("fibonacci");
    if n < 2 {
        n
    } else {
        fibonacci(n - 1) + fibonacci(n - 2)
    }
}

#[mamo::memo]
fn panics(when: &str) -> String {
    computed("panics");
    assert!(std::env::var_os("MAMO_TEST_CALM").is_some(), "as asked to");
    format!("calm {when}")
}

/// Ends only by being killed; the second process to compute it returns.
#[mamo::memo]
fn endless() -> u64 {
    computed("endless");
    while std::env::var_os("MAMO_TEST_ENDLESS").is_some() {
        std::thread::sleep(Duration::from_secs(1));
    }
    9
}

type Answer<T> = std::result::Result<T, NotEven>;

/// Neither serializes nor clones nor prints.
struct NotEven;

#[mamo::memo]
fn even(n: u32) -> Answer<u32> {
    computed("even");
    if n.is_multiple_of(2) {
        Ok(n)
    } else {
        Err(NotEven)
    }
}

#[mamo::memo]
fn maybe(n: u32) -> Option<u32> {
    computed("maybe");
    n.checked_sub(10)
}

#[mamo::memo]
fn variable() -> String {
    computed("variable");
    std::env::var("MAMO_TEST_VARIABLE").unwrap_or_else(|_| "absent".into())
}

#[mamo::memo]
fn sum(values: &HashMap<String, u64>) -> u64 {
    computed("sum");
    values.values().sum()
}

fn map_of(down: bool) -> HashMap<String, u64> {
    let entries = (0..100).map(|n| (format!("entry {n}"), n));
    if down {
        entries.rev().collect()
    } else {
        entries.collect()
    }
}

#[mamo::memo]
fn path_length(path: &Path) -> usize {
    computed("path_length");
    path.as_os_str().len()
}

#[cfg(unix)]
fn unprintable() -> PathBuf {
    use std::os::unix::ffi::OsStringExt as _;
    std::ffi::OsString::from_vec(vec![b'x', 0xff]).into()
}

#[cfg(not(unix))]
fn unprintable() -> PathBuf {
    "xy".into()
}

#[mamo::fixture]
fn table() -> Vec<u32> {
    computed("table");
    vec![1, 2, 3]
}

/// Serializes, but does not deserialize from a format without field names.
#[derive(Debug, serde::Serialize, serde::Deserialize)]
#[serde(untagged)]
enum Untagged {
    Number(u32),
}

#[mamo::memo]
fn forgetful() -> Untagged {
    computed("forgetful");
    Untagged::Number(4)
}
