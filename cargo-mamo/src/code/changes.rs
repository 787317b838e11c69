//! Which functions and constants of a test's reach have other code than when it last passed.
//!
//! Parts are compared by name, so a function that is only renamed counts as another one: this explains a decision that was made by
//! structure, and is asked only where that says that the code differs.

use super::functions::debug_functions_of;
use super::libraries::Libraries;
use super::matched::ItemIndex;
use super::passed::CodeGround;
use super::programs::ProgramObjects;
use super::tables::Tables;
use super::{code_root, parts};
use crate::analysis::CodeItem;
use crate::facts::UnitIndex;
use crate::session::{Build, Session};
use crate::survey::Entry;
use mamo_code::{CodePart, DebugFunction, ReachedPart};
use serde::Serialize;
use std::collections::{BTreeMap, BTreeSet, HashMap};

/// A test whose code differs from that of its last pass.
#[derive(Clone, Copy, Debug)]
pub struct DifferingTest<'e> {
    /// Which.
    pub entry: &'e Entry,
    /// What its code was.
    pub before: CodeGround,
    /// What it is.
    pub now: CodeGround,
}

/// What differs between the code of a test and that of its last pass.
#[derive(Clone, Debug, Default, Serialize)]
pub struct CodeChanges {
    /// Functions and constants of the workspace that it can reach; `None` if that is no longer known.
    pub functions: Option<Vec<ChangedFunction>>,
    /// What differs besides.
    pub besides: Vec<OtherChange>,
}

/// A function or constant that is not what it was.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct ChangedFunction {
    /// Its path in the program.
    pub path: String,
    /// What differs.
    pub change: PartChange,
    /// The path of the item that it was made of, if that is known.
    pub item: Option<String>,
    /// Where that stands, relative to the workspace; where debug information says that the function does, if no item is known.
    pub file: Option<String>,
    /// Its line.
    pub line: Option<u32>,
}

/// What differs in a function or constant.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum PartChange {
    /// Other functions or statics that it refers to.
    Callee,
    /// Constant data that it refers to.
    Constant,
    /// Its instructions, a literal, or the layout of a type.
    Instructions,
    /// No function of the program had its name.
    Added,
}

/// What differs for a test besides functions of the workspace.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum OtherChange {
    /// No function does, but its code as a whole.
    Surroundings,
    /// Lines and columns.
    Positions,
    /// Programs that it may start.
    Started,
    /// Files, variables and what else is not code.
    Inputs,
}

impl Session {
    /// What differs for each of these tests.
    pub fn code_changes(&self, build: &Build, tests: &[DifferingTest<'_>]) -> Vec<CodeChanges> {
        let mut changes: Vec<CodeChanges> = tests.iter().map(others).collect();
        let mut by_unit = BTreeMap::<UnitIndex, Vec<usize>>::new();
        for (at, test) in tests.iter().enumerate() {
            if test.before.code != test.now.code {
                by_unit.entry(test.entry.unit).or_default().push(at);
            }
        }
        let tables = Tables::open(&self.home);
        let libraries = (!by_unit.is_empty()).then(|| self.libraries(build, &tables));
        let Some(reader) = libraries.flatten().map(|libraries| ChangeReader {
            session: self,
            build,
            libraries,
            items: CodeItem::all(build.facts(), &self.home.part("parsed")),
        }) else {
            return changes;
        };
        let index = ItemIndex::new(&reader.items);
        for (unit, chosen) in by_unit {
            let of_unit: Vec<DifferingTest<'_>> = chosen.iter().map(|at| tests[*at]).collect();
            let found = reader.functions(&index, unit, &of_unit);
            for (at, functions) in chosen.into_iter().zip(found) {
                if functions.as_ref().is_some_and(Vec::is_empty) {
                    changes[at].besides.insert(0, OtherChange::Surroundings);
                }
                changes[at].functions = functions;
            }
        }
        changes
    }
}

/// What differs besides functions.
fn others(test: &DifferingTest<'_>) -> CodeChanges {
    let (before, now) = (test.before, test.now);
    let is_same = before.code == now.code;
    let differing = [
        (
            OtherChange::Positions,
            is_same && before.positions != now.positions,
        ),
        (OtherChange::Started, before.started != now.started),
        (OtherChange::Inputs, before.inputs != now.inputs),
    ];
    let differing = differing.into_iter().filter(|(_, differs)| *differs);
    CodeChanges {
        functions: is_same.then(Vec::new),
        besides: differing.map(|(change, _)| change).collect(),
    }
}

struct ChangeReader<'r> {
    session: &'r Session,
    build: &'r Build,
    libraries: Libraries<'r>,
    items: Vec<CodeItem>,
}

impl ChangeReader<'_> {
    /// The functions that differ for tests of one program.
    fn functions(
        &self,
        index: &ItemIndex<'_>,
        unit: UnitIndex,
        tests: &[DifferingTest<'_>],
    ) -> Vec<Option<Vec<ChangedFunction>>> {
        let parts = self.libraries.program(self.build.facts(), unit);
        let Ok(objects) = parts.and_then(|parts| self.libraries.objects(&parts)) else {
            return tests.iter().map(|_| None).collect();
        };
        let reached: Vec<Option<Vec<ReachedPart>>> = objects.linked(|program| {
            let roots = tests.iter().map(|test| code_root(self.build, test.entry));
            roots.map(|root| program.reached_parts(&root)).collect()
        });
        let described = self.described(unit, &objects);
        let pairs = tests.iter().zip(reached);
        let found = pairs.map(|(test, reached)| {
            let before = parts::load(&self.session.home, test.before.parts?)?;
            let reached = reached?;
            let changed = changed(&before, &reached).into_iter();
            let named = changed.map(|(part, change)| {
                let function = described.get(&part.symbol);
                self.named(index, unit, part, change, function)
            });
            let named: BTreeSet<ChangedFunction> = named.collect();
            Some(named.into_iter().collect())
        });
        found.collect()
    }

    /// What debug information says of functions, by symbol; nothing if there is none.
    fn described(
        &self,
        unit: UnitIndex,
        objects: &ProgramObjects,
    ) -> HashMap<String, DebugFunction> {
        let functions = debug_functions_of(self.build.facts(), unit, objects);
        let functions = functions.unwrap_or_default().into_iter();
        functions
            .map(|function| (function.symbol.clone(), function))
            .collect()
    }

    fn named(
        &self,
        index: &ItemIndex<'_>,
        unit: UnitIndex,
        part: &ReachedPart,
        change: PartChange,
        function: Option<&DebugFunction>,
    ) -> ChangedFunction {
        let facts = self.build.facts();
        let matched = function.and_then(|function| index.matched(facts, unit, function));
        let item = matched.map(|matched| &self.items[matched.items[0]]);
        let place = match (item, function) {
            (Some(item), _) => Some((&item.file, item.lines.0)),
            (None, Some(function)) => Some((&function.file, function.line)),
            (None, None) => None,
        };
        let file = place.map(|(file, _)| {
            let file = file.strip_prefix(&facts.workspace_root).unwrap_or(file);
            file.to_string_lossy().replace('\\', "/")
        });
        ChangedFunction {
            path: part.path.clone(),
            change,
            item: item.map(|item| item.path.clone()),
            file,
            line: place.map(|(_, line)| line),
        }
    }
}

/// The parts that no part of this name was like before.
fn changed<'p>(
    before: &HashMap<u64, BTreeSet<CodePart>>,
    now: &'p [ReachedPart],
) -> Vec<(&'p ReachedPart, PartChange)> {
    let change = |part: &'p ReachedPart| {
        let Some(before) = before.get(&part.part.name) else {
            return Some((part, PartChange::Added));
        };
        let kind = |old: &CodePart| {
            let new = &part.part;
            if old.callees != new.callees {
                PartChange::Callee
            } else if old.constants != new.constants {
                PartChange::Constant
            } else {
                PartChange::Instructions
            }
        };
        let least = before.iter().map(kind).max();
        (!before.contains(&part.part)).then_some((part, least?))
    };
    now.iter().filter_map(change).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn part(own: u32, callees: u32, constants: u32) -> CodePart {
        CodePart {
            name: 1,
            own,
            callees,
            constants,
        }
    }

    #[test]
    fn a_part_is_told_by_the_least_that_differs_from_one_of_its_name() {
        let before = HashMap::from([(1, BTreeSet::from([part(1, 1, 1), part(5, 5, 5)]))]);
        let told = |part: CodePart| {
            let reached = [ReachedPart {
                path: String::new(),
                symbol: String::new(),
                part,
            }];
            changed(&before, &reached)
                .first()
                .map(|(_, change)| *change)
        };
        assert_eq!(told(part(5, 5, 5)), None);
        assert_eq!(told(part(2, 1, 1)), Some(PartChange::Instructions));
        assert_eq!(told(part(2, 1, 2)), Some(PartChange::Constant));
        assert_eq!(told(part(1, 2, 1)), Some(PartChange::Callee));
        let other = CodePart {
            name: 2,
            ..part(1, 1, 1)
        };
        assert_eq!(told(other), Some(PartChange::Added));
    }
}
