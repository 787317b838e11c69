//! nextest: its names for what we call targets and tests, expressions that choose some of them, and its events.
//!
//! nextest builds, runs, retries and reports by its own configuration; what it says on stderr reaches the user untouched.
//! Only a test that it calls `ok` at the first try is seen to pass.

use super::harness::Outcome;
use crate::plan::{Kind, TestId};
use anyhow::{Context, Result};
use serde_json::Value;
use std::collections::BTreeMap;
use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{ExitStatus, Stdio};

/// Outcomes by [`program`] and test.
pub type Outcomes = BTreeMap<(String, String), Outcome>;

/// Is nextest installed?
pub fn is_installed(cwd: &Path) -> bool {
    let mut cargo = super::command(cwd, "nextest");
    let status = cargo
        .arg("--version")
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status();
    status.is_ok_and(|status| status.success())
}

/// Runs `cargo nextest run` with `arguments`. With `read`, its events are asked for and read.
pub fn run(cwd: &Path, arguments: &[String], read: bool) -> Result<(ExitStatus, Outcomes)> {
    let mut cargo = super::command(cwd, "nextest");
    cargo.arg("run");
    super::share_home(&mut cargo, cwd);
    if !read {
        cargo.args(arguments);
        return Ok((cargo.status().context("start cargo")?, Outcomes::new()));
    }
    // Before the user's arguments, which may hold a `--`.
    cargo
        .args(["--message-format", "libtest-json-plus"])
        .args(arguments)
        .env("NEXTEST_EXPERIMENTAL_LIBTEST_JSON", "1");
    let mut child = cargo
        .stdout(Stdio::piped())
        .spawn()
        .context("start cargo")?;
    let stdout = child.stdout.take().context("nextest's stdout is piped")?;
    let mut outcomes = Outcomes::new();
    for line in BufReader::new(stdout).lines() {
        outcomes.extend(outcome_in(&line.context("read nextest's events")?));
    }
    Ok((child.wait().context("wait for nextest")?, outcomes))
}

/// The outcome that one event tells of. Events of several programs come interleaved, and name a program without its kind.
pub(crate) fn outcome_in(line: &str) -> Option<((String, String), Outcome)> {
    let event = serde_json::from_str::<Value>(line).ok()?;
    let outcome = match (event["type"].as_str()?, event["event"].as_str()?) {
        ("test", "ok") => Outcome::Passed,
        ("test", "failed" | "timeout") => Outcome::Failed,
        _ => return None,
    };
    let (program, name) = event["name"].as_str()?.split_once('$')?;
    let (name, tried) = match name.rsplit_once('#') {
        Some((name, _)) => (name, true),
        None => (name, false),
    };
    // What passed only when tried again has done neither.
    let clear = !(tried && outcome == Outcome::Passed);
    clear.then(|| ((program.to_string(), name.to_string()), outcome))
}

/// What nextest's events call the program that a test lies in: a library and a binary may share it.
pub fn program(id: &TestId) -> String {
    format!("{}::{}", id.package, id.target)
}

/// nextest's name for the program that a test lies in.
pub fn binary_id(id: &TestId) -> String {
    let (package, target) = (&id.package, &id.target);
    match id.kind {
        Kind::Lib | Kind::Doc => package.clone(),
        Kind::Test => format!("{package}::{target}"),
        Kind::Bin => format!("{package}::bin/{target}"),
        Kind::Example => format!("{package}::example/{target}"),
        Kind::Bench => format!("{package}::bench/{target}"),
    }
}

/// Chooses tests. A program without a harness is one test of ours, whatever it lists.
#[derive(Clone, Debug, Default)]
pub struct Filter {
    /// By program: tests that are wanted, and how many are not.
    binaries: BTreeMap<String, (Vec<String>, usize)>,
}

impl Filter {
    /// Notes a test; doctests are passed over.
    pub fn add(&mut self, id: &TestId, wanted: bool) {
        if id.kind == Kind::Doc {
            return;
        }
        let (names, others) = self.binaries.entry(binary_id(id)).or_default();
        if wanted {
            names.push(id.name.clone());
        } else {
            *others += 1;
        }
    }

    /// Is nothing wanted?
    pub fn is_empty(&self) -> bool {
        self.binaries.values().all(|(names, _)| names.is_empty())
    }

    /// The expression that chooses just the wanted tests.
    pub fn expression(&self) -> String {
        let parts: Vec<String> = self
            .binaries
            .iter()
            .filter(|(_, (names, _))| !names.is_empty())
            .map(|(binary, (names, others))| Self::of_binary(binary, names, *others == 0))
            .collect();
        if parts.is_empty() {
            "none()".to_string()
        } else {
            parts.join(" | ")
        }
    }

    fn of_binary(binary: &str, names: &[String], whole: bool) -> String {
        let binary = format!("binary_id(={})", escaped(binary));
        if whole {
            return binary;
        }
        let tests: Vec<_> = names
            .iter()
            .map(|name| format!("test(={})", escaped(name)))
            .collect();
        format!("({binary} & ({}))", tests.join(" | "))
    }
}

/// A name inside parentheses of an expression.
fn escaped(name: &str) -> String {
    let mut out = String::new();
    for c in name.chars() {
        if matches!(c, '\\' | '/' | ')' | ',') {
            out.push('\\');
        }
        out.push(c);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_pass_at_the_first_try_counts() {
        let read = |event: &str, name: &str| {
            outcome_in(&format!(
                r#"{{"type":"test","event":"{event}","name":"{name}"}}"#
            ))
        };
        let key = |name: &str| ("p::q".to_string(), name.to_string());
        assert_eq!(
            read("ok", "p::q$m::a"),
            Some((key("m::a"), Outcome::Passed))
        );
        assert_eq!(
            read("failed", "p::q$a#2"),
            Some((key("a"), Outcome::Failed))
        );
        assert_eq!(read("ok", "p::q$a#2"), None);
        assert_eq!(read("ignored", "p::q$a"), None);
        assert_eq!(read("started", "p::q$a"), None);
        assert_eq!(outcome_in("no event"), None);
    }

    #[test]
    fn whole_programs_are_named_alone() {
        let id = |kind, target: &str, name: &str| TestId {
            package: "p".into(),
            kind,
            target: target.into(),
            name: name.into(),
        };
        let mut filter = Filter::default();
        assert_eq!(filter.expression(), "none()");
        filter.add(&id(Kind::Lib, "p", "m::a"), true);
        filter.add(&id(Kind::Lib, "p", "m::b"), false);
        filter.add(&id(Kind::Bin, "x", "c"), true);
        filter.add(&id(Kind::Test, "it", "d"), false);
        filter.add(&id(Kind::Doc, "p", "e"), true);
        assert_eq!(
            filter.expression(),
            "(binary_id(=p) & (test(=m::a))) | binary_id(=p::bin\\/x)"
        );
    }
}
