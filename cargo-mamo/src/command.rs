//! The subcommands, one file each.

pub mod affected;
pub mod bench;
pub mod build;
pub mod clean;
pub mod config;
pub mod gc;
pub mod graph;
pub mod init;
pub mod lint;
pub mod nextest;
pub mod refresh;
pub mod run;
pub mod status;
pub mod test;
pub mod verify;
pub mod why;

use crate::cli::{Cli, Command, Compile, MessageFormat};
use crate::session::Session;
use crate::shell::Shell;
use crate::timings::{self, Step};
use anyhow::Result;
use std::process::ExitCode;

/// Exit code of failed tests and failed builds, as cargo's.
pub const FAILED: u8 = 101;
/// Exit code of a run that the user interrupted.
pub const INTERRUPTED: u8 = 130;
/// Exit code of a run in which an audit disagreed.
pub const DOUBTED: u8 = 3;
/// Exit code of a command line that cannot be.
pub const USAGE: u8 = 2;

/// Runs what was typed. With `MAMO_TIMES` set, says at the end how long each step took.
pub fn run(cli: Cli) -> Result<ExitCode> {
    if std::env::var_os("MAMO_TIMES").is_some_and(|value| !value.is_empty() && value != "0") {
        timings::start();
    }
    let code = dispatch(cli);
    if let Some(told) = timings::told() {
        Shell::default().progress(told);
    }
    code
}

fn dispatch(cli: Cli) -> Result<ExitCode> {
    match cli.command {
        Command::Test(args) => {
            let mut session = open(args.message_format, &args.compile)?;
            session.retouches = args.message_format != MessageFormat::Json;
            collecting(&session, !args.dry_run, test::run(&session, &args))
        }
        Command::Run(args) => {
            let session = open(MessageFormat::Human, &args.compile)?;
            collecting(&session, true, run::run(&session, &args))
        }
        Command::Build(args) => {
            let session = open(MessageFormat::Human, &args.compile)?;
            collecting(&session, true, build::run(&session, &args))
        }
        Command::Bench(args) => {
            let session = open(MessageFormat::Human, &args.compile)?;
            collecting(&session, true, bench::run(&session, &args))
        }
        Command::Why(args) => why::run(&open(args.message_format, &args.compile)?, &args),
        Command::Status(args) => status::run(&open(args.message_format, &args.compile)?, &args),
        Command::Graph(args) => graph::run(&open(args.message_format, &args.compile)?, &args),
        Command::Lint(args) => lint::run(&open(args.message_format, &args.compile)?, &args),
        Command::Verify(args) => verify::run(&open(args.message_format, &args.compile)?, &args),
        Command::Affected(args) => affected::run(&open(args.message_format, &args.compile)?, &args),
        Command::Nextest(args) => nextest::run(&args),
        Command::Refresh(args) => refresh::run(&args),
        Command::Init(args) => init::run(&args),
        Command::Config(args) => config::run(&args),
        Command::Gc(args) => gc::run(&args),
        Command::Clean(args) => clean::run(&args),
    }
}

/// What a command ended with, after values were collected if that is `wanted` and due.
fn collecting(session: &Session, wanted: bool, ended: Result<ExitCode>) -> Result<ExitCode> {
    if wanted && ended.is_ok() {
        gc::daily(session);
    }
    ended
}

fn open(format: MessageFormat, compile: &Compile) -> Result<Session> {
    let shell = Shell::new(format == MessageFormat::Json, compile.quiet);
    let session = timings::during(Step::Environment, || Session::open(shell, compile))?;
    Ok(Session {
        short: format == MessageFormat::Short,
        ..session
    })
}
