//! Plain `cargo test` from beginning to end, within a time limit: the truth that a plan is held against.
//!
//! Nothing of mamo's own running of tests is used here. Results are read from what cargo and libtest print; a program
//! whose closing line is missing crashed or was stopped, and its tests without a result are suspects.

use super::{Request, doctests, program};
use crate::cargo::harness::Outcome;
use crate::facts::{Facts, TargetKind, UnitIndex};
use crate::interrupt;
use crate::plan::{Kind, TestId};
use anyhow::{Context, Result};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};
use std::fs::File;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::time::{Duration, Instant};

/// How often a running cargo is looked at.
const TICK: Duration = Duration::from_millis(30);

/// What plain cargo said of one state of the source.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Trial {
    /// It did not compile.
    Broken,
    /// It compiled, and the tests were run.
    Ran(Results),
    /// The user interrupted: nothing is known.
    Interrupted,
}

/// What the tests said.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Results {
    /// Tests that passed.
    pub passed: BTreeSet<TestId>,
    /// Tests that failed.
    pub failed: BTreeSet<TestId>,
    /// Programs that ended without a closing line: their ids, without a test's name.
    pub torn: BTreeSet<TestId>,
    /// Was it stopped at the time limit?
    pub stopped: bool,
    /// How long the tests took, in milliseconds.
    pub millis: u64,
}

/// Where lines of output belong.
#[derive(Clone, Debug, Default)]
pub struct Sections {
    programs: BTreeMap<String, (TestId, bool)>,
    libraries: BTreeMap<String, TestId>,
}

impl Sections {
    /// The test programs and documented libraries of a build; `lists` says whether a unit's program prints its tests.
    pub fn of(facts: &Facts, lists: impl Fn(UnitIndex) -> bool) -> Self {
        let mut sections = Self::default();
        for (index, unit) in facts.units.iter().enumerate() {
            let id = |kind| TestId {
                package: facts.package_of(unit).name.clone(),
                kind,
                target: unit.target.clone(),
                name: String::new(),
            };
            let file = unit.executable.as_deref().and_then(Path::file_name);
            if let Some(file) = file.filter(|_| unit.test) {
                let name = file.to_string_lossy().into_owned();
                sections
                    .programs
                    .insert(name, (id(kind_of(unit.kind)), lists(index)));
            }
            if unit.doctest && !unit.test {
                for name in [&unit.target, &unit.crate_name] {
                    sections.libraries.insert(name.clone(), id(Kind::Doc));
                }
            }
        }
        sections
    }
}

fn kind_of(kind: TargetKind) -> Kind {
    match kind {
        TargetKind::Lib | TargetKind::ProcMacro | TargetKind::BuildScript => Kind::Lib,
        TargetKind::Bin => Kind::Bin,
        TargetKind::Test => Kind::Test,
        TargetKind::Example => Kind::Example,
        TargetKind::Bench => Kind::Bench,
    }
}

/// Builds and runs every test of `request` in `cwd`; what is printed goes to the file `log`.
pub fn run(
    cwd: &Path,
    request: &Request,
    sections: &Sections,
    limit: Duration,
    log: &Path,
) -> Result<Trial> {
    // Compiling is not what the limit is for, but a macro may never end either.
    let built = watched(cargo(cwd, request, "--no-run"), limit * 10, log)?;
    if interrupt::happened() {
        return Ok(Trial::Interrupted);
    }
    if !built.is_some_and(|status| status.success()) {
        return Ok(Trial::Broken);
    }
    let started = Instant::now();
    let ended = watched(cargo(cwd, request, "--no-fail-fast"), limit, log)?;
    let millis = u64::try_from(started.elapsed().as_millis()).unwrap_or(u64::MAX);
    if interrupt::happened() {
        return Ok(Trial::Interrupted);
    }
    let text = std::fs::read(log).with_context(|| format!("read `{}`", log.display()))?;
    let mut results = read(&String::from_utf8_lossy(&text), sections);
    results.stopped = ended.is_none();
    results.millis = millis;
    Ok(Trial::Ran(results))
}

fn cargo(cwd: &Path, request: &Request, how: &str) -> Command {
    let mut cargo = Command::new(program());
    cargo.arg(request.verb).arg(how).current_dir(cwd);
    cargo.args(&request.packages).args(&request.targets);
    cargo.args(&request.compile).args(&request.manner);
    cargo
        .env("CARGO_TERM_COLOR", "never")
        .env("RUST_BACKTRACE", "0");
    cargo
}

/// Runs to the end, or to the limit: then `None`.
fn watched(mut command: Command, limit: Duration, log: &Path) -> Result<Option<ExitStatus>> {
    let file = File::create(log).with_context(|| format!("create `{}`", log.display()))?;
    let both = file.try_clone().context("share a file handle")?;
    command.stdin(Stdio::null()).stdout(file).stderr(both);
    #[cfg(unix)]
    std::os::unix::process::CommandExt::process_group(&mut command, 0);
    let mut child = command.spawn().context("start cargo")?;
    let started = Instant::now();
    loop {
        if let Some(status) = child.try_wait().context("wait for cargo")? {
            return Ok(Some(status));
        }
        if started.elapsed() > limit || interrupt::happened() {
            stop(&mut child);
            return Ok(None);
        }
        std::thread::sleep(TICK);
    }
}

/// Ends cargo and what it started.
fn stop(child: &mut Child) {
    if cfg!(unix) {
        let group = format!("-{}", child.id());
        let _ = Command::new("kill")
            .args(["-KILL", "--", &group])
            .stderr(Stdio::null())
            .status();
    }
    let _ = child.kill();
    let _ = child.wait();
}

/// What is open while output is read.
#[derive(Default)]
struct Reading {
    section: Option<(TestId, bool)>,
    closed: bool,
    failures: usize,
    results: Results,
}

/// Reads what `cargo test` printed, both streams in one.
pub(crate) fn read(text: &str, sections: &Sections) -> Results {
    let mut reading = Reading::default();
    for line in text.lines() {
        reading.line(line, sections);
    }
    reading.close();
    for (id, _) in sections.programs.values().filter(|(_, harness)| !harness) {
        reading.silent(id, text);
    }
    reading.results
}

impl Reading {
    fn line(&mut self, line: &str, sections: &Sections) {
        let trimmed = line.trim_start();
        let running = trimmed.strip_prefix("Running ").and_then(executable);
        let documented = trimmed.strip_prefix("Doc-tests ");
        let program = running.and_then(|name| sections.programs.get(&name).cloned());
        let library = documented.and_then(|name| sections.libraries.get(name));
        if let Some(next) = program.or_else(|| library.map(|id| (id.clone(), true))) {
            self.close();
            self.section = Some(next);
        } else if line.starts_with("test result: ") {
            // A program that says another number than was seen lost a line to a test's own output.
            let said = line.split("; ").nth(1).and_then(|part| {
                part.strip_suffix(" failed")
                    .and_then(|n| n.parse::<usize>().ok())
            });
            self.closed = said == Some(self.failures);
            self.failures = 0;
        } else if let (Some((section, true)), Some((name, outcome))) =
            (&self.section, doctests::result_in(line))
        {
            let id = TestId {
                name,
                ..section.clone()
            };
            match outcome {
                Some(Outcome::Failed) => {
                    self.failures += 1;
                    self.results.failed.insert(id);
                }
                Some(Outcome::Passed) => {
                    self.results.passed.insert(id);
                }
                None => {}
            }
        }
    }

    fn close(&mut self) {
        if let Some((section, true)) = self.section.take()
            && !self.closed
        {
            self.results.torn.insert(section);
        }
        self.closed = false;
        self.failures = 0;
    }

    /// A target without a harness prints no test lines; cargo's closing list tells whether it failed.
    fn silent(&mut self, id: &TestId, text: &str) {
        let named = TestId {
            name: "main".to_string(),
            ..id.clone()
        };
        let flag = if id.kind == Kind::Lib {
            "--lib`".to_string()
        } else {
            format!("--{} {}`", id.kind.as_str(), id.target)
        };
        if text
            .lines()
            .any(|line| line.starts_with("    `") && line.ends_with(&flag))
        {
            self.results.failed.insert(named);
        } else {
            self.results.passed.insert(named);
        }
    }
}

/// `unittests src/lib.rs (target/debug/deps/name-0123)` → `name-0123`
fn executable(rest: &str) -> Option<String> {
    let path = rest.rsplit_once('(')?.1.strip_suffix(')')?;
    let name = PathBuf::from(path);
    Some(name.file_name()?.to_string_lossy().into_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sections() -> Sections {
        let id = |kind| TestId {
            package: "p".into(),
            kind,
            target: "p".into(),
            name: String::new(),
        };
        Sections {
            programs: BTreeMap::from([("p-01".to_string(), (id(Kind::Lib), true))]),
            libraries: BTreeMap::from([("p".to_string(), id(Kind::Doc))]),
        }
    }

    #[test]
    fn results_go_to_the_program_whose_lines_they_follow() {
        let text = "     Running unittests src/lib.rs (target/debug/deps/p-01)\n\nrunning 2 tests\ntest a ... ok\n\
            test b - should panic ... FAILED\n\ntest result: FAILED. 1 passed; 1 failed; 0 ignored\n\n   Doc-tests p\n\
            test src/lib.rs - f (line 3) - compile ... ok\ntest result: ok. 1 passed; 0 failed; 0 ignored\n";
        let read = read(text, &sections());
        let names = |all: &BTreeSet<TestId>| {
            all.iter()
                .map(|id| (id.kind, id.name.clone()))
                .collect::<Vec<_>>()
        };
        assert_eq!(
            names(&read.passed),
            [
                (Kind::Lib, "a".to_string()),
                (Kind::Doc, "src/lib.rs - f (line 3)".to_string())
            ]
        );
        assert_eq!(names(&read.failed), [(Kind::Lib, "b".to_string())]);
        assert!(read.torn.is_empty());
    }

    #[test]
    fn a_program_without_a_closing_line_is_torn() {
        let text = "     Running unittests src/lib.rs (target/debug/deps/p-01)\ntest a ... ok\n   Doc-tests p\n\
            test result: FAILED. 0 passed; 1 failed; 0 ignored\n";
        let torn: Vec<Kind> = read(text, &sections())
            .torn
            .iter()
            .map(|id| id.kind)
            .collect();
        assert_eq!(torn, [Kind::Lib, Kind::Doc]);
    }
}
