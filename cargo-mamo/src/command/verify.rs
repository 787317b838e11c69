//! `cargo mamo verify`: is what mamo says true of this workspace? By mutation, or by executed lines.

mod coverage;
mod ground;
mod mutate;
mod tally;

use super::USAGE;
use crate::cli::VerifyArgs;
use crate::session::Session;
use anyhow::Result;
use std::process::ExitCode;

/// Exit code when a plan or a reach was found to be too small.
const MISSED: u8 = 3;

/// Verifies.
pub fn run(session: &Session, args: &VerifyArgs) -> Result<ExitCode> {
    match (args.mutate, &args.coverage) {
        (Some(wanted), None) => mutate::run(session, args, wanted),
        (None, Some(file)) => coverage::run(session, args, file),
        _ => {
            let hint = anyhow::anyhow!("hint: give one of --mutate N and --coverage FILE");
            session.shell.error(&hint.context("there is nothing to verify by"));
            Ok(ExitCode::from(USAGE))
        }
    }
}
