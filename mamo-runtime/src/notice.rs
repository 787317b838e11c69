//! What the runtime has to say to people: single lines on standard error, each at most once a process.
//!
//! Written past the test harness' capture, because a passing test would hide it; never to standard output, which is
//! the program's own.

use std::collections::BTreeSet;
use std::fmt::Display;
use std::io::Write as _;
use std::path::Path;
use std::sync::{Mutex, PoisonError};

/// Topics told so far. Bounded: past [`MOST`], new ones are dropped, not repeated.
static TOLD: Mutex<BTreeSet<String>> = Mutex::new(BTreeSet::new());
const MOST: usize = 1000;

/// What was standard error before it was captured.
#[cfg(feature = "harness")]
static TERMINAL: Mutex<Option<std::fs::File>> = Mutex::new(None);

/// Sends notices to `terminal` from now on.
#[cfg(all(feature = "harness", unix))]
pub(crate) fn redirect(terminal: Option<std::fs::File>) {
    *TERMINAL.lock().unwrap_or_else(PoisonError::into_inner) = terminal;
}

/// Says once what takes long, which is no warning.
pub(crate) fn progress(topic: &str, text: impl Display) {
    line(topic, format_args!("mamo: {text}"));
}

/// Says now what goes on, as often as it is called.
pub(crate) fn going_on(text: impl Display) {
    write(format_args!("mamo: {text}"));
}

/// Says `text` unless something of the same `topic` was said before.
pub(crate) fn once(topic: &str, text: impl Display) {
    line(topic, format_args!("mamo: warning: {text}"));
}

fn line(topic: &str, text: impl Display) {
    let mut told = TOLD.lock().unwrap_or_else(PoisonError::into_inner);
    if told.len() < MOST && told.insert(topic.to_owned()) {
        write(text);
    }
}

/// Writes a line. Nobody is left to tell if standard error is closed.
fn write(text: impl Display) {
    #[cfg(feature = "harness")]
    if let Some(terminal) = &mut *TERMINAL.lock().unwrap_or_else(PoisonError::into_inner) {
        let _ = writeln!(terminal, "{text}");
        return;
    }
    let _ = writeln!(std::io::stderr(), "{text}");
}

/// Says `text` about a file, once a file.
pub(crate) fn of_file(path: &Path, text: impl Display) {
    once(&path.to_string_lossy(), text);
}

/// Was something said about this file?
pub(crate) fn was_told_of(path: &Path) -> bool {
    TOLD.lock()
        .unwrap_or_else(PoisonError::into_inner)
        .contains(&*path.to_string_lossy())
}
