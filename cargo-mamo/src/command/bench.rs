//! `cargo mamo bench`: build benchmarks with their snapshots, and run them. Measurements are never reused.

use super::FAILED;
use crate::cargo::exit_code;
use crate::cli::BenchArgs;
use crate::session::Session;
use crate::timings::{self, Step};
use anyhow::{Context, Result};
use std::process::ExitCode;

/// Builds and runs.
pub fn run(session: &Session, args: &BenchArgs) -> Result<ExitCode> {
    let request = Session::request("bench", &args.selection, &args.compile);
    let Some(build) = session.build(&request)? else {
        return Ok(ExitCode::from(FAILED));
    };
    session.tell_warnings();
    if args.no_run {
        return Ok(ExitCode::SUCCESS);
    }
    let mut last = ExitCode::SUCCESS;
    for (_, unit, executable) in build.record.programs() {
        let shown = executable
            .strip_prefix(&session.workspace.cwd)
            .unwrap_or(executable)
            .display();
        session
            .shell
            .progress(format!("     Running {} ({shown})", unit.target));
        let mut command = build.command(unit, executable);
        command
            .args(&args.benchname)
            .args(&args.harness)
            .arg("--bench");
        let status = timings::during(Step::Run, || command.status())
            .with_context(|| format!("start `{}`", executable.display()))?;
        if !status.success() {
            last = exit_code(status);
            if !args.no_fail_fast {
                break;
            }
        }
    }
    Ok(last)
}
