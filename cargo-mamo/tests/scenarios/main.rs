//! Every directory of `test-fixtures/` that holds a `claim.toml`, run as one test named by its claim.
//!
//! A scenario is a real mini-crate and a few edits of it. The suite asks `cargo mamo test` what it would run
//! after each edit, lets it run, and holds the outcome against a plain `cargo test` of the same tree: see
//! [`judge`]. `SCENARIO_CHECK=plain` leaves mamo out and only checks that each claim is true of plain cargo,
//! which is how a new scenario is written. `SCENARIO_LAYOUT=v2`, `build-dir` or `v2,build-dir` runs those that depend on
//! where cargo puts what it builds, with cargo's newer layout, a build directory of its own, or both.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]

mod claim;
#[path = "../shared/commands.rs"]
mod commands;
mod judge;
mod layout;
#[path = "../shared/outcome.rs"]
mod outcome;
mod project;
#[path = "../shared/tree.rs"]
mod tree;

use crate::claim::Claim;
use crate::project::Layout;
use anyhow::{Context, Result};
use libtest_mimic::{Arguments, Failed, Trial};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

fn main() -> Result<ExitCode> {
    let plain_only = std::env::var("SCENARIO_CHECK").is_ok_and(|mode| mode == "plain");
    let trials = directories()?
        .into_iter()
        .map(|dir| trial(dir, plain_only))
        .collect();
    Ok(libtest_mimic::run(&Arguments::from_args(), trials).exit_code())
}

/// One test: the scenario in `dir`.
fn trial(dir: PathBuf, plain_only: bool) -> Trial {
    let name = dir
        .file_name()
        .unwrap_or_default()
        .to_string_lossy()
        .into_owned();
    Trial::test(name, move || {
        judge::scenario(&dir, plain_only).map_err(|error| Failed::from(format!("{error:#}")))
    })
}

/// Every scenario, in the order of its name.
fn directories() -> Result<Vec<PathBuf>> {
    let fixtures = Path::new(env!("CARGO_MANIFEST_DIR")).join("../test-fixtures");
    let mut found = Vec::new();
    for entry in fixtures
        .read_dir()
        .with_context(|| format!("read `{}`", fixtures.display()))?
    {
        let dir = entry?.path();
        if !dir.join("claim.toml").is_file() {
            continue;
        }
        if Layout::asked() == Layout::default() || Claim::read(&dir)?.layouts {
            found.push(dir);
        }
    }
    found.sort();
    Ok(found)
}
