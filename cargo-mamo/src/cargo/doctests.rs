//! Documentation tests: rustdoc builds and runs them, through one `cargo test --doc` for all libraries.
//!
//! Their names and results are read from what rustdoc prints, which also goes on to the user. A library's doctests passed
//! only if rustdoc said so; single lines are never enough.

use super::harness::Outcome;
use super::record::Stamp;
use super::rustdoc::ORDERS;
use super::rustdoc::orders::{Exchange, Library, Orders, Others};
use super::{Request, Workspace, command};
use crate::analysis::Layout;
use crate::facts::{UnitIndex, is_unit_hash};
use crate::home::Home;
use anyhow::{Context, Result};
use cargo_metadata::Artifact;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Duration;

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

/// What running, or listing, a library's doctests came to.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct DocRun {
    /// By name; ignored ones are `None`.
    pub outcomes: BTreeMap<String, Option<Outcome>>,
    /// Names that were listed, not run, each with whether it stays ignored.
    pub listed: Vec<(String, bool)>,
    /// Do the lines seen agree with the totals that were printed?
    pub counted: bool,
    /// Was a name asked for that rustdoc does not know, so that all were run?
    pub misnamed: bool,
    /// Names of the files of the libraries that they were linked with.
    pub libraries: BTreeSet<String>,
    /// Did rustdoc end well?
    pub success: bool,
    /// How long it took.
    pub took: Duration,
}

impl DocRun {
    /// Two runs of one library, for two targets: a name that both have cannot be answered for.
    pub(super) fn and(mut self, other: Self) -> Self {
        let apart = |name: &String| !self.outcomes.contains_key(name);
        self.counted &= other.counted && other.outcomes.keys().all(apart);
        self.outcomes.extend(other.outcomes);
        self.listed.extend(other.listed);
        self.libraries.extend(other.libraries);
        self.misnamed |= other.misnamed;
        self.success &= other.success;
        self.took += other.took;
        self
    }
}

/// What one `cargo test --doc` came to.
#[derive(Debug)]
pub struct DocRuns {
    /// Did cargo end well?
    pub success: bool,
    /// The libraries whose run was seen to end.
    pub of: BTreeMap<UnitIndex, DocRun>,
}

/// Asks cargo for the doctests of all libraries at once.
#[derive(Debug)]
pub struct Doc<'a> {
    /// Where the user is.
    pub workspace: &'a Workspace,
    /// What was typed.
    pub request: &'a Request,
    /// mamo's directory.
    pub home: &'a Home,
    /// What to do with libraries that no order is for.
    pub others: Others,
}

impl Doc<'_> {
    /// Runs doctests as `libraries`, by the directory of their package, are ordered. `arguments` go to all of them. What is
    /// printed goes to stdout, or with `json` to stderr.
    pub fn run(
        &self,
        libraries: BTreeMap<PathBuf, Library>,
        arguments: &[String],
        no_fail_fast: bool,
        json: bool,
    ) -> Result<DocRuns> {
        let mut cargo = self.cargo();
        if no_fail_fast {
            cargo.arg("--no-fail-fast");
        }
        if json {
            cargo.stdout(std::io::stderr());
        }
        self.follow(cargo, libraries, arguments)
    }

    /// Lists doctests in the same way, and says nothing.
    pub fn list(&self, libraries: BTreeMap<PathBuf, Library>) -> Result<DocRuns> {
        let mut cargo = self.cargo();
        cargo
            .arg("--no-fail-fast")
            .stdout(Stdio::null())
            .stderr(Stdio::null());
        self.follow(cargo, libraries, &[])
    }

    fn cargo(&self) -> Command {
        let mut cargo = command(&self.workspace.cwd, "test");
        cargo.arg("--doc");
        cargo
            .args(&self.request.packages)
            .args(&self.request.compile);
        // The build has been reported already.
        let manner = self.request.manner.iter();
        cargo.args(manner.filter(|argument| *argument != "--quiet"));
        super::share_home(&mut cargo, &self.workspace.root);
        cargo
    }

    /// Starts cargo with ourselves in rustdoc's place, and gathers what that reports.
    fn follow(
        &self,
        mut cargo: Command,
        libraries: BTreeMap<PathBuf, Library>,
        arguments: &[String],
    ) -> Result<DocRuns> {
        let own = std::env::current_exe().context("find mamo's own program")?;
        let variable = std::env::var("RUSTDOC").ok();
        // Without need the variable stays as it is: a build script may ask to be rerun for it.
        if let (None, Some(own)) = (&variable, own.to_str()) {
            let own = toml::Value::from(own);
            cargo.arg("--config").arg(format!("build.rustdoc={own}"));
        } else {
            cargo.env("RUSTDOC", own);
        }
        let orders = Orders {
            rustdoc: self.workspace.rustdoc(),
            variable,
            libraries,
            others: self.others,
        };
        let exchange = Exchange::new(self.home, &orders)?;
        cargo.env(ORDERS, exchange.orders());
        let status = cargo
            .arg("--")
            .args(arguments)
            .status()
            .context("start cargo")?;
        Ok(DocRuns {
            success: status.success(),
            of: exchange.reports(),
        })
    }
}

/// What rustdoc's output says.
pub(crate) fn read(text: &str) -> DocRun {
    let mut run = DocRun::default();
    let (mut ends, mut total) = (0, 0);
    for line in text.lines() {
        let seen = result_in(line);
        ends += usize::from(seen.is_some());
        total = usize::saturating_add(total, total_in(line).unwrap_or(0));
        run.outcomes.extend(seen);
    }
    run.counted = ends == total && ends == run.outcomes.len();
    run
}

/// The names in two listings, of all and of the ignored ones.
pub(crate) fn listed(all: &str, ignored: &str) -> Vec<(String, bool)> {
    let names = |text| str::lines(text).filter_map(|line| line.strip_suffix(": test"));
    let ignored: BTreeSet<&str> = names(ignored).collect();
    names(all)
        .map(|name| (name.to_owned(), ignored.contains(name)))
        .collect()
}

/// Names of the files that linking to a library reads. They hold a digest of features, profile and all below it.
pub fn library_names(artifact: &Artifact) -> impl Iterator<Item = String> {
    let files = artifact.filenames.iter();
    let files = files.filter(|_| artifact.executable.is_none());
    files.filter_map(|file| library_name(file.as_std_path()))
}

/// The name of a file that is linked with. That of a library that other programs load holds no digest: then it is told by when
/// it was written.
pub(super) fn library_name(file: &Path) -> Option<String> {
    let linked = file.extension().is_some_and(|kind| kind != "rmeta");
    let name = file.file_name().filter(|_| linked)?.to_string_lossy();
    let stem = file.file_stem().unwrap_or_default().to_string_lossy();
    let hash = stem.rsplit_once('-').map(|(_, hash)| hash);
    if hash.is_some_and(is_unit_hash) {
        return Some(name.into_owned());
    }
    let written = Stamp::of(file).map(|stamp| (stamp.size, stamp.modified));
    Some(format!("{name} {written:?}"))
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
    // A test can print such a line, with any number.
    Some(numbers.fold(0, usize::saturating_add))
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
    fn a_total_that_no_number_holds_is_a_wrong_total() {
        let line = format!(
            "test result: ok. {0} passed; {0} failed; 0 ignored\n",
            usize::MAX
        );
        let text = format!("test a ... ok\n{line}{line}");
        let run = read(&text);
        assert!(!run.counted && run.outcomes.len() == 1);
    }

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
