//! Building through cargo, and what its messages tell of each compilation.

use super::{Request, command};
use crate::timings;
use anyhow::{Context, Result};
use cargo_metadata::{Artifact, BuildScript, Message};
use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::Stdio;

/// What cargo said of one build.
#[derive(Clone, Debug, Default)]
pub struct Messages {
    /// Every artifact, fresh or built, of every package.
    pub artifacts: Vec<Artifact>,
    /// Every build script's run.
    pub scripts: Vec<BuildScript>,
}

/// How a build went.
#[derive(Debug)]
pub enum Built {
    /// All of it was built.
    Whole(Messages),
    /// Cargo failed, and said why.
    Failed,
}

/// Builds what `request` names. `short` asks for the compiler's messages in short.
pub fn build(cwd: &Path, request: &Request, short: bool) -> Result<Built> {
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
    cargo
        .args(&request.packages)
        .args(&request.targets)
        .args(&request.compile)
        .args(&request.manner);
    let mut child = cargo
        .stdout(Stdio::piped())
        .spawn()
        .context("start cargo")?;
    let stdout = child.stdout.take().context("cargo's stdout is piped")?;
    let messages = read(BufReader::new(stdout)).context("read cargo's messages")?;
    let status = child.wait().context("wait for cargo")?;
    Ok(if status.success() {
        let built = messages.artifacts.iter().filter(|one| !one.fresh).count();
        timings::compiled(built, messages.artifacts.len());
        Built::Whole(messages)
    } else {
        Built::Failed
    })
}

fn read(lines: impl BufRead) -> Result<Messages> {
    let mut messages = Messages::default();
    for line in lines.lines() {
        // What is no message is output of a compiler wrapper, and no concern of ours.
        match serde_json::from_str::<Message>(&line?) {
            Ok(Message::CompilerArtifact(artifact)) => messages.artifacts.push(artifact),
            Ok(Message::BuildScriptExecuted(script)) => messages.scripts.push(script),
            _ => {}
        }
    }
    Ok(messages)
}
