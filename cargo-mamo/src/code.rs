//! What the compiled code of a build says of its tests: see `mamo-code`.
//!
//! A test's *code key* is a digest of all code that its program can run for it, and of all that it rests on besides items: equal
//! keys, equal behaviour, whatever source says. It is known only where it is certain which objects the program is made of.

mod comparison;
mod functions;
mod matched;
mod programs;
mod tables;

use crate::analysis::RootIndex;
use crate::facts::{TargetKind, UnitIndex};
use crate::fingerprint::Fingerprint;
use crate::plan::Kind;
use crate::session::{Build, Session};
use crate::survey::Entry;
pub use comparison::{CodeCounts, Comparison, FoundFunction, compare};
pub use functions::BuildCode;
use mamo_code::CodeRoot;
use programs::{Libraries, ProgramObjects, RootCode};
use std::collections::BTreeMap;
use tables::Tables;

/// The code keys of the tests of a build.
#[derive(Debug, Default)]
pub struct TestCodes {
    keys: BTreeMap<(UnitIndex, String), Fingerprint>,
    /// Why the code of a program is not known, for people.
    pub unknown: Vec<String>,
}

impl TestCodes {
    /// The code key of a test; `None` if it is not known.
    pub fn of(&self, entry: &Entry) -> Option<Fingerprint> {
        let key = (entry.unit, entry.id.name.clone());
        self.keys.get(&key).copied()
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
            let keys = keys_of(build, &program, &tests, &mut || {
                started
                    .get_or_insert_with(|| binaries(build, &libraries))
                    .to_owned()
            });
            let named = tests.iter().map(|test| (unit, test.name.to_owned()));
            let known = named.zip(keys).filter_map(|(test, key)| Some((test, key?)));
            codes.keys.extend(known);
        }
        codes
    }
}

/// The code keys of one program's tests. `started` is the code of all programs that a test may start, if that is known.
fn keys_of(
    build: &Build,
    program: &ProgramObjects,
    tests: &[Asked<'_>],
    started: &mut dyn FnMut() -> Option<Fingerprint>,
) -> Vec<Option<Fingerprint>> {
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
        let started = if code.starts_process {
            started()?
        } else {
            Fingerprint::NONE
        };
        Some(key(build, test.root, &code, started))
    })
    .collect()
}

/// Code, the code of programs that may be started, and all else that the root rests on.
fn key(build: &Build, root: RootIndex, found: &RootCode, started: Fingerprint) -> Fingerprint {
    let analysis = &build.analysis;
    let counts = analysis.layout_counts(&analysis.roots[root]).is_some();
    let code = if counts || found.has_positions {
        &found.code.positioned
    } else {
        &found.code.plain
    };
    let outside = analysis.outside(root);
    Fingerprint::of_parts([code.as_slice(), &started.0, &outside.0])
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
