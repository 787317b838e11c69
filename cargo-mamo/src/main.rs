//! The `cargo mamo` command.
//!
//! Works as `cargo mamo …` and as `cargo-mamo …`, in rustdoc's and rustc's place, and as a runner. Errors are printed here and nowhere else.

use cargo_mamo::cargo::{refusal, runner, rustdoc};
use cargo_mamo::cli::Cli;
use cargo_mamo::command;
use cargo_mamo::shell::Shell;
use clap::Parser;
use std::process::ExitCode;

fn main() -> ExitCode {
    let mut arguments: Vec<_> = std::env::args_os().collect();
    let ended = if let Some(orders) = rustdoc::called(arguments.get(1)) {
        rustdoc::stand_in(&orders, &arguments[1..])
    } else if let Some(rustc) = refusal::called(&arguments[1..]) {
        refusal::answer(rustc)
    } else if let Some(call) = runner::called(&arguments[1..]) {
        call.and_then(|call| runner::run(&call))
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
