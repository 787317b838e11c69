//! Every case of `test-fixtures/ecosystem/cases/`, run as one test named `package::case`.
//!
//! The workspace beside it uses crates of the registry as their documentation shows them. A case edits it, or says
//! what else changes, and *plain cargo is the judge*: each test that fails there must have been run by mamo, and have
//! failed. What a case says itself is only which tests must be reused. See [`judge`], and the folder's README for how
//! to add one.
//!
//! With `ECOSYSTEM_TRUST=code` compiled code decides, and nothing that names get wrong is wrong.
//!
//! It needs the registry, so `cargo test` does not start it by itself: `cargo test -p cargo-mamo --test ecosystem`.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]

mod case;
#[path = "../shared/commands.rs"]
mod commands;
mod judge;
#[path = "../shared/outcome.rs"]
mod outcome;
#[path = "../shared/tree.rs"]
mod tree;
mod workspace;

use anyhow::{Context, Result};
use case::Case;
use libtest_mimic::{Arguments, Failed, Trial};
use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::{Arc, Mutex, PoisonError};
use workspace::{Trust, Workspace};

fn main() -> Result<ExitCode> {
    let workspace = Arc::new(Mutex::new(Workspace::new(Trust::asked()?)));
    let mut trials = Vec::new();
    for path in files()? {
        let package = path.file_stem().unwrap_or_default().to_string_lossy();
        for (name, case) in case::read(&path)? {
            trials.push(trial(&package, &name, case, &workspace));
        }
    }
    let arguments = Arguments {
        test_threads: Some(1),
        ..Arguments::from_args()
    };
    Ok(libtest_mimic::run(&arguments, trials).exit_code())
}

/// One test: `case` on the one workspace that all share.
fn trial(package: &str, name: &str, case: Case, workspace: &Arc<Mutex<Workspace>>) -> Trial {
    let (package, workspace) = (package.to_owned(), Arc::clone(workspace));
    Trial::test(format!("{package}::{name}"), move || {
        let mut workspace = workspace.lock().unwrap_or_else(PoisonError::into_inner);
        judge::case(&mut workspace, &package, &case)
            .map_err(|error| Failed::from(format!("{error:#}")))
    })
}

/// The files with cases, each named for the package that it edits.
fn files() -> Result<Vec<PathBuf>> {
    let dir = workspace::fixture().join("cases");
    let mut found = Vec::new();
    for entry in dir
        .read_dir()
        .with_context(|| format!("read `{}`", dir.display()))?
    {
        found.push(entry?.path());
    }
    found.sort();
    Ok(found)
}
