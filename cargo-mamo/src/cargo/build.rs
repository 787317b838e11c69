//! Building through cargo.

use super::messages::Messages;
use super::{Request, command};
use crate::timings;
use anyhow::{Context, Result};
use std::ffi::OsString;
use std::io::BufReader;
use std::path::Path;
use std::process::Stdio;

/// How a build went.
#[derive(Debug)]
pub enum Built {
    /// All that was asked for was built.
    Whole(Messages),
    /// Something did not compile, and cargo said what.
    Failed,
    /// Cargo did not begin to build, and said why.
    Refused,
}

/// A part of what a request names: cargo's arguments that choose packages and targets.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Part {
    /// Instead of the request's.
    pub packages: Vec<OsString>,
    /// Instead of the request's.
    pub targets: Vec<OsString>,
}

/// Builds what `request` names, or a part of it. `short` asks for the compiler's messages in short.
pub fn build(cwd: &Path, request: &Request, part: Option<&Part>, short: bool) -> Result<Built> {
    let mut cargo = command(cwd, request.verb);
    if request.verb != "build" {
        cargo.arg("--no-run");
    }
    let format = if short {
        "json-render-diagnostics,json-diagnostic-short"
    } else {
        "json-render-diagnostics"
    };
    cargo.arg(format!("--message-format={format}"));
    let (packages, targets) = match part {
        Some(part) => (&part.packages, &part.targets),
        None => (&request.packages, &request.targets),
    };
    cargo
        .args(packages)
        .args(targets)
        .args(&request.compile)
        .args(&request.manner);
    let mut child = cargo
        .stdout(Stdio::piped())
        .spawn()
        .context("start cargo")?;
    let stdout = child.stdout.take().context("cargo's stdout is piped")?;
    let messages = Messages::read(BufReader::new(stdout))?;
    let status = child.wait().context("wait for cargo")?;
    Ok(if status.success() {
        let built = messages.artifacts.iter().filter(|one| !one.fresh).count();
        timings::compiled(built, messages.artifacts.len());
        Built::Whole(messages)
    } else if messages.ended {
        Built::Failed
    } else {
        Built::Refused
    })
}
