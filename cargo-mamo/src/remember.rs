//! What a run leaves behind: passes that were seen, failures, and the baseline that explains them.
//!
//! A pass is remembered only under a fingerprint that held before the program was started and still holds after it
//! ended, of a program that was built from just that source.

use crate::analysis::{Analysis, RootIndex};
use crate::baselines;
use crate::cargo::harness::Outcome;
use crate::code::passed::{self, PassedCode};
use crate::execute::{Ran, unchanged};
use crate::inputs::unnamed::UnnamedReader;
use crate::plan::{Decision, Kind, TestId};
use crate::session::{Build, Session};
use crate::survey::Entry;
use crate::verdicts::{self, Failure, Pass, Seen};
use crate::witness::Witness;
use anyhow::Result;
use std::collections::BTreeSet;
use std::time::{SystemTime, UNIX_EPOCH};

/// Records a run.
pub fn remember(session: &Session, build: &mut Build, entries: &[Entry], ran: &Ran) -> Result<()> {
    let is_news = |entry: &Entry| entry.outcome.is_some() || entry.by_code;
    if !entries.iter().any(is_news) && ran.doctests.is_empty() {
        return Ok(());
    }
    let stands = |witness: &Witness| witness.holds(build.facts());
    let after = if build.witness.as_ref().is_some_and(stands) {
        None
    } else {
        Some(session.analyse(build.facts()))
    };
    let mut touched = build.touched();
    touched.extend(build.outdated());
    let behind = build.record.behind();
    let baseline = baselines::keep(&session.home, &build.analysis, build.facts());
    let when = SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .map_or(0, |since| since.as_secs());
    let unnamed = UnnamedReader::new(build.facts());
    let mut seen = Vec::new();
    let mut codes = Vec::new();
    let mut moved = 0;
    let mut written = Written::default();
    for entry in entries {
        // What its code proves is a pass under today's fingerprint, too.
        let proven = entry.by_code.then_some(Outcome::Passed);
        match (entry.outcome.or(proven), entry.root, entry.fingerprint) {
            (Some(Outcome::Failed), _, fingerprint) => {
                let code = entry.code;
                let failure = Failure { fingerprint, code };
                seen.push((remembered_id(entry), Seen::Failed(failure)));
            }
            (Some(Outcome::Passed), Some(root), Some(fingerprint)) => {
                let doubtful = entry.id.kind == Kind::Doc && !ran.documented.contains(&entry.unit);
                let old = build.misled.contains(&entry.unit) || behind.contains(&entry.unit);
                if old || doubtful || is_partial(entry, entries, ran) {
                    continue;
                }
                let package = build.facts().units[entry.unit].package;
                if !unnamed.is_unchanged(package, entry.unnamed) {
                    moved += 1;
                    continue;
                }
                let same = |after: &Analysis| unchanged(&build.analysis, after, root);
                if touched.contains(&entry.unit) || !after.as_ref().is_none_or(same) {
                    match after
                        .as_ref()
                        .and_then(|after| written_file(&build.analysis, after, root))
                    {
                        Some(file) if !touched.contains(&entry.unit) => written.add(file),
                        _ => moved += 1,
                    }
                    continue;
                }
                let code = entry.code.zip(entry.ground);
                let code = code.map(|(key, ground)| PassedCode { key, ground });
                codes.extend(code.map(|code| (remembered_id(entry), code)));
                seen.push((
                    remembered_id(entry),
                    Seen::Passed(Pass {
                        fingerprint: Some(fingerprint),
                        code: entry.code,
                        unnamed: entry.unnamed,
                        micros: entry.micros,
                        when,
                        baseline,
                    }),
                ));
            }
            _ => {}
        }
    }
    for (&unit, doctests) in &ran.doctests {
        build.record.note_doctests(unit, doctests.clone());
    }
    if moved > 0 {
        session.shell.warn(format!(
            "source changed while {moved} passed tests were built or run; they are not remembered"
        ));
    }
    if let Some(advice) = written.advice() {
        session.shell.warn(advice);
    }
    verdicts::record(&session.home, &seen);
    if !codes.is_empty() {
        passed::record(&session.home, codes);
        crate::code::prune(&session.home, build.record.programs.len());
    }
    if !ran.doctests.is_empty() {
        session.keep(build);
    }
    baselines::prune(&session.home);
    Ok(())
}

/// Files that were written while tests ran that may read them.
#[derive(Default)]
struct Written {
    files: BTreeSet<String>,
    tests: usize,
}

impl Written {
    fn add(&mut self, file: String) {
        self.files.insert(file);
        self.tests += 1;
    }

    /// One line for the user.
    fn advice(&self) -> Option<String> {
        let file = self.files.first()?;
        let more = match self.files.len() - 1 {
            0 => String::new(),
            more => format!(" and {more} more"),
        };
        Some(format!(
            "{file}{more} changed while {} passed tests ran that may read it: they are not remembered (hint: let tests write to \
             a temporary directory, or leave the file out by `test.inputs` in `mamo.toml`)",
            self.tests
        ))
    }
}

/// A file that a root rests on and that is different after the run; `None` if it rests on something else that is.
fn written_file(before: &Analysis, after: &Analysis, root: RootIndex) -> Option<String> {
    let (old, new) = (before.roots.get(root)?, after.roots.get(root)?);
    let (old, new) = (before.environment(old), after.environment(new));
    let old: BTreeSet<_> = old.into_iter().collect();
    let new: BTreeSet<_> = new.into_iter().collect();
    let mut different = old.symmetric_difference(&new);
    let file = different.find(|(label, _)| label.starts_with("file `"));
    file.map(|(label, _)| label.clone())
}

fn remembered_id(entry: &Entry) -> TestId {
    TestId {
        name: entry.remembered().to_string(),
        ..entry.id.clone()
    }
}

/// Doctests that stand or fall together passed only if all of them were seen to.
fn is_partial(entry: &Entry, entries: &[Entry], ran: &Ran) -> bool {
    let fell = |other: &&Entry| {
        let reused = other.decision == Decision::Reuse && other.outcome.is_none();
        let ignored = other.decision == Decision::Ignored;
        other.unit == entry.unit
            && other.is_grouped()
            && !reused
            && !ignored
            && other.outcome != Some(Outcome::Passed)
    };
    entry.is_grouped() && (!ran.open || entries.iter().any(|other| fell(&other)))
}
