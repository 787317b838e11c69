//! `cargo mamo affected --since REV`: the tests that the changes since a revision can affect, for other tools.
//!
//! Nothing is run and nothing that was remembered is asked.

use super::{FAILED, USAGE};
use crate::affected::{Affected, affected};
use crate::cargo::nextest::Filter;
use crate::cli::{Compile, MessageFormat, Selection};
use crate::filters::{Filters, Ignored};
use crate::plan::Kind;
use crate::revision::{self, Revision};
use crate::session::Session;
use crate::survey::{Entry, Parts, Survey};
use anyhow::Result;
use clap::Args;
use serde_json::json;
use std::collections::BTreeSet;
use std::process::ExitCode;

/// `cargo mamo affected`.
#[derive(Clone, Debug, Args)]
pub struct AffectedArgs {
    /// The revision to compare the work tree with
    #[arg(long, value_name = "REV")]
    pub since: String,
    /// What to print
    #[arg(
        long,
        value_name = "FORMAT",
        default_value = "human",
        conflicts_with = "nextest"
    )]
    pub message_format: MessageFormat,
    /// Print a filter expression for `cargo nextest run -E`
    #[arg(long)]
    pub nextest: bool,
    /// Packages and targets.
    #[command(flatten)]
    pub selection: Selection,
    /// Compilation.
    #[command(flatten)]
    pub compile: Compile,
}

/// Compares and prints.
pub fn run(session: &Session, args: &AffectedArgs) -> Result<ExitCode> {
    let root = &session.workspace.root;
    let Some(commit) = revision::find(root, &args.since)? else {
        let hint = anyhow::anyhow!(
            "hint: name a commit, branch or tag; a shallow clone may lack it (`git fetch` gets it)"
        );
        session.shell.error(&hint.context(format!(
            "`{}` is no revision of this repository",
            args.since
        )));
        return Ok(ExitCode::from(USAGE));
    };
    let request = Session::request("test", &args.selection, &args.compile);
    let Some(build) = session.recall_or_build(&request)? else {
        return Ok(ExitCode::from(FAILED));
    };
    let filters = Filters {
        ignored: Ignored::Included,
        ..Filters::default()
    };
    let parts = Parts {
        programs: true,
        doctests: args.selection.targets().is_empty(),
    };
    let entries = Survey::new(&build, &session.home, false)
        .explaining(0)
        .entries(&filters, parts);
    let revision = Revision::check_out(root, &commit)?;
    let found = affected(session, &build, &entries, &revision)?;
    if args.nextest {
        session.shell.say(filter(&entries, &found));
    } else if session.shell.is_json() {
        tell_json(session, &commit, &entries, &found);
    } else {
        tell(session, args, &entries, &found);
    }
    session.tell_warnings();
    Ok(ExitCode::SUCCESS)
}

fn targets(found: &[Affected]) -> BTreeSet<(&str, Kind, &str)> {
    let all = found.iter().map(|one| &one.id);
    all.map(|id| (id.package.as_str(), id.kind, id.target.as_str()))
        .collect()
}

fn tell(session: &Session, args: &AffectedArgs, entries: &[Entry], found: &[Affected]) {
    for Affected { id, reason } in found {
        let kind = id.kind.as_str();
        session.shell.say(format!(
            "{} {kind} {} {}  because {reason}",
            id.package, id.target, id.name
        ));
    }
    let targets = targets(found);
    let packages: BTreeSet<_> = targets.iter().map(|(package, ..)| package).collect();
    session.shell.say(format!(
        "mamo: {} of {} tests are affected since {}, in {} targets of {} packages",
        found.len(),
        entries.len(),
        args.since,
        targets.len(),
        packages.len()
    ));
}

fn tell_json(session: &Session, commit: &str, entries: &[Entry], found: &[Affected]) {
    for Affected { id, reason } in found {
        let mut reason_value = json!(reason);
        reason_value["text"] = reason.to_string().into();
        session.shell.json(&json!({
            "type": "test", "package": id.package, "kind": id.kind, "target": id.target, "name": id.name,
            "reason": reason_value,
        }));
    }
    let targets = targets(found);
    let packages: BTreeSet<_> = targets.iter().map(|(package, ..)| package).collect();
    let targets: Vec<_> = targets
        .iter()
        .map(|(package, kind, target)| json!({"package": package, "kind": kind, "target": target}))
        .collect();
    session.shell.json(&json!({
        "type": "affected", "version": 1, "since": commit, "affected": found.len(), "of": entries.len(),
        "packages": packages, "targets": targets,
    }));
}

/// Nextest's expression for the affected tests. Doctests are none of nextest's.
fn filter(entries: &[Entry], found: &[Affected]) -> String {
    let wanted: BTreeSet<_> = found.iter().map(|one| &one.id).collect();
    let mut filter = Filter::default();
    for entry in entries {
        filter.add(&entry.id, wanted.contains(&entry.id));
    }
    filter.expression()
}
