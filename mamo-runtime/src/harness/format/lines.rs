//! `--format pretty` and `--format terse`.

use super::{Ended, Formatter, Limits, Tally};
use crate::harness::capture::Terminal;
use crate::harness::collected::Test;
use crate::harness::ending::Outcome;
use std::fmt::Write as _;
use std::io::{self, Write as _};

const RED: u8 = 31;
const GREEN: u8 = 32;
const YELLOW: u8 = 33;

/// After so many characters a line ends.
const COLUMNS: usize = 88;

/// Writes words, coloured or not.
pub(super) struct Paint {
    pub(super) out: Terminal,
    pub(super) colored: bool,
}

impl Paint {
    fn plain(&mut self, text: &str) -> io::Result<()> {
        self.out.write_all(text.as_bytes())?;
        self.out.flush()
    }

    fn word(&mut self, word: &str, color: u8) -> io::Result<()> {
        if self.colored {
            self.plain(&format!("\x1b[{color}m{word}\x1b[m"))
        } else {
            self.plain(word)
        }
    }

    fn start(&mut self, count: usize, seed: Option<u64>) -> io::Result<()> {
        let noun = if count == 1 { "test" } else { "tests" };
        let seed = seed.map_or(String::new(), |seed| format!(" (shuffle seed: {seed})"));
        self.plain(&format!("\nrunning {count} {noun}{seed}\n"))
    }

    fn slow(&mut self, test: &Test) -> io::Result<()> {
        self.plain(&format!(
            "test {} has been running for over 60 seconds\n",
            test.name
        ))
    }

    /// Outputs of some tests, then their names.
    fn outputs<'a>(
        &mut self,
        title: &str,
        tests: impl Iterator<Item = &'a Ended>,
    ) -> io::Result<()> {
        let title = format!("\n{title}:\n");
        let mut names = Vec::new();
        let mut outputs = String::new();
        for ended in tests {
            let name = &ended.test.name;
            names.push(name);
            let output = said(ended);
            if !output.is_empty() {
                let others = if ended.shared && !ended.output.is_empty() {
                    " and of tests that ran at the same time"
                } else {
                    ""
                };
                let _ = writeln!(outputs, "---- {name} stdout{others} ----\n{output}");
            }
        }
        self.plain(&title)?;
        if !outputs.is_empty() {
            self.plain(&format!("\n{outputs}"))?;
        }
        self.plain(&title)?;
        names.sort();
        names
            .iter()
            .try_for_each(|name| self.plain(&format!("    {name}\n")))
    }

    fn result(&mut self, tally: &Tally) -> io::Result<()> {
        self.plain("\ntest result: ")?;
        if tally.failed == 0 {
            self.word("ok", GREEN)?;
        } else {
            self.word("FAILED", RED)?;
        }
        let Tally {
            passed,
            failed,
            ignored,
            filtered_out,
            took,
            ..
        } = tally;
        self.plain(&format!(
            ". {passed} passed; {failed} failed; {ignored} ignored; 0 measured; {filtered_out} filtered out; finished in {:.2}s\n\n",
            took.as_secs_f64()
        ))
    }
}

/// What was printed while a test ran, and why it failed.
fn said(ended: &Ended) -> String {
    let mut text = String::from_utf8_lossy(&ended.output).into_owned();
    if let Outcome::Failed(Some(why)) = &ended.outcome {
        text.push_str("note: ");
        text.push_str(why);
    }
    text
}

fn passed(ended: &Ended) -> bool {
    ended.outcome == Outcome::Passed
}

fn failed(ended: &Ended) -> bool {
    matches!(ended.outcome, Outcome::Failed(_))
}

fn too_late(ended: &Ended) -> bool {
    ended.outcome == Outcome::TooLate
}

/// A line a test.
pub(super) struct Pretty {
    paint: Paint,
    several: bool,
    times: Option<Limits>,
    show_output: bool,
}

impl Pretty {
    /// `several` tests run at once.
    pub(super) fn new(
        paint: Paint,
        several: bool,
        times: Option<Limits>,
        show_output: bool,
    ) -> Self {
        Self {
            paint,
            several,
            times,
            show_output,
        }
    }

    fn name(&mut self, test: &Test) -> io::Result<()> {
        let mode = if test.should_panic() && !test.ignored {
            " - should panic"
        } else {
            ""
        };
        self.paint.plain(&format!("test {}{mode} ... ", test.name))
    }

    fn time(&mut self, ended: &Ended) -> io::Result<()> {
        let (Some(limits), Some(took)) = (self.times, ended.took) else {
            return Ok(());
        };
        let text = format!(" <{:.3}s>", took.as_secs_f64());
        if took >= limits.critical {
            self.paint.word(&text, RED)
        } else if took >= limits.warn {
            self.paint.word(&text, YELLOW)
        } else {
            self.paint.plain(&text)
        }
    }
}

impl Formatter for Pretty {
    fn start(&mut self, count: usize, seed: Option<u64>) -> io::Result<()> {
        self.paint.start(count, seed)
    }

    fn begun(&mut self, test: &Test) -> io::Result<()> {
        // Where several run, the name stands before its result; where one runs, it shows what hangs.
        if self.several {
            return Ok(());
        }
        self.name(test)
    }

    fn slow(&mut self, test: &Test) -> io::Result<()> {
        self.paint.slow(test)
    }

    fn ended(&mut self, ended: &Ended) -> io::Result<()> {
        if self.several {
            self.name(&ended.test)?;
        }
        match (&ended.outcome, ended.test.reason()) {
            (Outcome::Passed, _) => self.paint.word("ok", GREEN)?,
            (Outcome::Failed(_), _) => self.paint.word("FAILED", RED)?,
            (Outcome::TooLate, _) => self.paint.word("FAILED (time limit exceeded)", RED)?,
            (Outcome::Ignored, Some(reason)) => {
                self.paint.word(&format!("ignored, {reason}"), YELLOW)?;
            }
            (Outcome::Ignored, None) => self.paint.word("ignored", YELLOW)?,
        }
        self.time(ended)?;
        self.paint.plain("\n")
    }

    fn finish(&mut self, tally: &Tally) -> io::Result<()> {
        let ended = &tally.ended;
        if self.show_output {
            self.paint
                .outputs("successes", ended.iter().filter(|one| passed(one)))?;
        }
        if ended.iter().any(failed) {
            self.paint
                .outputs("failures", ended.iter().filter(|one| failed(one)))?;
        }
        if ended.iter().any(too_late) {
            let late = ended.iter().filter(|one| too_late(one));
            self.paint.outputs("failures (time limit exceeded)", late)?;
        }
        self.paint.result(tally)
    }
}

/// A character a test.
pub(super) struct Terse {
    paint: Paint,
    show_output: bool,
    column: usize,
    count: usize,
    total: usize,
}

impl Terse {
    pub(super) fn new(paint: Paint, show_output: bool) -> Self {
        Self {
            paint,
            show_output,
            column: 0,
            count: 0,
            total: 0,
        }
    }

    fn mark(&mut self, mark: &str, color: u8) -> io::Result<()> {
        self.paint.word(mark, color)?;
        self.count += 1;
        self.column += 1;
        if self.column % COLUMNS == COLUMNS - 1 {
            self.progress()?;
        }
        Ok(())
    }

    fn progress(&mut self) -> io::Result<()> {
        self.column = 0;
        self.paint
            .plain(&format!(" {}/{}\n", self.count, self.total))
    }
}

impl Formatter for Terse {
    fn start(&mut self, count: usize, seed: Option<u64>) -> io::Result<()> {
        self.total = count;
        self.paint.start(count, seed)
    }

    fn begun(&mut self, _: &Test) -> io::Result<()> {
        Ok(())
    }

    fn slow(&mut self, test: &Test) -> io::Result<()> {
        self.paint.slow(test)
    }

    fn ended(&mut self, ended: &Ended) -> io::Result<()> {
        match ended.outcome {
            Outcome::Passed => self.mark(".", GREEN),
            Outcome::Ignored => self.mark("i", YELLOW),
            Outcome::Failed(_) | Outcome::TooLate => {
                if self.column != 0 {
                    self.progress()?;
                }
                self.count += 1;
                self.paint.plain(&format!("{} --- ", ended.test.name))?;
                self.paint.word("FAILED", RED)?;
                self.paint.plain("\n")
            }
        }
    }

    fn finish(&mut self, tally: &Tally) -> io::Result<()> {
        let ended = &tally.ended;
        if self.show_output {
            self.paint
                .outputs("successes", ended.iter().filter(|one| passed(one)))?;
        }
        if tally.failed > 0 {
            self.paint
                .outputs("failures", ended.iter().filter(|one| failed(one)))?;
        }
        self.paint.result(tally)?;
        if let ([only], 1) = (&ended[..], self.total)
            && only.outcome == Outcome::Ignored
            && let Some(reason) = only.test.reason()
        {
            let name = &only.test.name;
            self.paint
                .plain(&format!("test: {name}, ignore_message: {reason}\n\n"))?;
        }
        Ok(())
    }
}
