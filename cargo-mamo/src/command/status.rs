//! `cargo mamo status`: what is fresh, stale and missing, and what values cost and save.

use super::FAILED;
use super::clean::size;
use crate::cli::StatusArgs;
use crate::filters::Filters;
use crate::plan::Decision;
use crate::reason::Reason;
use crate::session::{Build, Session};
use crate::snapshot::codes;
use crate::survey::{Parts, Survey};
use anyhow::{Context, Result};
use mamo::__private::usage::{self, FunctionUsage};
use serde_json::{Value, json};
use std::collections::BTreeSet;
use std::process::ExitCode;

/// Shows.
pub fn run(session: &Session, args: &StatusArgs) -> Result<ExitCode> {
    let request = Session::request("test", &args.selection, &args.compile);
    let Some(build) = session.recall_or_build(&request)? else {
        return Ok(ExitCode::from(FAILED));
    };
    let parts = Parts {
        programs: true,
        doctests: true,
    };
    let entries = Survey::new(&build, &session.home, false)
        .explaining(0)
        .entries(&Filters::default(), parts);
    let count = |wanted: fn(&Decision) -> bool| {
        entries
            .iter()
            .filter(|entry| wanted(&entry.decision))
            .count()
    };
    let fresh = count(|decision| *decision == Decision::Reuse);
    let missing = count(|decision| *decision == Decision::Run(Reason::New));
    let untraced = count(|decision| *decision == Decision::Run(Reason::Untraced));
    let ignored = count(|decision| *decision == Decision::Ignored);
    let stale = entries.len() - fresh - missing - untraced - ignored;
    let values = usage::of(session.home.root())
        .with_context(|| format!("list the values in `{}`", session.home.root().display()))?;
    if session.shell.is_json() {
        session.shell.json(&json!({
            "type": "status", "version": 1,
            "tests": {"fresh": fresh, "stale": stale, "missing": missing, "untraced": untraced, "ignored": ignored},
            "functions": values.functions.iter().map(|(key, one)| function_object(&build, key, one)).collect::<Vec<_>>(),
        }));
    } else {
        session.shell.say(format!("tests: {fresh} fresh, {stale} stale, {missing} missing, {untraced} untraced, {ignored} ignored"));
        tell_values(session, &build, &values);
    }
    session.tell_warnings();
    Ok(ExitCode::SUCCESS)
}

/// How many of a function's stored values hold for its code as it is now.
fn fresh_values(build: &Build, key: &str, one: &FunctionUsage) -> u64 {
    let roots = build.analysis.roots.iter().filter(|root| root.name == key);
    let now: BTreeSet<[u8; 32]> = roots.flat_map(|root| codes(build, root)).collect();
    now.iter().filter_map(|code| one.versions.get(code)).sum()
}

fn function_object(build: &Build, key: &str, one: &FunctionUsage) -> Value {
    json!({
        "name": key, "values": one.entries, "fresh": fresh_values(build, key, one), "bytes": one.bytes,
        "hits": one.counts.hits(), "computed": one.counts.computed, "saved_seconds": one.saved_seconds(),
    })
}

fn tell_values(session: &Session, build: &Build, values: &usage::Usage) {
    let all = values.functions.values();
    let (count, bytes) = all.fold((0, 0), |(count, bytes), one| {
        (count + one.entries, bytes + one.bytes)
    });
    session
        .shell
        .say(format!("values: {count}, {}", size(bytes)));
    for (key, one) in &values.functions {
        let saved = tenths(one.saved_seconds());
        let remark = if saved < 0.0 {
            " (costs more than it saves)"
        } else {
            ""
        };
        session.shell.say(format!(
            "  {key}: {} values ({} fresh), {}, {} hits, {} computed, saved about {saved:.1} s{remark}",
            one.entries,
            fresh_values(build, key, one),
            size(one.bytes),
            one.counts.hits(),
            one.counts.computed,
        ));
    }
    for path in &values.unreadable {
        session.shell.warn(format!(
            "`{}` is no value that this mamo can read",
            path.display()
        ));
    }
}

/// As it is shown, so that what shows as nothing is neither negative nor a cost.
fn tenths(seconds: f64) -> f64 {
    // Adding zero makes a negative zero positive.
    (seconds * 10.0).round() / 10.0 + 0.0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_saving_that_shows_as_nothing_has_no_sign() {
        for (seconds, shown) in [
            (-0.04, "0.0"),
            (0.04, "0.0"),
            (-0.06, "-0.1"),
            (1.25, "1.3"),
        ] {
            assert_eq!(format!("{:.1}", tenths(seconds)), shown);
        }
        assert!(tenths(-0.01).is_sign_positive());
    }
}
