//! `--format json`: an object a line, for editors.

use super::{Ended, Formatter, Tally};
use crate::harness::capture::Terminal;
use crate::harness::collected::Test;
use crate::harness::ending::Outcome;
use std::fmt::Write as _;
use std::io::{self, Write};

/// Prints events.
pub(super) struct Json {
    pub(super) out: Terminal,
    pub(super) times: bool,
    pub(super) show_output: bool,
}

/// Lists tests.
pub(super) fn list(out: &mut dyn Write, tests: &[Test]) -> io::Result<()> {
    writeln!(out, r#"{{ "type": "suite", "event": "discovery" }}"#)?;
    for test in tests {
        let (name, place) = (escaped(&test.name), test.declared.place);
        let (ignored, reason) = (test.ignored, escaped(test.reason().unwrap_or_default()));
        let (file, line, column) = (escaped(place.file), place.line, place.column);
        let end = column as usize + test.declared.name.len();
        writeln!(
            out,
            r#"{{ "type": "test", "event": "discovered", "name": "{name}", "ignore": {ignored}, "ignore_message": "{reason}", "source_path": "{file}", "start_line": {line}, "start_col": {column}, "end_line": {line}, "end_col": {end} }}"#
        )?;
    }
    let total = tests.len();
    let ignored = tests.iter().filter(|test| test.ignored).count();
    writeln!(
        out,
        r#"{{ "type": "suite", "event": "completed", "tests": {total}, "benchmarks": 0, "total": {total}, "ignored": {ignored} }}"#
    )
}

impl Json {
    /// One write a line, so that no other output comes between.
    fn line(&mut self, mut text: String) -> io::Result<()> {
        text.push('\n');
        self.out.write_all(text.as_bytes())?;
        self.out.flush()
    }
}

impl Formatter for Json {
    fn start(&mut self, count: usize, seed: Option<u64>) -> io::Result<()> {
        let seed = seed.map_or(String::new(), |seed| format!(r#", "shuffle_seed": {seed}"#));
        self.line(format!(
            r#"{{ "type": "suite", "event": "started", "test_count": {count}{seed} }}"#
        ))
    }

    fn begun(&mut self, test: &Test) -> io::Result<()> {
        let name = escaped(&test.name);
        self.line(format!(
            r#"{{ "type": "test", "event": "started", "name": "{name}" }}"#
        ))
    }

    fn slow(&mut self, test: &Test) -> io::Result<()> {
        let name = escaped(&test.name);
        self.line(format!(
            r#"{{ "type": "test", "event": "timeout", "name": "{name}" }}"#
        ))
    }

    fn ended(&mut self, ended: &Ended) -> io::Result<()> {
        let word = match ended.outcome {
            Outcome::Passed => "ok",
            Outcome::Failed(_) | Outcome::TooLate => "failed",
            Outcome::Ignored => "ignored",
        };
        let name = escaped(&ended.test.name);
        let mut line = format!(r#"{{ "type": "test", "name": "{name}", "event": "{word}""#);
        if let Some(took) = ended.took.filter(|_| self.times) {
            let _ = write!(line, r#", "exec_time": {}"#, took.as_secs_f64());
        }
        let shown = self.show_output || ended.outcome != Outcome::Passed;
        if shown && !ended.output.is_empty() {
            let output = escaped(&String::from_utf8_lossy(&ended.output));
            let _ = write!(line, r#", "stdout": "{output}""#);
        }
        let message = match &ended.outcome {
            Outcome::Failed(message) => message.as_deref(),
            Outcome::Ignored => ended.test.reason(),
            Outcome::Passed | Outcome::TooLate => None,
        };
        if let Some(message) = message {
            let _ = write!(line, r#", "message": "{}""#, escaped(message));
        }
        if ended.outcome == Outcome::TooLate {
            line.push_str(r#", "reason": "time limit exceeded""#);
        }
        line.push_str(" }");
        self.line(line)
    }

    fn finish(&mut self, tally: &Tally) -> io::Result<()> {
        let event = if tally.failed == 0 { "ok" } else { "failed" };
        let Tally {
            passed,
            failed,
            ignored,
            filtered_out,
            ..
        } = tally;
        let took = tally.took.as_secs_f64();
        self.line(format!(
            r#"{{ "type": "suite", "event": "{event}", "passed": {passed}, "failed": {failed}, "ignored": {ignored}, "measured": 0, "filtered_out": {filtered_out}, "exec_time": {took} }}"#
        ))
    }
}

/// `text` inside of a JSON string.
fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '"' | '\\' => out.extend(['\\', c]),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            '\u{8}' => out.push_str("\\b"),
            '\u{c}' => out.push_str("\\f"),
            '\0'..='\u{1f}' | '\u{7f}' => {
                let _ = write!(out, "\\u{:04x}", u32::from(c));
            }
            c => out.push(c),
        }
    }
    out
}
