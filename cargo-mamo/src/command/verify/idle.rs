//! Plans for edits that mean nothing: none at all, another layout, rustfmt's. They should be empty.
//!
//! A test is planned with a cause if it never passed, cannot be traced, or if layout is part of what it rests on. Any
//! other is an excess, and is told with what mamo takes for a change.

use super::ground::Ground;
use crate::analysis::{Change, LayoutCounts};
use crate::cargo::rustfmt;
use crate::layout::spread::spread;
use crate::plan::{Decision, TestId};
use crate::reason::Reason;
use crate::session::{Build, Session};
use crate::survey::Entry;
use crate::syntax::tokens::Tokens;
use anyhow::{Context, Result};
use serde::Serialize;
use serde_json::json;
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

/// How many planned tests of one row are named in text.
const NAMED: usize = 10;

/// An edit that means nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum Idle {
    /// None.
    Nothing,
    /// Remarks, blank lines and other indentation in every source file.
    Layout,
    /// Every source file formatted with short lines.
    Rustfmt,
}

/// Why a test is rightly planned although nothing was changed that means anything.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum Cause {
    /// It did not pass as the source is.
    Unpassed,
    /// It cannot be traced to source.
    Untraced,
    /// Its reach asks for lines, or for the place of a caller.
    Position,
    /// Its reach may read source files.
    Text,
    /// The edit changed more than layout where mamo found a change: rustfmt puts braces around what it breaks.
    Tokens,
}

/// A file that an edit changes.
#[derive(Debug)]
struct Changed {
    path: PathBuf,
    was: String,
    is: String,
}

/// The plan for one edit.
#[derive(Debug)]
pub(super) struct Row {
    /// The edit.
    pub(super) edit: Idle,
    /// Files that it changed.
    files: usize,
    /// Tests in all.
    pub(super) tests: usize,
    /// Those that are planned, with mamo's reason and what justifies it.
    pub(super) planned: Vec<(TestId, Reason, Option<Cause>)>,
}

impl Idle {
    /// In the order in which they are tried.
    pub(super) const ALL: [Self; 3] = [Self::Nothing, Self::Layout, Self::Rustfmt];

    fn said(self) -> &'static str {
        match self {
            Self::Nothing => "without an edit",
            Self::Layout => "after remarks, blank lines and other indentation in every source file",
            Self::Rustfmt => "after rustfmt with shorter lines",
        }
    }

    /// What becomes of a file; `None` if it stays.
    fn edited(self, text: &str, edition: &str, dir: &Path) -> Result<Option<String>> {
        match self {
            Self::Nothing => Ok(None),
            Self::Layout => Ok(Some(spread(text))),
            Self::Rustfmt => rustfmt::formatted(text, edition, dir),
        }
    }

    /// The files of the copy that the edit changes.
    fn changes(self, ground: &Ground) -> Result<Vec<Changed>> {
        let mut changes = Vec::new();
        let mut known = BTreeSet::new();
        for (edition, files) in &ground.sources {
            for file in files.iter().filter(|file| known.insert(*file)) {
                let path = ground.copy.base.join(file);
                let read = std::fs::read(&path);
                let bytes = read.with_context(|| format!("read `{}`", path.display()))?;
                let Ok(was) = String::from_utf8(bytes) else {
                    continue;
                };
                let dir = path.parent().unwrap_or(&ground.copy.base);
                let is = self.edited(&was, edition, dir)?;
                changes.extend(
                    is.filter(|is| *is != was)
                        .map(|is| Changed { path, was, is }),
                );
            }
        }
        Ok(changes)
    }
}

/// What is planned after `edit`, which is undone again. `None` if it changes no file, or the copy does not build with it.
pub(super) fn row(ground: &Ground, edit: Idle) -> Result<Option<Row>> {
    let changed = edit.changes(ground)?;
    if changed.is_empty() && edit != Idle::Nothing {
        return Ok(None);
    }
    let write = |path: &Path, text: &str| {
        std::fs::write(path, text).with_context(|| format!("write `{}`", path.display()))
    };
    for file in &changed {
        write(&file.path, &file.is)?;
    }
    let surveyed = ground.survey(usize::MAX);
    for file in &changed {
        write(&file.path, &file.was)?;
    }
    Ok(surveyed?.map(|(build, entries)| {
        let tested = |entry: &&Entry| entry.decision != Decision::Ignored;
        let planned = |entry: &Entry| {
            let Decision::Run(reason) = &entry.decision else {
                return None;
            };
            let cause = of_tokens(ground, &changed, reason);
            let cause = cause.or_else(|| cause_of(&build, entry, reason, edit));
            Some((entry.id.clone(), reason.clone(), cause))
        };
        Row {
            edit,
            files: changed.len(),
            tests: entries.iter().filter(tested).count(),
            planned: entries.iter().filter_map(planned).collect(),
        }
    }))
}

/// Was the first change found in a file whose tokens the edit changed?
fn of_tokens(ground: &Ground, changed: &[Changed], reason: &Reason) -> Option<Cause> {
    let Reason::Changed { first, .. } = reason else {
        return None;
    };
    let (Change::Changed(place) | Change::Added(place) | Change::Removed(place)) = first else {
        return None;
    };
    let wanted = ground.file(&place.file);
    let file = changed.iter().find(|file| file.path == wanted)?;
    match (Tokens::of(&file.was), Tokens::of(&file.is)) {
        (Some(was), Some(is)) if was.same(&is) => None,
        _ => Some(Cause::Tokens),
    }
}

/// What justifies that a test is planned after an edit that means nothing.
fn cause_of(build: &Build, entry: &Entry, reason: &Reason, edit: Idle) -> Option<Cause> {
    if entry.fingerprint.is_none() {
        return Some(Cause::Untraced);
    }
    if matches!(reason, Reason::New | Reason::FailedLast) {
        return Some(Cause::Unpassed);
    }
    let root = entry.root.filter(|_| edit != Idle::Nothing)?;
    let counts = build.analysis.layout_counts(&build.analysis.roots[root])?;
    Some(match counts {
        LayoutCounts::Position => Cause::Position,
        LayoutCounts::Text => Cause::Text,
    })
}

impl Cause {
    fn said(self) -> &'static str {
        match self {
            Self::Unpassed => "it does not pass as the source is",
            Self::Untraced => "it cannot be traced to source",
            Self::Position => "its reach asks for its position in source",
            Self::Text => "its reach may read source files",
            Self::Tokens => "the edit changed more than layout there",
        }
    }
}

impl Row {
    /// Tests that are planned without a cause.
    pub(super) fn excess(&self) -> impl Iterator<Item = &TestId> {
        let without = self.planned.iter().filter(|(_, _, cause)| cause.is_none());
        without.map(|(id, ..)| id)
    }

    /// Says it.
    pub(super) fn tell(&self, session: &Session) {
        let shell = &session.shell;
        if shell.is_json() {
            let found = self.planned.iter().map(|(id, reason, cause)| {
                json!({"test": id.path(), "reason": reason, "text": reason.to_string(), "cause": cause})
            });
            shell.json(&json!({
                "type": "idle", "edit": self.edit, "files": self.files, "tests": self.tests,
                "planned": self.planned.len(), "found": found.collect::<Vec<_>>(),
            }));
        }
        let (count, tests) = (self.planned.len(), self.tests);
        let title = self.edit.said();
        shell.say(format!("{title} {count} of {tests} tests would run"));
        let mut found: Vec<_> = self.planned.iter().collect();
        found.sort_by_key(|(_, _, cause)| cause.is_some());
        for (id, reason, cause) in found.iter().take(NAMED) {
            let why = cause.map_or("without a cause", Cause::said);
            shell.say(format!("  {}: {why} ({reason})", id.path()));
        }
        if count > NAMED {
            shell.say(format!("  and {} more", count - NAMED));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::plan::Kind;

    #[test]
    fn a_test_that_is_planned_without_a_cause_is_an_excess() {
        let planned = |name: &str, cause| {
            let id = TestId {
                package: "p".into(),
                kind: Kind::Lib,
                target: "p".into(),
                name: name.into(),
            };
            (id, Reason::Stale, cause)
        };
        let row = Row {
            edit: Idle::Layout,
            files: 1,
            tests: 3,
            planned: vec![planned("a", Some(Cause::Position)), planned("b", None)],
        };
        let names: Vec<&str> = row.excess().map(|id| id.name.as_str()).collect();
        assert_eq!(names, ["b"]);
    }
}
