//! The code of every function of a build, by the item of the source that it was made of.

use super::matched::{ItemIndex, MatchedFunction};
use super::programs::ProgramObjects;
use super::tables::Tables;
use super::{UNSAID, main_root};
use crate::analysis::{Analysis, CodeItem, Root, RootKind};
use crate::facts::{Facts, Unit, UnitIndex};
use crate::fingerprint::Fingerprint;
use crate::session::{Build, Session};
use mamo_code::{CodeDigest, CodeRoot, DebugFunction, debug_functions};
use std::collections::{BTreeMap, BTreeSet};

/// The functions of all programs of a build.
#[derive(Default)]
pub struct BuildCode {
    /// By package, kind, name, and whether it is a test.
    pub(super) programs: BTreeMap<String, ProgramCode>,
    /// Why the code of a program is not known, for people.
    pub unknown: Vec<String>,
}

impl BuildCode {
    /// Is the code of no program known?
    pub fn is_empty(&self) -> bool {
        self.programs.is_empty()
    }
}

/// The functions of one program.
pub(super) struct ProgramCode {
    pub(super) objects: ProgramObjects,
    pub(super) functions: BTreeMap<FunctionKey, FunctionCode>,
    /// Symbols of instances of generic functions, and of functions of other packages.
    pub(super) instances: BTreeSet<String>,
    /// Paths of functions that no item was found for.
    pub(super) unmatched: BTreeSet<String>,
}

/// What a function is from build to build: the item that it was made of, and which of that item's functions it is.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct FunctionKey {
    pub(super) item: Fingerprint,
    pub(super) inner: String,
}

/// What is known of a function.
pub(super) struct FunctionCode {
    /// The path of the item, for people, and where it stands.
    pub(super) path: String,
    pub(super) file: String,
    pub(super) line: u32,
    /// The deep fingerprint of the item.
    pub(super) deep: Option<Fingerprint>,
    /// Its code; several if it was compiled several times.
    pub(super) codes: BTreeSet<CodeDigest>,
    pub(super) asked: Asked,
}

/// What a difference is asked by.
pub(super) enum Asked {
    /// The linker's name of the function: the first, if it was compiled several times.
    Symbol(String),
    /// A test.
    Root(CodeRoot),
}

impl Session {
    /// The functions of each program of `build`, held to source as it is now.
    pub fn code_of(&self, build: &Build) -> BuildCode {
        let mut found = BuildCode::default();
        let tables = Tables::open(&self.home);
        let Some(libraries) = self.libraries(build, &tables) else {
            found.unknown.push(UNSAID.to_owned());
            return found;
        };
        let facts = build.facts();
        let items = CodeItem::all(facts, &self.home.part("parsed"));
        let index = ItemIndex::new(&items);
        for (number, unit) in facts.units.iter().enumerate() {
            if unit.executable.is_none() {
                continue;
            }
            let objects = libraries.program(facts, number);
            let objects = objects.and_then(|parts| libraries.objects(&parts));
            let objects = objects.map_err(|unknown| unknown.why);
            let program = objects.and_then(|objects| {
                let reading = ProgramReading {
                    facts,
                    analysis: &build.analysis,
                    items: &items,
                    index: &index,
                    unit: number,
                };
                reading.read(objects)
            });
            match program {
                Ok(program) => {
                    found.programs.insert(program_name(facts, unit), program);
                }
                Err(why) => found.unknown.push(format!("`{}`: {why}", unit.target)),
            }
        }
        found
    }
}

/// `package/kind/target`, and what tells the programs of one target apart.
fn program_name(facts: &Facts, unit: &Unit) -> String {
    let package = &facts.package_of(unit).name;
    let kind = format!("{:?}", unit.kind).to_lowercase();
    let test = if unit.test { "" } else { " (no test)" };
    format!("{package}/{kind}/{}{test}", unit.target)
}

/// The functions of a program's own objects, by its debug information.
pub(super) fn debug_functions_of(
    facts: &Facts,
    unit: UnitIndex,
    objects: &ProgramObjects,
) -> Result<Vec<DebugFunction>, String> {
    let executable = facts.units[unit].executable.as_deref();
    let bytes = std::fs::read(executable.unwrap_or("".as_ref()));
    let bytes = bytes.map_err(|why| why.to_string())?;
    let functions = debug_functions(&bytes, |name| objects.is_own_object(name));
    functions.map_err(|why| why.to_string())
}

struct ProgramReading<'r> {
    facts: &'r Facts,
    analysis: &'r Analysis,
    items: &'r [CodeItem],
    index: &'r ItemIndex<'r>,
    unit: UnitIndex,
}

impl ProgramReading<'_> {
    fn read(&self, objects: ProgramObjects) -> Result<ProgramCode, String> {
        let functions = debug_functions_of(self.facts, self.unit, &objects)?;
        if functions.is_empty() {
            return Err("it has no debug information".to_owned());
        }
        let codes: BTreeMap<String, Vec<CodeDigest>> = objects.linked(|program| {
            let codes = program.function_codes().into_iter();
            codes.map(|(name, code)| (name.to_owned(), code)).collect()
        });
        let mut program = ProgramCode {
            objects,
            functions: BTreeMap::new(),
            instances: BTreeSet::new(),
            unmatched: BTreeSet::new(),
        };
        self.add_tests(&mut program);
        for function in functions {
            let Some(code) = codes.get(&function.symbol) else {
                continue;
            };
            if function.is_instance() || self.is_foreign(&function) {
                program.instances.insert(function.symbol);
                continue;
            }
            match self.index.matched(self.facts, self.unit, &function) {
                Some(matched) => self.add(&mut program, &matched, function.symbol, code),
                None => {
                    program.unmatched.insert(function.path.join("::"));
                }
            }
        }
        Ok(program)
    }

    /// Tests, each with what the harness expects of it and with all that runs unasked.
    fn add_tests(&self, program: &mut ProgramCode) {
        let roots: Vec<(&Root, CodeRoot)> = self
            .analysis
            .roots
            .iter()
            .filter(|root| root.unit == self.unit)
            .filter_map(|root| Some((root, code_root(root)?)))
            .collect();
        let asked: Vec<CodeRoot> = roots.iter().map(|(_, asked)| asked.clone()).collect();
        let codes = program.objects.linked(|linked| linked.fingerprints(&asked));
        for ((root, asked), code) in roots.into_iter().zip(codes) {
            let (Some(code), Some(item)) = (code, root.item) else {
                continue;
            };
            let mut digest = [0; 16];
            digest.copy_from_slice(&code.plain[..16]);
            let key = FunctionKey {
                item: Fingerprint::of(
                    program_name(self.facts, &self.facts.units[self.unit]).as_bytes(),
                ),
                inner: format!("test {}", root.name),
            };
            let item = &self.analysis.items[item as usize];
            let function = FunctionCode {
                path: item.path.clone(),
                file: item.file.clone(),
                line: item.lines.0,
                deep: (!root.unseen).then_some(root.fingerprint),
                codes: BTreeSet::from([CodeDigest(digest)]),
                asked: Asked::Root(asked),
            };
            program.functions.insert(key, function);
        }
    }

    /// Is it a function of another package, compiled here since it is to be inlined?
    fn is_foreign(&self, function: &DebugFunction) -> bool {
        let mut units = self.facts.units.iter();
        !units.any(|unit| Some(&unit.crate_name) == function.path.first())
    }

    fn add(
        &self,
        program: &mut ProgramCode,
        matched: &MatchedFunction,
        symbol: String,
        code: &[CodeDigest],
    ) {
        let items: Vec<&CodeItem> = matched.items.iter().map(|at| &self.items[*at]).collect();
        let mut identities: Vec<Fingerprint> = items.iter().map(|item| item.identity).collect();
        identities.sort_unstable();
        let key = FunctionKey {
            item: Fingerprint::of_parts(identities.iter().map(|one| one.0.as_slice())),
            inner: matched.inner.clone(),
        };
        let function = program.functions.entry(key).or_insert_with(|| {
            let first = items[0];
            let root = &self.facts.workspace_root;
            let file = first.file.strip_prefix(root).unwrap_or(&first.file);
            FunctionCode {
                path: first.path.clone(),
                file: file.to_string_lossy().replace('\\', "/"),
                line: first.lines.0,
                deep: all_of(&items),
                codes: BTreeSet::new(),
                asked: Asked::Symbol(symbol),
            }
        });
        function.codes.extend(code);
    }
}

/// How a test is found in a program; `None` for what is no test.
fn code_root(root: &Root) -> Option<CodeRoot> {
    match root.kind {
        RootKind::Test => Some(CodeRoot::Test(root.name.clone())),
        RootKind::Main => Some(main_root()),
        _ => None,
    }
}

/// The deep fingerprints of several items as one.
fn all_of(items: &[&CodeItem]) -> Option<Fingerprint> {
    let mut all: Vec<Fingerprint> = items.iter().map(|item| item.deep).collect::<Option<_>>()?;
    all.sort_unstable();
    Some(Fingerprint::of_parts(
        all.iter().map(|one| one.0.as_slice()),
    ))
}
