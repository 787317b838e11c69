//! Test programs: what tests they hold, running some of them, and what was seen to pass.
//!
//! Results are read from libtest's log file, not from what it prints, so that the tests' own output is left alone.
//! Only a complete `ok` line of a test that was asked for counts as a pass; what disagrees counts as nothing.

use crate::home::unique_name;
use anyhow::{Context, Result, bail};
use mamo::format::Unfinished;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};
use std::io::{BufRead, BufReader, Read, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::mpsc;
use std::time::{Duration, Instant};

/// The longest list of names that is given to a program at once.
const LONGEST_LIST: usize = 100_000;

/// The tests that a program lists.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Listing {
    /// All names, in the program's order.
    pub names: Vec<String>,
    /// Those marked `#[ignore]`.
    pub ignored: BTreeSet<String>,
}

/// How a test ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Outcome {
    /// It was seen to pass.
    Passed,
    /// It was seen to fail, or its program fell over it.
    Failed,
}

/// What running a program came to.
#[derive(Clone, Debug, Default)]
pub struct Run {
    /// The tests whose end was seen.
    pub outcomes: BTreeMap<String, Outcome>,
    /// Did every process end well?
    pub success: bool,
    /// How long it took, for each test on average.
    pub average: Duration,
    /// Things to tell.
    pub warnings: Vec<String>,
}

/// Lists the tests of a program with libtest's harness.
pub fn list(command: impl Fn() -> Command) -> Result<Listing> {
    let names = listed(command().args(["--list", "--format", "terse"]))?;
    let ignored = listed(command().args(["--list", "--ignored", "--format", "terse"]))?;
    Ok(Listing {
        names,
        ignored: ignored.into_iter().collect(),
    })
}

fn listed(command: &mut Command) -> Result<Vec<String>> {
    let shown = command.get_program().to_string_lossy().into_owned();
    let output = command
        .stdin(Stdio::null())
        .output()
        .with_context(|| format!("start `{shown}`"))?;
    if !output.status.success() {
        bail!(
            "`{shown} --list` failed ({}): {}",
            output.status,
            String::from_utf8_lossy(&output.stderr).trim()
        );
    }
    Ok(names(&String::from_utf8_lossy(&output.stdout)))
}

/// The names in a terse listing.
pub fn names(listing: &str) -> Vec<String> {
    let name = |line: &str| {
        line.strip_suffix(": test")
            .or_else(|| line.strip_suffix(": benchmark"))
            .map(str::to_owned)
    };
    listing.lines().filter_map(name).collect()
}

/// Runs `wanted` of a program. `arguments` are the user's for it; `listed` says whether the names must be given, since
/// `arguments` alone would run others too.
///
/// With `aside`, what it prints on stdout goes to stderr. Its log lies in `mamo_dir`, where it is swept if we are killed.
pub fn run(
    mamo_dir: &Path,
    command: impl Fn() -> Command,
    wanted: &[String],
    arguments: &[String],
    listed: bool,
    aside: bool,
) -> Result<Run> {
    let mut all = Run {
        success: true,
        ..Run::default()
    };
    let started = Instant::now();
    for chunk in chunks(wanted, listed) {
        let mut command = command();
        command.args(arguments);
        if listed {
            command.arg("--exact").args(chunk);
        }
        let log = Log::new(mamo_dir);
        command.arg("--logfile").arg(log.path());
        if aside {
            command.stdout(std::io::stderr());
        }
        let (status, stuck) = wait(&mut command)?;
        let text = std::fs::read_to_string(log.path()).unwrap_or_default();
        judge(&text, chunk, status, &mut all);
        all.warnings.extend(stuck);
    }
    let count = u32::try_from(wanted.len().max(1)).unwrap_or(u32::MAX);
    all.average = started.elapsed() / count;
    Ok(all)
}

/// Where a program writes its log.
enum Log {
    /// Among what is unfinished: locked as long as we live.
    Own(Unfinished),
    /// Where nothing can be written there.
    Elsewhere(PathBuf),
}

impl Log {
    fn new(mamo_dir: &Path) -> Self {
        let elsewhere = |_| Self::Elsewhere(std::env::temp_dir().join(unique_name(".mamo-log")));
        Unfinished::write(mamo_dir, &[]).map_or_else(elsewhere, Self::Own)
    }

    fn path(&self) -> &Path {
        match self {
            Self::Own(file) => file.path(),
            Self::Elsewhere(path) => path,
        }
    }
}

impl Drop for Log {
    fn drop(&mut self) {
        if let Self::Elsewhere(path) = self {
            let _ = std::fs::remove_file(path);
        }
    }
}

/// Runs a program without a harness: one test, `main`.
pub fn run_main(command: impl Fn() -> Command, arguments: &[String], aside: bool) -> Result<Run> {
    let started = Instant::now();
    let mut command = command();
    if aside {
        command.stdout(std::io::stderr());
    }
    let status = command
        .args(arguments)
        .status()
        .with_context(|| format!("start `{}`", command.get_program().display()))?;
    let outcome = if status.success() {
        Outcome::Passed
    } else {
        Outcome::Failed
    };
    let outcomes = BTreeMap::from([("main".to_string(), outcome)]);
    Ok(Run {
        outcomes,
        success: status.success(),
        average: started.elapsed(),
        warnings: Vec::new(),
    })
}

fn chunks(wanted: &[String], listed: bool) -> Vec<&[String]> {
    if !listed {
        return vec![wanted];
    }
    let mut chunks = Vec::new();
    let (mut start, mut length) = (0, 0);
    for (n, name) in wanted.iter().enumerate() {
        if length + name.len() + 1 > LONGEST_LIST && n > start {
            chunks.push(&wanted[start..n]);
            (start, length) = (n, 0);
        }
        length += name.len() + 1;
    }
    chunks.push(&wanted[start..]);
    chunks
}

/// Starts a program and waits for it. Its stderr passes through here only to drop libtest's remark on the log file.
fn wait(command: &mut Command) -> Result<(ExitStatus, Option<String>)> {
    let shown = command.get_program().display().to_string();
    let mut child = command
        .stderr(Stdio::piped())
        .spawn()
        .with_context(|| format!("start `{shown}`"))?;
    let done = forward_stderr(&mut child);
    let status = child
        .wait()
        .with_context(|| format!("wait for `{shown}`"))?;
    // A process that the tests left behind may hold stderr open; it is not waited for.
    let stuck =
        done.recv_timeout(Duration::from_millis(500)) == Err(mpsc::RecvTimeoutError::Timeout);
    Ok((
        status,
        stuck.then(|| format!("`{shown}` left a process behind")),
    ))
}

fn forward_stderr(child: &mut Child) -> mpsc::Receiver<()> {
    let (sender, receiver) = mpsc::channel();
    if let Some(stderr) = child.stderr.take() {
        std::thread::spawn(move || {
            let mut stderr = BufReader::new(stderr);
            let mut first = Vec::new();
            let _ = stderr.read_until(b'\n', &mut first);
            let mut out = std::io::stderr();
            if !first.starts_with(b"warning: `--logfile` is deprecated") {
                let _ = out.write_all(&first);
            }
            let mut buffer = [0; 8192];
            while let Ok(count @ 1..) = stderr.read(&mut buffer) {
                let _ = out.write_all(&buffer[..count]);
            }
            let _ = sender.send(());
        });
    }
    receiver
}

/// Reads one program's log. `ok NAME` is a pass if NAME was asked for and its line is whole.
pub(crate) fn judge(log: &str, wanted: &[String], status: ExitStatus, all: &mut Run) {
    let wanted: BTreeSet<&str> = wanted.iter().map(String::as_str).collect();
    let whole = log.rfind('\n').map_or("", |end| &log[..=end]);
    let mut seen = BTreeMap::<&str, Outcome>::new();
    for line in whole.lines() {
        // A failure's message may hold blanks and lines of its own: its last word, on whatever line, is the name.
        let passed = line
            .strip_prefix("ok ")
            .filter(|name| wanted.contains(name));
        let failed = || {
            line.rsplit(' ')
                .next()
                .filter(|name| wanted.contains(name) && !line.starts_with("ignored"))
        };
        if let Some(name) = passed {
            // Said twice is said by someone else.
            let again = seen.insert(name, Outcome::Passed).is_some();
            if again {
                seen.insert(name, Outcome::Failed);
            }
        } else if let Some(name) = failed() {
            seen.insert(name, Outcome::Failed);
        }
    }
    let failures = seen.values().any(|outcome| *outcome == Outcome::Failed);
    all.success &= status.success();
    match (status.success(), failures) {
        (true, true) => {
            all.warnings.push(
                "a test program ended well although a test failed; nothing of it is remembered"
                    .into(),
            );
            seen.retain(|_, outcome| *outcome == Outcome::Failed);
        }
        (false, false)
            if status.code() == Some(101) && wanted.iter().all(|name| seen.contains_key(name)) =>
        {
            all.warnings.push(
                "a test program failed although every test passed; nothing of it is remembered"
                    .into(),
            );
            seen.clear();
        }
        _ => {}
    }
    let unseen = wanted
        .iter()
        .filter(|name| !seen.contains_key(*name))
        .count();
    if unseen > 0 && !failures {
        all.warnings.push(format!("a test program ended ({status}) without a result for {unseen} of its tests; they will run again"));
    }
    all.outcomes.extend(
        seen.into_iter()
            .map(|(name, outcome)| (name.to_string(), outcome)),
    );
}

#[cfg(all(test, unix))]
mod tests {
    use super::*;
    use std::os::unix::process::ExitStatusExt;

    fn judged(log: &str, code: i32) -> Run {
        let mut run = Run {
            success: true,
            ..Run::default()
        };
        let wanted = ["a", "b", "m::c"].map(String::from);
        judge(log, &wanted, ExitStatus::from_raw(code << 8), &mut run);
        run
    }

    #[test]
    fn only_whole_lines_of_wanted_tests_are_passes() {
        let run = judged("ok a\nok zzz\nfailed: said\nok b\n in vain b\nok m::", 101);
        assert_eq!(run.outcomes["a"], Outcome::Passed);
        assert_eq!(run.outcomes["b"], Outcome::Failed);
        assert_eq!(run.outcomes.len(), 2);
        assert!(!run.success);
    }

    #[test]
    fn a_log_that_disagrees_with_the_exit_status_proves_nothing() {
        assert!(judged("ok a\nok b\nok m::c\n", 101).outcomes.is_empty());
        let run = judged("ok a\nfailed b\nok m::c\n", 0);
        assert_eq!(
            run.outcomes.into_iter().collect::<Vec<_>>(),
            [("b".to_string(), Outcome::Failed)]
        );
    }

    #[test]
    fn passes_before_a_crash_are_seen() {
        let mut run = Run {
            success: true,
            ..Run::default()
        };
        judge(
            "ok a\n",
            &["a", "b"].map(String::from),
            ExitStatus::from_raw(6),
            &mut run,
        );
        assert_eq!(run.outcomes.len(), 1);
        assert_eq!(run.warnings.len(), 1);
    }

    #[test]
    fn long_lists_are_cut_without_losing_a_name() {
        let names: Vec<String> = (0..30_000).map(|n| format!("module::test_{n}")).collect();
        let chunks = chunks(&names, true);
        assert!(chunks.len() > 1);
        assert_eq!(chunks.concat(), names);
    }
}
