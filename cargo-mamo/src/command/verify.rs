//! `cargo mamo verify`: is what mamo says true of this workspace? By mutation, or by executed lines.

mod coverage;
mod ground;
mod idle;
mod mutate;
mod tally;

use super::USAGE;
use crate::cli::{Compile, MessageFormat, Selection};
use crate::session::Session;
use anyhow::Result;
use clap::Args;
use std::path::PathBuf;
use std::process::ExitCode;

/// `cargo mamo verify`.
#[derive(Clone, Debug, Args)]
pub struct VerifyArgs {
    /// Try N mutants in a copy: every test that fails must have been planned
    #[arg(long, value_name = "N", conflicts_with = "coverage")]
    pub mutate: Option<usize>,
    /// Executed lines by test, lcov or JSON: every executed function must be in reach
    #[arg(long, value_name = "FILE")]
    pub coverage: Option<PathBuf>,
    /// Choose other mutants
    #[arg(long, value_name = "SEED", default_value_t = 0, requires = "mutate")]
    pub seed: u64,
    /// Stop after this long; the same command goes on later
    #[arg(long, value_name = "MINUTES", requires = "mutate")]
    pub budget: Option<f64>,
    /// Stop the tests of one mutant after this long
    #[arg(long, value_name = "SECONDS", requires = "mutate")]
    pub timeout: Option<u64>,
    /// What to print
    #[arg(long, value_name = "FORMAT", default_value = "human")]
    pub message_format: MessageFormat,
    /// Packages and targets.
    #[command(flatten)]
    pub selection: Selection,
    /// Compilation.
    #[command(flatten)]
    pub compile: Compile,
}

/// Exit code when a plan or a reach was found to be too small.
const MISSED: u8 = 3;

/// Verifies.
pub fn run(session: &Session, args: &VerifyArgs) -> Result<ExitCode> {
    match (args.mutate, &args.coverage) {
        (Some(wanted), None) => mutate::run(session, args, wanted),
        (None, Some(file)) => coverage::run(session, args, file),
        _ => {
            let hint = anyhow::anyhow!("hint: give one of --mutate N and --coverage FILE");
            session
                .shell
                .error(&hint.context("there is nothing to verify by"));
            Ok(ExitCode::from(USAGE))
        }
    }
}
