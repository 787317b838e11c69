//! `cargo mamo build`: build, and write the snapshots of what was built.

use super::FAILED;
use crate::cli::BuildArgs;
use crate::session::Session;
use anyhow::Result;
use std::process::ExitCode;

/// Builds.
pub fn run(session: &Session, args: &BuildArgs) -> Result<ExitCode> {
    let request = Session::request("build", &args.selection, &args.compile);
    let built = session.build(&request)?;
    session.tell_warnings();
    Ok(if built.is_some() {
        ExitCode::SUCCESS
    } else {
        ExitCode::from(FAILED)
    })
}
