//! The `cargo mamo` command.
//!
//! Works as `cargo mamo …` and as `cargo-mamo …`. Errors are printed here and nowhere else.

use cargo_mamo::cli::Cli;
use cargo_mamo::command;
use cargo_mamo::shell::Shell;
use clap::Parser;
use std::process::ExitCode;

fn main() -> ExitCode {
    let mut arguments: Vec<_> = std::env::args_os().collect();
    if arguments.get(1).is_some_and(|first| first == "mamo") {
        arguments.remove(1);
    }
    let cli = Cli::parse_from(arguments);
    command::run(cli).unwrap_or_else(|error| {
        Shell::default().error(&error);
        ExitCode::from(3)
    })
}
