//! What a test rests on besides code: files, variables, and what code cannot tell, of those that its code can ask for.
//!
//! Names find which files and variables there are, since code holds no more than the functions that open and read them. Who can
//! open files at all, or read variables, is code's to say: where it cannot, none count; where it can although nothing that names
//! lead to does, any may be meant.

use crate::analysis::{Analysis, Root, RootIndex};
use crate::environment::{ANY_VARIABLE, PartKind};
use crate::facts::Facts;
use crate::fingerprint::Fingerprint;
use crate::inputs;
use crate::inputs::unnamed::{Unnamed, UnnamedKinds, UnnamedReader};
use crate::session::Build;
use mamo_code::Abilities;
use std::collections::BTreeSet;

/// Finds the inputs of the tests of a build.
pub(super) struct CodeInputs<'b> {
    analysis: &'b Analysis,
    facts: &'b Facts,
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

impl<'b> CodeInputs<'b> {
    /// Of a build.
    pub(super) fn of(build: &'b Build) -> Self {
        let facts = build.facts();
        let packages = facts.packages.iter();
        let foreign = packages.flat_map(|package| package.foreign.values());
        let variables = foreign.flat_map(|foreign| &foreign.variables);
        Self {
            analysis: &build.analysis,
            facts,
            unnamed: UnnamedReader::new(facts),
            foreign: variables.map(String::as_str).collect(),
            traces: captures_traces(facts),
        }
    }

    /// Of a root whose code has these abilities; `None` if it can see more of its program than is compared, such as the names
    /// of its functions.
    pub(super) fn of_root(&self, root: RootIndex, abilities: Abilities) -> Option<RootInputs> {
        let root = &self.analysis.roots[root];
        let asks = abilities.has(Abilities::TRACES_IF_ASKED)
            && (self.traces || abilities.has(Abilities::SETS_VARIABLES));
        if asks || abilities.has(Abilities::TRACES) {
            return None;
        }
        let unnamed = self.unnamed(root, abilities);
        let counted = self.analysis.environment(root).into_iter();
        let counted = counted.filter(|(label, _)| counts(PartKind::of(label), abilities));
        let parts = counted.flat_map(|(label, digest)| [label.as_bytes(), digest.0.as_slice()]);
        let besides = unnamed.map(|unnamed| unnamed.digest);
        let besides = besides.unwrap_or(Fingerprint::NONE);
        Some(RootInputs {
            fingerprint: Fingerprint::of_parts(parts.chain([besides.0.as_slice()])),
            unnamed,
        })
    }

    /// What names do not lead to.
    fn unnamed(&self, root: &Root, abilities: Abilities) -> Option<Unnamed> {
        let package = self.facts.units[root.unit].package;
        let kinds = UnnamedKinds {
            files: abilities.has(Abilities::FILES) && !self.names_files(root, package),
            variables: abilities.has(Abilities::VARIABLES) && !self.names_variables(root),
        };
        self.unnamed.read(package, kinds)
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
