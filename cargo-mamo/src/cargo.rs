//! Cargo and rustc: starting them, and reading what they write.
//!
//! The only place that starts cargo, rustc or what they built. What cargo says on stderr reaches the user untouched;
//! what a build was is taken from its messages and rustc's dep-info, never guessed.

pub mod config;
pub mod external;
mod foreign;
pub mod link;
pub mod manifest;
pub mod messages;
pub mod metadata;

#[cfg(feature = "cli")]
pub mod build;
#[cfg(feature = "cli")]
pub mod caller;
#[cfg(feature = "cli")]
pub mod collect;
#[cfg(feature = "cli")]
pub mod compiled;
#[cfg(feature = "cli")]
pub mod dep_info;
#[cfg(feature = "cli")]
pub mod doctests;
#[cfg(feature = "cli")]
pub mod environment;
#[cfg(feature = "cli")]
pub mod features;
#[cfg(feature = "cli")]
pub mod harness;
#[cfg(feature = "cli")]
pub mod known;
#[cfg(feature = "cli")]
pub mod launch;
#[cfg(feature = "cli")]
pub mod macros;
#[cfg(feature = "cli")]
pub mod marks;
#[cfg(feature = "cli")]
pub mod nextest;
#[cfg(feature = "cli")]
pub mod outputs;
#[cfg(feature = "cli")]
pub mod record;
#[cfg(feature = "cli")]
pub mod refusal;
#[cfg(feature = "cli")]
pub mod runner;
#[cfg(feature = "cli")]
pub mod rustdoc;
#[cfg(feature = "cli")]
pub mod rustfmt;
#[cfg(feature = "cli")]
pub mod scripts;
#[cfg(feature = "cli")]
pub mod tools;
#[cfg(feature = "cli")]
pub mod trial;
#[cfg(feature = "cli")]
pub mod vendored;
#[cfg(feature = "cli")]
mod workspace;

use anyhow::{Context, Result, bail};
use std::ffi::OsString;
use std::path::Path;
use std::process::{Command, Stdio};
#[cfg(feature = "cli")]
pub(crate) use workspace::share_home;
#[cfg(feature = "cli")]
pub use workspace::{Workspace, home_in, pass_through};

/// The command line of the build that is meant.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Request {
    /// `test`, `build` or `bench`: decides profile, dev-dependencies and which targets are built by default.
    pub verb: &'static str,
    /// Cargo's arguments that choose packages.
    pub packages: Vec<OsString>,
    /// Cargo's arguments that choose targets.
    pub targets: Vec<OsString>,
    /// Cargo's arguments that decide how it is compiled.
    pub compile: Vec<OsString>,
    /// Cargo's arguments that change nothing about the outcome.
    pub manner: Vec<OsString>,
    /// The profile asked for: `--profile`, `--release`, or none.
    pub profile: Option<String>,
    /// The target triple asked for.
    pub triple: Option<String>,
    /// `--config` arguments.
    pub config: Vec<String>,
    /// The `--features` family alone, for `cargo metadata`.
    pub features: Vec<OsString>,
    /// The `--locked` family, `--manifest-path`, `--config` and `-Z`, which every cargo command takes.
    pub general: Vec<OsString>,
    /// Is rustc asked to keep the objects of programs, if the user has not said whether it should?
    pub keeps_objects: bool,
}

#[cfg(feature = "cli")]
impl Request {
    /// A cargo command that builds this in `cwd`.
    fn command(&self, cwd: &Path) -> Command {
        let mut command = command(cwd, self.verb);
        if self.keeps_objects && !config::is_incremental_set(cwd, &self.config) {
            command.env(config::INCREMENTAL, "1");
        }
        command
    }
}

/// Cargo's own executable.
pub fn program() -> OsString {
    std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into())
}

/// A cargo command in `cwd`.
pub fn command(cwd: &Path, verb: &str) -> Command {
    let mut command = Command::new(program());
    command.arg(verb).current_dir(cwd);
    command
}

/// What a compiler says of itself.
pub(crate) fn version_of(rustc: &Path) -> Result<String> {
    output_of(Command::new(rustc).arg("-vV"))
}

/// Runs `command` for its stdout; its stderr is part of the error if it fails.
pub(crate) fn output_of(command: &mut Command) -> Result<String> {
    let shown = command.get_program().to_string_lossy().into_owned();
    let output = command
        .stdin(Stdio::null())
        .output()
        .with_context(|| format!("start `{shown}`"))?;
    if !output.status.success() {
        bail!(
            "`{shown}` failed ({}): {}",
            output.status,
            String::from_utf8_lossy(&output.stderr).trim()
        );
    }
    String::from_utf8(output.stdout).with_context(|| format!("read the output of `{shown}`"))
}

/// A child's exit status as our own; a signal counts as failure.
pub fn exit_code(status: std::process::ExitStatus) -> std::process::ExitCode {
    let code = status.code().and_then(|code| u8::try_from(code).ok());
    std::process::ExitCode::from(code.unwrap_or(if status.success() { 0 } else { 101 }))
}
