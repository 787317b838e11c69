//! What a test rests on besides code: files, variables, and what code cannot tell, of those that its code can ask for.
//!
//! Names find which files and variables there are, since code holds no more than the functions that open and read them. Who can
//! open files at all, or read variables, is code's to say: where it cannot, none count; where it can although nothing that names
//! lead to does, any may be meant.
//!
//! Which parts count is kept for each program, since an analysis that is recalled knows no more of them than the digest of all.

use super::Asked;
use super::collection::{INPUTS, name_of};
use super::kept::CodeUnknown;
use super::programs::RootCode;
use crate::analysis::{Analysis, Root};
use crate::environment::{ANY_VARIABLE, COMPILES, PartKind};
use crate::facts::{Facts, UnitIndex};
use crate::fingerprint::Fingerprint;
use crate::home::Home;
use crate::inputs;
use crate::inputs::unnamed::{Unnamed, UnnamedKinds, UnnamedReader};
use crate::session::Build;
use mamo_code::Abilities;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

/// Finds the inputs of the tests of a build.
pub(super) struct CodeInputs<'b> {
    analysis: &'b Analysis,
    facts: &'b Facts,
    home: &'b Home,
    unnamed: UnnamedReader<'b>,
    /// Variables that packages from elsewhere may read.
    foreign: BTreeSet<&'b str>,
    traces: bool,
}

/// What one test rests on besides code.
pub(super) struct RootInputs {
    /// Of all of it.
    pub(super) fingerprint: Fingerprint,
    /// What of it names do not lead to.
    pub(super) unnamed: Option<Unnamed>,
}

/// What of an environment counts for some test.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
struct Counted {
    /// Of the parts that do.
    digest: Fingerprint,
    /// What names do not lead to.
    kinds: UnnamedKinds,
    /// May the test compile packages again, if it can start processes, and so rest on their source?
    compiles: bool,
}

/// The same, with what decided on it.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
struct KeptInputs {
    abilities: Abilities,
    outside: Fingerprint,
    counted: Counted,
}

impl<'b> CodeInputs<'b> {
    /// Of a build.
    pub(super) fn of(build: &'b Build, home: &'b Home) -> Self {
        let facts = build.facts();
        let packages = facts.packages.iter();
        let foreign = packages.flat_map(|package| package.foreign.values());
        let variables = foreign.flat_map(|foreign| &foreign.variables);
        Self {
            analysis: &build.analysis,
            facts,
            home,
            unnamed: UnnamedReader::new(facts),
            foreign: variables.map(String::as_str).collect(),
            traces: captures_traces(facts),
        }
    }

    /// Of the tests of one program, whose code was found. Of one that can see more than is compared of its program there is only
    /// what it does. Fails where an analysis has to be made first.
    pub(super) fn of_tests(
        &self,
        unit: UnitIndex,
        tests: &[Asked],
        found: &[Option<RootCode>],
    ) -> Result<Vec<Result<RootInputs, &'static str>>, CodeUnknown> {
        let path = self.path(unit);
        let mut kept: BTreeMap<String, KeptInputs> =
            self.home.read(&path).present().unwrap_or_default();
        let mut is_other = false;
        let mut all = Vec::new();
        for (test, code) in tests.iter().zip(found) {
            let abilities = code.map(|code| code.abilities);
            let Some(abilities) = abilities.filter(|abilities| !self.sees_names(*abilities)) else {
                all.push(Err(self.why_unknown()));
                continue;
            };
            let root = &self.analysis.roots[test.root];
            let outside = self.analysis.outside(test.root);
            let stands =
                |kept: &&KeptInputs| kept.abilities == abilities && kept.outside == outside;
            let counted = match kept.get(&test.name).filter(stands) {
                Some(kept) => kept.counted,
                None if self.analysis.knows_environment() => {
                    let counted = self.counted(root, abilities);
                    let news = KeptInputs {
                        abilities,
                        outside,
                        counted,
                    };
                    is_other = true;
                    kept.insert(test.name.clone(), news);
                    counted
                }
                None => {
                    return Err(CodeUnknown::unread(
                        &"what its tests read is not known without an analysis",
                    ));
                }
            };
            let mut inputs = self.inputs(root, counted);
            if counted.compiles && abilities.has(Abilities::PROCESSES) {
                // No code comes of what must not compile: source counts as well.
                let both = [inputs.fingerprint.0.as_slice(), &root.fingerprint.0];
                inputs.fingerprint = Fingerprint::of_parts(both);
            }
            all.push(Ok(inputs));
        }
        if is_other {
            self.home.write(&path, &kept);
        }
        Ok(all)
    }

    /// What tests do that can see the names of functions.
    fn why_unknown(&self) -> &'static str {
        if self.traces {
            "may see a backtrace, which `RUST_BACKTRACE` or `RUST_LIB_BACKTRACE` asks for: unset, or 0, it lets code decide"
        } else {
            "may see what its functions are called, or where they stand"
        }
    }

    /// Can code with these abilities see what its own functions are called?
    fn sees_names(&self, abilities: Abilities) -> bool {
        let asks = abilities.has(Abilities::TRACES_IF_ASKED)
            && (self.traces || abilities.has(Abilities::SETS_VARIABLES));
        asks || abilities.has(Abilities::TRACES)
    }

    fn counted(&self, root: &Root, abilities: Abilities) -> Counted {
        let package = self.facts.units[root.unit].package;
        let kinds = UnnamedKinds {
            files: abilities.has(Abilities::FILES) && !self.names_files(root, package),
            variables: abilities.has(Abilities::VARIABLES) && !self.names_variables(root),
        };
        let all = self.analysis.environment(root);
        let compiles = all.iter().any(|(label, _)| label == COMPILES);
        let counted = all.into_iter();
        let counted = counted.filter(|(label, _)| counts(PartKind::of(label), abilities));
        let parts = counted.flat_map(|(label, digest)| [label.as_bytes(), digest.0.as_slice()]);
        Counted {
            digest: Fingerprint::of_parts(parts),
            kinds,
            compiles,
        }
    }

    fn inputs(&self, root: &Root, counted: Counted) -> RootInputs {
        let package = self.facts.units[root.unit].package;
        let unnamed = self.unnamed.read(package, counted.kinds);
        let besides = unnamed.map(|unnamed| unnamed.digest);
        let besides = besides.unwrap_or(Fingerprint::NONE);
        RootInputs {
            fingerprint: Fingerprint::of_parts([counted.digest.0.as_slice(), &besides.0]),
            unnamed,
        }
    }

    fn path(&self, unit: UnitIndex) -> PathBuf {
        let executable = self.facts.units[unit].executable.as_deref();
        let name = name_of(executable.unwrap_or(Path::new("")));
        self.home.part(INPUTS).join(name)
    }

    /// Do names lead from a root to what reads files of its package?
    fn names_files(&self, root: &Root, package: usize) -> bool {
        let name = &self.facts.packages[package].name;
        let (plain, versioned) = (format!(" of `{name}`"), format!(" of `{name} "));
        let mut parts = self.analysis.environment(root).into_iter();
        parts.any(|(label, _)| {
            let is_own = label.ends_with(&plain) || label.contains(&versioned);
            label.starts_with("file `") && is_own
        })
    }

    /// Do names lead from a root to what reads variables, but for those that a package from elsewhere may read wherever it is used?
    fn names_variables(&self, root: &Root) -> bool {
        let is_own = |name: &String| !self.foreign.contains(name.as_str());
        let mut parts = self.analysis.environment(root).into_iter();
        root.variables.iter().any(is_own) || parts.any(|(label, _)| label == ANY_VARIABLE)
    }
}

/// Does a part of this kind count for code with these abilities?
fn counts(kind: PartKind, abilities: Abilities) -> bool {
    match kind {
        PartKind::Compiled => false,
        PartKind::File => abilities.has(Abilities::FILES),
        PartKind::Variable => abilities.has(Abilities::VARIABLES),
        PartKind::Other => true,
    }
}

/// Do variables ask std to capture backtraces?
fn captures_traces(facts: &Facts) -> bool {
    let [unset, off] = [None, Some("0")].map(inputs::value);
    ["RUST_BACKTRACE", "RUST_LIB_BACKTRACE"].iter().any(|name| {
        let value = inputs::variable(facts, name);
        value != unset && value != off
    })
}

#[cfg(test)]
mod tests {
    use super::counts;
    use crate::environment::PartKind;
    use mamo_code::Abilities;

    #[test]
    fn a_part_counts_for_those_who_can_ask_for_it() {
        let file = PartKind::of("file `README.md` of `demo`");
        assert!(counts(file, Abilities::FILES) && !counts(file, Abilities::VARIABLES));
        let variable = PartKind::of("variable `HOME`");
        assert!(counts(variable, Abilities::VARIABLES) && !counts(variable, Abilities::FILES));
        let stack = PartKind::of("variable `RUST_MIN_STACK`");
        assert!(counts(stack, Abilities::NONE), "std reads it for all");
        let compiled = PartKind::of("features of lib `demo` in `demo`");
        assert!(!counts(compiled, Abilities::ANYTHING), "it is in the code");
        assert!(counts(PartKind::of("something new"), Abilities::NONE));
    }
}
