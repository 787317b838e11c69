//! `cargo mamo verify --values`: programs are served as always, compute again beside it, and say what differs.
//!
//! Only values that a program asks for can be computed again, for arguments are not stored. The program runs in its
//! ordinary way; the runtime writes a report, and here it is read, and what a function reaches is asked for causes.

use super::VerifyArgs;
use crate::audit::Percent;
use crate::cargo::exit_code;
use crate::command::FAILED;
use crate::facts::{TargetKind, Unit};
use crate::lint::places::Texts;
use crate::lint::words::{self, Level};
use crate::lint::{Asked, Finding, findings};
use crate::session::{Build, Session};
use crate::timings::{self, Step};
use anyhow::{Context, Result};
use mamo::__private::VERIFY;
use mamo::__private::report::{Line, Verdict};
use serde_json::json;
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::process::ExitCode;

/// Exit code when a value came out otherwise.
const DIFFERS: u8 = 1;
/// How many causes are told of a function.
const CAUSES: usize = 3;

/// Runs the chosen programs, or the tests, and tells what their values came to.
pub(super) fn run(session: &Session, args: &VerifyArgs, share: Percent) -> Result<ExitCode> {
    let selection = &args.selection;
    let programs = selection.bins
        || selection.examples
        || !selection.bin.is_empty()
        || !selection.example.is_empty();
    let verb = if programs { "build" } else { "test" };
    let request = Session::request(verb, selection, &args.compile);
    let Some(mut build) = session.build(&request)? else {
        return Ok(ExitCode::from(FAILED));
    };
    session.tell_warnings();
    let report = session
        .home
        .root()
        .join(format!("verify-{}.report", std::process::id()));
    let order = format!("{},{},{}", share.value(), args.seed, report.display());
    let ended = started(session, &build, args, programs, &order);
    let text = std::fs::read_to_string(&report).unwrap_or_default();
    let _ = std::fs::remove_file(&report);
    let ended = ended?;
    let lines: Vec<Line> = text.lines().filter_map(Line::parse).collect();
    let differs = tell(session, &mut build, &lines);
    Ok(match ended {
        _ if differs => ExitCode::from(DIFFERS),
        Some(code) => code,
        None => ExitCode::SUCCESS,
    })
}

/// Starts each program under `order`; the exit code of the last that failed.
fn started(
    session: &Session,
    build: &Build,
    args: &VerifyArgs,
    programs: bool,
    order: &str,
) -> Result<Option<ExitCode>> {
    let mut failed = None;
    for (unit, executable) in chosen(build, programs) {
        session
            .shell
            .progress(format!("   Verifying {}", unit.target));
        let mut command = build.command(unit, executable);
        if programs {
            // As cargo: a program runs where the user is, a test in its package.
            command.current_dir(&session.workspace.cwd);
        }
        command.args(&args.arguments).env(VERIFY, order);
        if session.shell.is_json() {
            command.stdout(std::io::stderr());
        }
        let status = timings::during(Step::Run, || command.status())
            .with_context(|| format!("start `{}`", executable.display()))?;
        if !status.success() {
            failed = Some(exit_code(status));
        }
    }
    Ok(failed)
}

/// The programs to run: those that were asked for, or test programs.
fn chosen(build: &Build, programs: bool) -> Vec<(&Unit, &Path)> {
    if !programs {
        let tests = build.record.programs().into_iter();
        return tests
            .map(|(_, unit, executable)| (unit, executable))
            .collect();
    }
    let runnable = |unit: &&Unit| {
        matches!(unit.kind, TargetKind::Bin | TargetKind::Example)
            && !unit.test
            && build.record.selects(unit.package)
    };
    let units = build.facts().units.iter().filter(runnable);
    units
        .filter_map(|unit| Some((unit, unit.executable.as_deref()?)))
        .collect()
}

/// What came out for one function.
#[derive(Default)]
struct Tally<'l> {
    same: usize,
    order: usize,
    changed: usize,
    differing: Vec<&'l Line>,
}

/// Tells what the report says; does a value differ?
fn tell(session: &Session, build: &mut Build, lines: &[Line]) -> bool {
    let mut tallies: BTreeMap<&str, Tally<'_>> = BTreeMap::new();
    let mut seen = BTreeSet::new();
    let differs = |line: &&Line| line.verdict == Verdict::Differs;
    let differing: BTreeSet<_> = lines.iter().filter(differs).map(|line| line.key).collect();
    for line in lines {
        let tally = tallies.entry(&line.function).or_default();
        match line.verdict {
            Verdict::Differs => tally.differing.push(line),
            // One call of it came out the same, another did not.
            _ if differing.contains(&line.key) => {}
            // Several processes compute the same value.
            _ if !seen.insert((line.key, line.verdict as u8)) => {}
            Verdict::Same => tally.same += 1,
            Verdict::Order => tally.order += 1,
            Verdict::Changed => tally.changed += 1,
        }
    }
    let suspicious = |tally: &Tally<'_>| !tally.differing.is_empty() || tally.order > 0;
    if tallies.values().any(suspicious) {
        let facts = build.record.facts.clone();
        build.analysis.look_for_sightings(&facts);
    }
    for (function, tally) in &tallies {
        let causes = if suspicious(tally) {
            causes(build, function)
        } else {
            Vec::new()
        };
        of_function(session, function, tally, &causes);
    }
    summary(session, &tallies);
    tallies.values().any(|tally| !tally.differing.is_empty())
}

fn of_function(session: &Session, function: &str, tally: &Tally<'_>, causes: &[Finding]) {
    let shell = &session.shell;
    for line in &tally.differing {
        shell.say(format!("differs: {function}"));
        shell.say(format!("  {}", line.detail));
        shell.say(format!("  value {}", hex(&line.key)));
    }
    if tally.order > 0 {
        shell.say(format!(
            "order: {function}: {} equal values have other bytes: something in them has no order",
            tally.order
        ));
    }
    for cause in causes {
        let place = &cause.place;
        shell.say(format!(
            "  likely {}: `{}` at {}:{}, by {}",
            words::name(cause.lint),
            cause.name,
            place.file,
            place.line,
            cause.chain.join(" -> ")
        ));
    }
    if causes.is_empty() && !tally.differing.is_empty() {
        shell.say("  no likely cause is in its reach: uninitialised memory, an address, or a crate that reads the machine?");
    }
    if shell.is_json() {
        let causes: Vec<_> = causes.iter().map(cause_json).collect();
        let differing = tally.differing.iter();
        let differing: Vec<_> = differing
            .map(|line| json!({ "value": hex(&line.key), "detail": line.detail }))
            .collect();
        shell.json(&json!({
            "type": "function", "name": function, "same": tally.same, "order": tally.order,
            "changed": tally.changed, "differing": differing, "causes": causes,
        }));
    }
}

fn cause_json(cause: &Finding) -> serde_json::Value {
    json!({
        "lint": cause.lint, "name": cause.name, "file": cause.place.file, "line": cause.place.line,
        "chain": cause.chain,
    })
}

fn summary(session: &Session, tallies: &BTreeMap<&str, Tally<'_>>) {
    let sum = |count: fn(&Tally<'_>) -> usize| tallies.values().map(count).sum::<usize>();
    let (same, order) = (sum(|tally| tally.same), sum(|tally| tally.order));
    let (changed, differ) = (
        sum(|tally| tally.changed),
        sum(|tally| tally.differing.len()),
    );
    let shell = &session.shell;
    shell.say(format!(
        "mamo: {} values of {} functions computed again: {same} the same, {order} equal in another order, {differ} differ",
        same + order + changed + differ,
        tallies.len()
    ));
    if tallies.is_empty() {
        shell.warn(
            "nothing that is stored was asked for; run the program once before, or choose another",
        );
    }
    if changed > 0 {
        shell.warn(format!(
            "{changed} values tell nothing: a file or variable changed meanwhile"
        ));
    }
    if shell.is_json() {
        shell.json(&json!({
            "type": "values", "version": 1, "functions": tallies.len(), "same": same, "order": order,
            "changed": changed, "differ": differ,
        }));
    }
}

/// What the function reaches and mamo cannot see, the gravest first.
fn causes(build: &Build, function: &str) -> Vec<Finding> {
    let roots = build.analysis.roots.iter().enumerate();
    let roots = roots.filter(|(_, root)| words::is_value(root.kind) && root.name == function);
    let asked: Vec<_> = roots
        .map(|(root, of)| Asked {
            label: function.to_owned(),
            root,
            kind: of.kind,
        })
        .collect();
    let root = &build.facts().workspace_root;
    let read = |file: &str| std::fs::read_to_string(root.join(file)).ok();
    let mut found = findings(&build.analysis, &asked, &mut Texts::new(&read));
    found.sort_by_key(|finding| std::cmp::Reverse(finding.level == Level::Warning));
    found.truncate(CAUSES);
    found
}

fn hex(key: &[u8; 32]) -> String {
    blake3::Hash::from_bytes(*key).to_string()
}
