//! What the compiled code of a build says of its tests: see `mamo-code`.
//!
//! A test's *code key* is a digest of all code that its program can run for it, and of all that it rests on besides items: equal
//! keys, equal behaviour, whatever source says. It is known only where it is certain which objects the program is made of, and
//! that the program was built from the source that is there.

mod changes;
mod collection;
mod comparison;
mod functions;
mod inputs;
mod kept;
mod libraries;
mod matched;
mod parts;
pub mod passed;
mod programs;
mod proved;
mod summaries;
mod tables;

use crate::analysis::RootIndex;
use crate::facts::{Facts, TargetKind, UnitIndex};
use crate::fingerprint::Fingerprint;
use crate::inputs::unnamed::Unnamed;
use crate::plan::Kind;
use crate::session::{Build, Session};
use crate::survey::Entry;
pub use changes::{ChangedFunction, CodeChanges, DifferingTest, OtherChange, PartChange};
pub use collection::{CollectedCode, collect};
pub use comparison::{CodeCounts, Comparison, FoundFunction, compare};
pub use functions::BuildCode;
use inputs::{CodeInputs, RootInputs};
use kept::{CodeUnknown, KeptCodes};
use libraries::Libraries;
use mamo_code::{Abilities, CodeRoot};
use parts::PartsKeeper;
pub use parts::prune;
use passed::CodeGround;
use programs::RootCode;
use rayon::prelude::*;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::OnceLock;
use tables::Tables;

/// The code keys of the tests of a build.
#[derive(Debug, Default)]
pub struct TestCodes {
    known: BTreeMap<(UnitIndex, String), TestCode>,
    /// Why the code of a program is not known, for people.
    pub unknown: Vec<String>,
    /// The same for single tests; for all tests of a program where no name is given.
    reasons: BTreeMap<(UnitIndex, Option<String>), String>,
    /// Would a build have to be made before the code of a program is known?
    pub needs_build: bool,
}

/// What is known of a test whose code is.
#[derive(Clone, Copy, Debug)]
pub struct TestCode {
    /// Its code key.
    pub key: Fingerprint,
    /// What it may read that names do not lead to.
    pub unnamed: Option<Unnamed>,
    /// What the key is made of.
    pub ground: CodeGround,
}

impl TestCodes {
    /// What is known of a test's code; `None` if that is not known.
    pub fn of(&self, entry: &Entry) -> Option<TestCode> {
        let key = (entry.unit, entry.id.name.clone());
        self.known.get(&key).copied()
    }

    /// Why a test's code is not known, for people.
    pub fn why_unknown(&self, entry: &Entry) -> &str {
        let own = (entry.unit, Some(entry.id.name.clone()));
        let found = self.reasons.get(&own);
        let found = found.or_else(|| self.reasons.get(&(entry.unit, None)));
        found.map_or(UNSAID, String::as_str)
    }
}

/// A test whose code is asked about.
struct Asked {
    name: String,
    /// In source.
    root: RootIndex,
    /// In the program.
    code_root: CodeRoot,
}

impl Session {
    /// The code keys of the tests among `entries`, which are of `build`.
    pub fn test_codes(&self, build: &Build, entries: &[Entry]) -> TestCodes {
        let mut codes = TestCodes::default();
        let tables = Tables::open(&self.home);
        let Some(libraries) = self.libraries(build, &tables) else {
            codes.unknown.push(UNSAID.to_owned());
            return codes;
        };
        let reading = CodeReading {
            facts: build.facts(),
            kept: KeptCodes::of(&self.home, build),
            is_recalled: build.recalled.is_some(),
            libraries,
            doubted: doubted(build),
            started: OnceLock::new(),
            parts: PartsKeeper::new(&self.home),
        };
        let asked: Vec<_> = asked(build, entries).into_iter().collect();
        let found = asked.par_iter().map(|(unit, tests)| {
            let roots: Vec<_> = tests.iter().map(|test| test.code_root.clone()).collect();
            (*unit, tests, reading.codes_of(*unit, &roots))
        });
        let inputs = CodeInputs::of(build, &self.home);
        for (unit, tests, found) in found.collect::<Vec<_>>() {
            let target = &build.facts().units[unit].target;
            let known = found.and_then(|found| {
                let inputs = inputs.of_tests(unit, tests, &found)?;
                let all = found.iter().zip(&inputs);
                let parts = reading.parts(unit);
                Ok(all
                    .map(|(code, inputs)| {
                        let inputs = inputs.as_ref().map_err(|why| *why);
                        let code = reading.code(code.as_ref(), inputs)?;
                        let ground = CodeGround {
                            parts,
                            ..code.ground
                        };
                        Ok(TestCode { ground, ..code })
                    })
                    .collect::<Vec<_>>())
            });
            match known {
                Ok(known) => {
                    let mut without = BTreeMap::<&str, usize>::new();
                    for (test, code) in tests.iter().zip(known) {
                        match code {
                            Ok(code) => drop(codes.known.insert((unit, test.name.clone()), code)),
                            Err(why) => {
                                *without.entry(why).or_default() += 1;
                                let test = (unit, Some(test.name.clone()));
                                codes.reasons.insert(test, format!("such tests {why}"));
                            }
                        }
                    }
                    let without = without.into_iter();
                    let why =
                        without.map(|(why, count)| format!("`{target}`: {count} tests {why}"));
                    codes.unknown.extend(why);
                }
                Err(unknown) => {
                    codes.needs_build |= unknown.needs_build;
                    codes.unknown.push(format!("`{target}`: {}", unknown.why));
                    codes.reasons.insert((unit, None), unknown.why);
                }
            }
        }
        codes.needs_build |= reading.lacks_started();
        codes
    }

    /// The libraries of a build; `None` if they are not all that its programs are made of, or are not known.
    fn libraries<'t>(&self, build: &Build, tables: &'t Tables<'t>) -> Option<Libraries<'t>> {
        let messages = self.said(build)?;
        let launch = &build.record.launch;
        Some(Libraries::of(&messages, build.facts(), launch, tables))
    }
}

/// Why nothing is known of the code of a build without libraries.
const UNSAID: &str =
    "a library of the workspace is loaded when programs run, or what cargo said is not known";

/// The tests among `entries` whose code can be asked about, by program.
fn asked(build: &Build, entries: &[Entry]) -> BTreeMap<UnitIndex, Vec<Asked>> {
    let mut asked: BTreeMap<UnitIndex, Vec<Asked>> = BTreeMap::new();
    for entry in entries.iter().filter(|entry| entry.id.kind != Kind::Doc) {
        let Some(root) = entry.root else { continue };
        let name = entry.id.name.clone();
        let test = Asked {
            code_root: code_root(build, entry),
            name,
            root,
        };
        asked.entry(entry.unit).or_default().push(test);
    }
    asked
}

/// What a test is in its program.
fn code_root(build: &Build, entry: &Entry) -> CodeRoot {
    if build.analysis.lists_tests(entry.unit) {
        CodeRoot::Test(entry.id.name.clone())
    } else {
        main_root()
    }
}

/// Units whose programs may be older than the source that is there.
fn doubted(build: &Build) -> BTreeSet<UnitIndex> {
    let mut doubted = build.misled.clone();
    doubted.extend(build.record.behind());
    doubted.extend(build.outdated());
    doubted
}

/// Reads the code of the programs of a build.
struct CodeReading<'b> {
    facts: &'b Facts,
    kept: KeptCodes<'b>,
    is_recalled: bool,
    libraries: Libraries<'b>,
    doubted: BTreeSet<UnitIndex>,
    /// The code of all programs that a test may start.
    started: OnceLock<Result<Fingerprint, CodeUnknown>>,
    parts: PartsKeeper<'b>,
}

impl CodeReading<'_> {
    /// What is known of the code of roots of one program.
    fn codes_of(
        &self,
        unit: UnitIndex,
        roots: &[CodeRoot],
    ) -> Result<Vec<Option<RootCode>>, CodeUnknown> {
        if self.doubted.contains(&unit) {
            return Err(CodeUnknown {
                why: "the program may be older than its source".to_owned(),
                needs_build: self.is_recalled,
                is_lasting: false,
            });
        }
        self.kept.codes(unit, roots, |roots| {
            let program = self.libraries.program(self.facts, unit)?;
            if let Some(stamp) = self.kept.stamp(unit) {
                self.parts.keep(stamp, &program.own);
            }
            program.codes(&self.libraries, roots)
        })
    }

    /// Where the parts of a program are kept.
    fn parts(&self, unit: UnitIndex) -> Option<Fingerprint> {
        self.parts.list(self.kept.stamp(unit)?)
    }

    /// Code, the code of programs that may be started, and all else that the root rests on. Fails with what tests without known
    /// code do.
    fn code(
        &self,
        found: Option<&RootCode>,
        inputs: Result<&RootInputs, &'static str>,
    ) -> Result<TestCode, &'static str> {
        let found = found.ok_or("are not found in its code")?;
        let inputs = inputs?;
        let started = if found.abilities.has(Abilities::PROCESSES) {
            let started = self.started().as_ref().ok().copied();
            started.ok_or("may start programs whose code is not known")?
        } else {
            Fingerprint::NONE
        };
        let is_positioned = found.abilities.has(Abilities::POSITIONS);
        let code = if is_positioned {
            &found.code.positioned
        } else {
            &found.code.plain
        };
        let parts = [code.as_slice(), &started.0, &inputs.fingerprint.0];
        let ground = CodeGround {
            code: short(&found.code.plain),
            positions: is_positioned.then(|| short(&found.code.positioned)),
            started: short(&started.0),
            inputs: short(&inputs.fingerprint.0),
            parts: None,
        };
        Ok(TestCode {
            key: Fingerprint::of_parts(parts),
            unnamed: inputs.unnamed,
            ground,
        })
    }

    fn started(&self) -> &Result<Fingerprint, CodeUnknown> {
        self.started.get_or_init(|| self.binaries())
    }

    /// Was the code of started programs asked for, and would a build make it known?
    fn lacks_started(&self) -> bool {
        let asked = self.started.get();
        asked.is_some_and(|found| found.as_ref().is_err_and(|unknown| unknown.needs_build))
    }

    /// The code of every program of the build that a test may start.
    fn binaries(&self) -> Result<Fingerprint, CodeUnknown> {
        let facts = self.facts;
        let is_program = |unit: &UnitIndex| {
            let unit = &facts.units[*unit];
            let is_started = matches!(unit.kind, TargetKind::Bin | TargetKind::Example);
            is_started && !unit.test && unit.executable.is_some()
        };
        let mut parts = Vec::new();
        for unit in (0..facts.units.len()).filter(is_program) {
            let codes = self.codes_of(unit, &[main_root()])?;
            let code = codes.into_iter().next().flatten();
            let code = code.ok_or_else(|| CodeUnknown::lasting(&"it has no `main`"))?;
            parts.push(facts.units[unit].target.as_bytes().to_vec());
            parts.push(code.code.positioned.to_vec());
        }
        Ok(Fingerprint::of_parts(parts.iter().map(Vec::as_slice)))
    }
}

fn short(digest: &[u8; 32]) -> u64 {
    let bytes = digest.iter().take(8);
    bytes.fold(0, |number, byte| number << 8 | u64::from(*byte))
}

fn main_root() -> CodeRoot {
    CodeRoot::Symbol("main".to_owned())
}
