//! What a test program printed before it died: shown by a process of its own, for the dead cannot.
//!
//! A stack overflow, an abort or a signal ends the program without a word, and what it said last is in the captured output.
//! So this program is started once more, and told through a pipe which tests run; if the pipe ends without a farewell, it
//! says what they printed.

use std::fs;
use std::io::{self, BufRead as _, Write as _};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, Command, ExitCode, Stdio};

/// Names the file with the captured output, to the process that waits.
const FILE: &str = "MAMO_HARNESS_LAST_WORDS";
/// The line that says that all is well.
const FAREWELL: &str = ".";

/// The process that waits.
pub(super) struct LastWords {
    child: Child,
    pipe: ChildStdin,
}

impl LastWords {
    /// Starts it. Without it, only output of a program that dies is lost.
    pub(super) fn start(path: &Path) -> Option<Self> {
        let mut child = Command::new(std::env::current_exe().ok()?)
            .env(FILE, path)
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .spawn()
            .ok()?;
        let pipe = child.stdin.take()?;
        Some(Self { child, pipe })
    }

    pub(super) fn tell(&mut self, line: &str) {
        let _ = self.pipe.write_all(line.as_bytes());
    }

    pub(super) fn end(mut self) {
        self.tell(&format!("{FAREWELL}\n"));
        drop(self.pipe);
        let _ = self.child.wait();
    }
}

/// Waits, if this process is the one that does.
pub(in crate::harness) fn watch() -> Option<ExitCode> {
    let path = PathBuf::from(std::env::var_os(FILE)?);
    let mut running: Vec<(usize, String)> = Vec::new();
    for line in io::stdin().lock().lines() {
        let line = line.unwrap_or_default();
        if line == FAREWELL {
            return Some(ExitCode::SUCCESS);
        }
        if let Some((from, name)) = line.strip_prefix('+').and_then(|rest| rest.split_once(' ')) {
            running.push((from.parse().unwrap_or(0), name.to_owned()));
        } else if let Some(name) = line.strip_prefix('-') {
            running.retain(|(_, other)| other != name);
        }
    }
    show(&path, &running);
    let _ = fs::remove_file(path);
    Some(ExitCode::SUCCESS)
}

fn show(path: &Path, running: &[(usize, String)]) {
    let names: Vec<&str> = running.iter().map(|(_, name)| name.as_str()).collect();
    let from = running.iter().map(|(from, _)| *from).min();
    let output = fs::read(path).unwrap_or_default();
    let output = from.and_then(|from| output.get(from..)).unwrap_or_default();
    let mut error = io::stderr().lock();
    let _ = writeln!(
        error,
        "\nmamo: the test program died while these ran: {}\n---- their output ----",
        names.join(", ")
    );
    let _ = error.write_all(output);
}
