//! What the harness prints of lists and runs: libtest's texts.

mod json;
mod junit;
mod lines;

use super::capture::Terminal;
use super::collected::{Test, chosen};
use super::ending::Outcome;
use super::options::{Color, Format, Options};
use std::fs::File;
use std::io::{self, Write};
use std::time::Duration;

/// A test that ended.
#[derive(Clone)]
pub(super) struct Ended {
    pub(super) test: Test,
    pub(super) outcome: Outcome,
    /// How long it took; `None` if it did not run.
    pub(super) took: Option<Duration>,
    /// What was printed meanwhile.
    pub(super) output: Vec<u8>,
    /// Did other tests run meanwhile, whose output may be among it?
    pub(super) shared: bool,
}

/// What a run has come to.
#[derive(Default)]
pub(super) struct Tally {
    pub(super) total: usize,
    pub(super) filtered_out: usize,
    pub(super) passed: usize,
    pub(super) failed: usize,
    pub(super) ignored: usize,
    pub(super) ended: Vec<Ended>,
    pub(super) took: Duration,
}

/// Prints a run as it goes.
pub(super) trait Formatter {
    /// So many tests will run.
    fn start(&mut self, count: usize, seed: Option<u64>) -> io::Result<()>;
    /// One starts.
    fn begun(&mut self, test: &Test) -> io::Result<()>;
    /// One has been running for a minute.
    fn slow(&mut self, test: &Test) -> io::Result<()>;
    /// One ended.
    fn ended(&mut self, ended: &Ended) -> io::Result<()>;
    /// All ended.
    fn finish(&mut self, tally: &Tally) -> io::Result<()>;
}

/// Limits of `--report-time` and `--ensure-time`: when a test is slow, and when too slow.
#[derive(Clone, Copy, Debug)]
pub(super) struct Limits {
    pub(super) warn: Duration,
    pub(super) critical: Duration,
}

impl Limits {
    /// Those of integration tests.
    pub(super) fn of_environment() -> Result<Self, String> {
        const NAME: &str = "RUST_TEST_TIME_INTEGRATION";
        let parsed = match std::env::var(NAME) {
            Err(_) => Some((500, 1000)),
            Ok(value) => value
                .split_once(',')
                .and_then(|(warn, critical)| Some((warn.parse().ok()?, critical.parse().ok()?))),
        };
        match parsed.filter(|(warn, critical)| warn <= critical) {
            Some((warn, critical)) => Ok(Self {
                warn: Duration::from_millis(warn),
                critical: Duration::from_millis(critical),
            }),
            None => Err(format!(
                "{NAME} must be two numbers of milliseconds, the smaller first, separated by a comma"
            )),
        }
    }
}

/// The formatter that the command line chooses.
pub(super) fn formatter(
    options: &Options,
    limits: Option<Limits>,
    several: bool,
    out: Terminal,
) -> Box<dyn Formatter> {
    let colored = match options.color {
        Color::Auto => !options.no_capture && out.is_terminal(),
        Color::Always => std::env::var_os("TERM").is_some(),
        Color::Never => false,
    };
    let times = limits.filter(|_| options.report_time);
    let paint = lines::Paint { out, colored };
    match options.format {
        Format::Pretty => Box::new(lines::Pretty::new(
            paint,
            several,
            times,
            options.show_output,
        )),
        Format::Terse => Box::new(lines::Terse::new(paint, options.show_output)),
        Format::Json => Box::new(json::Json {
            out: paint.out,
            times: options.report_time,
            show_output: options.show_output,
        }),
        Format::Junit => Box::new(junit::Junit {
            out: paint.out,
            show_output: options.show_output,
        }),
    }
}

/// Lists the chosen tests.
pub(super) fn list(options: &Options, tests: &[Test]) -> io::Result<()> {
    let tests = chosen(options, tests.to_vec());
    let mut out = io::stdout().lock();
    match options.format {
        Format::Pretty | Format::Terse | Format::Junit => {
            for test in &tests {
                writeln!(out, "{}: test", test.name)?;
            }
        }
        Format::Json => json::list(&mut out, &tests)?,
    }
    if matches!(options.format, Format::Pretty | Format::Junit) {
        let blank = if tests.is_empty() { "" } else { "\n" };
        let plural = if tests.len() == 1 { "" } else { "s" };
        writeln!(out, "{blank}{} test{plural}, 0 benchmarks", tests.len())?;
    }
    let mut log = Log::create(options)?;
    for test in &tests {
        log.write(&format!("test {}\n", test.name))?;
    }
    out.flush()
}

/// libtest's log file, if one is wanted.
pub(super) struct Log(Option<File>);

impl Log {
    /// Creates it.
    pub(super) fn create(options: &Options) -> io::Result<Self> {
        let file = options.logfile.as_ref().map(File::create).transpose()?;
        Ok(Self(file))
    }

    fn write(&mut self, text: &str) -> io::Result<()> {
        match &mut self.0 {
            Some(file) => file.write_all(text.as_bytes()),
            None => Ok(()),
        }
    }

    /// Writes the line of a test that ended.
    pub(super) fn ended(&mut self, ended: &Ended, times: bool) -> io::Result<()> {
        let word = match &ended.outcome {
            Outcome::Passed => "ok".to_owned(),
            Outcome::Failed(None) => "failed".to_owned(),
            Outcome::Failed(Some(why)) => format!("failed: {why}"),
            Outcome::TooLate => "failed (time limit exceeded)".to_owned(),
            Outcome::Ignored => match ended.test.reason() {
                Some(reason) => format!("ignored: {reason}"),
                None => "ignored".to_owned(),
            },
        };
        let time = match ended.took.filter(|_| times) {
            Some(took) => format!(" <{:.3}s>", took.as_secs_f64()),
            None => String::new(),
        };
        // In one write, so that a process that is killed leaves no half of it.
        self.write(&format!("{word} {}{time}\n", ended.test.name))
    }
}
