//! `cargo mamo test`: build, plan, run, record, report.

use super::{DOUBTED, FAILED, INTERRUPTED, USAGE};
use crate::cargo::Request;
use crate::cargo::marks::Source;
use crate::cli::TestArgs;
use crate::execute::{Execution, Ran};
use crate::filters::Filters;
use crate::rebuild::Partly;
use crate::restrict::Outdated;
use crate::session::{Build, Session};
use crate::survey::{Entry, Parts, Survey};
use crate::timings::{self, Step};
use crate::{audit, doctests, interrupt, remember, report};
use anyhow::Result;
use std::process::ExitCode;

/// Runs the tests whose answer could differ.
pub fn run(session: &Session, args: &TestArgs) -> Result<ExitCode> {
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
    let Some((mut build, mut entries)) =
        prepare(session, args, &request, &filters, parts(args), false)?
    else {
        return Ok(failure());
    };
    if args.no_run {
        session.tell_warnings();
        return Ok(ExitCode::SUCCESS);
    }
    if args.dry_run {
        show_plan(session, args, &entries);
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
        perform(session, &args, &request, &filters, &mut build, &mut entries)?;
        ExitCode::from(DOUBTED)
    };
    report::reasons(&session.shell, &entries, args.compile.verbose > 0);
    report::finished(&session.shell, &entries);
    if session.shell.is_json() {
        report::json(&session.shell, &entries, true);
    }
    session.tell_warnings();
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

/// A build and its plan: from the record where that answers everything, else from a new build. `None` if cargo failed.
/// `whole`: is everything to be built that was asked for, if anything is?
pub(super) fn prepare(
    session: &Session,
    args: &TestArgs,
    request: &Request,
    filters: &Filters,
    parts: Parts,
    whole: bool,
) -> Result<Option<(Build, Vec<Entry>)>> {
    let share = audit::share(args.audit)?;
    let explained = if session.shell.is_json() || args.compile.verbose > 0 {
        usize::MAX
    } else {
        report::SHOWN
    };
    let plan = |build: &Build| {
        let survey = Survey::new(build, &session.home, args.all).explaining(explained);
        let mut entries = timings::during(Step::Plan, || survey.entries(filters, parts));
        if let Some(share) = share {
            audit::sample(&mut entries, share);
        }
        entries
    };
    let complete = |build: &Build| !parts.doctests || doctests::are_complete(build);
    let idle = |entries: &[Entry]| !entries.iter().any(Entry::runs);
    if !args.no_run
        && let Some(build) = session.unchanged(request)?
    {
        let entries = plan(&build);
        if complete(&build) && idle(&entries) {
            return Ok(Some((build, entries)));
        }
    }
    if args.dry_run {
        let build = session.recall_or_build(request)?;
        return finish(session, request, parts, build, plan);
    }
    // What a share of the reused tests is drawn for is drawn once.
    let whole = whole || args.no_run || args.doc || share.is_some();
    let limit = if whole {
        Source::Layout
    } else {
        Source::Changed
    };
    let mut known = session.recall(request, limit)?.filter(|_| !args.no_run);
    if let Some(build) = &known {
        let entries = plan(build);
        let known_all = complete(build);
        if build.recalled <= Some(Source::Layout) {
            let idle = idle(&entries);
            let stands = || Outdated::of(build, &session.parsed()).can_run(&entries);
            if known_all && (idle || stands()) {
                if !idle {
                    crate::snapshot::write(build, &session.home, &session.shell);
                }
                session.tell_unseen(&build.analysis);
                return Ok(known.map(|build| (build, entries)));
            }
        }
        if !whole {
            match session.build_part(request, &mut known, &entries)? {
                Partly::Built(build) => {
                    let made = finish(session, request, parts, Some(*build), plan)?;
                    let runs = |(build, entries): &(Build, Vec<Entry>)| {
                        Outdated::of(build, &session.parsed()).can_run(entries)
                    };
                    if made.as_ref().is_some_and(runs) {
                        return Ok(made);
                    }
                }
                Partly::Failed => return Ok(None),
                Partly::Not => {}
            }
        }
    }
    let build = session.build_after(request, known)?;
    if args.no_run {
        return Ok(build.map(|build| (build, Vec::new())));
    }
    finish(session, request, parts, build, plan)
}

/// The plan of a build. One just made may have doctests whose names only rustdoc can tell.
fn finish(
    session: &Session,
    request: &Request,
    parts: Parts,
    build: Option<Build>,
    plan: impl Fn(&Build) -> Vec<Entry>,
) -> Result<Option<(Build, Vec<Entry>)>> {
    let Some(mut build) = build else {
        return Ok(None);
    };
    if build.recalled.is_none() && parts.doctests {
        timings::during(Step::Build, || doctests::list(session, &mut build, request))?;
    }
    let entries = plan(&build);
    Ok(Some((build, entries)))
}

/// As cargo: doctests with the default targets or `--doc`, programs without `--doc`.
fn parts(args: &TestArgs) -> Parts {
    Parts {
        programs: !args.doc,
        doctests: args.doc || args.selection.targets().is_empty(),
    }
}

fn show_plan(session: &Session, args: &TestArgs, entries: &[Entry]) {
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
