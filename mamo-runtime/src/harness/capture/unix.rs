//! Capture by file descriptors.

use super::Terminal;
use super::last_words::LastWords;
use crate::notice;
use std::fs::File;
use std::io::{self, Write as _};
use std::os::fd::AsFd;
use std::os::unix::fs::{FileExt as _, OpenOptionsExt as _};
use std::path::PathBuf;

/// Standard output and standard error go to a file as long as this lives.
pub(in crate::harness) struct Capture {
    file: File,
    path: PathBuf,
    output: File,
    error: File,
    last_words: Option<LastWords>,
}

/// Begins. `None`, and everything is shown, where a file cannot be made.
pub(in crate::harness) fn start() -> Option<(Capture, Terminal)> {
    begin().ok()
}

fn begin() -> io::Result<(Capture, Terminal)> {
    let path = std::env::temp_dir().join(format!(".mamo-harness-{}", std::process::id()));
    let file = File::options()
        .read(true)
        .append(true)
        .create_new(true)
        .mode(0o600)
        .open(&path)?;
    let output = copy(io::stdout())?;
    let error = copy(io::stderr())?;
    // Started while its standard error is still ours.
    let last_words = LastWords::start(&path);
    let capture = Capture {
        file,
        path,
        output,
        error,
        last_words,
    };
    io::stdout().flush()?;
    // From here on, dropping `capture` puts everything back.
    rustix::stdio::dup2_stdout(&capture.file)?;
    rustix::stdio::dup2_stderr(&capture.file)?;
    notice::redirect(Some(capture.error.try_clone()?));
    let terminal = Terminal::Kept(capture.output.try_clone()?);
    Ok((capture, terminal))
}

fn copy(stream: impl AsFd) -> io::Result<File> {
    Ok(stream.as_fd().try_clone_to_owned()?.into())
}

impl Capture {
    /// Where in the file the next byte will be.
    pub(in crate::harness) fn position(&self) -> u64 {
        let _ = io::stdout().flush();
        self.file.metadata().map_or(0, |metadata| metadata.len())
    }

    /// What was printed between two positions.
    pub(in crate::harness) fn between(&self, from: u64, to: u64) -> Vec<u8> {
        let length = usize::try_from(to.saturating_sub(from)).unwrap_or(usize::MAX);
        let mut bytes = vec![0; length];
        match self.file.read_exact_at(&mut bytes, from) {
            Ok(()) => bytes,
            Err(_) => Vec::new(),
        }
    }

    /// A test begins, with its output at this position.
    pub(in crate::harness) fn begun(&mut self, name: &str, from: u64) {
        if let Some(last_words) = &mut self.last_words {
            last_words.tell(&format!("+{from} {name}\n"));
        }
    }

    /// A test has ended.
    pub(in crate::harness) fn ended(&mut self, name: &str) {
        if let Some(last_words) = &mut self.last_words {
            last_words.tell(&format!("-{name}\n"));
        }
    }
}

impl Drop for Capture {
    fn drop(&mut self) {
        let _ = io::stdout().flush();
        let _ = rustix::stdio::dup2_stdout(&self.output);
        let _ = rustix::stdio::dup2_stderr(&self.error);
        notice::redirect(None);
        if let Some(last_words) = self.last_words.take() {
            last_words.end();
        }
        let _ = std::fs::remove_file(&self.path);
    }
}
