//! What the compiled code of a build says of its tests: see `mamo-code`.
//!
//! A test's *code key* is a digest of all code that its program can run for it, and of all that it rests on besides items: equal
//! keys, equal behaviour, whatever source says. It is known only where it is certain which objects the program is made of.

mod inputs;
mod programs;
mod tables;

use crate::analysis::RootIndex;
use crate::facts::{TargetKind, UnitIndex};
use crate::fingerprint::Fingerprint;
use crate::inputs::unnamed::Unnamed;
use crate::plan::Kind;
use crate::session::{Build, Session};
use crate::survey::Entry;
use inputs::CodeInputs;
use mamo_code::{Abilities, CodeRoot};
use programs::{Libraries, ProgramObjects, RootCode};
use std::collections::BTreeMap;
use tables::Tables;

/// The code keys of the tests of a build.
#[derive(Debug, Default)]
pub struct TestCodes {
    known: BTreeMap<(UnitIndex, String), TestCode>,
    /// Why the code of a program is not known, for people.
    pub unknown: Vec<String>,
}

/// What is known of a test whose code is.
#[derive(Clone, Copy, Debug)]
pub struct TestCode {
    /// Its code key.
    pub key: Fingerprint,
    /// What it may read that names do not lead to.
    pub unnamed: Option<Unnamed>,
}

impl TestCodes {
    /// What is known of a test's code; `None` if that is not known.
    pub fn of(&self, entry: &Entry) -> Option<TestCode> {
        let key = (entry.unit, entry.id.name.clone());
        self.known.get(&key).copied()
    }
}

/// A test whose code is asked about.
struct Asked<'a> {
    name: &'a str,
    root: RootIndex,
}

impl Session {
    /// The code keys of the tests among `entries`, which are of `build`.
    pub fn test_codes(&self, build: &Build, entries: &[Entry]) -> TestCodes {
        let mut codes = TestCodes::default();
        let Some(messages) = self.said(build) else {
            let why = "a library of the workspace is loaded when programs run, or what cargo said is not known";
            codes.unknown.push(why.to_owned());
            return codes;
        };
        let tables = Tables::open(&self.home);
        let launch = &build.record.launch;
        let libraries = Libraries::of(&messages, build.facts(), launch, &tables);
        let inputs = CodeInputs::of(build);
        let mut started = None;
        let mut asked: BTreeMap<UnitIndex, Vec<Asked<'_>>> = BTreeMap::new();
        for entry in entries.iter().filter(|entry| entry.id.kind != Kind::Doc) {
            if let Some(root) = entry.root {
                let name = &entry.id.name;
                asked
                    .entry(entry.unit)
                    .or_default()
                    .push(Asked { name, root });
            }
        }
        for (unit, tests) in asked {
            let program = match libraries.program(build.facts(), unit) {
                Ok(program) => program,
                Err(why) => {
                    codes.unknown.push(why);
                    continue;
                }
            };
            let keys = keys_of((build, &inputs), &program, &tests, &mut || {
                started
                    .get_or_insert_with(|| binaries(build, &libraries))
                    .to_owned()
            });
            let named = tests.iter().map(|test| (unit, test.name.to_owned()));
            let known = named.zip(keys).filter_map(|(test, key)| Some((test, key?)));
            codes.known.extend(known);
        }
        codes
    }
}

/// The code keys of one program's tests. `started` is the code of all programs that a test may start, if that is known.
fn keys_of(
    (build, inputs): (&Build, &CodeInputs<'_>),
    program: &ProgramObjects,
    tests: &[Asked<'_>],
    started: &mut dyn FnMut() -> Option<Fingerprint>,
) -> Vec<Option<TestCode>> {
    let lists = |test: &Asked<'_>| {
        build
            .analysis
            .lists_tests(build.analysis.roots[test.root].unit)
    };
    let roots: Vec<_> = tests
        .iter()
        .map(|test| {
            if lists(test) {
                CodeRoot::Test(test.name.to_owned())
            } else {
                CodeRoot::Symbol("main".to_owned())
            }
        })
        .collect();
    let all = tests.iter().zip(program.codes(&roots));
    all.map(|(test, code)| {
        let code = code?;
        let found = inputs.of_root(test.root, code.abilities)?;
        let started = if code.abilities.has(Abilities::PROCESSES) {
            started()?
        } else {
            Fingerprint::NONE
        };
        Some(TestCode {
            key: key(&code, started, found.fingerprint),
            unnamed: found.unnamed,
        })
    })
    .collect()
}

/// Code, the code of programs that may be started, and all else that the root rests on.
fn key(found: &RootCode, started: Fingerprint, inputs: Fingerprint) -> Fingerprint {
    let code = if found.abilities.has(Abilities::POSITIONS) {
        &found.code.positioned
    } else {
        &found.code.plain
    };
    Fingerprint::of_parts([code.as_slice(), &started.0, &inputs.0])
}

/// The code of every program of the build that a test may start; `None` if that of one is not known.
fn binaries(build: &Build, libraries: &Libraries<'_>) -> Option<Fingerprint> {
    let facts = build.facts();
    let is_program = |unit: &UnitIndex| {
        let unit = &facts.units[*unit];
        let is_started = matches!(unit.kind, TargetKind::Bin | TargetKind::Example);
        is_started && !unit.test && unit.executable.is_some()
    };
    let mut parts = Vec::new();
    for unit in (0..facts.units.len()).filter(is_program) {
        let program = libraries.program(facts, unit).ok()?;
        let codes = program.codes(&[CodeRoot::Symbol("main".to_owned())]);
        let code = codes.into_iter().next().flatten()?;
        parts.push(facts.units[unit].target.as_bytes().to_vec());
        parts.push(code.code.positioned.to_vec());
    }
    Some(Fingerprint::of_parts(parts.iter().map(Vec::as_slice)))
}
