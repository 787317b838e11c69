//! A test program's `main`: collects the functions that `#[mamo::test]` marks, and runs them as libtest does.
//!
//! The command line, the lists, the lines of a run, the log file and the exit codes are libtest's, so that cargo, nextest,
//! editors and `cargo mamo` see no difference (`tests/it/harness.rs` in `cargo-mamo` holds both side by side). What is ours:
//! tests take fixtures, and the end of a run says what fixtures saved. It must never report a pass that it did not see.

mod capture;
mod collected;
mod ending;
mod executor;
mod format;
mod lend;
mod libtest;
mod options;
mod report;
mod run;

pub use collected::{Case, Declared, Panics, Place};
pub use ending::{Ending, Stage, ending};
pub use executor::{BlockOn, block_on, block_on_here};
pub use lend::{ByFuture, ByValue, Failure, Lent, Owned, Unsettled, private_copy};
pub use libtest::under_libtest;

use options::{Asked, Options};
use std::io;
use std::process::ExitCode;

/// libtest's exit code for failed tests and for command lines that it does not understand.
const FAILED: u8 = 101;

/// Lists or runs the tests of this program, as its command line says.
pub fn main(executor: BlockOn) -> ExitCode {
    if let Some(code) = capture::watch() {
        return code;
    }
    executor::set(executor);
    let arguments: Vec<String> = std::env::args_os()
        .map(|argument| argument.to_string_lossy().into_owned())
        .collect();
    let options = match options::read(&arguments) {
        Ok(Asked::Tests(options)) => options,
        Ok(Asked::Help(text)) => return said(&mut io::stdout(), &text, ExitCode::SUCCESS),
        Err(message) => return refused(&message),
    };
    let done = collected::tests().and_then(|tests| {
        let answer = if options.list {
            format::list(&options, &tests).map(|()| true)
        } else {
            run::run(&options, tests)
        };
        answer.map_err(|error| format!("io error when listing tests: {error:?}"))
    });
    if !options.list {
        report::finish();
    }
    match done {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::from(FAILED),
        Err(message) => refused(&message),
    }
}

fn refused(message: &str) -> ExitCode {
    let failed = ExitCode::from(FAILED);
    said(&mut io::stderr(), &format!("error: {message}\n"), failed)
}

/// Writes `text` and hands on `code`. Nobody is left to tell if the stream is closed.
fn said(stream: &mut dyn io::Write, text: &str, code: ExitCode) -> ExitCode {
    let _ = stream.write_all(text.as_bytes());
    code
}

/// How many tests run at once.
fn concurrency(options: &Options) -> Result<usize, String> {
    if let Some(threads) = options.test_threads {
        return Ok(threads);
    }
    match std::env::var("RUST_TEST_THREADS") {
        Ok(value) => value.parse().ok().filter(|n| *n > 0).ok_or_else(|| {
            format!("RUST_TEST_THREADS is `{value}`, should be a positive integer.")
        }),
        Err(_) => Ok(std::thread::available_parallelism().map_or(1, usize::from)),
    }
}

/// The `main` of a test target: runs its [`macro@test`]s as libtest would, and says what fixtures saved.
///
/// It stands in the root of a target that says so in its manifest:
///
/// ```toml
/// [[test]]
/// name = "it"
/// harness = false
/// ```
///
/// Without that line libtest runs the same tests.
///
/// `mamo::harness!(block_on = path)` runs async tests, and async fixtures of others, by `path(future)`, which must return
/// when the future has ended; otherwise they are waited for on the test's own thread.
///
/// # Guarantees
/// - Command line, lists, results, log file and exit codes are libtest's
///   (`the_same_command_lines_print_the_same_and_exit_alike_under_libtest`); so cargo, nextest and editors need not know.
/// - At the end resources of `per_process` fixtures are torn down, also after tests that failed
///   (`resources_are_torn_down_after_tests_that_failed`).
/// - What a program printed that was killed by a test is shown, with the tests that ran
///   (`a_program_that_dies_leaves_its_last_words`).
///
/// # Restrictions
/// In a target with `harness = false`, rustc leaves out functions marked `#[test]`: mark them `#[mamo::test]`.
///
/// # Limits
/// std lets only libtest capture what a thread prints. So the output of a failed test may have lines of tests that ran at the same
/// time, which its heading says; `--test-threads 1` keeps them apart. It is what the whole process prints, also child processes.
/// On systems other than Unix nothing is captured. For the last words of a program it is started a second time, as a process that
/// waits; a test that waits for any child process of its own (`waitpid(-1)`) meets it: run it with `--no-capture`.
///
/// Options that libtest takes on nightly toolchains only (`-Z`) want `RUSTC_BOOTSTRAP=1` on all of them. Each test is one of
/// integration: `--ensure-time` goes by `RUST_TEST_TIME_INTEGRATION`. There are no benchmarks. With `panic = "abort"`, a failing test
/// ends the program.
///
/// # Example
/// ```
/// mamo::harness!();
///
/// #[mamo::test]
/// fn adds() {
///     assert_eq!(1 + 1, 2);
/// }
/// ```
#[macro_export]
macro_rules! harness {
    () => {
        $crate::harness!(block_on = $crate::__private::harness::block_on_here);
    };
    (block_on = $block_on:expr $(,)?) => {
        fn main() -> ::std::process::ExitCode {
            $crate::__private::harness::main(|future| $block_on(future))
        }
    };
}
