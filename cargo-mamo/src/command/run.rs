//! `cargo mamo run`: build a program with its snapshot, and run it with the user's arguments.

use super::{FAILED, USAGE};
use crate::cargo::exit_code;
use crate::cli::RunArgs;
use crate::facts::{TargetKind, Unit};
use crate::session::{Build, Session};
use crate::timings::{self, Step};
use anyhow::{Context, Result};
use std::path::Path;
use std::process::ExitCode;

/// Builds and runs.
pub fn run(session: &Session, args: &RunArgs) -> Result<ExitCode> {
    let mut selection = args.selection.clone();
    if selection.targets().is_empty() {
        selection.bins = true;
    }
    let request = Session::request("build", &selection, &args.compile);
    let Some(build) = session.build(&request)? else {
        return Ok(ExitCode::from(FAILED));
    };
    session.tell_warnings();
    let (unit, executable) = match choose(&build) {
        Ok(chosen) => chosen,
        Err(error) => {
            session.shell.error(&error);
            return Ok(ExitCode::from(USAGE));
        }
    };
    let shown = executable
        .strip_prefix(&session.workspace.cwd)
        .unwrap_or(executable)
        .display();
    session.shell.progress(format!("     Running `{shown}`"));
    let mut command = build.command(unit, executable);
    // As cargo: a program runs where the user is, a test in its package.
    command
        .current_dir(&session.workspace.cwd)
        .args(&args.arguments);
    let status = timings::during(Step::Run, || command.status())
        .with_context(|| format!("start `{}`", executable.display()))?;
    Ok(exit_code(status))
}

/// The one program that was built of the selected packages, or the one that `default-run` names.
fn choose(build: &Build) -> Result<(&Unit, &Path)> {
    let runnable = |unit: &&Unit| {
        matches!(unit.kind, TargetKind::Bin | TargetKind::Example)
            && !unit.test
            && build.record.selects(unit.package)
    };
    let found: Vec<_> = build
        .facts()
        .units
        .iter()
        .filter(runnable)
        .filter_map(|unit| Some((unit, unit.executable.as_deref()?)))
        .collect();
    let default = found.iter().find(|(unit, _)| {
        let manifest =
            crate::cargo::manifest::read(&build.facts().package_of(unit).dir.join("Cargo.toml"));
        let named = manifest
            .get("package")
            .and_then(|package| package.get("default-run"))
            .and_then(|name| name.as_str());
        named == Some(unit.target.as_str())
    });
    match (found.as_slice(), default) {
        ([one], _) | (_, Some(one)) => Ok(*one),
        ([], None) => anyhow::bail!("there is no program to run"),
        (several, None) => {
            let names: Vec<_> = several
                .iter()
                .map(|(unit, _)| unit.target.as_str())
                .collect();
            let hint = anyhow::anyhow!("hint: choose one with --bin NAME");
            Err(hint.context(format!("there are several programs: {}", names.join(", "))))
        }
    }
}
