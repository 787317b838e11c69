//! `cargo mamo graph`: items, roots, and what each root can reach.

use super::FAILED;
use crate::analysis::{Root, RootKind};
use crate::cli::GraphArgs;
use crate::doctests;
use crate::facts::TargetKind;
use crate::session::{Build, Session};
use crate::survey::GROUP;
use anyhow::Result;
use serde_json::{Value, json};
use std::process::ExitCode;

/// Prints the graph.
pub fn run(session: &Session, args: &GraphArgs) -> Result<ExitCode> {
    let request = Session::request("test", &args.selection, &args.compile);
    let Some(build) = session.recall_or_build(&request)? else {
        return Ok(ExitCode::from(FAILED));
    };
    let shown: Vec<&Root> = build
        .analysis
        .roots
        .iter()
        .filter(|root| is_tested(&build, root))
        .collect();
    if session.shell.is_json() {
        session.shell.json(&object(&build, &shown));
    } else {
        text(session, &build, &shown);
    }
    session.tell_warnings();
    Ok(ExitCode::SUCCESS)
}

/// Tests count where a test program holds them; doctests where their package is selected.
fn is_tested(build: &Build, root: &Root) -> bool {
    let unit = &build.facts().units[root.unit];
    match root.kind {
        RootKind::Test | RootKind::Main => unit.test,
        RootKind::Doc => unit.doctest && build.record.selects(unit.package),
        RootKind::Memo | RootKind::Fixture => true,
        RootKind::Generator => false,
    }
}

fn object(build: &Build, roots: &[&Root]) -> Value {
    let items = build.analysis.items.iter().enumerate().map(|(id, item)| {
        json!({
            "id": id, "path": item.path, "kind": item.kind, "file": item.file,
            "lines": [item.lines.0, item.lines.1], "own": item.own.to_hex(),
        })
    });
    let roots = roots.iter().flat_map(|root| {
        names(build, root)
            .into_iter()
            .map(|name| root_object(build, root, &name))
    });
    json!({"version": 1, "items": items.collect::<Vec<_>>(), "roots": roots.collect::<Vec<_>>()})
}

/// A code block is shown by rustdoc's name where that is known; blocks that cannot be traced have one root and many.
fn names(build: &Build, root: &Root) -> Vec<String> {
    match root.kind {
        RootKind::Doc => {
            let known = doctests::named(build, root.unit).unwrap_or_default().all;
            let block = (root.name != GROUP).then_some(root.name.as_str());
            let mine = known
                .into_iter()
                .filter(|one| one.block.as_deref() == block);
            let titles: Vec<_> = mine.map(|one| one.name).collect();
            if titles.is_empty() {
                vec![root.name.clone()]
            } else {
                titles
            }
        }
        RootKind::Main => vec!["main".to_string()],
        _ => vec![root.name.clone()],
    }
}

fn root_object(build: &Build, root: &Root, name: &str) -> Value {
    let unit = &build.facts().units[root.unit];
    let sort = match root.kind {
        RootKind::Test | RootKind::Main | RootKind::Doc | RootKind::Generator => "test",
        RootKind::Memo => "memo",
        RootKind::Fixture => "fixture",
    };
    let kind = match (root.kind, unit.kind) {
        (RootKind::Doc, _) => "doc",
        (_, TargetKind::Lib | TargetKind::ProcMacro | TargetKind::BuildScript) => "lib",
        (_, TargetKind::Bin) => "bin",
        (_, TargetKind::Test) => "test",
        (_, TargetKind::Example) => "example",
        (_, TargetKind::Bench) => "bench",
    };
    json!({
        "type": sort, "package": build.facts().package_of(unit).name, "kind": kind, "target": unit.target,
        "name": name, "item": root.item, "fingerprint": root.fingerprint.to_hex(), "reach": build.analysis.reach(root),
    })
}

fn text(session: &Session, build: &Build, roots: &[&Root]) {
    for root in roots {
        let unit = &build.facts().units[root.unit];
        let package = &build.facts().package_of(unit).name;
        for name in names(build, root) {
            let sort = format!("{:?}", root.kind).to_lowercase();
            session.shell.say(format!(
                "{sort} {package} {} {name}: {} items, {}",
                unit.target,
                build.analysis.reach(root).len(),
                &root.fingerprint.to_hex()[..12]
            ));
        }
    }
    session.shell.say(format!(
        "mamo: {} items, {} roots",
        build.analysis.items.len(),
        roots.len()
    ));
}
