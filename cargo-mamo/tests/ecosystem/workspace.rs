//! The one scratch copy of the workspace, with one target directory and one store for all cases.
//!
//! The copy and what was compiled in it are kept for the next run of the suite; the store is not.

use crate::case::{Replacement, Step};
use crate::commands::{merged, scrubbed};
use crate::outcome::{self, Plain, Report};
use crate::tree::{Equal, copy, remove, remove_new};
use anyhow::{Context, Result, bail, ensure};
use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

/// Variables of test tools and of hosted machines, which may change what tests do.
const TOOLS: &[&str] = &["CI", "INSTA_", "PROPTEST_", "QUICKCHECK_", "UPDATE_EXPECT"];

/// After so many steps the base is recorded anew, because mamo keeps no more than eight passes of a test.
const MOST_STEPS: usize = 6;

/// Where the suite's own files lie.
pub(crate) fn fixture() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../test-fixtures/ecosystem")
}

/// What decides on tests.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Trust {
    /// Names in source.
    Source,
    /// Compiled code.
    Code,
}

impl Trust {
    /// What `ECOSYSTEM_TRUST` says; source, if it says nothing.
    pub(crate) fn asked() -> Result<Self> {
        let asked = std::env::var("ECOSYSTEM_TRUST").unwrap_or_default();
        match asked.as_str() {
            "" | "source" => Ok(Self::Source),
            "code" => Ok(Self::Code),
            _ => bail!("ECOSYSTEM_TRUST is `{asked}`: neither `source` nor `code`"),
        }
    }
}

/// The scratch copy.
pub(crate) struct Workspace {
    base: PathBuf,
    root: PathBuf,
    scratch: PathBuf,
    pub(crate) trust: Trust,
    is_ready: bool,
    /// Packages all of whose tests are recorded as passed, as the base has them, with the steps since.
    recorded: BTreeMap<String, usize>,
}

/// How one step's commands are called.
#[derive(Clone, Copy)]
pub(crate) struct Call<'a> {
    /// The package whose tests are asked for.
    pub(crate) package: &'a str,
    /// The step's variables.
    pub(crate) env: &'a BTreeMap<String, String>,
    /// Another target directory than the usual one.
    pub(crate) target: Option<&'a Path>,
}

impl<'a> Call<'a> {
    /// The base as it is, with no variables; `env` is empty.
    pub(crate) fn unchanged(package: &'a str, env: &'a BTreeMap<String, String>) -> Self {
        Self {
            package,
            env,
            target: None,
        }
    }
}

impl Workspace {
    /// Names the places, and touches nothing yet.
    pub(crate) fn new(trust: Trust) -> Self {
        let name = match trust {
            Trust::Source => "ecosystem",
            Trust::Code => "ecosystem-code",
        };
        let scratch = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
        Self {
            trust,
            base: fixture().join("base"),
            root: scratch.join("project"),
            scratch,
            is_ready: false,
            recorded: BTreeMap::new(),
        }
    }

    /// Makes the copy what the base is, empties the store, and fetches what the registry has, once.
    pub(crate) fn prepare(&mut self) -> Result<()> {
        if self.is_ready {
            return Ok(());
        }
        self.forget()?;
        self.undo()?;
        let fetched = scrubbed("cargo")
            .args(["fetch", "--locked"])
            .current_dir(&self.root)
            .output()
            .context("start `cargo`")?;
        ensure!(
            fetched.status.success(),
            "the suite needs the registry: {}",
            String::from_utf8_lossy(&fetched.stderr)
        );
        self.is_ready = true;
        Ok(())
    }

    /// Empties the store.
    fn forget(&mut self) -> Result<()> {
        self.recorded.clear();
        let store = self.scratch.join("store");
        if store.exists() {
            remove(&store)?;
        }
        Ok(())
    }

    /// All tests of `package` pass as the base has them, and are recorded; `steps` more are to come.
    pub(crate) fn record_base(&mut self, package: &str, steps: usize) -> Result<()> {
        let since = self.recorded.get(package).copied().unwrap_or(MOST_STEPS);
        if since + steps > MOST_STEPS {
            self.forget()?;
            let env = BTreeMap::new();
            let first = self.mamo(&["--no-fail-fast"], Call::unchanged(package, &env))?;
            ensure!(first.code == Some(0), "the first run: {first:#?}");
            self.recorded.insert(package.to_owned(), steps);
        } else {
            self.recorded.insert(package.to_owned(), since + steps);
        }
        Ok(())
    }

    /// What was recorded of `package` may be wrong.
    pub(crate) fn distrust(&mut self, package: &str) {
        self.recorded.remove(package);
    }

    /// An empty target directory.
    pub(crate) fn fresh_target(&self) -> Result<PathBuf> {
        let target = self.scratch.join("fresh-target");
        if target.exists() {
            remove(&target)?;
        }
        Ok(target)
    }

    /// Changes the files of one step.
    pub(crate) fn apply(&self, package: &str, step: &Step) -> Result<()> {
        let dir = self.root.join("crates").join(package);
        for edit in step.edit.iter().chain(&step.also) {
            replace(&dir, edit)?;
        }
        for (path, text) in &step.write {
            let path = dir.join(path);
            let parent = path.parent().context("a file lies in a directory")?;
            fs::create_dir_all(parent)?;
            fs::write(&path, text).with_context(|| format!("write `{}`", path.display()))?;
        }
        Ok(())
    }

    /// Puts the base back.
    pub(crate) fn undo(&self) -> Result<()> {
        copy(&self.base, &self.root, Equal::Leave)?;
        remove_new(&self.root, &self.root, &self.base)
    }

    /// `cargo test --no-fail-fast`, plain.
    pub(crate) fn plain(&self, call: Call) -> Result<Plain> {
        let mut command = self.command("cargo".into(), call);
        command
            .args(["test", "--no-fail-fast", "--message-format=json"])
            .args(["--tests", "-p", call.package]);
        let (output, status) = merged(command)?;
        outcome::plain(&output, status)
    }

    /// `cargo mamo test`, with `extra` arguments: of this build, or the one that `ECOSYSTEM_MAMO` names.
    pub(crate) fn mamo(&self, extra: &[&str], call: Call) -> Result<Report> {
        let own = PathBuf::from(env!("CARGO_BIN_EXE_cargo-mamo"));
        let program = std::env::var_os("ECOSYSTEM_MAMO").map_or(own, PathBuf::from);
        let mut command = self.command(program, call);
        command
            .args(["mamo", "test", "--message-format", "json"])
            .args(["--tests", "-p", call.package])
            .args(extra);
        outcome::report(&command.output().context("start `cargo-mamo`")?)
    }

    fn command(&self, program: PathBuf, call: Call) -> Command {
        let mut command = scrubbed(program);
        for (name, _) in std::env::vars_os() {
            let text = name.to_string_lossy();
            if TOOLS.iter().any(|start| text.starts_with(start)) {
                command.env_remove(&name);
            }
        }
        let (trust, incremental) = match self.trust {
            Trust::Source => ("source", "0"),
            Trust::Code => ("code", "1"),
        };
        command.envs([
            ("CARGO_NET_OFFLINE", "true"),
            ("CARGO_TERM_COLOR", "never"),
            ("CARGO_INCREMENTAL", incremental),
            ("MAMO_TRUST", trust),
        ]);
        command.env("MAMO_DIR", self.scratch.join("store"));
        let root = self.root.to_string_lossy();
        for (name, value) in call.env {
            command.env(name, value.replace("{root}", &root));
        }
        if let Some(target) = call.target {
            command.env("CARGO_TARGET_DIR", target);
        }
        command.current_dir(&self.root);
        command
    }
}

/// Replaces a text that stands once in its file.
fn replace(dir: &Path, Replacement(file, from, to): &Replacement) -> Result<()> {
    let path = dir.join(file);
    let text = fs::read_to_string(&path).with_context(|| format!("read `{}`", path.display()))?;
    let count = text.matches(from).count();
    ensure!(count == 1, "`{from}` stands {count} times in `{file}`");
    fs::write(&path, text.replace(from, to)).with_context(|| format!("write `{}`", path.display()))
}
