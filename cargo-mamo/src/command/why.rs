//! `cargo mamo why NAME`: why a root would run again, or that it is fresh and what it rests on.

mod code;

use super::{FAILED, USAGE};
use crate::analysis::{Change, Root, RootIndex, RootKind};
use crate::cli::WhyArgs;
use crate::filters::{Filters, Ignored};
use crate::plan::Decision;
use crate::reason::Described;
use crate::session::{Build, Session};
use crate::survey::{Entry, Parts, Survey};
use crate::verdicts;
use anyhow::Result;
use code::CodeAnswer;
use serde_json::json;
use std::process::ExitCode;

/// How many items a fresh root's answer names.
const SHOWN: usize = 12;

/// Explains.
pub fn run(session: &Session, args: &WhyArgs) -> Result<ExitCode> {
    let request = Session::request("test", &args.selection, &args.compile);
    let Some(build) = session.recall_or_build(&request)? else {
        return Ok(ExitCode::from(FAILED));
    };
    let filters = Filters {
        ignored: Ignored::Included,
        ..Filters::default()
    };
    let entries = Survey::new(&build, &session.home, false).entries(
        &filters,
        Parts {
            programs: true,
            doctests: true,
        },
    );
    let entries = best(&entries, |entry| &entry.id.name, &args.name);
    let others: Vec<&Root> = build
        .analysis
        .roots
        .iter()
        .filter(|root| matches!(root.kind, RootKind::Memo | RootKind::Fixture))
        .collect();
    let others = if entries.is_empty() {
        best(&others, |root| &root.name, &args.name)
    } else {
        Vec::new()
    };
    if entries.is_empty() && others.is_empty() {
        let hint = anyhow::anyhow!("hint: `cargo mamo graph` lists every root");
        session.shell.error(&hint.context(format!(
            "no test, memoized function or fixture is called `{}`",
            args.name
        )));
        return Ok(ExitCode::from(USAGE));
    }
    if entries.len() + others.len() > 1 && !session.shell.is_json() {
        session.shell.say(format!(
            "{} match `{}`:",
            entries.len() + others.len(),
            args.name
        ));
    }
    let mut entries: Vec<Entry> = entries.into_iter().cloned().collect();
    let by_source: Vec<Decision> = entries.iter().map(|entry| entry.decision.clone()).collect();
    let answers = code::answers(session, &build, &mut entries);
    for (at, entry) in entries.iter().enumerate() {
        let test = ExplainedTest {
            entry,
            by_source: &by_source[at],
            code: answers.get(at),
        };
        explain_test(session, &build, &test);
    }
    for root in others {
        explain_value(session, &build, root);
    }
    session.tell_warnings();
    Ok(ExitCode::SUCCESS)
}

/// Those whose name is `wanted`; if none, those that end with it as a path; if none, those that contain it.
fn best<'a, T>(all: &'a [T], name: impl Fn(&T) -> &str, wanted: &str) -> Vec<&'a T> {
    let ends = |n: &str| {
        n.strip_suffix(wanted)
            .is_some_and(|rest| rest.ends_with("::"))
    };
    let tries: [&dyn Fn(&str) -> bool; 3] = [&|n| n == wanted, &ends, &|n| n.contains(wanted)];
    tries
        .iter()
        .map(|hit| all.iter().filter(|one| hit(name(one))).collect::<Vec<_>>())
        .find(|found| !found.is_empty())
        .unwrap_or_default()
}

/// A test, and what decides on it.
struct ExplainedTest<'e> {
    entry: &'e Entry,
    /// What source decides.
    by_source: &'e Decision,
    /// What its code says, where code is asked.
    code: Option<&'e CodeAnswer>,
}

fn explain_test(session: &Session, build: &Build, test: &ExplainedTest<'_>) {
    let shell = &session.shell;
    let entry = test.entry;
    let id = &entry.id;
    let verdict = verdicts::load(&session.home, &id.package, id.kind, &id.target)
        .remove(entry.remembered())
        .unwrap_or_default();
    let stale = entry.runs();
    let is_changed = matches!(test.by_source, Decision::Run(_));
    let changes = match (is_changed, entry.root) {
        (true, Some(root)) => Survey::new(build, &session.home, false).changes(root, &verdict),
        _ => Vec::new(),
    };
    if shell.is_json() {
        let reason = match &entry.decision {
            Decision::Run(reason) => json!(reason),
            _ => serde_json::Value::Null,
        };
        let mut object = json!({
            "type": "why", "version": 1, "package": id.package, "kind": id.kind, "target": id.target, "name": id.name,
            "fresh": !stale, "reason": reason, "changes": changes,
        });
        if let Some(answer) = test.code {
            object["code"] = answer.object();
        }
        shell.json(&object);
        return;
    }
    let title = crate::report::named(entry);
    match (&entry.decision, test.by_source) {
        (Decision::Run(reason), _) => {
            shell.say(format!("{title} would run, because {reason}"));
            tell_changes(session, &changes);
        }
        (_, Decision::Run(reason)) => {
            shell.say(format!(
                "{title} is fresh: its compiled code and what that reads are as when it passed, although {reason}"
            ));
            tell_changes(session, &changes);
        }
        _ => {
            shell.say(format!(
                "{title} is fresh: it passed, and nothing that it can reach has changed"
            ));
            tell_ground(session, build, entry.root);
        }
    }
    if let Some(answer) = test.code {
        answer.tell(session);
    }
}

fn tell_changes(session: &Session, changes: &[Change]) {
    for change in changes {
        session.shell.say(format!("  {}", Described(change)));
        let (Change::Changed(place) | Change::Added(place) | Change::Removed(place)) = change
        else {
            continue;
        };
        if place.chain.len() > 1 {
            session
                .shell
                .say(format!("    {}", place.chain.join("\n    -> ")));
        }
    }
}

fn tell_ground(session: &Session, build: &Build, root: Option<RootIndex>) {
    let Some(root) = root.map(|root| &build.analysis.roots[root]) else {
        return;
    };
    let reach = build.analysis.reach(root);
    session
        .shell
        .say(format!("  rests on {} items:", reach.len()));
    for item in reach
        .iter()
        .take(SHOWN)
        .map(|&item| &build.analysis.items[item as usize])
    {
        session.shell.say(format!(
            "    {} {} ({}:{})",
            item.kind, item.path, item.file, item.lines.0
        ));
    }
    if reach.len() > SHOWN {
        session.shell.say(format!(
            "    and {} more (`cargo mamo graph --message-format json` has them)",
            reach.len() - SHOWN
        ));
    }
    for (label, _) in build.analysis.environment(root) {
        session.shell.say(format!("  and on {label}"));
    }
    for name in &root.variables {
        session.shell.say(format!("  and on the variable {name}"));
    }
}

fn explain_value(session: &Session, build: &Build, root: &Root) {
    let kind = if root.kind == RootKind::Memo {
        "memo"
    } else {
        "fixture"
    };
    if session.shell.is_json() {
        session.shell.json(&json!({"type": "why", "version": 1, "kind": kind, "name": root.name, "fingerprint": root.fingerprint.to_hex()}));
        return;
    }
    session.shell.say(format!(
        "{kind} {}: its values hold for code {}",
        root.name,
        &root.fingerprint.to_hex()[..12]
    ));
    let index = build
        .analysis
        .roots
        .iter()
        .position(|other| std::ptr::eq(other, root));
    tell_ground(session, build, index);
}
