//! Building through cargo.

use super::messages::Messages;
use super::{Request, refusal};
use crate::timings;
use anyhow::{Context, Result};
use std::ffi::OsString;
use std::io::{BufReader, Read};
use std::path::Path;
use std::process::{Child, ExitStatus, Stdio};
use std::time::{Duration, Instant};

/// How long another cargo may hold the target directory while a program waits to be started.
const PATIENCE: Duration = Duration::from_secs(120);

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
    let mut cargo = request.command(cwd);
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

/// What `request` built, if all of it is fresh; else why that cannot be said. Nothing is compiled.
pub fn fresh(cwd: &Path, request: &Request) -> Result<Result<Messages, String>> {
    let mut cargo = request.command(cwd);
    cargo
        .args((request.verb != "build").then_some("--no-run"))
        .arg("--message-format=json")
        .args(&request.packages)
        .args(&request.targets)
        .args(&request.compile);
    refusal::forbid(&mut cargo)?;
    let mut child = cargo
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .context("start cargo")?;
    let (stdout, stderr) = (child.stdout.take(), child.stderr.take());
    let messages = std::thread::spawn(|| Messages::read(BufReader::new(stdout.context("piped")?)));
    let said = std::thread::spawn(|| {
        let mut said = String::new();
        stderr.map(|mut stderr| stderr.read_to_string(&mut said));
        said
    });
    let Some(status) = wait(&mut child)? else {
        return Ok(Err("another cargo holds the target directory".to_string()));
    };
    let gone = || anyhow::anyhow!("cargo's output cannot be read");
    let messages = messages.join().map_err(|_| gone())??;
    let said = said.join().map_err(|_| gone())?;
    let whole = status.success() && messages.artifacts.iter().all(|artifact| artifact.fresh);
    Ok(if whole {
        Ok(messages)
    } else {
        Err(why_not(&said))
    })
}

/// How a child ended; `None` if it was ended, because it took too long.
fn wait(child: &mut Child) -> Result<Option<ExitStatus>> {
    let begun = Instant::now();
    loop {
        if let Some(status) = child.try_wait().context("wait for cargo")? {
            return Ok(Some(status));
        }
        if begun.elapsed() > PATIENCE {
            child.kill().context("end cargo")?;
            child.wait().context("wait for cargo")?;
            return Ok(None);
        }
        std::thread::sleep(Duration::from_millis(2));
    }
}

/// What of cargo's words tells why it is no build of ours.
fn why_not(said: &str) -> String {
    let compiled = said
        .split_once("could not compile `")
        .and_then(|(_, rest)| rest.split_once('`'));
    let error = || said.lines().find_map(|line| line.strip_prefix("error: "));
    match compiled {
        Some((name, _)) => format!(
            "cargo would compile `{name}` again, since its source or its environment is not what it was built from"
        ),
        None => format!(
            "cargo does not say what was built: {}",
            error().unwrap_or("it failed")
        ),
    }
}
