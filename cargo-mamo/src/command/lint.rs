//! `cargo mamo lint`: what tests, memos and fixtures can reach and mamo cannot see.

use super::FAILED;
use crate::analysis::RootKind;
use crate::cli::{Compile, MessageFormat, Selection};
use crate::filters::{Filters, Ignored};
use crate::graph::lint::Lint;
use crate::lint::places::Texts;
use crate::lint::words::{self, Level};
use crate::lint::{Asked, Finding, findings, untraced};
use crate::plan::Kind;
use crate::session::{Build, Session};
use crate::settings::{FILE, Settings};
use crate::survey::{Entry, GROUP, Parts, Survey};
use anyhow::Result;
use clap::Args;
use serde_json::json;
use std::collections::BTreeSet;
use std::process::ExitCode;

/// `cargo mamo lint`.
#[derive(Clone, Debug, Args)]
pub struct LintArgs {
    /// What to print
    #[arg(long, value_name = "FORMAT", default_value = "human")]
    pub message_format: MessageFormat,
    /// Packages and targets.
    #[command(flatten)]
    pub selection: Selection,
    /// Compilation.
    #[command(flatten)]
    pub compile: Compile,
}

/// Exit code when there are warnings.
const WARNED: u8 = 1;

/// Lints.
pub fn run(session: &Session, args: &LintArgs) -> Result<ExitCode> {
    let request = Session::request("test", &args.selection, &args.compile);
    let Some(mut build) = session.recall_or_build(&request)? else {
        return Ok(ExitCode::from(FAILED));
    };
    build.analysis.look_for_sightings(&build.record.facts);
    let entries = entries(session, &build, request.targets.is_empty());
    let asked = asked(&build, &entries);
    let root = &build.facts().workspace_root;
    let read = |file: &str| std::fs::read_to_string(root.join(file)).ok();
    let mut found = findings(&build.analysis, &asked, &mut Texts::new(&read));
    // Whether a library has doctests that cannot be traced is not known before rustdoc named them.
    let named = entries.iter().filter(|entry| entry.id.name != GROUP);
    let lost = named.filter(|entry| entry.fingerprint.is_none());
    found.extend(lost.map(|entry| {
        let unit = &build.facts().units[entry.unit];
        let file = unit.root.strip_prefix(root).unwrap_or(&unit.root);
        untraced(entry.id.path(), file.to_string_lossy().replace('\\', "/"))
    }));
    let (found, allowed) = without_allowed(session, &session.settings, found);
    let told = Told {
        session,
        roots: asked
            .iter()
            .map(|one| &one.label)
            .collect::<BTreeSet<_>>()
            .len(),
        allowed,
        verbose: args.compile.verbose > 0,
    };
    told.all(&found);
    session.tell_warnings();
    let warned = found.iter().any(|finding| finding.level == Level::Warning);
    Ok(if warned {
        ExitCode::from(WARNED)
    } else {
        ExitCode::SUCCESS
    })
}

/// Every test, also those marked `#[ignore]`.
fn entries(session: &Session, build: &Build, doctests: bool) -> Vec<Entry> {
    let filters = Filters {
        ignored: Ignored::Included,
        ..Filters::default()
    };
    let parts = Parts {
        programs: true,
        doctests,
    };
    Survey::new(build, &session.home, false).entries(&filters, parts)
}

/// The roots: tests that can be traced, memos and fixtures of the selected packages. Of a library's doctests that stand
/// together, their root is asked about once there are such.
fn asked(build: &Build, entries: &[Entry]) -> Vec<Asked> {
    let known = |entry: &&Entry| entry.id.kind != Kind::Doc || entry.id.name != GROUP;
    let tests = entries.iter().filter(known).filter_map(|entry| {
        Some(Asked {
            label: entry.id.path(),
            root: entry.root?,
            kind: build.analysis.roots[entry.root?].kind,
        })
    });
    let mut asked: Vec<Asked> = tests.collect();
    for (root, of) in build.analysis.roots.iter().enumerate() {
        let unit = &build.facts().units[of.unit];
        let value = words::is_value(of.kind) && build.record.selects(unit.package);
        // Blocks are known from source, before rustdoc named them.
        let unnamed = of.kind == RootKind::Doc
            && of.name != GROUP
            && entries
                .iter()
                .any(|entry| entry.id.kind == Kind::Doc && entry.unit == of.unit)
            && !asked.iter().any(|one| one.root == root);
        if value || unnamed {
            let package = &build.facts().package_of(unit).name;
            let label = if value {
                of.name.clone()
            } else {
                format!("{package}/doc/{}::{}", unit.target, of.name)
            };
            asked.push(Asked {
                label,
                root,
                kind: of.kind,
            });
        }
    }
    asked
}

/// Takes out what `mamo.toml` allows, and warns of what it allows in vain. Gives the number taken out.
fn without_allowed(
    session: &Session,
    settings: &Settings,
    found: Vec<Finding>,
) -> (Vec<Finding>, usize) {
    let allow = &settings.lint.allow;
    let mut used = vec![false; allow.len()];
    let before = found.len();
    let left: Vec<Finding> = found
        .into_iter()
        .filter(|finding| {
            let item = if finding.item.is_empty() {
                &finding.roots[0].label
            } else {
                &finding.item
            };
            let holds = allow.iter().position(|allowed| {
                allowed.lint == words::name(finding.lint) && allowed.holds(item)
            });
            if let Some(holds) = holds {
                used[holds] = true;
            }
            holds.is_none()
        })
        .collect();
    for (allowed, used) in allow.iter().zip(used) {
        if !used {
            session.shell.warn(format!(
                "`{FILE}` allows `{}` in `{}`, where it is not found",
                allowed.lint, allowed.item
            ));
        }
    }
    let taken = before - left.len();
    (left, taken)
}

/// How findings are told.
struct Told<'s> {
    session: &'s Session,
    roots: usize,
    allowed: usize,
    verbose: bool,
}

impl Told<'_> {
    fn all(&self, found: &[Finding]) {
        let shell = &self.session.shell;
        if shell.is_json() {
            for finding in found {
                self.json(finding);
            }
        }
        for level in [Level::Warning, Level::Note] {
            if level == Level::Warning || self.verbose {
                for lint in words::ALL {
                    self.group(found, lint, level);
                }
            }
        }
        let count = |level| {
            found
                .iter()
                .filter(|finding| finding.level == level)
                .count()
        };
        let (warnings, notes) = (count(Level::Warning), count(Level::Note));
        let hidden = if notes > 0 && !self.verbose {
            " (--verbose shows them)"
        } else {
            ""
        };
        shell.say(format!(
            "mamo: {} roots, {warnings} warnings, {notes} notes{hidden}, {} allowed",
            self.roots, self.allowed
        ));
        if shell.is_json() {
            shell.json(&json!({
                "type": "summary", "version": 1, "roots": self.roots, "warnings": warnings, "notes": notes,
                "allowed": self.allowed,
            }));
        }
    }

    /// All findings of one lint.
    fn group(&self, found: &[Finding], lint: Lint, level: Level) {
        let mine = |finding: &&Finding| finding.lint == lint && finding.level == level;
        let mine: Vec<&Finding> = found.iter().filter(mine).collect();
        if mine.is_empty() {
            return;
        }
        let shell = &self.session.shell;
        let level = if level == Level::Warning {
            "warning"
        } else {
            "note"
        };
        shell.say(format!(
            "{level}[{}]: {}",
            words::name(lint),
            words::meaning(lint)
        ));
        for finding in &mine {
            let place = &finding.place;
            shell.say(format!(
                "  {}:{}: `{}`",
                place.file, place.line, finding.name
            ));
            let first = &finding.roots[0].label;
            match finding.chain.as_slice() {
                [] | [_] => shell.say(format!("    in {first}")),
                chain => shell.say(format!("    {first}: {}", chain.join(" -> "))),
            }
            if finding.roots.len() > 1 {
                let others = finding.roots.len() - 1;
                shell.say(format!("    {others} other roots reach it"));
            }
        }
        for fix in fixes(&mine) {
            shell.say(format!("  fix: {fix}"));
        }
    }

    fn json(&self, finding: &Finding) {
        let roots: Vec<_> = finding.roots.iter().map(|root| &root.label).collect();
        self.session.shell.json(&json!({
            "type": "finding", "lint": finding.lint, "level": finding.level, "name": finding.name,
            "file": finding.place.file, "line": finding.place.line, "item": finding.item, "chain": finding.chain,
            "roots": roots, "meaning": words::meaning(finding.lint), "fixes": fixes(&[finding]),
        }));
    }
}

/// What can be done, for the kinds of roots that there are.
fn fixes(found: &[&Finding]) -> Vec<&'static str> {
    let Some(lint) = found.first().map(|finding| finding.lint) else {
        return Vec::new();
    };
    let roots = || found.iter().flat_map(|finding| &finding.roots);
    let values = roots().any(|root| words::is_value(root.kind));
    let tests = roots().any(|root| !words::is_value(root.kind));
    let of_values = values.then(|| words::fix_of_values(lint));
    let of_tests = tests.then(|| words::fix_of_tests(lint));
    let fixes = of_values.into_iter().chain(of_tests);
    fixes.filter(|fix| !fix.is_empty()).collect()
}
