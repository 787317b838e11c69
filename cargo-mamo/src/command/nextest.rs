//! `cargo mamo nextest run …`: the same plan as `test`, run by nextest with its own configuration, retries and reports.
//!
//! nextest gets the user's arguments as they are, and a filter expression that chooses what the plan says. What it
//! says of each test is read from its events, unless the user asked for events of their own.

use super::test::prepare;
use super::{FAILED, INTERRUPTED, USAGE};
use crate::cargo::exit_code;
use crate::cargo::harness::Outcome;
use crate::cargo::nextest::{self, Filter, Outcomes, program};
use crate::cli::{Compile, Selection, TestArgs};
use crate::filters::{Filters, Ignored};
use crate::interrupt;
use crate::session::{Build, Session};
use crate::shell::Shell;
use crate::survey::{Entry, Parts};
use crate::timings::{self, Step};
use crate::{execute::Ran, remember, report};
use anyhow::Result;
use clap::{Args, Parser};
use std::collections::BTreeMap;
use std::process::ExitCode;

/// `cargo mamo nextest`.
#[derive(Clone, Debug, Args)]
pub struct NextestArgs {
    /// `run`, and what `cargo nextest run` takes
    #[arg(
        trailing_var_arg = true,
        allow_hyphen_values = true,
        required = true,
        value_name = "run ARGUMENTS"
    )]
    pub arguments: Vec<String>,
}

/// The arguments that are cargo's.
#[derive(Debug, Parser)]
struct Built {
    #[command(flatten)]
    selection: Selection,
    #[command(flatten)]
    compile: Compile,
}

/// What the user's arguments for nextest mean to us.
#[derive(Debug, Default)]
struct Meant {
    selection: Selection,
    compile: Compile,
    ignored: Ignored,
    /// Filter expressions, which ours narrows.
    expressions: Vec<String>,
    /// Everything but those.
    rest: Vec<String>,
    /// Does the user want events, or only a build?
    own_events: bool,
    no_run: bool,
}

/// Plans, lets nextest run, records.
pub fn run(args: &NextestArgs) -> Result<ExitCode> {
    let Some(("run", rest)) = args
        .arguments
        .split_first()
        .map(|(verb, rest)| (verb.as_str(), rest))
    else {
        let hint = anyhow::anyhow!("hint: `cargo mamo nextest run` is what can be planned");
        Shell::default()
            .error(&hint.context(format!("`{}` is not understood", args.arguments.join(" "))));
        return Ok(ExitCode::from(USAGE));
    };
    let meant = match Meant::of(rest) {
        Ok(meant) => meant,
        Err(error) => {
            Shell::default().error(&error);
            return Ok(ExitCode::from(USAGE));
        }
    };
    let session = Session::open(Shell::default(), &meant.compile)?;
    if !nextest::is_installed(&session.workspace.cwd) {
        let hint = anyhow::anyhow!("hint: install it (https://nexte.st), or use `cargo mamo test`");
        session
            .shell
            .error(&hint.context("`cargo nextest` is not installed"));
        return Ok(ExitCode::from(super::DOUBTED));
    }
    if meant.no_run {
        let arguments = meant.arguments(None);
        return Ok(exit_code(
            nextest::run(&session.workspace.cwd, &arguments, false)?.0,
        ));
    }
    interrupt::outlive();
    planned(&session, &meant)
}

fn planned(session: &Session, meant: &Meant) -> Result<ExitCode> {
    let request = Session::request("test", &meant.selection, &meant.compile);
    let filters = Filters {
        ignored: meant.ignored,
        ..Filters::default()
    };
    let args = TestArgs {
        compile: meant.compile.clone(),
        selection: meant.selection.clone(),
        ..TestArgs::default()
    };
    let parts = Parts {
        programs: true,
        doctests: false,
    };
    let Some((mut build, mut entries)) = prepare(session, &args, &request, &filters, parts)? else {
        return Ok(ExitCode::from(if interrupt::happened() {
            INTERRUPTED
        } else {
            FAILED
        }));
    };
    let mut filter = Filter::default();
    for entry in &entries {
        filter.add(&entry.id, entry.runs());
    }
    let mut code = ExitCode::SUCCESS;
    if filter.is_empty() {
        session
            .shell
            .progress("     nextest - not started, nothing to run");
    } else {
        let arguments = meant.arguments(Some(&filter.expression()));
        let (status, outcomes) = timings::during(Step::Run, || {
            nextest::run(&session.workspace.cwd, &arguments, !meant.own_events)
        })?;
        note(&build, &mut entries, &outcomes);
        timings::during(Step::Record, || {
            remember::remember(session, &mut build, &entries, &Ran::default())
        })?;
        code = if interrupt::happened() {
            ExitCode::from(INTERRUPTED)
        } else {
            exit_code(status)
        };
    }
    report::finished(&session.shell, &entries);
    session.tell_warnings();
    Ok(code)
}

/// Notes what was seen. A test that asks for nextest's variables passed under other inputs than were planned with; what
/// two programs of one name both hold is no clear pass.
fn note(build: &Build, entries: &mut [Entry], outcomes: &Outcomes) {
    let key = |entry: &Entry| (program(&entry.id), entry.id.name.clone());
    let mut planned = BTreeMap::<_, usize>::new();
    for entry in entries.iter().filter(|entry| entry.runs()) {
        *planned.entry(key(entry)).or_default() += 1;
    }
    for entry in entries.iter_mut().filter(|entry| entry.runs()) {
        let key = key(entry);
        let seen = outcomes.get(&key).copied();
        entry.outcome = seen.filter(|seen| *seen == Outcome::Failed || planned[&key] == 1);
        let root = entry.root.map(|root| &build.analysis.roots[root]);
        if root.is_some_and(|root| {
            root.variables
                .iter()
                .any(|name| name.starts_with("NEXTEST"))
        }) {
            entry.fingerprint = None;
        }
    }
}

impl Meant {
    /// Reads nextest's command line as far as it concerns the build and the choice of tests.
    fn of(arguments: &[String]) -> Result<Self> {
        let mut meant = Self::default();
        let mut of_cargo = vec!["nextest".to_string()];
        let mut arguments = arguments.iter().peekable();
        while let Some(argument) = arguments.next() {
            if argument == "--" {
                meant.rest.push(argument.clone());
                meant.rest.extend(arguments.cloned());
                break;
            }
            let (flag, joined) = argument
                .split_once('=')
                .map_or((argument.as_str(), None), |(flag, value)| {
                    (flag, Some(value))
                });
            let mut words = vec![argument.clone()];
            let mut value = joined.map(str::to_owned);
            let wants = WITH_VALUE.contains(&flag) || OF_BUILD_WITH_VALUE.contains(&flag);
            if wants
                && value.is_none()
                && let Some(next) = arguments.next()
            {
                words.push(next.clone());
                value = Some(next.clone());
            }
            let value = value.unwrap_or_default();
            match flag {
                "-E" | "--filterset" | "--filter-expr" => {
                    meant.expressions.push(value);
                    continue;
                }
                "--run-ignored" => {
                    meant.ignored = match value.as_str() {
                        "only" | "ignored-only" => Ignored::Only,
                        "all" => Ignored::Included,
                        _ => Ignored::Left,
                    };
                }
                "--message-format" => meant.own_events = true,
                "--no-run" => meant.no_run = true,
                "--cargo-profile" => of_cargo.extend(["--profile".to_string(), value]),
                "--all" => of_cargo.push("--workspace".to_string()),
                _ if OF_BUILD.contains(&flag) || OF_BUILD_WITH_VALUE.contains(&flag) => {
                    of_cargo.extend(words.iter().cloned());
                }
                "--archive-file" | "--binaries-metadata" | "--cargo-metadata" | "--unit-graph" => {
                    anyhow::bail!("`{flag}` cannot be planned: use `cargo nextest run`");
                }
                _ => {}
            }
            meant.rest.extend(words);
        }
        let built = Built::try_parse_from(of_cargo).map_err(|error| {
            anyhow::anyhow!("{}", error.to_string().trim().trim_start_matches("error: "))
        })?;
        meant.selection = built.selection;
        meant.compile = built.compile;
        Ok(meant)
    }

    /// nextest's arguments, narrowed to `expression`.
    fn arguments(&self, expression: Option<&str>) -> Vec<String> {
        let own: Vec<_> = self
            .expressions
            .iter()
            .map(|own| format!("({own})"))
            .collect();
        let joined = match (own.is_empty(), expression) {
            (true, None) => None,
            (true, Some(expression)) => Some(expression.to_string()),
            (false, None) => Some(own.join(" | ")),
            (false, Some(expression)) => Some(format!("({}) & ({expression})", own.join(" | "))),
        };
        let mut all: Vec<String> = joined
            .into_iter()
            .flat_map(|joined| ["-E".to_string(), joined])
            .collect();
        all.extend(self.rest.iter().cloned());
        all
    }
}

/// Flags of cargo's that decide what is built.
const OF_BUILD: [&str; 18] = [
    "--workspace",
    "--lib",
    "--bins",
    "--examples",
    "--tests",
    "--benches",
    "--all-targets",
    "--all-features",
    "--no-default-features",
    "-r",
    "--release",
    "--locked",
    "--offline",
    "--frozen",
    "--ignore-rust-version",
    "-q",
    "--quiet",
    "--all",
];

/// Those with a value.
const OF_BUILD_WITH_VALUE: [&str; 16] = [
    "-p",
    "--package",
    "--exclude",
    "--bin",
    "--example",
    "--test",
    "--bench",
    "-F",
    "--features",
    "--cargo-profile",
    "--target",
    "--target-dir",
    "--manifest-path",
    "--config",
    "-Z",
    "--color",
];

/// Options of nextest's own with a value.
const WITH_VALUE: [&str; 27] = [
    "-E",
    "--filterset",
    "--filter-expr",
    "--run-ignored",
    "--message-format",
    "-P",
    "--profile",
    "-j",
    "--jobs",
    "--test-threads",
    "--retries",
    "--partition",
    "--build-jobs",
    "--failure-output",
    "--success-output",
    "--status-level",
    "--final-status-level",
    "--config-file",
    "--tool-config-file",
    "--no-tests",
    "--max-fail",
    "--message-format-version",
    "--platform-filter",
    "--cargo-message-format",
    "--archive-file",
    "--binaries-metadata",
    "--cargo-metadata",
];

#[cfg(test)]
mod tests {
    use super::*;

    fn meant(arguments: &[&str]) -> Meant {
        let arguments: Vec<String> = arguments.iter().map(ToString::to_string).collect();
        Meant::of(&arguments).unwrap()
    }

    #[test]
    fn nextests_own_options_are_passed_on_and_cargos_are_understood() {
        let meant = meant(&[
            "-p",
            "a",
            "--cargo-profile=slow",
            "--profile",
            "ci",
            "-j",
            "2",
            "--features",
            "x",
            "name",
            "-E",
            "test(u)",
            "--run-ignored",
            "all",
            "--",
            "--exact",
        ]);
        assert_eq!(meant.selection.package, ["a"]);
        assert_eq!(meant.compile.profile.as_deref(), Some("slow"));
        assert_eq!(meant.compile.features, ["x"]);
        assert_eq!(meant.compile.jobs, None);
        assert_eq!(meant.ignored, Ignored::Included);
        let arguments = meant.arguments(Some("none()"));
        assert_eq!(
            arguments,
            [
                "-E",
                "((test(u))) & (none())",
                "-p",
                "a",
                "--cargo-profile=slow",
                "--profile",
                "ci",
                "-j",
                "2",
                "--features",
                "x",
                "name",
                "--run-ignored",
                "all",
                "--",
                "--exact",
            ]
        );
    }
}
