//! nextest's command line, as far as it concerns the build and the choice of tests.
//!
//! What is not understood is handed on as it came; what cannot be planned is refused.

use crate::cli::{Compile, Selection};
use crate::filters::Ignored;
use anyhow::Result;
use clap::Parser;

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
pub(crate) struct Meant {
    /// Which packages and targets.
    pub(crate) selection: Selection,
    /// How they are built.
    pub(crate) compile: Compile,
    /// Do ignored tests run?
    pub(crate) ignored: Ignored,
    /// Filter expressions, which ours narrows.
    expressions: Vec<String>,
    /// Everything but those.
    rest: Vec<String>,
    /// Does the user want events of their own?
    pub(crate) own_events: bool,
    /// Does the user want only a build?
    pub(crate) no_run: bool,
    /// Does the user choose tests, or say what it means if there are none?
    chooses: bool,
}

impl Meant {
    /// Reads nextest's command line as far as it concerns the build and the choice of tests.
    pub(crate) fn of(arguments: &[String]) -> Result<Self> {
        let mut meant = Self::default();
        let mut of_cargo = vec!["nextest".to_string()];
        let mut arguments = arguments.iter().peekable();
        while let Some(argument) = arguments.next() {
            if argument == "--" {
                meant.rest.push(argument.clone());
                meant.rest.extend(arguments.cloned());
                meant.chooses = true;
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
            let chooses = [
                "-E",
                "--filterset",
                "--filter-expr",
                "--partition",
                "--no-tests",
            ];
            meant.chooses |= chooses.contains(&flag) || !flag.starts_with('-');
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
    pub(crate) fn arguments(&self, expression: Option<&str>) -> Vec<String> {
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

    /// Lets nextest call it well if nothing is left to run: that is so because of what is reused. Where the user chooses
    /// tests, that choice may be empty by itself.
    pub(crate) fn allow_none(&mut self) {
        if !self.chooses {
            self.rest.insert(0, "--no-tests=pass".to_string());
        }
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
