//! rustfmt, as far as it is asked for another layout of source.

use anyhow::{Context, Result};
use std::io::{ErrorKind, Write};
use std::path::Path;
use std::process::{Command, Stdio};

/// Shorter lines than style guides ask for, so that most files change.
const WIDTH: &str = "max_width=77";

/// `text`, formatted as a file of `dir`; `None` if rustfmt is not there or cannot. It is given the text alone, for in a
/// file it follows `mod` lines to others.
pub fn formatted(text: &str, edition: &str, dir: &Path) -> Result<Option<String>> {
    let mut rustfmt = Command::new("rustfmt");
    rustfmt
        .args(["--edition", edition, "--config", WIDTH])
        .current_dir(dir)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::null());
    let mut child = match rustfmt.spawn() {
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(None),
        child => child.context("start rustfmt")?,
    };
    if let Some(mut input) = child.stdin.take() {
        // It reads all before it writes; one that ends early says so by its status.
        let _ = input.write_all(text.as_bytes());
    }
    let output = child.wait_with_output().context("wait for rustfmt")?;
    let formatted = String::from_utf8(output.stdout).ok();
    Ok(formatted.filter(|_| output.status.success()))
}
