//! Variables that packages from elsewhere may read (`INSTA_UPDATE`, `PROPTEST_CASES`): those that are set count.
//!
//! Each crate counts what is behind all of its dependencies, whatever of them a root names.

use super::labels::STACK_SIZE;
use super::together::{Resting, Said};
use super::{ANY_VARIABLE, Environment, PartId, Parts};
use crate::facts::{Foreign, LocalPackage, Named};
use crate::graph::fixpoint::{Bits, NO_ROOTS, unite, without};
use crate::inputs::is_everywhere;
use crate::resolve::program::CrateId;
use std::collections::{BTreeMap, BTreeSet};

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

    /// Adds what is read behind crates by the roots that reach into them, and the variables to `variables`; where names come
    /// from the users of a package, those that texts may be of what a root reaches. Gives the roots behind which something
    /// reads what cannot be told.
    pub(super) fn add_abroad(
        &self,
        (crates, said): (&[Bits], &Said<'_>),
        resting: &mut Resting,
        variables: &mut BTreeMap<String, Bits>,
    ) -> Bits {
        let (mut by_others, mut by_anything) = (NO_ROOTS, NO_ROOTS);
        for (abroad, reaching) in self.abroad.iter().zip(crates) {
            resting.extend(&abroad.parts, reaching);
            for name in &abroad.variables {
                let reading = variables.entry(name.clone()).or_insert(NO_ROOTS);
                unite(reading, reaching);
            }
            match abroad.named {
                Named::Here => false,
                Named::ByOthers => unite(&mut by_others, reaching),
                Named::ByAnything => unite(&mut by_anything, reaching),
            };
        }
        let by_others = without(&by_others, &by_anything);
        let said = said.of(&by_others, None);
        for (text, saying) in said.filter(|(text, _)| is_variable(text)) {
            let mut parts = Parts::default();
            self.add_foreign(&text, &mut parts);
            resting.extend(&parts.0, &saying);
            let reading = variables.entry(text.to_string()).or_insert(NO_ROOTS);
            unite(reading, &saying);
        }
        by_anything
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
