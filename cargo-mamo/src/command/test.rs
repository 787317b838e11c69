//! `cargo mamo test`: build, plan, run, record, report.

pub(super) mod prepare;

use super::{DOUBTED, FAILED, INTERRUPTED, USAGE};
use crate::cargo::Request;
use crate::cli::TestArgs;
use crate::execute::{Execution, Ran};
use crate::filters::Filters;
use crate::plan::Kind;
use crate::session::{Build, Session};
use crate::survey::{Entry, GROUP, Parts, Survey};
use crate::timings::{self, Step};
use crate::{audit, doctests, interrupt, remember, report};
use anyhow::Result;
use prepare::Preparation;
use std::process::ExitCode;

/// Runs the tests whose answer could differ.
pub fn run(session: &Session, args: &TestArgs) -> Result<ExitCode> {
    let filters = Filters::read(args.testname.as_deref(), &args.harness);
    if let Some(option) = &filters.unsupported {
        let error = anyhow::anyhow!("`{option}` cannot be used: mamo reads results by it");
        session.shell.error(&error);
        return Ok(ExitCode::from(USAGE));
    }
    let request = session.tests(&args.selection, &args.compile);
    if filters.list {
        return crate::cargo::pass_through(&session.workspace, &request, args);
    }
    interrupt::outlive();
    let preparation = Preparation {
        session,
        args,
        request: &request,
        filters: &filters,
        parts: parts(args),
        whole: false,
    };
    let Some((mut build, mut entries)) = preparation.planned()? else {
        return Ok(failure());
    };
    if args.no_run {
        session.tell_warnings();
        return Ok(ExitCode::SUCCESS);
    }
    if args.dry_run {
        show_plan(session, args, &build, entries);
        return Ok(ExitCode::SUCCESS);
    }
    let ran = perform(session, args, &request, &filters, &mut build, &mut entries)?;
    let doubted = audit::disagreeing(&entries);
    let code = if doubted.is_empty() {
        exit_code(&ran)
    } else {
        doubt(session, &doubted);
        let args = TestArgs {
            no_fail_fast: true,
            all: true,
            ..args.clone()
        };
        entries = Survey::new(&build, &session.home, true).entries(&filters, parts(&args));
        preparation.decide_by_code(&build, &mut entries);
        perform(session, &args, &request, &filters, &mut build, &mut entries)?;
        ExitCode::from(DOUBTED)
    };
    report::reasons(&session.shell, &entries, args.compile.verbose > 0);
    report::finished(&session.shell, &entries);
    if session.shell.is_json() {
        report::json(&session.shell, &entries, true);
    }
    session.tell_warnings();
    // The process ends: what is large is not taken apart first.
    std::mem::forget((build, entries));
    Ok(code)
}

/// Runs a plan and records what was seen.
fn perform(
    session: &Session,
    args: &TestArgs,
    request: &Request,
    filters: &Filters,
    build: &mut Build,
    entries: &mut Vec<Entry>,
) -> Result<Ran> {
    let execution = Execution {
        session,
        build,
        request,
        args,
        filters,
    };
    let ran = timings::during(Step::Run, || execution.run(entries))?;
    timings::during(Step::Record, || {
        remember::remember(session, build, entries, &ran)
    })?;
    Ok(ran)
}

fn doubt(session: &Session, doubted: &[&Entry]) {
    for entry in doubted {
        session.shell.warn(format!(
            "audit: {} failed, although it passed when nothing that it can reach was different",
            report::named(entry)
        ));
    }
    session.shell.say("mamo: a reuse was wrong, or a test is flaky or rests on what mamo cannot see; everything runs");
}

/// As cargo: doctests with the default targets or `--doc`, programs without `--doc`.
fn parts(args: &TestArgs) -> Parts {
    Parts {
        programs: !args.doc,
        doctests: args.doc || args.selection.targets().is_empty(),
    }
}

/// Shows which tests would run. That a library has doctests may be rustdoc's to say: then none is shown of which nobody knows.
fn show_plan(session: &Session, args: &TestArgs, build: &Build, entries: Vec<Entry>) {
    let is_open = |entry: &Entry| entry.id.kind == Kind::Doc && entry.id.name == GROUP;
    let is_open = |entry: &Entry| is_open(entry) && doctests::none_is_known(build, entry.unit);
    let (open, entries): (Vec<_>, Vec<_>) = entries.into_iter().partition(is_open);
    if session.shell.is_json() {
        report::json(&session.shell, &entries, false);
    } else {
        report::reasons(&session.shell, &entries, args.compile.verbose > 0);
    }
    for library in open {
        session.shell.say(format!(
            "  rustdoc would be asked whether `{}` has doctests",
            library.id.target
        ));
    }
    report::planned(&session.shell, &entries);
    session.tell_warnings();
}

fn exit_code(ran: &Ran) -> ExitCode {
    match (interrupt::happened(), ran.failed) {
        (true, _) => ExitCode::from(INTERRUPTED),
        (false, true) => ExitCode::from(FAILED),
        (false, false) => ExitCode::SUCCESS,
    }
}

/// Cargo has said why.
fn failure() -> ExitCode {
    ExitCode::from(if interrupt::happened() {
        INTERRUPTED
    } else {
        FAILED
    })
}
