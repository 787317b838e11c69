//! `cargo mamo verify`: is what mamo says true of this workspace? By mutation, by executed lines, by compiled code, or
//! by computing values again.

mod code;
mod copied;
mod coverage;
mod ground;
mod idle;
mod mutate;
mod tally;
mod values;

use super::USAGE;
use crate::audit::Percent;
use crate::cli::{Compile, MessageFormat, Selection};
use crate::session::Session;
use anyhow::Result;
use clap::Args;
use std::ffi::OsString;
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
    /// Compute this share of the values again that a program, or the tests, are served: they must come out the same
    #[arg(
        long,
        value_name = "PERCENT",
        num_args = 0..=1,
        default_missing_value = "100%",
        conflicts_with_all = ["mutate", "coverage"]
    )]
    pub values: Option<Percent>,
    /// Build neighbouring commits in a copy: every function whose compiled code differs must have another fingerprint
    #[arg(long, conflicts_with_all = ["mutate", "coverage", "values"])]
    pub code: bool,
    /// With --code: compare this revision with the work tree
    #[arg(
        long,
        value_name = "REV",
        requires = "code",
        conflicts_with = "commits"
    )]
    pub since: Option<String>,
    /// With --code: compare each of the last N commits with the one before it
    #[arg(long, value_name = "N", requires = "code")]
    pub commits: Option<std::num::NonZeroUsize>,
    /// Choose other mutants, or other values
    #[arg(long, value_name = "SEED", default_value_t = 0)]
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
    /// For the program, with --values
    #[arg(last = true)]
    pub arguments: Vec<OsString>,
}

/// Exit code when a plan or a reach was found to be too small.
const MISSED: u8 = 3;

/// Verifies.
pub fn run(session: &Session, args: &VerifyArgs) -> Result<ExitCode> {
    if let Some(share) = args.values {
        return values::run(session, args, share);
    }
    if args.code {
        return code::run(session, args);
    }
    match (args.mutate, &args.coverage) {
        (Some(wanted), None) => mutate::run(session, args, wanted),
        (None, Some(file)) => coverage::run(session, args, file),
        _ => {
            let hint = anyhow::anyhow!(
                "hint: give one of --mutate N, --coverage FILE, --code and --values"
            );
            session
                .shell
                .error(&hint.context("there is nothing to verify by"));
            Ok(ExitCode::from(USAGE))
        }
    }
}
