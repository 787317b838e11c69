//! Variables that packages from elsewhere may read (`INSTA_UPDATE`, `PROPTEST_CASES`): those that are set count.
//!
//! Each crate counts what is behind all of its dependencies, whatever of them a root names.

use super::labels::STACK_SIZE;
use super::{ANY_VARIABLE, Environment, PartId, Parts};
use crate::facts::{Foreign, LocalPackage, Named};
use crate::inputs::is_everywhere;
use crate::resolve::program::{CrateId, NodeId};
use std::collections::BTreeSet;

/// What the packages behind a crate may read.
#[derive(Debug, Default)]
pub(super) struct Abroad {
    parts: Vec<PartId>,
    variables: BTreeSet<String>,
    named: Named,
}

impl Environment<'_, '_> {
    /// What the dependencies of a crate may read.
    pub(super) fn abroad(&self, krate: CrateId) -> Abroad {
        let unit = &self.facts.units[krate];
        let foreign = &self.facts.package_of(unit).foreign;
        let deps = unit.external_deps.iter();
        let found = Foreign::together(&deps.filter_map(|name| foreign.get(name)));
        let mut parts = Parts::default();
        self.add_foreign(STACK_SIZE, &mut parts);
        for name in &found.variables {
            self.add_foreign(name, &mut parts);
        }
        let variables = found.variables.into_iter();
        Abroad {
            parts: parts.0,
            variables: variables.filter(|name| is_everywhere(name)).collect(),
            named: found.named,
        }
    }

    /// Adds what is read behind the crates that are `reached`, and the variables to `variables`; where names come from the
    /// users of a package, those that the texts of `asking` nodes may be. Does some of it read what cannot be told?
    pub(super) fn add_abroad(
        &self,
        reached: &[bool],
        asking: &[NodeId],
        parts: &mut Parts,
        variables: &mut BTreeSet<String>,
    ) -> bool {
        let mut named = Named::Here;
        let all = self.abroad.iter().zip(reached);
        for (abroad, _) in all.filter(|(_, reached)| **reached) {
            parts.0.extend(&abroad.parts);
            variables.extend(abroad.variables.iter().cloned());
            named = named.max(abroad.named);
        }
        if named == Named::ByOthers {
            let texts = asking
                .iter()
                .flat_map(|node| &self.graph.edges[*node as usize].asks.paths);
            for text in texts.filter(|text| is_variable(text)) {
                self.add_foreign(text, parts);
                variables.insert(text.to_string());
            }
        }
        named == Named::ByAnything
    }

    /// What doctests of a package may read through its dependencies.
    pub(super) fn add_abroad_of(&self, package: &LocalPackage, parts: &mut Parts) {
        let found = Foreign::together(&package.foreign.values());
        for name in &found.variables {
            self.add_foreign(name, parts);
        }
        if found.named > Named::Here {
            self.table
                .add(parts, ANY_VARIABLE.to_owned(), self.inputs.all_variables());
        }
    }

    fn add_foreign(&self, name: &str, parts: &mut Parts) {
        if let Some(digest) = self.inputs.foreign_variable(name) {
            self.table.add(parts, format!("variable `{name}`"), digest);
        }
    }
}

/// Could a variable be called so?
fn is_variable(text: &str) -> bool {
    let is_letter = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'_';
    text.len() >= 2
        && text.bytes().all(is_letter)
        && text.bytes().any(|byte| byte.is_ascii_uppercase())
}
