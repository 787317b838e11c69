//! `cargo mamo test`: build, plan, run, record, report.

use super::{FAILED, INTERRUPTED, USAGE};
use crate::cli::TestArgs;
use crate::execute::{Execution, Ran};
use crate::filters::Filters;
use crate::session::Session;
use crate::survey::{Parts, Survey};
use crate::{interrupt, remember, report};
use anyhow::Result;
use std::process::ExitCode;
use std::time::SystemTime;

/// Runs the tests whose answer could differ.
pub fn run(session: &Session, args: &TestArgs) -> Result<ExitCode> {
    let started = SystemTime::now();
    let filters = Filters::read(args.testname.as_deref(), &args.harness);
    if let Some(option) = &filters.unsupported {
        let error = anyhow::anyhow!("`{option}` cannot be used: mamo reads results by it");
        session.shell.error(&error);
        return Ok(ExitCode::from(USAGE));
    }
    let request = Session::request("test", &args.selection, &args.compile);
    if filters.list {
        return crate::cargo::pass_through(&session.workspace, &request, args);
    }
    interrupt::outlive();
    let found = if args.dry_run {
        session.recall_or_build(&request)?
    } else {
        session.build(&request)?
    };
    let Some(mut build) = found else {
        return Ok(failure());
    };
    if args.no_run {
        session.tell_warnings();
        return Ok(ExitCode::SUCCESS);
    }
    let mut entries = Survey::new(&build, &session.home, args.all).entries(&filters, parts(args));
    if args.dry_run {
        show_plan(session, args, &entries);
        return Ok(ExitCode::SUCCESS);
    }
    let execution = Execution {
        session,
        build: &build,
        request: &request,
        args,
        filters: &filters,
    };
    let ran = execution.run(&mut entries)?;
    remember::remember(session, &mut build, &entries, &ran, started)?;
    report::reasons(&session.shell, &entries, args.compile.verbose > 0);
    report::finished(&session.shell, &entries);
    if session.shell.is_json() {
        report::json(&session.shell, &entries, true);
    }
    session.tell_warnings();
    Ok(exit_code(&ran))
}

/// As cargo: doctests with the default targets or `--doc`, programs without `--doc`.
fn parts(args: &TestArgs) -> Parts {
    Parts {
        programs: !args.doc,
        doctests: args.doc || args.selection.targets().is_empty(),
    }
}

fn show_plan(session: &Session, args: &TestArgs, entries: &[crate::survey::Entry]) {
    if session.shell.is_json() {
        report::json(&session.shell, entries, false);
    } else {
        report::reasons(&session.shell, entries, args.compile.verbose > 0);
    }
    report::planned(&session.shell, entries);
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
