//! How both suites start cargo and mamo: with nothing of the caller's settings.

use anyhow::{Context, Result};
use std::ffi::OsStr;
use std::process::{Command, ExitStatus};

/// Variables of cargo's that say where things are, not how to build.
const KEPT: &[&str] = &["CARGO_HOME", "RUSTUP_HOME", "RUSTUP_TOOLCHAIN"];

/// `program`, without the caller's variables for cargo, rustc and mamo.
pub(crate) fn scrubbed(program: impl AsRef<OsStr>) -> Command {
    let mut command = Command::new(program);
    for (name, _) in std::env::vars_os() {
        let text = name.to_string_lossy();
        let builds = ["CARGO", "RUST", "MAMO_", "LD_LIBRARY_PATH"]
            .iter()
            .any(|start| text.starts_with(start));
        if builds && !KEPT.contains(&&*text) {
            command.env_remove(&name);
        }
    }
    command
}

/// Runs `command` with both of its streams in one pipe, so that their order is kept.
pub(crate) fn merged(mut command: Command) -> Result<(String, ExitStatus)> {
    let (mut reader, writer) = std::io::pipe().context("make a pipe")?;
    command.stdout(writer.try_clone()?).stderr(writer);
    let mut child = command.spawn().context("start `cargo`")?;
    drop(command);
    let mut bytes = Vec::new();
    std::io::Read::read_to_end(&mut reader, &mut bytes)?;
    Ok((String::from_utf8_lossy(&bytes).into_owned(), child.wait()?))
}
