//! The terminal: the only place that prints.
//!
//! Text for people goes to stderr where stdout carries JSON, else to stdout; warnings and errors always go to
//! stderr. A reader that went away is not an error.

use std::io::{IsTerminal, Write};
use std::sync::Mutex;

/// Width of a progress bar.
const BAR: usize = 24;

/// Where output goes.
#[derive(Debug, Default)]
pub struct Shell {
    json: bool,
    quiet: bool,
    warned: Mutex<Vec<String>>,
}

impl Shell {
    /// A shell; with `json`, stdout is kept for [`Shell::json`].
    pub fn new(json: bool, quiet: bool) -> Self {
        Self {
            json,
            quiet,
            warned: Mutex::default(),
        }
    }

    /// Is stdout kept for JSON?
    pub fn is_json(&self) -> bool {
        self.json
    }

    /// Is a person watching stdout?
    pub fn is_terminal(&self) -> bool {
        std::io::stdout().is_terminal()
    }

    /// A line for people.
    pub fn say(&self, line: impl AsRef<str>) {
        if self.json {
            to_stderr(line.as_ref(), "\n");
        } else {
            to_stdout(line.as_ref(), "\n");
        }
    }

    /// A line on stdout, for the process that asked.
    pub fn answer(&self, line: &str) {
        to_stdout(line, "\n");
    }

    /// A line of progress, not printed with `--quiet`.
    pub fn progress(&self, line: impl AsRef<str>) {
        if !self.quiet {
            to_stderr(line.as_ref(), "\n");
        }
    }

    /// How far something long has come: a bar in place on a terminal, else a line.
    pub fn bar(&self, done: usize, of: usize, text: &str) {
        if self.quiet {
            return;
        }
        if !std::io::stderr().is_terminal() {
            to_stderr(&format!("[{done}/{of}] {text}"), "\n");
            return;
        }
        let full = BAR * done.min(of) / of.max(1);
        let end = if done >= of { "\n" } else { "" };
        let (before, after) = ("=".repeat(full), " ".repeat(BAR - full));
        to_stderr(
            &format!("\r\x1b[2K[{before}{after}] {done}/{of} {text}"),
            end,
        );
    }

    /// One JSON object on stdout.
    pub fn json(&self, value: &serde_json::Value) {
        to_stdout(&value.to_string(), "\n");
    }

    /// Bytes that a child wrote, passed on as they are.
    pub fn pass_on(bytes: &[u8]) {
        let mut out = std::io::stdout().lock();
        let _ = out.write_all(bytes).and_then(|()| out.flush());
    }

    /// A warning, once.
    pub fn warn(&self, warning: impl Into<String>) {
        let warning = warning.into();
        if let Ok(mut warned) = self.warned.lock()
            && !warned.contains(&warning)
        {
            to_stderr(&format!("warning: {warning}"), "\n");
            warned.push(warning);
        }
    }

    /// An error and what caused it.
    pub fn error(&self, error: &anyhow::Error) {
        let mut causes = error.chain();
        for (n, cause) in causes.by_ref().enumerate() {
            let text = cause.to_string();
            match (n, text.strip_prefix("hint: ")) {
                (_, Some(hint)) => to_stderr(&format!("hint: {hint}"), "\n"),
                (0, None) => to_stderr(&format!("error: {text}"), "\n"),
                (_, None) => to_stderr(&format!("caused by: {text}"), "\n"),
            }
        }
    }
}

fn to_stdout(text: &str, end: &str) {
    let mut out = std::io::stdout().lock();
    let _ = out
        .write_all(text.as_bytes())
        .and_then(|()| out.write_all(end.as_bytes()))
        .and_then(|()| out.flush());
}

fn to_stderr(text: &str, end: &str) {
    let mut out = std::io::stderr().lock();
    let _ = out
        .write_all(text.as_bytes())
        .and_then(|()| out.write_all(end.as_bytes()));
}
