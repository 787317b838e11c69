//! Options that are cargo's own: which packages and targets, and how to compile.

use clap::Args;
use std::ffi::OsString;
use std::path::PathBuf;

/// Which packages and targets, as cargo has it.
#[derive(Clone, Debug, Default, Args)]
#[command(next_help_heading = "Package and target selection")]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is a flag of the command line"
)]
pub struct Selection {
    /// Package to take (may be given several times)
    #[arg(short, long = "package", value_name = "SPEC")]
    pub package: Vec<String>,
    /// All packages of the workspace
    #[arg(long)]
    pub workspace: bool,
    /// Packages to leave out (with --workspace)
    #[arg(long, value_name = "SPEC")]
    pub exclude: Vec<String>,
    /// The library
    #[arg(long)]
    pub lib: bool,
    /// All binaries
    #[arg(long)]
    pub bins: bool,
    /// A binary
    #[arg(long, value_name = "NAME", num_args = 1)]
    pub bin: Vec<String>,
    /// All examples
    #[arg(long)]
    pub examples: bool,
    /// An example
    #[arg(long, value_name = "NAME", num_args = 1)]
    pub example: Vec<String>,
    /// All targets that are tested by default
    #[arg(long)]
    pub tests: bool,
    /// An integration test
    #[arg(long, value_name = "NAME", num_args = 1)]
    pub test: Vec<String>,
    /// All targets that are benchmarked by default
    #[arg(long)]
    pub benches: bool,
    /// A benchmark
    #[arg(long, value_name = "NAME", num_args = 1)]
    pub bench: Vec<String>,
    /// All targets
    #[arg(long)]
    pub all_targets: bool,
}

/// How to compile, as cargo has it.
#[derive(Clone, Debug, Default, Args)]
#[command(next_help_heading = "Compilation")]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is a flag of the command line"
)]
pub struct Compile {
    /// Features to switch on, separated by spaces or commas
    #[arg(short = 'F', long, value_name = "FEATURES")]
    pub features: Vec<String>,
    /// All features of the selected packages
    #[arg(long)]
    pub all_features: bool,
    /// Without the `default` feature
    #[arg(long)]
    pub no_default_features: bool,
    /// Build with the release profile
    #[arg(short, long)]
    pub release: bool,
    /// Build with this profile
    #[arg(long, value_name = "NAME")]
    pub profile: Option<String>,
    /// Build for this target triple
    #[arg(long, value_name = "TRIPLE")]
    pub target: Option<String>,
    /// Directory of all that is built
    #[arg(long, value_name = "DIRECTORY")]
    pub target_dir: Option<PathBuf>,
    /// Path to Cargo.toml
    #[arg(long, value_name = "PATH")]
    pub manifest_path: Option<PathBuf>,
    /// Require that Cargo.lock stays as it is
    #[arg(long)]
    pub locked: bool,
    /// Without the network
    #[arg(long)]
    pub offline: bool,
    /// --locked and --offline
    #[arg(long)]
    pub frozen: bool,
    /// Ignore `rust-version` in packages
    #[arg(long)]
    pub ignore_rust_version: bool,
    /// Number of parallel jobs of the build
    #[arg(short, long, value_name = "N", allow_hyphen_values = true)]
    pub jobs: Option<String>,
    /// Override a configuration value
    #[arg(long, value_name = "KEY=VALUE|PATH")]
    pub config: Vec<String>,
    /// Cargo's unstable flags
    #[arg(short = 'Z', value_name = "FLAG")]
    pub unstable: Vec<String>,
    /// Say less
    #[arg(short, long)]
    pub quiet: bool,
    /// Say more: every reason
    #[arg(short, long, action = clap::ArgAction::Count)]
    pub verbose: u8,
    /// Coloring
    #[arg(long, value_name = "WHEN")]
    pub color: Option<String>,
}

impl Selection {
    /// Cargo's arguments that choose packages.
    pub fn packages(&self) -> Vec<OsString> {
        let mut out = Flags::default();
        out.each("--package", &self.package)
            .set("--workspace", self.workspace)
            .each("--exclude", &self.exclude);
        out.0
    }

    /// Cargo's arguments that choose targets.
    pub fn targets(&self) -> Vec<OsString> {
        let mut out = Flags::default();
        out.set("--lib", self.lib)
            .set("--bins", self.bins)
            .each("--bin", &self.bin)
            .set("--examples", self.examples)
            .each("--example", &self.example)
            .set("--tests", self.tests)
            .each("--test", &self.test)
            .set("--benches", self.benches)
            .each("--bench", &self.bench)
            .set("--all-targets", self.all_targets);
        out.0
    }
}

impl Compile {
    /// Cargo's arguments that decide what comes out.
    pub fn arguments(&self) -> Vec<OsString> {
        let mut out = Flags::default();
        out.each("--features", &self.features)
            .set("--all-features", self.all_features)
            .set("--no-default-features", self.no_default_features)
            .set("--release", self.release)
            .each("--profile", self.profile.as_slice())
            .each("--target", self.target.as_slice())
            .each("--target-dir", self.target_dir.as_slice())
            .each("--manifest-path", self.manifest_path.as_slice())
            .set("--locked", self.locked)
            .set("--offline", self.offline)
            .set("--frozen", self.frozen)
            .set("--ignore-rust-version", self.ignore_rust_version)
            .each("--config", &self.config)
            .each("-Z", &self.unstable);
        out.0
    }

    /// Cargo's arguments that decide how it goes about it and what it says.
    pub fn manner(&self) -> Vec<OsString> {
        let mut out = Flags::default();
        out.each("--jobs", self.jobs.as_slice())
            .set("--quiet", self.quiet)
            .each("--color", self.color.as_slice());
        if self.verbose > 1 {
            out.set(
                &format!("-{}", "v".repeat(usize::from(self.verbose - 1))),
                true,
            );
        }
        out.0
    }
}

#[derive(Default)]
struct Flags(Vec<OsString>);

impl Flags {
    fn set(&mut self, flag: &str, given: bool) -> &mut Self {
        self.0.extend(given.then(|| flag.into()));
        self
    }

    fn each<T: Into<OsString> + Clone>(&mut self, flag: &str, values: &[T]) -> &mut Self {
        for value in values {
            self.0.extend([flag.into(), value.clone().into()]);
        }
        self
    }
}
