//! What procedural macros may read while a crate is compiled: part of what everything in that crate rests on.
//!
//! A macro is given tokens, and may go by any file or variable. So the crate counts the files of its package, those that
//! its texts name, and the macros' variables, as they are; [`crate::cargo::record`] knows what they were when it was compiled.

use super::crates::named;
use super::world::{ABOVE, VARIABLES_FILE};
use super::{Environment, Part, PartId};
use crate::facts::{Facts, TargetKind, Unit};
use crate::fingerprint::Fingerprint;
use crate::resolve::program::CrateId;
use crate::syntax::ir::Symbol;
use std::collections::{BTreeMap, BTreeSet};

/// How the labels of parts begin that macros may have read for a unit.
pub fn label_of_macros(facts: &Facts, unit: &Unit) -> String {
    let kind = format!("{:?}", unit.kind).to_lowercase();
    let as_test = if unit.test { " as a test" } else { "" };
    let package = named(facts, unit.package);
    format!(
        "read by macros of {kind} `{}`{as_test} in `{package}`: ",
        unit.target
    )
}

/// The digest of all that macros may read for each unit that uses such, as `parts` have it.
pub fn macro_inputs(facts: &Facts, parts: &[Part]) -> BTreeMap<usize, Fingerprint> {
    let units = facts.units.iter().enumerate();
    let using = units.filter(|(_, unit)| !unit.macro_reads.is_empty());
    using
        .map(|(index, unit)| {
            let label = label_of_macros(facts, unit);
            let own: BTreeSet<_> = parts
                .iter()
                .filter(|(it, _)| it.starts_with(&label))
                .collect();
            let own = own
                .into_iter()
                .flat_map(|(it, digest)| [it.as_bytes(), &digest.0]);
            let mut own = own.peekable();
            let known = own.peek().is_some();
            let digest = Fingerprint::of_parts(own);
            (index, if known { digest } else { Fingerprint::NONE })
        })
        .collect()
}

impl Environment<'_, '_> {
    /// What macros may read where `krate` is compiled.
    pub(super) fn read_by_macros(&self, krate: CrateId) -> Vec<PartId> {
        let unit = &self.facts.units[krate];
        let reads = &unit.macro_reads;
        if reads.is_empty() {
            return Vec::new();
        }
        let label = label_of_macros(self.facts, unit);
        let mut parts = BTreeSet::new();
        // What is there, even if that is nothing.
        parts.insert((format!("{label}all"), Fingerprint::NONE));
        for name in &reads.variables {
            let digest = self.inputs.variable(name);
            parts.insert((format!("{label}variable `{name}`"), digest));
        }
        if reads.any_variable {
            let digest = self.inputs.all_variables();
            parts.insert((format!("{label}variables"), digest));
        }
        if reads.files {
            let files = self.files_for_macros(krate);
            let files = files.into_iter().map(|id| self.table.get(id));
            parts.extend(files.map(|(what, digest)| (format!("{label}{what}"), digest)));
        }
        let parts = parts.into_iter();
        parts
            .map(|(label, digest)| self.table.part(label, digest))
            .collect()
    }

    fn files_for_macros(&self, krate: CrateId) -> Vec<PartId> {
        let unit = &self.facts.units[krate];
        let mut found = self.package_files(unit.package).to_vec();
        if unit.macro_reads.beyond {
            for package in 0..self.facts.packages.len() {
                found.extend(self.package_files(package).iter());
                found.extend(&self.named_by(package, Symbol::from(ABOVE)).surely);
            }
        }
        found.extend(
            self.files_named(unit.package, Symbol::from(VARIABLES_FILE))
                .iter(),
        );
        let given = self.macros_for(krate);
        for &giver in &given {
            let package = self.facts.units[giver].package;
            found.extend(self.package_files(package).iter());
        }
        let nodes = self.graph.program.nodes.iter().zip(&self.graph.edges);
        let said = nodes.filter(|(node, _)| node.krate == krate || given.contains(&node.krate));
        let texts: BTreeSet<_> = said
            .flat_map(|(_, edges)| edges.asks.paths.iter())
            .collect();
        for text in texts {
            found.extend(&self.named_by(unit.package, *text).surely);
        }
        found
    }

    /// The workspace's crates of macros that `krate` may use, and those beneath: what their texts name is opened from its
    /// package, or from the workspace.
    fn macros_for(&self, krate: CrateId) -> BTreeSet<CrateId> {
        let linked = self.facts.linked(krate).into_iter();
        let macros = linked
            .filter(|unit| *unit != krate && self.facts.units[*unit].kind == TargetKind::ProcMacro);
        macros.flat_map(|unit| self.facts.linked(unit)).collect()
    }
}
