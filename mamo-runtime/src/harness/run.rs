//! Running the chosen tests, several at a time, each on a thread of its own that has its name.

use super::capture::{self, Capture, Terminal};
use super::collected::{Test, chosen};
use super::ending::{self, Outcome, Stage};
use super::format::{self, Ended, Formatter, Limits, Log, Tally};
use super::options::Options;
use super::{concurrency, report};
use std::collections::VecDeque;
use std::hash::{DefaultHasher, Hash as _, Hasher as _};
use std::io;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

/// A test that runs longer is said to.
const SLOW: Duration = Duration::from_secs(60);

/// Runs what `options` choose of `tests`; true if none failed.
pub(super) fn run(options: &Options, tests: Vec<Test>) -> io::Result<bool> {
    let (threads, limits) = match (concurrency(options), Limits::of_environment()) {
        (Ok(threads), Ok(limits)) => (threads, limits),
        (Err(message), _) | (_, Err(message)) => return Err(io::Error::other(message)),
    };
    let log = Log::create(options)?;
    let captured = if options.no_capture {
        None
    } else {
        capture::start()
    };
    let (capture, terminal) = captured.map_or((None, Terminal::Plain), |(capture, terminal)| {
        (Some(capture), terminal)
    });
    report::watch();
    let limits_shown = options.report_time.then_some(limits);
    let formatter = format::formatter(options, limits_shown, threads > 1, terminal);
    let (sender, receiver) = channel();
    let all = tests.len();
    let mut waiting = chosen(options, tests);
    let total = waiting.len();
    if let Some(seed) = options.seed {
        shuffle(seed, &mut waiting);
    }
    let course = Course {
        options,
        limits,
        threads,
        capture,
        formatter,
        log,
        sender,
        waiting: waiting.into(),
        running: Vec::new(),
        tally: Tally {
            total,
            filtered_out: all - total,
            ..Tally::default()
        },
    };
    course.run(&receiver)
}

/// A run under way.
struct Course<'a> {
    options: &'a Options,
    limits: Limits,
    threads: usize,
    capture: Option<Capture>,
    formatter: Box<dyn Formatter>,
    log: Log,
    sender: Sender<Done>,
    waiting: VecDeque<Test>,
    running: Vec<Running>,
    tally: Tally,
}

/// A test on its thread.
struct Running {
    test: Test,
    started: Instant,
    /// Was it said to be slow?
    told: bool,
    /// Where its output begins.
    from: u64,
    /// Did another test run meanwhile?
    shared: bool,
    thread: JoinHandle<()>,
}

/// What a thread reports.
struct Done {
    name: String,
    outcome: Outcome,
    took: Duration,
}

impl Course<'_> {
    fn run(mut self, receiver: &Receiver<Done>) -> io::Result<bool> {
        let started = Instant::now();
        self.formatter.start(self.tally.total, self.options.seed)?;
        while !self.running.is_empty() || !self.waiting.is_empty() {
            while self.running.len() < self.threads
                && let Some(test) = self.waiting.pop_front()
            {
                self.start(test)?;
            }
            if self.running.is_empty() {
                continue;
            }
            let done = self.next(receiver)?;
            self.end(done)?;
            if self.options.fail_fast && self.tally.failed > 0 {
                break;
            }
        }
        self.tally.took = started.elapsed();
        self.formatter.finish(&self.tally)?;
        Ok(self.tally.failed == 0)
    }

    fn start(&mut self, test: Test) -> io::Result<()> {
        self.formatter.begun(&test)?;
        if test.ignored || self.options.only_benchmarks {
            return self.tell(Ended {
                test,
                outcome: Outcome::Ignored,
                took: None,
                output: Vec::new(),
                shared: false,
            });
        }
        let from = self.position();
        if let Some(capture) = &mut self.capture {
            capture.begun(&test.name, from);
        }
        let shared = !self.running.is_empty();
        self.running
            .iter_mut()
            .for_each(|other| other.shared = true);
        let sender = self.sender.clone();
        let (declared, case, reported) = (test.declared, test.case, test.name.clone());
        let work = move || {
            let stage = Stage::default();
            let begun = Instant::now();
            let ended = catch_unwind(AssertUnwindSafe(|| (declared.run)(&stage, case)));
            let took = begun.elapsed();
            let outcome = ending::judge(declared.panics, declared.place, &stage, &ended);
            // After a stop at the first failure nobody listens.
            let _ = sender.send(Done {
                name: reported,
                outcome,
                took,
            });
        };
        let thread = std::thread::Builder::new()
            .name(test.name.clone())
            .spawn(work)?;
        self.running.push(Running {
            test,
            started: Instant::now(),
            told: false,
            from,
            shared,
            thread,
        });
        Ok(())
    }

    /// Waits for the next end, and says meanwhile which tests take long.
    fn next(&mut self, receiver: &Receiver<Done>) -> io::Result<Done> {
        loop {
            let untold = self.running.iter().filter(|running| !running.told);
            let patience = untold
                .map(|running| SLOW.saturating_sub(running.started.elapsed()))
                .min();
            let heard = match patience {
                Some(patience) => receiver.recv_timeout(patience),
                None => receiver.recv().map_err(|_| RecvTimeoutError::Disconnected),
            };
            if let Ok(done) = heard {
                return Ok(done);
            }
            for running in &mut self.running {
                if !running.told && running.started.elapsed() >= SLOW {
                    running.told = true;
                    self.formatter.slow(&running.test)?;
                }
            }
        }
    }

    fn end(&mut self, done: Done) -> io::Result<()> {
        let at = self
            .running
            .iter()
            .position(|running| running.test.name == done.name)
            .expect("only what runs ends");
        let running = self.running.remove(at);
        let mut outcome = done.outcome;
        if running.thread.join().is_err() && outcome == Outcome::Passed {
            outcome = Outcome::Failed(Some("panicked after reporting success".to_owned()));
        }
        if outcome == Outcome::Passed
            && self.options.ensure_time
            && done.took >= self.limits.critical
        {
            outcome = Outcome::TooLate;
        }
        let output = match &mut self.capture {
            Some(capture) => {
                capture.ended(&running.test.name);
                capture.between(running.from, capture.position())
            }
            None => Vec::new(),
        };
        self.tell(Ended {
            test: running.test,
            outcome,
            took: Some(done.took),
            output,
            shared: running.shared,
        })
    }

    fn tell(&mut self, ended: Ended) -> io::Result<()> {
        self.log.ended(&ended, self.options.report_time)?;
        self.formatter.ended(&ended)?;
        match ended.outcome {
            Outcome::Passed => self.tally.passed += 1,
            Outcome::Ignored => self.tally.ignored += 1,
            Outcome::Failed(_) | Outcome::TooLate => self.tally.failed += 1,
        }
        self.tally.ended.push(ended);
        Ok(())
    }

    fn position(&self) -> u64 {
        self.capture.as_ref().map_or(0, Capture::position)
    }
}

/// Puts tests in the order that libtest would for this seed and these names.
fn shuffle(seed: u64, tests: &mut [Test]) {
    let mut names = DefaultHasher::new();
    tests.len().hash(&mut names);
    for test in tests.iter() {
        // As libtest's name hashes: the third variant of an enum, and no padding.
        (2_isize, &test.name, 0_isize).hash(&mut names);
    }
    let names = names.finish();
    let mut state = seed;
    for first in 0..tests.len() {
        let mut hasher = DefaultHasher::new();
        (state, names).hash(&mut hasher);
        state = hasher.finish();
        let left = tests.len() - first;
        let chosen = usize::try_from(state % left as u64).unwrap_or(0);
        tests.swap(first, first + chosen);
    }
}
