//! `cargo mamo nextest run …`: the same plan as `test`, run by nextest with its own configuration, retries and reports.
//!
//! nextest gets the user's arguments as they are, and a filter expression that chooses what the plan says. What it
//! says of each test is read from its events, unless the user asked for events of their own.

pub(crate) mod meant;

use super::test::prepare::Preparation;
use super::{FAILED, INTERRUPTED, USAGE};
use crate::cargo::exit_code;
use crate::cargo::harness::Outcome;
use crate::cargo::nextest::{self, Filter, Outcomes, program};
use crate::cli::TestArgs;
use crate::filters::Filters;
use crate::interrupt;
use crate::plan::Decision;
use crate::session::{Build, Session};
use crate::shell::Shell;
use crate::survey::{Entry, Parts};
use crate::timings::{self, Step};
use crate::{execute::Ran, remember, report};
use anyhow::Result;
use clap::Args;
use meant::Meant;
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
    planned(&session, meant)
}

fn planned(session: &Session, mut meant: Meant) -> Result<ExitCode> {
    let request = session.tests(&meant.selection, &meant.compile);
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
    let preparation = Preparation {
        session,
        args: &args,
        request: &request,
        filters: &filters,
        parts,
        // nextest builds all of it before it runs anything
        whole: true,
    };
    let Some((mut build, mut entries)) = preparation.planned()? else {
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
        if entries
            .iter()
            .any(|entry| entry.decision == Decision::Reuse)
        {
            meant.allow_none();
        }
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
