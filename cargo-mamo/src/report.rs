//! What `cargo mamo test` says: one line a program, the reasons, loud totals, or the same as JSON.
//!
//! Nothing is green by silence: what was reused is always counted. `docs/json.md` describes the JSON.

use crate::cargo::harness::Outcome;
use crate::plan::Decision;
use crate::reason::Reason;
use crate::shell::Shell;
use crate::survey::Entry;
use serde_json::{Value, json};
use std::time::Duration;

/// How many reasons are shown without `-v`.
pub const SHOWN: usize = 8;

/// Counts over a plan and, once it ran, its outcomes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Totals {
    /// Planned to run.
    pub run: usize,
    /// Reused.
    pub reuse: usize,
    /// Reused because their code is the same, although their source is not.
    pub by_code: usize,
    /// Ran and passed.
    pub passed: usize,
    /// Ran and failed.
    pub failed: usize,
    /// Marked `#[ignore]`.
    pub ignored: usize,
    /// Planned to run, and no end was seen.
    pub unseen: usize,
    /// What the reused ones took when they last ran, in microseconds.
    pub saved: u64,
}

impl Totals {
    /// Counts.
    pub fn of(entries: &[Entry]) -> Self {
        let mut totals = Self::default();
        for entry in entries {
            match (&entry.decision, entry.outcome) {
                (Decision::Reuse, _) => {
                    totals.reuse += 1;
                    totals.by_code += usize::from(entry.by_code);
                    totals.saved += entry.micros;
                }
                (Decision::Ignored, _) => totals.ignored += 1,
                (Decision::Run(_), outcome) => {
                    totals.run += 1;
                    totals.passed += usize::from(outcome == Some(Outcome::Passed));
                    totals.failed += usize::from(outcome == Some(Outcome::Failed));
                    totals.unseen += usize::from(outcome.is_none());
                }
            }
        }
        totals
    }
}

/// Why each test runs; all of them with `-v`.
pub fn reasons(shell: &Shell, entries: &[Entry], all: bool) {
    let running: Vec<_> = entries.iter().filter(|entry| entry.runs()).collect();
    let shown = if all {
        running.len()
    } else {
        SHOWN.min(running.len())
    };
    for entry in &running[..shown] {
        if let Decision::Run(reason) = &entry.decision {
            shell.say(format!("  run  {}  because {reason}", named(entry)));
        }
    }
    if running.len() > shown {
        shell.say(format!(
            "  and {} more (-v shows all)",
            running.len() - shown
        ));
    }
}

/// A test for people: package, target, name.
pub fn named(entry: &Entry) -> String {
    format!(
        "{} {} {} {}",
        entry.id.package,
        entry.id.kind.as_str(),
        entry.id.target,
        entry.id.name
    )
}

/// The plan's totals, without a run.
pub fn planned(shell: &Shell, entries: &[Entry]) {
    let totals = Totals::of(entries);
    shell.say(format!(
        "mamo: {} would be reused, {} would run, {} ignored{}",
        totals.reuse,
        totals.run,
        totals.ignored,
        saved(totals.saved)
    ));
}

/// The run's totals.
pub fn finished(shell: &Shell, entries: &[Entry]) {
    let totals = Totals::of(entries);
    let ran = totals.run - totals.unseen;
    let unseen = match totals.unseen {
        0 => String::new(),
        count => format!(", {count} without a result"),
    };
    shell.say(format!(
        "mamo: {} reused{}, {ran} run, {} failed, {} ignored{unseen}{}",
        totals.reuse,
        by_code(totals.by_code),
        totals.failed,
        totals.ignored,
        saved(totals.saved)
    ));
}

fn by_code(count: usize) -> String {
    match count {
        0 => String::new(),
        count => format!(" ({count} since their code is the same)"),
    }
}

/// Tests whose code differs although no source that they are known to reach does.
pub fn missed_by_names(shell: &Shell, entries: &[Entry]) {
    let missed = |entry: &&Entry| entry.decision == Decision::Run(Reason::CodeDiffers);
    let missed: Vec<_> = entries.iter().filter(missed).collect();
    let Some(first) = missed.first() else {
        return;
    };
    shell.warn(format!(
        "the compiled code of {} tests differs although no source that they are known to reach does; they run (the first: {})\nhint: this is a defect of mamo's rules for names: please report it, with the edit",
        missed.len(),
        named(first)
    ));
}

fn saved(micros: u64) -> String {
    match Duration::from_micros(micros).as_secs_f64() {
        seconds if seconds < 0.1 => String::new(),
        seconds => format!(" (saved about {seconds:.1} s)"),
    }
}

/// The plan, or with `ran` the plan and its outcomes, one object a line, the summary last.
pub fn json(shell: &Shell, entries: &[Entry], ran: bool) {
    for entry in entries {
        shell.json(&event(entry, ran));
    }
    let totals = Totals::of(entries);
    shell.json(&json!({
        "type": "summary", "version": 1, "run": totals.run, "reuse": totals.reuse, "passed": totals.passed,
        "failed": totals.failed, "ignored": totals.ignored,
    }));
}

fn event(entry: &Entry, ran: bool) -> Value {
    let id = &entry.id;
    let mut event = json!({
        "type": "test", "package": id.package, "kind": id.kind, "target": id.target, "name": id.name,
        "fingerprint": entry.fingerprint.map(super::fingerprint::Fingerprint::to_hex),
    });
    match &entry.decision {
        Decision::Ignored => {
            event["type"] = "ignored".into();
            return event;
        }
        Decision::Reuse => {
            event["plan"] = "reuse".into();
            event["reason"] = Value::Null;
            if entry.by_code {
                event["by"] = "code".into();
            }
        }
        Decision::Run(reason) => {
            event["plan"] = "run".into();
            event["reason"] = serde_json::to_value(reason).unwrap_or_default();
            event["reason"]["text"] = reason.to_string().into();
        }
    }
    if ran {
        event["outcome"] = match entry.outcome {
            Some(Outcome::Passed) => "passed".into(),
            Some(Outcome::Failed) => "failed".into(),
            None if entry.decision == Decision::Reuse => "passed".into(),
            None => Value::Null,
        };
    }
    event
}
