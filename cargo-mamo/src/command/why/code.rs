//! What compiled code says of the tests that `why` explains: the functions and constants that differ since they passed.
//!
//! Nothing is built for it: of a program that is older than its source, only a build can tell.

use crate::code::passed::{self, PassedCode};
use crate::code::{ChangedFunction, CodeChanges, DifferingTest, OtherChange, PartChange};
use crate::plan::Kind;
use crate::session::{Build, Session};
use crate::settings::Trust;
use crate::survey::{Entry, Survey};
use serde_json::{Value, json};

/// How many functions text names.
const SHOWN: usize = 20;

/// What code says of a test.
#[derive(Debug)]
pub(super) enum CodeAnswer {
    /// It is not known, and why.
    Unknown(String),
    /// What it was at the last pass is not known.
    Unrecorded,
    /// It is what it was when the test passed.
    Same,
    /// It is not.
    Differs(CodeChanges),
}

/// What code says of each test, which is then decided by it; nothing where the settings leave the decision to source.
pub(super) fn answers(session: &Session, build: &Build, entries: &mut [Entry]) -> Vec<CodeAnswer> {
    if session.settings.test.trust != Trust::Code {
        return Vec::new();
    }
    let codes = session.test_codes(build, entries);
    let older = build.touched();
    let is_older = |entry: &Entry| older.contains(&entry.unit);
    let code = |entry: &Entry| codes.of(entry).filter(|_| !is_older(entry));
    Survey::new(build, &session.home, false).decide_by_code(entries, code);
    let mut answers = Vec::new();
    let mut differing = Vec::new();
    for (at, entry) in entries.iter().enumerate() {
        let passed = passed::load(&session.home, &entry.id);
        answers.push(match (code(entry), passed) {
            _ if entry.id.kind == Kind::Doc => CodeAnswer::Unknown(DOCTEST.to_owned()),
            _ if is_older(entry) => CodeAnswer::Unknown(OLDER.to_owned()),
            (None, _) => CodeAnswer::Unknown(codes.why_unknown(entry).to_owned()),
            (Some(_), None) => CodeAnswer::Unrecorded,
            (Some(now), Some(PassedCode { key, .. })) if now.key == key => CodeAnswer::Same,
            (Some(_), _) if entry.by_code => CodeAnswer::Same,
            (Some(now), Some(passed)) => {
                let (before, now) = (passed.ground, now.ground);
                differing.push((at, DifferingTest { entry, before, now }));
                CodeAnswer::Unrecorded
            }
        });
    }
    let tests: Vec<DifferingTest<'_>> = differing.iter().map(|(_, test)| *test).collect();
    let changes = session.code_changes(build, &tests);
    for ((at, _), changes) in differing.iter().zip(changes) {
        answers[*at] = CodeAnswer::Differs(changes);
    }
    answers
}

const DOCTEST: &str = "rustdoc keeps no objects of doctests";
const OLDER: &str =
    "the program is older than its source (hint: `cargo mamo test --no-run` builds it)";

impl CodeAnswer {
    /// For JSON.
    pub(super) fn object(&self) -> Value {
        match self {
            Self::Unknown(why) => json!({"state": "unknown", "why": why}),
            Self::Unrecorded => json!({"state": "unrecorded"}),
            Self::Same => json!({"state": "same"}),
            Self::Differs(changes) => {
                let mut object = json!(changes);
                object["state"] = "differs".into();
                object
            }
        }
    }

    /// For people.
    pub(super) fn tell(&self, session: &Session) {
        let shell = &session.shell;
        match self {
            Self::Unknown(why) => shell.say(format!("  its compiled code is not known: {why}")),
            Self::Unrecorded => {
                shell.say("  what its compiled code was when it last passed is not kept");
            }
            Self::Same => shell.say("  its compiled code is the same as when it last passed"),
            Self::Differs(changes) => {
                shell.say("  since it last passed, other compiled code or inputs:");
                for line in lines(changes) {
                    shell.say(format!("    {line}"));
                }
            }
        }
    }
}

fn lines(changes: &CodeChanges) -> Vec<String> {
    let mut lines = Vec::new();
    match &changes.functions {
        None => lines.push("which functions differ is not known".to_owned()),
        Some(functions) => {
            lines.extend(functions.iter().take(SHOWN).map(line));
            if functions.len() > SHOWN {
                lines.push(format!("and {} more functions", functions.len() - SHOWN));
            }
        }
    }
    let others = changes.besides.iter().copied();
    lines.extend(others.map(|other| other_text(other).to_owned()));
    lines
}

/// `demo::sum (src/lib.rs:3) refers to another constant`
fn line(function: &ChangedFunction) -> String {
    let path = function.item.as_ref().unwrap_or(&function.path);
    let place = match (&function.file, function.line) {
        (Some(file), Some(line)) => format!(" ({file}:{line})"),
        _ => String::new(),
    };
    let what = match function.change {
        PartChange::Callee => "refers to other functions or statics",
        PartChange::Constant => "refers to another constant",
        PartChange::Instructions => {
            "has other instructions: a literal, a constant, or the layout of a type"
        }
        PartChange::Added => "is new in the program, or has another name",
    };
    format!("{path}{place} {what}")
}

fn other_text(other: OtherChange) -> &'static str {
    match other {
        OtherChange::Surroundings => {
            "none of the workspace's functions: what is expected of the test, code of other packages, or what runs unasked"
        }
        OtherChange::Positions => "lines or columns, for which its code can ask",
        OtherChange::Started => "code of programs that it may start",
        OtherChange::Inputs => "files, variables or what else it reads that is not code",
    }
}
