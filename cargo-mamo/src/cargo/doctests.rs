//! Documentation tests: rustdoc builds and runs them, through cargo.
//!
//! Their names and results are read from what is printed, which also goes on to the user. A group of doctests passed
//! only if cargo said so; single lines are never enough.

use super::harness::Outcome;
use super::{Request, command};
use crate::analysis::Layout;
use crate::timings;
use anyhow::{Context, Result};
use cargo_metadata::{Artifact, Message};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

/// The doctests of a library as they were seen, and what decided which they are.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Doctests {
    /// What decided.
    pub layout: Layout,
    /// All of them.
    pub all: Vec<Doctest>,
}

/// A doctest as it was seen.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Doctest {
    /// rustdoc's name.
    pub name: String,
    /// The name of the code block that it was, if it was found.
    pub block: Option<String>,
    /// Does it stay ignored?
    pub ignored: bool,
}

/// What running doctests came to.
#[derive(Clone, Debug, Default)]
pub struct DocRun {
    /// By name, in any package that was run; ignored ones are `None`.
    pub outcomes: BTreeMap<String, Option<Outcome>>,
    /// Names that were listed, not run.
    pub listed: Vec<String>,
    /// Do the lines seen agree with the totals that were printed?
    pub counted: bool,
    /// Files of every library that was built for it or was fresh.
    pub libraries: BTreeSet<PathBuf>,
    /// Did cargo end well?
    pub success: bool,
    /// How long all of it took, building included.
    pub took: Duration,
}

/// Runs the doctests of the packages that `packages` (cargo's arguments) name. `pass_on` gets all that is printed.
pub fn run(
    cwd: &Path,
    request: &Request,
    packages: &[std::ffi::OsString],
    arguments: &[String],
    no_fail_fast: bool,
    pass_on: impl Fn(&str),
) -> Result<DocRun> {
    let mut cargo = cargo_for(cwd, request, packages);
    if no_fail_fast {
        cargo.arg("--no-fail-fast");
    }
    cargo.arg("--").args(arguments);
    super::share_home(&mut cargo);
    follow(&mut cargo, pass_on)
}

/// Lists doctests as [`run`] would run them, and says nothing.
pub fn list(
    cwd: &Path,
    request: &Request,
    packages: &[std::ffi::OsString],
    arguments: &[String],
) -> Result<DocRun> {
    let mut cargo = cargo_for(cwd, request, packages);
    cargo.arg("--").args(arguments);
    super::share_home(&mut cargo);
    follow(cargo.stderr(Stdio::null()), |_| {})
}

fn cargo_for(cwd: &Path, request: &Request, packages: &[std::ffi::OsString]) -> Command {
    let mut cargo = command(cwd, "test");
    cargo
        .args(["--doc", "--message-format=json-render-diagnostics"])
        .args(packages)
        .args(&request.compile);
    // The build has been reported already.
    let manner = request.manner.iter();
    cargo.args(manner.filter(|argument| *argument != "--quiet"));
    cargo
}

/// Starts cargo and reads what it prints.
fn follow(cargo: &mut Command, pass_on: impl Fn(&str)) -> Result<DocRun> {
    let started = Instant::now();
    let mut child = cargo
        .stdout(Stdio::piped())
        .spawn()
        .context("start cargo")?;
    let stdout = child.stdout.take().context("cargo's stdout is piped")?;
    let mut run = DocRun::default();
    let (mut ends, mut total) = (0, 0);
    let mut lines = BufReader::new(stdout);
    let mut line = String::new();
    while lines.read_line(&mut line).unwrap_or(0) > 0 {
        if let Some(artifact) = message_in(&line) {
            run.libraries.extend(artifact);
        } else {
            pass_on(&line);
            let seen = result_in(line.trim_end());
            ends += usize::from(seen.is_some());
            total += total_in(&line).unwrap_or(0);
            run.outcomes.extend(seen);
            run.listed
                .extend(line.trim_end().strip_suffix(": test").map(str::to_owned));
        }
        line.clear();
    }
    let status = child.wait().context("wait for cargo")?;
    run.success = status.success();
    run.counted = ends == total && ends == run.outcomes.len();
    run.took = started.elapsed();
    Ok(run)
}

/// How many tests a line `test result: FAILED. 3 passed; 1 failed; 0 ignored; ..` is about.
fn total_in(line: &str) -> Option<usize> {
    let (_, counts) = line.strip_prefix("test result: ")?.split_once(". ")?;
    let kinds = ["passed", "failed", "ignored"];
    let numbers = counts.split("; ").filter_map(|part| {
        let (number, kind) = part.trim().split_once(' ')?;
        kinds
            .contains(&kind)
            .then_some(number.parse::<usize>().ok()?)
    });
    Some(numbers.sum())
}

/// The files of a library, if the line is a message of cargo's about one; none for other messages.
fn message_in(line: &str) -> Option<Vec<PathBuf>> {
    if !line.starts_with("{\"reason\":") {
        return None;
    }
    Some(match serde_json::from_str(line).ok()? {
        Message::CompilerArtifact(artifact) => {
            timings::compiled(usize::from(!artifact.fresh), 0);
            match artifact.executable {
                None => library_files(&artifact),
                Some(_) => Vec::new(),
            }
        }
        _ => Vec::new(),
    })
}

/// The files that linking to a library reads.
pub fn library_files(artifact: &Artifact) -> Vec<PathBuf> {
    let files = artifact
        .filenames
        .iter()
        .filter(|file| file.extension() == Some("rlib"));
    files.map(|file| file.clone().into()).collect()
}

/// `test src/lib.rs - f (line 3) - compile ... ok`
pub(super) fn result_in(line: &str) -> Option<(String, Option<Outcome>)> {
    let (name, result) = line.strip_prefix("test ")?.rsplit_once(" ... ")?;
    let outcome = match result {
        "ok" => Some(Outcome::Passed),
        "FAILED" => Some(Outcome::Failed),
        result if result.starts_with("ignored") => None,
        _ => return None,
    };
    Some((bare(name), outcome))
}

/// A doctest's name without the remark that libtest prints behind it.
fn bare(name: &str) -> String {
    let remarks = [" - compile fail", " - compile", " - should panic"];
    remarks
        .iter()
        .find_map(|remark| name.strip_suffix(remark))
        .unwrap_or(name)
        .to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn results_are_read_by_rustdocs_own_names() {
        let read = |line| result_in(line).unwrap();
        assert_eq!(
            read("test src/lib.rs - f (line 1) ... ok"),
            ("src/lib.rs - f (line 1)".into(), Some(Outcome::Passed))
        );
        assert_eq!(
            read("test src/lib.rs - g (line 7) - compile fail ... FAILED").0,
            "src/lib.rs - g (line 7)"
        );
        assert_eq!(read("test src/lib.rs - h (line 9) ... ignored").1, None);
        assert_eq!(result_in("test result: ok. 3 passed"), None);
        let line = "test result: FAILED. 3 passed; 1 failed; 2 ignored; 0 measured; 9 filtered out; finished in 0.1s";
        assert_eq!(total_in(line), Some(6));
    }
}
