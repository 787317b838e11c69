//! What tests print, kept until it is known whether anybody wants to see it.
//!
//! std lets nobody but libtest redirect `println!`, so standard output and standard error of the whole process go to a file
//! meanwhile, also what child processes and foreign code print. A test's output is what came while it ran; where others ran
//! at the same time, theirs is in it. On systems other than Unix nothing is captured. It must never swallow what a process
//! said that is no more: [`last_words`] sees to that.

#[cfg(not(unix))]
mod elsewhere;
#[cfg(unix)]
mod last_words;
#[cfg(unix)]
mod unix;

#[cfg(not(unix))]
pub(super) use elsewhere::{Capture, start, watch};
#[cfg(unix)]
pub(super) use last_words::watch;
#[cfg(unix)]
pub(super) use unix::{Capture, start};

use std::fs::File;
use std::io::{self, IsTerminal as _, Write};

/// Where the harness itself prints.
pub(super) enum Terminal {
    /// The process' standard output.
    Plain,
    /// What was the standard output before it was captured.
    Kept(File),
}

impl Terminal {
    /// Is a person looking?
    pub(super) fn is_terminal(&self) -> bool {
        match self {
            Self::Plain => io::stdout().is_terminal(),
            Self::Kept(file) => file.is_terminal(),
        }
    }
}

impl Write for Terminal {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        match self {
            Self::Plain => io::stdout().write(bytes),
            Self::Kept(file) => file.write(bytes),
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        match self {
            Self::Plain => io::stdout().flush(),
            Self::Kept(file) => file.flush(),
        }
    }
}
