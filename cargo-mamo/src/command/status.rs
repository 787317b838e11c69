//! `cargo mamo status`: what is fresh, stale and missing, and what values cost and save.

use super::FAILED;
use crate::cli::StatusArgs;
use crate::filters::Filters;
use crate::plan::Decision;
use crate::reason::Reason;
use crate::session::Session;
use crate::survey::{Parts, Survey};
use anyhow::Result;
use serde_json::json;
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
    let entries = Survey::new(&build, &session.home, false).entries(&Filters::default(), parts);
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
    if session.shell.is_json() {
        session.shell.json(&json!({
            "type": "status", "version": 1,
            "tests": {"fresh": fresh, "stale": stale, "missing": missing, "untraced": untraced, "ignored": ignored},
        }));
    } else {
        session.shell.say(format!("tests: {fresh} fresh, {stale} stale, {missing} missing, {untraced} untraced, {ignored} ignored"));
    }
    session.tell_warnings();
    Ok(ExitCode::SUCCESS)
}
