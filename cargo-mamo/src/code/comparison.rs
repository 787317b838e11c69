//! Two builds side by side: functions whose code differs although the deep fingerprint of their item is the same.

use super::functions::{Asked, BuildCode, FunctionCode, FunctionKey};
use mamo_code::FunctionDifference;
use std::collections::{BTreeMap, BTreeSet};

/// How two builds compare, function by function.
#[derive(Debug, Default)]
pub struct Comparison {
    /// Numbers of functions.
    pub counts: CodeCounts,
    /// Functions that source takes for unchanged, by path.
    pub found: Vec<FoundFunction>,
    /// Paths of functions of the newer build that no item was found for.
    pub unmatched: Vec<String>,
}

/// Numbers of functions. One that is compiled for several crates (with and without its tests) is several.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct CodeCounts {
    /// Functions of the newer build that are functions of the workspace and no instances of generic ones.
    pub functions: usize,
    /// Of these, those that are in both builds and were compared.
    pub compared: usize,
    /// Of these, those with the same code.
    pub same: usize,
    /// Those with other code and another fingerprint, as it should be.
    pub expected: usize,
    /// Those with other code and the same fingerprint.
    pub found: usize,
    /// Functions that are in one build alone.
    pub alone: usize,
    /// Functions that no item was found for.
    pub unmatched: usize,
    /// Instances of generic functions, and functions of other packages that are compiled here: judged with the functions that they
    /// are made for.
    pub instances: usize,
}

/// A function whose code differs although its item's fingerprint does not.
#[derive(Debug)]
pub struct FoundFunction {
    /// Its item, for people.
    pub path: String,
    /// Which of the item's functions it is: empty for its own; or a test as a whole, as `test NAME`.
    pub inner: String,
    /// Where it stands now, relative to the workspace root.
    pub file: String,
    /// The item's first line.
    pub line: u32,
    /// A program that it is part of.
    pub program: String,
    /// What differs among all that it can reach.
    pub differences: Vec<FunctionDifference>,
}

/// How a function compares, the worst last.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Outcome {
    Alone,
    Same,
    Expected,
    Found,
}

impl CodeCounts {
    /// Adds those of another pair of builds.
    pub fn add(&mut self, other: &Self) {
        self.functions += other.functions;
        self.compared += other.compared;
        self.same += other.same;
        self.expected += other.expected;
        self.found += other.found;
        self.alone += other.alone;
        self.unmatched += other.unmatched;
        self.instances += other.instances;
    }
}

/// Compares an older and a newer build.
pub fn compare(old: &BuildCode, new: &BuildCode) -> Comparison {
    let mut outcomes: BTreeMap<&FunctionKey, (Outcome, &str)> = BTreeMap::new();
    let mut unmatched = BTreeSet::new();
    let mut instances = BTreeSet::new();
    for (name, program) in &new.programs {
        unmatched.extend(&program.unmatched);
        instances.extend(&program.instances);
        let before = old.programs.get(name);
        for (key, function) in &program.functions {
            let known = before.and_then(|before| before.functions.get(key));
            let outcome = (outcome(known, function), name.as_str());
            let worst = outcomes.entry(key).or_insert(outcome);
            if outcome.0 > worst.0 {
                *worst = outcome;
            }
        }
    }
    let mut counts = CodeCounts {
        functions: outcomes.len(),
        unmatched: unmatched.len(),
        instances: instances.len(),
        alone: removed(old, &outcomes),
        ..CodeCounts::default()
    };
    let mut found = Vec::new();
    for (key, (outcome, program)) in outcomes {
        match outcome {
            Outcome::Alone => counts.alone += 1,
            Outcome::Same => counts.same += 1,
            Outcome::Expected => counts.expected += 1,
            Outcome::Found => found.push((key, program)),
        }
    }
    counts.found = found.len();
    counts.compared = counts.same + counts.expected + counts.found;
    let found = explained(old, new, found);
    let unmatched = unmatched.into_iter().cloned().collect();
    Comparison {
        counts,
        found,
        unmatched,
    }
}

fn outcome(old: Option<&FunctionCode>, new: &FunctionCode) -> Outcome {
    let Some(old) = old else {
        return Outcome::Alone;
    };
    if old.codes == new.codes {
        Outcome::Same
    } else if old.deep.is_none() || old.deep != new.deep {
        Outcome::Expected
    } else {
        Outcome::Found
    }
}

/// How many functions of the older build the newer one does not have.
fn removed(old: &BuildCode, now: &BTreeMap<&FunctionKey, (Outcome, &str)>) -> usize {
    let before = old.programs.values().flat_map(|one| one.functions.keys());
    let before: BTreeSet<&FunctionKey> = before.collect();
    let gone = before.into_iter().filter(|key| !now.contains_key(key));
    gone.count()
}

/// What differs, with each program linked once.
fn explained(
    old: &BuildCode,
    new: &BuildCode,
    found: Vec<(&FunctionKey, &str)>,
) -> Vec<FoundFunction> {
    let mut by_program: BTreeMap<&str, Vec<&FunctionKey>> = BTreeMap::new();
    for (key, program) in found {
        by_program.entry(program).or_default().push(key);
    }
    let mut all = Vec::new();
    for (program, keys) in by_program {
        let (before, after) = (&old.programs[program], &new.programs[program]);
        before.objects.linked(|one| {
            after.objects.linked(|other| {
                let explain = |key: &&FunctionKey| {
                    let (old, function) = (&before.functions[*key], &after.functions[*key]);
                    let differences = match (&old.asked, &function.asked) {
                        (Asked::Symbol(old), Asked::Symbol(new)) => {
                            one.function_difference(old, other, new)
                        }
                        (_, Asked::Root(root)) | (Asked::Root(root), _) => {
                            one.root_difference(other, root)
                        }
                    };
                    FoundFunction {
                        path: function.path.clone(),
                        inner: key.inner.clone(),
                        file: function.file.clone(),
                        line: function.line,
                        program: program.to_owned(),
                        differences,
                    }
                };
                all.extend(keys.iter().map(explain));
            });
        });
    }
    all.sort_by(|one, other| (&one.path, &one.inner).cmp(&(&other.path, &other.inner)));
    all
}
