//! What was typed: the command line of `cargo mamo`, as clap reads it.
//!
//! Nothing is decided here. Cargo's own options are taken whole and given back to cargo as they came; what they
//! mean is read in `session` and `cargo`.

mod options;

use crate::audit::Percent;
use crate::command::affected::AffectedArgs;
use crate::command::config::ConfigArgs;
use crate::command::gc::GcArgs;
use crate::command::init::InitArgs;
use crate::command::lint::LintArgs;
use crate::command::nextest::NextestArgs;
use crate::command::refresh::RefreshArgs;
use crate::command::verify::VerifyArgs;
use clap::{Args, Parser, Subcommand, ValueEnum};
pub use options::{Compile, Selection};
use std::ffi::OsString;
use std::path::PathBuf;

/// `cargo mamo`.
#[derive(Debug, Parser)]
#[command(name = "cargo mamo", bin_name = "cargo mamo", version, about = "Runs only what a code change can reach", long_about = include_str!("../../docs/commands.md"))]
pub struct Cli {
    /// What to do.
    #[command(subcommand)]
    pub command: Command,
}

/// The subcommands.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Build, and run the tests whose answer could differ
    Test(TestArgs),
    /// Build a program with its snapshot, and run it
    Run(RunArgs),
    /// Build, and write the snapshots of what was built
    Build(BuildArgs),
    /// Build benchmarks with their snapshots, and run them
    Bench(BenchArgs),
    /// Say why something would run again, or what it rests on
    Why(WhyArgs),
    /// Show what is fresh, stale and missing, and what values cost and save
    Status(StatusArgs),
    /// Print items, roots and what each root can reach
    Graph(GraphArgs),
    /// Name what roots can reach and mamo cannot see: the clock, chance, the network, other programs, state
    Lint(LintArgs),
    /// Hold the plans against mutants, or the reach against executed lines
    Verify(VerifyArgs),
    /// Plan as `test` does, and let nextest run
    Nextest(NextestArgs),
    /// Print the tests that the changes since a revision can affect
    Affected(AffectedArgs),
    /// Turn mamo on for plain cargo, nextest and editors
    Init(InitArgs),
    /// Print every setting in force, and where it comes from
    Config(ConfigArgs),
    /// See to the snapshot of a program that plain cargo starts
    #[command(hide = true)]
    Refresh(RefreshArgs),
    /// Remove values that are of no use or over the store's bound
    Gc(GcArgs),
    /// Remove what is remembered
    Clean(CleanArgs),
}

/// What is printed where.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub enum MessageFormat {
    /// Lines for people.
    #[default]
    Human,
    /// Lines for people, the compiler's in short.
    Short,
    /// One JSON object a line on stdout, text for people on stderr.
    Json,
}

/// `cargo mamo test`.
#[derive(Clone, Debug, Default, Args)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is a flag of the command line"
)]
pub struct TestArgs {
    /// Only tests whose name contains this
    pub testname: Option<String>,
    /// Run everything; reuse nothing
    #[arg(long)]
    pub all: bool,
    /// Run this share of what could be reused, too; if one fails, run everything and exit with 3
    #[arg(long, value_name = "PERCENT")]
    pub audit: Option<Percent>,
    /// Show the plan and run nothing
    #[arg(long)]
    pub dry_run: bool,
    /// Only the library's documentation tests
    #[arg(long)]
    pub doc: bool,
    /// Build and do not run
    #[arg(long)]
    pub no_run: bool,
    /// Go on after a test binary failed
    #[arg(long)]
    pub no_fail_fast: bool,
    /// What to print
    #[arg(long, value_name = "FORMAT", default_value = "human")]
    pub message_format: MessageFormat,
    /// Packages and targets.
    #[command(flatten)]
    pub selection: Selection,
    /// Compilation.
    #[command(flatten)]
    pub compile: Compile,
    /// For the test binaries
    #[arg(last = true)]
    pub harness: Vec<String>,
}

/// `cargo mamo build`.
#[derive(Clone, Debug, Args)]
pub struct BuildArgs {
    /// Packages and targets.
    #[command(flatten)]
    pub selection: Selection,
    /// Compilation.
    #[command(flatten)]
    pub compile: Compile,
}

/// `cargo mamo run`.
#[derive(Clone, Debug, Args)]
pub struct RunArgs {
    /// Packages and targets.
    #[command(flatten)]
    pub selection: Selection,
    /// Compilation.
    #[command(flatten)]
    pub compile: Compile,
    /// For the program
    #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
    pub arguments: Vec<OsString>,
}

/// `cargo mamo bench`.
#[derive(Clone, Debug, Args)]
pub struct BenchArgs {
    /// Only benchmarks whose name contains this
    pub benchname: Option<String>,
    /// Build and do not run
    #[arg(long)]
    pub no_run: bool,
    /// Go on after a benchmark failed
    #[arg(long)]
    pub no_fail_fast: bool,
    /// Packages and targets.
    #[command(flatten)]
    pub selection: Selection,
    /// Compilation.
    #[command(flatten)]
    pub compile: Compile,
    /// For the benchmarks
    #[arg(last = true)]
    pub harness: Vec<String>,
}

/// `cargo mamo why`.
#[derive(Clone, Debug, Args)]
pub struct WhyArgs {
    /// A test, memoized function or fixture: its name, the end of it, or a part of it
    pub name: String,
    /// What to print
    #[arg(long, value_name = "FORMAT", default_value = "human")]
    pub message_format: MessageFormat,
    /// Packages and targets.
    #[command(flatten)]
    pub selection: Selection,
    /// Compilation.
    #[command(flatten)]
    pub compile: Compile,
}

/// `cargo mamo status`.
#[derive(Clone, Debug, Args)]
pub struct StatusArgs {
    /// What to print
    #[arg(long, value_name = "FORMAT", default_value = "human")]
    pub message_format: MessageFormat,
    /// Packages and targets.
    #[command(flatten)]
    pub selection: Selection,
    /// Compilation.
    #[command(flatten)]
    pub compile: Compile,
}

/// `cargo mamo graph`.
#[derive(Clone, Debug, Args)]
pub struct GraphArgs {
    /// What to print
    #[arg(long, value_name = "FORMAT", default_value = "human")]
    pub message_format: MessageFormat,
    /// Packages and targets.
    #[command(flatten)]
    pub selection: Selection,
    /// Compilation.
    #[command(flatten)]
    pub compile: Compile,
}

/// `cargo mamo clean`.
#[derive(Clone, Debug, Args)]
pub struct CleanArgs {
    /// Only what belongs to this package
    #[arg(short, long = "package", value_name = "NAME")]
    pub package: Vec<String>,
    /// Directory of all that is built
    #[arg(long, value_name = "DIRECTORY")]
    pub target_dir: Option<PathBuf>,
    /// Path to Cargo.toml
    #[arg(long, value_name = "PATH")]
    pub manifest_path: Option<PathBuf>,
}
