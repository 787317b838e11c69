//! libtest's command line, read by the crate that libtest reads it with.
//!
//! What is refused, and in which words, is the same; only texts that speak of attributes name ours.

use getopts::Matches;
use std::env;
use std::path::PathBuf;
use std::time::{SystemTime, UNIX_EPOCH};

/// What is wanted.
pub(super) enum Asked {
    /// Tests, listed or run.
    Tests(Options),
    /// The text that explains the options.
    Help(String),
}

/// What to list or run, and how.
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is one flag of libtest's, there or not"
)]
#[derive(Debug, Default)]
pub(super) struct Options {
    pub(super) list: bool,
    pub(super) filters: Vec<String>,
    pub(super) exact: bool,
    pub(super) skip: Vec<String>,
    pub(super) exclude_should_panic: bool,
    pub(super) ignored: Ignored,
    /// `--bench` without `--test`: every test is ignored, for none is a benchmark.
    pub(super) only_benchmarks: bool,
    pub(super) logfile: Option<PathBuf>,
    pub(super) no_capture: bool,
    pub(super) show_output: bool,
    pub(super) color: Color,
    pub(super) format: Format,
    pub(super) seed: Option<u64>,
    pub(super) test_threads: Option<usize>,
    pub(super) report_time: bool,
    pub(super) ensure_time: bool,
    pub(super) fail_fast: bool,
}

/// Which tests marked `#[ignore]` run.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Ignored {
    /// None.
    #[default]
    No,
    /// They too.
    Yes,
    /// Only they.
    Only,
}

/// How results are shown.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Format {
    /// A line a test.
    #[default]
    Pretty,
    /// A character a test.
    Terse,
    /// An object a line.
    Json,
    /// One document.
    Junit,
}

/// When words are coloured.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Color {
    /// On a terminal.
    #[default]
    Auto,
    /// Always.
    Always,
    /// Never.
    Never,
}

/// Reads a command line, the program's name first.
pub(super) fn read(arguments: &[String]) -> Result<Asked, String> {
    let mut known = known();
    known.optflag("", "nocapture", "Deprecated, use `--no-capture`");
    let (program, rest) = arguments
        .split_first()
        .map_or(("...", arguments), |(program, rest)| (program, rest));
    let matches = known.parse(rest).map_err(|fault| fault.to_string())?;
    if matches.opt_present("h") {
        return Ok(Asked::Help(help(program)));
    }
    meant(&matches).map(Asked::Tests)
}

fn known() -> getopts::Options {
    let mut known = getopts::Options::new();
    known
        .optflag("", "include-ignored", "Run ignored and not ignored tests")
        .optflag("", "ignored", "Run only ignored tests")
        .optflag("", "force-run-in-process", "Tests run in-process in any case")
        .optflag("", "exclude-should-panic", "Excludes tests marked as should_panic")
        .optflag("", "test", "Run tests and not benchmarks")
        .optflag("", "bench", "Run benchmarks instead of tests; there are none")
        .optflag("", "list", "List all tests and benchmarks")
        .optflag("", "fail-fast", "Don't start new tests after the first failure")
        .optflag("h", "help", "Display this message")
        .optopt("", "logfile", "Write logs to the specified file (deprecated)", "PATH")
        .optflag("", "no-capture", "don't capture stdout/stderr of each task, allow printing directly")
        .optopt("", "test-threads", "Number of threads used for running tests in parallel", "n_threads")
        .optmulti("", "skip", "Skip tests whose names contain FILTER (this flag can be used multiple times)", "FILTER")
        .optflag("q", "quiet", "Display one character per test instead of one line. Alias to --format=terse")
        .optflag("", "exact", "Exactly match filters rather than by substring")
        .optopt("", "color", "Configure coloring of output", "auto|always|never")
        .optopt("", "format", "Configure formatting of output", "pretty|terse|json|junit")
        .optflag("", "show-output", "Show captured stdout of successful tests")
        .optopt("Z", "", "Enable nightly-only flags: unstable-options = Allow use of experimental features", "unstable-options")
        .optflag("", "report-time", "Show execution time of each test. Not available for --format=terse")
        .optflag("", "ensure-time", "Treat excess of the test execution time limit as error. The limit is the second number of RUST_TEST_TIME_INTEGRATION=WARN,CRITICAL, in milliseconds")
        .optflag("", "shuffle", "Run tests in random order")
        .optopt("", "shuffle-seed", "Run tests in random order; seed the random number generator with SEED", "SEED");
    known
}

fn help(program: &str) -> String {
    let usage = known().usage(&format!("Usage: {program} [OPTIONS] [FILTERS...]"));
    format!(
        "{usage}\n\nThe FILTER string is tested against the name of all tests, and only those tests whose names contain the \
         filter are run.\nMultiple filter strings may be passed, which will run all tests matching any of the filters.\n\n\
         Test attributes: `#[mamo::test]`, `#[case(..)]`, `#[should_panic]`, `#[ignore]`.\n"
    )
}

fn meant(matches: &Matches) -> Result<Options, String> {
    let unstable = allows_unstable(matches)?;
    let flag = |name: &str| unstable_flag(matches, unstable, name);
    flag("force-run-in-process")?;
    let exclude_should_panic = flag("exclude-should-panic")?;
    let fail_fast = flag("fail-fast")?;
    let report_time = flag("report-time")?;
    let ensure_time = flag("ensure-time")?;
    let shuffle = flag("shuffle")? || (unstable && is_on("RUST_TEST_SHUFFLE"));
    let seed = shuffle_seed(matches, unstable)?;
    let seed = seed.or_else(|| shuffle.then(seed_of_now));
    let options = Options {
        list: matches.opt_present("list"),
        filters: matches.free.clone(),
        exact: matches.opt_present("exact"),
        skip: matches.opt_strs("skip"),
        exclude_should_panic,
        only_benchmarks: matches.opt_present("bench") && !matches.opt_present("test"),
        logfile: matches.opt_str("logfile").map(PathBuf::from),
        ignored: ignored(matches)?,
        no_capture: no_capture(matches),
        show_output: matches.opt_present("show-output"),
        test_threads: test_threads(matches)?,
        color: color(matches)?,
        format: format(matches, unstable)?,
        seed,
        report_time: report_time || ensure_time,
        ensure_time,
        fail_fast,
    };
    if options.logfile.is_some() {
        super::said(
            &mut std::io::stderr(),
            "warning: `--logfile` is deprecated\n",
            std::process::ExitCode::SUCCESS,
        );
    }
    Ok(options)
}

/// libtest of a stable toolchain lets unstable options through where this variable is set.
fn allows_unstable(matches: &Matches) -> Result<bool, String> {
    let Some(value) = matches.opt_str("Z") else {
        return Ok(false);
    };
    if env::var_os("RUSTC_BOOTSTRAP").is_none() {
        return Err("the option `Z` is only accepted on the nightly compiler".into());
    }
    if value == "unstable-options" {
        Ok(true)
    } else {
        Err("Unrecognized option to `Z`".into())
    }
}

fn unstable_flag(matches: &Matches, unstable: bool, name: &str) -> Result<bool, String> {
    match matches.opt_present(name) {
        true if !unstable => Err(refusal(name, "flag")),
        present => Ok(present),
    }
}

fn refusal(name: &str, what: &str) -> String {
    format!(
        "The \"{name}\" {what} is only accepted on the nightly compiler with -Z unstable-options"
    )
}

fn is_on(variable: &str) -> bool {
    env::var(variable).is_ok_and(|value| value != "0")
}

fn shuffle_seed(matches: &Matches, unstable: bool) -> Result<Option<u64>, String> {
    match matches.opt_str("shuffle-seed") {
        Some(_) if !unstable => Err(refusal("shuffle-seed", "option")),
        Some(number) => number.parse().map(Some).map_err(|error| {
            format!("argument for --shuffle-seed must be a number (error: {error})")
        }),
        None if unstable => match env::var("RUST_TEST_SHUFFLE_SEED") {
            Ok(number) => number
                .parse()
                .map(Some)
                .map_err(|_| format!("RUST_TEST_SHUFFLE_SEED is `{number}`, should be a number.")),
            Err(_) => Ok(None),
        },
        None => Ok(None),
    }
}

fn seed_of_now() -> u64 {
    let now = SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .unwrap_or_default();
    u64::from(now.subsec_nanos()) ^ now.as_secs() << 30
}

fn test_threads(matches: &Matches) -> Result<Option<usize>, String> {
    let number = matches.opt_str("test-threads");
    match number.map(|number| number.parse::<usize>()) {
        None => Ok(None),
        Some(Ok(0)) => Err("argument for --test-threads must not be 0".into()),
        Some(Ok(number)) => Ok(Some(number)),
        Some(Err(error)) => Err(format!(
            "argument for --test-threads must be a number > 0 (error: {error})"
        )),
    }
}

fn ignored(matches: &Matches) -> Result<Ignored, String> {
    let (included, only) = (
        matches.opt_present("include-ignored"),
        matches.opt_present("ignored"),
    );
    match (included, only) {
        (true, true) => {
            Err("the options --include-ignored and --ignored are mutually exclusive".into())
        }
        (true, false) => Ok(Ignored::Yes),
        (false, true) => Ok(Ignored::Only),
        (false, false) => Ok(Ignored::No),
    }
}

fn no_capture(matches: &Matches) -> bool {
    matches.opt_present("nocapture")
        || matches.opt_present("no-capture")
        || is_on("RUST_TEST_NOCAPTURE")
}

fn color(matches: &Matches) -> Result<Color, String> {
    match matches.opt_str("color").as_deref() {
        Some("auto") | None => Ok(Color::Auto),
        Some("always") => Ok(Color::Always),
        Some("never") => Ok(Color::Never),
        Some(other) => Err(format!(
            "argument for --color must be auto, always, or never (was {other})"
        )),
    }
}

fn format(matches: &Matches, unstable: bool) -> Result<Format, String> {
    let stable = |name: &str, format| {
        if unstable {
            Ok(format)
        } else {
            Err(refusal(name, "format"))
        }
    };
    match matches.opt_str("format").as_deref() {
        None if matches.opt_present("quiet") => Ok(Format::Terse),
        Some("pretty") | None => Ok(Format::Pretty),
        Some("terse") => Ok(Format::Terse),
        Some("json") => stable("json", Format::Json),
        Some("junit") => stable("junit", Format::Junit),
        Some(other) => Err(format!(
            "argument for --format must be pretty, terse, json or junit (was {other})"
        )),
    }
}
