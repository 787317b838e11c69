//! rustfmt, as far as it is asked for another layout of source.

use anyhow::{Context, Result};
use std::collections::BTreeMap;
use std::io::ErrorKind;
use std::path::PathBuf;
use std::process::{Command, Stdio};

/// Shorter lines than style guides ask for, so that most files change.
const WIDTH: &str = "max_width=77";

/// Rewrites files, by edition. Says whether rustfmt is there; a file that it cannot format stays as it is.
pub fn reformat(files: &BTreeMap<String, Vec<PathBuf>>) -> Result<bool> {
    for (edition, files) in files {
        let mut rustfmt = Command::new("rustfmt");
        rustfmt
            .args(["--edition", edition, "--config", WIDTH])
            .args(files)
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null());
        match rustfmt.status() {
            Err(error) if error.kind() == ErrorKind::NotFound => return Ok(false),
            // Without the component, rustup's stand-in fails and touches no file.
            status => drop(status.context("start rustfmt")?),
        }
    }
    Ok(true)
}
