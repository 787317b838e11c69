//! What holds for every case.
//!
//! | when | then |
//! |---|---|
//! | a step | each test that fails with plain cargo ran and failed, and none but these failed |
//! | the last step | some test failed with plain cargo, in this step or before; what is `unaffected` was reused |
//! | all undone | nothing runs |
//!
//! A case with `known_wrong` must offend one of these: when it no longer does, the mark has to come off. Where compiled code
//! decides, none is offended, and in a case with `known_wrong` some test was decided on against what names say.

use crate::case::{Case, Step};
use crate::outcome::{Plain, Report};
use crate::workspace::{Call, Trust, Workspace};
use anyhow::{Context, Result, bail, ensure};
use std::collections::{BTreeMap, BTreeSet};

/// Tries `case` on `package`, and puts everything back.
pub(crate) fn case(workspace: &mut Workspace, package: &str, case: &Case) -> Result<()> {
    workspace.prepare()?;
    workspace
        .record_base(package, case.steps.len())
        .context("before any edit")?;
    let tried = faults(workspace, package, case);
    workspace.undo()?;
    let (mut faults, is_corrected) = match tried {
        Ok(tried) => tried,
        Err(error) => {
            workspace.distrust(package);
            return Err(error);
        }
    };
    faults.extend(faults_of_undoing(workspace, package));
    if !faults.is_empty() {
        workspace.distrust(package);
    }
    match workspace.trust {
        Trust::Source => verdict(case.known_wrong.as_deref(), &faults),
        Trust::Code if case.known_wrong_by_code.is_some() => {
            verdict(case.known_wrong_by_code.as_deref(), &faults)
        }
        Trust::Code => verdict_by_code(case, &faults, is_corrected),
    }
}

/// Where code decides, every fault is an error, and names that are known to be wrong were corrected.
fn verdict_by_code(case: &Case, faults: &[String], is_corrected: bool) -> Result<()> {
    ensure!(faults.is_empty(), "{}", faults.join("\n"));
    ensure!(
        is_corrected || case.known_wrong.is_none(),
        "names are wrong here, and code has not decided against them"
    );
    Ok(())
}

/// A fault is an error, unless it is known; that a known one is gone is an error, too.
fn verdict(known: Option<&str>, faults: &[String]) -> Result<()> {
    match known {
        None => ensure!(faults.is_empty(), "{}", faults.join("\n")),
        Some(issue) => ensure!(
            !faults.is_empty(),
            "this is right now: take off the mark \"{issue}\""
        ),
    }
    Ok(())
}

/// What mamo does wrong in the steps, and whether code decided against names; an error is the case's own fault.
fn faults(workspace: &Workspace, package: &str, case: &Case) -> Result<(Vec<String>, bool)> {
    let (mut faults, mut has_failed, mut is_corrected) = (Vec::new(), false, false);
    for (index, step) in case.steps.iter().enumerate() {
        let target = step.fresh_target.then(|| workspace.fresh_target());
        let target = target.transpose()?;
        workspace.apply(package, step)?;
        let call = Call {
            package,
            env: &step.env,
            target: target.as_deref(),
        };
        let number = index + 1;
        let is_last = number == case.steps.len();
        let (plain, found, by_code) = faults_of_step(workspace, call, case, is_last)
            .with_context(|| format!("step {number}"))?;
        has_failed |= !plain.failed.is_empty();
        is_corrected |= by_code;
        faults.extend(
            found
                .into_iter()
                .map(|fault| format!("step {number}: {fault}")),
        );
        check(step, &plain)?;
    }
    ensure!(has_failed, "no test fails with plain cargo");
    Ok((faults, is_corrected))
}

/// Did plain cargo get as far as the tests?
fn check(step: &Step, plain: &Plain) -> Result<()> {
    let built = !plain.all.is_empty() && !plain.text.contains("could not compile");
    ensure!(built, "{step:?} does not compile:\n{}", plain.text);
    Ok(())
}

/// Runs mamo, then plain cargo, and sets them side by side.
fn faults_of_step(
    workspace: &Workspace,
    call: Call,
    case: &Case,
    is_last: bool,
) -> Result<(Plain, Vec<String>, bool)> {
    let planned = case
        .dry_run
        .then(|| workspace.mamo(&["--dry-run", "--no-fail-fast"], call));
    let ran = workspace.mamo(&["--no-fail-fast"], call);
    let plain = workspace.plain(call)?;
    let mut faults = Vec::new();
    match &ran {
        Ok(ran) => {
            faults.extend(faults_beside_plain(&plain, ran));
            if is_last {
                faults.extend(needless_runs(case, &plain, ran)?);
            }
        }
        Err(error) => faults.push(format!("mamo could not do its work: {error:#}")),
    }
    if let (Some(planned), Ok(ran)) = (planned.transpose()?, &ran) {
        faults.extend(faults_of_dry_run(&planned, ran, &plain));
    }
    let by_code = ran.as_ref().is_ok_and(|ran| !ran.by_code.is_empty());
    Ok((plain, faults, by_code))
}

/// A dry run lists all that the run starts, and nothing that does not exist.
fn faults_of_dry_run(planned: &Report, ran: &Report, plain: &Plain) -> Vec<String> {
    let (planned, ran) = (keys(planned), keys(ran));
    let hidden: Vec<_> = ran.difference(&planned).collect();
    let invented: Vec<_> = planned.difference(&plain.all).collect();
    let mut faults = Vec::new();
    if !hidden.is_empty() {
        faults.push(format!("the dry run hides {hidden:?}"));
    }
    if !invented.is_empty() {
        faults.push(format!(
            "the dry run lists {invented:?}, which do not exist"
        ));
    }
    faults
}

/// What fails must have run and failed, nothing else may fail, and both know the same tests.
fn faults_beside_plain(plain: &Plain, ran: &Report) -> Vec<String> {
    let mut faults = Vec::new();
    let run = keys(ran);
    let reused: Vec<_> = plain.failed.difference(&run).collect();
    if !reused.is_empty() {
        faults.push(format!("WRONG REUSE of {reused:?}; ran {run:?}"));
    }
    let passed: Vec<_> = plain
        .failed
        .difference(&ran.failed)
        .filter(|id| run.contains(*id))
        .collect();
    if !passed.is_empty() {
        faults.push(format!(
            "{passed:?} ran and passed, and fail with plain cargo"
        ));
    }
    let failed: Vec<_> = ran.failed.difference(&plain.failed).collect();
    if !failed.is_empty() {
        faults.push(format!("{failed:?} fail, and pass with plain cargo"));
    }
    if (ran.code == Some(0)) != plain.failed.is_empty() && reused.is_empty() {
        faults.push(format!("mamo exits {:?}, cargo {:?}", ran.code, plain.code));
    }
    let known: BTreeSet<_> = run.iter().chain(&ran.reused).chain(&ran.ignored).collect();
    if known != plain.all.iter().collect() {
        faults.push(format!("mamo knows {known:?}, cargo {:?}", plain.all));
    }
    faults
}

/// Tests that the case lists as unaffected, and that ran.
fn needless_runs(case: &Case, plain: &Plain, ran: &Report) -> Result<Option<String>> {
    let mut needless = Vec::new();
    for name in &case.unaffected {
        let id = id(name, &plain.all)?;
        ensure!(!plain.failed.contains(id), "`{name}` is affected: it fails");
        if let Some(reason) = ran.run.get(id) {
            needless.push(format!("{id}: {reason}"));
        }
    }
    Ok((!needless.is_empty()).then(|| format!("NEEDLESS RUN of {needless:#?}")))
}

/// The one test whose id is `name` or ends with it.
fn id<'a>(name: &str, known: &'a BTreeSet<String>) -> Result<&'a String> {
    let (after_path, after_target) = (format!("::{name}"), format!("/{name}"));
    let mut hits = known.iter().filter(|id| {
        id.as_str() == name || id.ends_with(&after_path) || id.ends_with(&after_target)
    });
    match (hits.next(), hits.next()) {
        (Some(one), None) => Ok(one),
        (None, _) => bail!("no test `{name}` among {known:#?}"),
        _ => bail!("several tests are called `{name}`: {known:#?}"),
    }
}

/// Everything is as it was, so nothing runs.
fn faults_of_undoing(workspace: &Workspace, package: &str) -> Option<String> {
    let env = BTreeMap::new();
    match workspace.mamo(&["--no-fail-fast"], Call::unchanged(package, &env)) {
        Ok(ran) if ran.run.is_empty() => None,
        Ok(ran) => Some(format!("NEEDLESS RUN after undoing: {:#?}", ran.run)),
        Err(error) => Some(format!("after undoing: {error:#}")),
    }
}

fn keys(report: &Report) -> BTreeSet<String> {
    report.run.keys().cloned().collect()
}
