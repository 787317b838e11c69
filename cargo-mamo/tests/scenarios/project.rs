//! A scratch copy of a scenario, its edits, and the commands that run in it.
//!
//! Nothing of the caller's cargo or mamo settings reaches a command, and every written file is newer than the
//! build before it, because cargo decides by that.

use crate::claim::Claim;
use crate::commands::{self, merged};
use crate::outcome::{self, Plain, Report};
use crate::tree::{Equal, copy, remove, remove_new};
use anyhow::{Context, Result};
use std::collections::BTreeMap;
use std::ffi::OsStr;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

/// A scenario's scratch copy.
pub(crate) struct Project<'a> {
    claim: &'a Claim,
    scenario: &'a Path,
    root: PathBuf,
    store: PathBuf,
}

/// What a command is called with besides its own arguments.
#[derive(Clone, Copy)]
pub(crate) struct Call<'a> {
    /// Cargo's arguments.
    pub(crate) args: &'a [String],
    /// Variables on top of the scenario's.
    pub(crate) env: &'a BTreeMap<String, String>,
}

impl<'a> Project<'a> {
    /// Copies the base of `scenario` to a fresh directory.
    pub(crate) fn of(scenario: &'a Path, claim: &'a Claim) -> Result<Self> {
        let name = scenario.file_name().context("a scenario has a name")?;
        let scratch = Path::new(env!("CARGO_TARGET_TMPDIR"))
            .join("scenarios")
            .join(name);
        if scratch.exists() {
            fs::remove_dir_all(&scratch)
                .with_context(|| format!("remove `{}`", scratch.display()))?;
        }
        let (root, store) = (scratch.join("project"), scratch.join("store"));
        copy(&scenario.join("base"), &root, Equal::Write)?;
        Ok(Self {
            claim,
            scenario,
            root,
            store,
        })
    }

    /// Where the copy lies.
    pub(crate) fn root(&self) -> &Path {
        &self.root
    }

    /// Applies the edit called `name`: its files replace those of the base, and what `REMOVE` lists goes.
    pub(crate) fn apply(&self, name: &str) -> Result<()> {
        let edit = self.scenario.join("edits").join(name);
        if !edit.is_dir() {
            return Ok(());
        }
        copy(&edit, &self.root, Equal::Write)?;
        let list = self.root.join("REMOVE");
        if list.exists() {
            for line in fs::read_to_string(&list)?.lines() {
                remove(&self.root.join(line))?;
            }
            remove(&list)?;
        }
        Ok(())
    }

    /// Puts the base back: every file that differs is written again, every file that is new goes.
    pub(crate) fn undo(&self) -> Result<()> {
        let base = self.scenario.join("base");
        copy(&base, &self.root, Equal::Leave)?;
        remove_new(&self.root, &self.root, &base)
    }

    /// `cargo test --no-fail-fast`, plain.
    pub(crate) fn plain(&self, call: Call) -> Result<Plain> {
        let mut command = self.command("cargo", call);
        command
            .args(["test", "--no-fail-fast", "--message-format=json"])
            .args(call.args);
        let (output, status) = merged(command)?;
        outcome::plain(&output, status)
    }

    /// `cargo mamo test`, with `extra` arguments before those of the call.
    pub(crate) fn mamo(&self, extra: &[&str], call: Call) -> Result<Report> {
        outcome::report(&self.mamo_output(extra, call)?)
    }

    /// Only the exit code of `cargo mamo test`.
    pub(crate) fn mamo_code(&self, call: Call) -> Result<Option<i32>> {
        Ok(self.mamo_output(&["--no-fail-fast"], call)?.status.code())
    }

    fn mamo_output(&self, extra: &[&str], call: Call) -> Result<Output> {
        let mut command = self.command(env!("CARGO_BIN_EXE_cargo-mamo"), call);
        command
            .args(["mamo", "test", "--message-format", "json"])
            .args(extra)
            .args(call.args);
        command.output().context("start `cargo-mamo`")
    }

    fn command(&self, program: impl AsRef<OsStr>, call: Call) -> Command {
        let mut command = commands::scrubbed(program);
        command.envs([
            ("CARGO_NET_OFFLINE", "true"),
            ("CARGO_TERM_COLOR", "never"),
            ("CARGO_INCREMENTAL", "0"),
        ]);
        command
            .env("CARGO_PROFILE_DEV_DEBUG", "0")
            .env("MAMO_DIR", &self.store);
        command.envs(Layout::asked().variables(&self.store.with_file_name("build")));
        command.envs(&self.claim.env).envs(call.env);
        command.current_dir(self.root.join(&self.claim.dir));
        command
    }
}

/// Where cargo puts what it makes on the way.
#[derive(Clone, Copy, Default, PartialEq)]
pub(crate) struct Layout {
    /// One directory for each unit, as newer cargos have it.
    by_unit: bool,
    /// Not the target directory.
    elsewhere: bool,
}

impl Layout {
    /// As `SCENARIO_LAYOUT` says: `v2`, `build-dir`, both with a comma between, or nothing.
    pub(crate) fn asked() -> Self {
        let text = std::env::var("SCENARIO_LAYOUT").unwrap_or_default();
        let mut layout = Self::default();
        for word in text.split(',').filter(|word| !word.is_empty()) {
            match word {
                "v2" => layout.by_unit = true,
                "build-dir" => layout.elsewhere = true,
                other => panic!("`{other}` is no layout"),
            }
        }
        layout
    }

    /// The variables that make cargo have it; `dir` is elsewhere.
    fn variables(self, dir: &Path) -> Vec<(&'static str, PathBuf)> {
        let mut all = Vec::new();
        if self.by_unit {
            all.push(("RUSTC_BOOTSTRAP", "1".into()));
            all.push(("CARGO_UNSTABLE_BUILD_DIR_NEW_LAYOUT", "true".into()));
        }
        if self.elsewhere {
            all.push(("CARGO_BUILD_BUILD_DIR", dir.to_path_buf()));
        }
        all
    }
}
