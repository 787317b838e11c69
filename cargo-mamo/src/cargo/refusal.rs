//! `cargo-mamo` in rustc's place, where cargo is asked what it built and must not build: it answers questions, and
//! compiles nothing.
//!
//! So a build that cargo calls fresh is learnt from cargo itself, and any other fails before anything of it is replaced.

use super::exit_code;
use crate::shell::Shell;
use anyhow::{Context, Result};
use std::ffi::OsString;
use std::process::{Command, ExitCode};

/// The variable that says that cargo takes us for a wrapper of rustc.
const VARIABLE: &str = "MAMO_COMPILE_NOTHING";

/// Sees that nothing is compiled by a cargo.
pub fn forbid(cargo: &mut Command) -> Result<()> {
    let own = std::env::current_exe().context("find `cargo-mamo`")?;
    // Build scripts may ask to run again when the plain variable changes: it is set only where it was.
    let is_set = std::env::var_os("RUSTC_WRAPPER").is_some();
    let name = if is_set {
        "RUSTC_WRAPPER"
    } else {
        "CARGO_BUILD_RUSTC_WRAPPER"
    };
    // What cargo keeps of rustc's answers is kept for the wrapper that is there otherwise.
    cargo
        .env(VARIABLE, "1")
        .env(name, own)
        .env("CARGO_CACHE_RUSTC_INFO", "0")
        .env("CARGO_NET_OFFLINE", "true");
    Ok(())
}

/// rustc and its arguments, if it was cargo that started us in its wrapper's place.
pub fn called(arguments: &[OsString]) -> Option<&[OsString]> {
    std::env::var_os(VARIABLE)?;
    (!arguments.is_empty()).then_some(arguments)
}

/// Hands a question on to rustc; refuses anything else.
pub fn answer(arguments: &[OsString]) -> Result<ExitCode> {
    let (program, rest) = arguments.split_first().context("cargo names rustc")?;
    let asks = |argument: &OsString| {
        let text = argument.to_string_lossy();
        text == "-vV" || text == "-V" || text.starts_with("--print")
    };
    if !rest.iter().any(asks) {
        Shell::default().error(&anyhow::anyhow!("something would be compiled"));
        return Ok(ExitCode::FAILURE);
    }
    let status = Command::new(program)
        .args(rest)
        .env_remove(VARIABLE)
        .status();
    Ok(exit_code(status.context("start rustc")?))
}
