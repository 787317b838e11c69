//! Documentation tests: rustdoc builds and runs them, through cargo.
//!
//! Their names and results are read from what is printed, which also goes on to the user. A group of doctests passed
//! only if cargo said so; single lines are never enough.

use super::harness::Outcome;
use super::{Request, command};
use anyhow::{Context, Result};
use cargo_metadata::{Artifact, Message};
use std::collections::{BTreeMap, BTreeSet};
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::{Duration, Instant};

/// What running doctests came to.
#[derive(Clone, Debug, Default)]
pub struct DocRun {
    /// By name, in any package that was run; ignored ones are `None`.
    pub outcomes: BTreeMap<String, Option<Outcome>>,
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
    let mut cargo = command(cwd, "test");
    cargo
        .args(["--doc", "--message-format=json-render-diagnostics"])
        .args(packages)
        .args(&request.compile);
    // The build has been reported already.
    cargo.args(
        request
            .manner
            .iter()
            .filter(|argument| *argument != "--quiet"),
    );
    if no_fail_fast {
        cargo.arg("--no-fail-fast");
    }
    cargo.arg("--").args(arguments);
    super::share_home(&mut cargo);
    let started = Instant::now();
    let mut child = cargo
        .stdout(Stdio::piped())
        .spawn()
        .context("start cargo")?;
    let stdout = child.stdout.take().context("cargo's stdout is piped")?;
    let mut outcomes = BTreeMap::new();
    let mut libraries = BTreeSet::new();
    let mut lines = BufReader::new(stdout);
    let mut line = String::new();
    while lines.read_line(&mut line).unwrap_or(0) > 0 {
        if let Some(artifact) = message_in(&line) {
            libraries.extend(artifact);
        } else {
            pass_on(&line);
            outcomes.extend(result_in(line.trim_end()));
        }
        line.clear();
    }
    let status = child.wait().context("wait for cargo")?;
    Ok(DocRun {
        outcomes,
        libraries,
        success: status.success(),
        took: started.elapsed(),
    })
}

/// The files of a library, if the line is a message of cargo's about one; none for other messages.
fn message_in(line: &str) -> Option<Vec<PathBuf>> {
    if !line.starts_with("{\"reason\":") {
        return None;
    }
    Some(match serde_json::from_str(line).ok()? {
        Message::CompilerArtifact(artifact) if artifact.executable.is_none() => {
            library_files(&artifact)
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
    }
}
