//! Nothing is captured.

use super::Terminal;
use std::process::ExitCode;

/// There is none.
pub(in crate::harness) enum Capture {}

/// Captures nothing.
pub(in crate::harness) fn start() -> Option<(Capture, Terminal)> {
    None
}

/// Nothing is to be watched.
pub(in crate::harness) fn watch() -> Option<ExitCode> {
    None
}

impl Capture {
    /// Never asked.
    pub(in crate::harness) fn position(&self) -> u64 {
        match *self {}
    }

    /// Never asked.
    pub(in crate::harness) fn between(&self, _: u64, _: u64) -> Vec<u8> {
        match *self {}
    }

    /// Never told.
    pub(in crate::harness) fn begun(&mut self, _: &str, _: u64) {
        match *self {}
    }

    /// Never told.
    pub(in crate::harness) fn ended(&mut self, _: &str) {
        match *self {}
    }
}
