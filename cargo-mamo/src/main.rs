//! The `cargo mamo` command.
//!
//! Works as `cargo mamo …` and as `cargo-mamo …`, and in rustdoc's place. Errors are printed here and nowhere else.

use cargo_mamo::cargo::rustdoc;
use cargo_mamo::cli::Cli;
use cargo_mamo::command;
use cargo_mamo::shell::Shell;
use clap::Parser;
use std::process::ExitCode;

fn main() -> ExitCode {
    let mut arguments: Vec<_> = std::env::args_os().collect();
    let ended = if let Some(orders) = rustdoc::called(arguments.get(1)) {
        rustdoc::stand_in(&orders, &arguments[1..])
    } else {
        if arguments.get(1).is_some_and(|first| first == "mamo") {
            arguments.remove(1);
        }
        command::run(Cli::parse_from(arguments))
    };
    ended.unwrap_or_else(|error| {
        Shell::default().error(&error);
        ExitCode::from(3)
    })
}
