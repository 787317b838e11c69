//! Variables as the programs see them that cargo starts, and which of them mean nothing to a program.

use super::Inputs;
use crate::facts::{Configured, Facts};
use crate::fingerprint::Fingerprint;
use mamo::format::variables::is_volatile;
use std::collections::BTreeSet;

/// Variables that cargo gives each program as it sees fit; with `_` at the end, how they begin.
const SET_BY_CARGO: &[&str] = &[
    "CARGO_BIN_",
    "CARGO_CRATE_NAME",
    "CARGO_MANIFEST_",
    "CARGO_PKG_",
    "CARGO_PRIMARY_PACKAGE",
    "OUT_DIR",
];

/// Does a variable mean the same to a program, whoever starts it? Not if cargo sets it, or if it only describes the shell.
pub fn is_everywhere(name: &str) -> bool {
    let is_cargos = |known: &&str| {
        let is_beginning = known.ends_with('_') && name.starts_with(*known);
        is_beginning || name == *known
    };
    !is_volatile(name) && !SET_BY_CARGO.iter().any(is_cargos)
}

impl Inputs<'_> {
    /// The digest of a variable's value in a program that cargo starts, absence included.
    pub fn variable(&self, name: &str) -> Fingerprint {
        let digest = variable(self.facts, name);
        self.variables.borrow_mut().insert(name.to_owned(), digest);
        digest
    }

    /// The digest of the value of a variable that foreign code may read, if it is set and means anything to a program.
    pub fn foreign_variable(&self, name: &str) -> Option<Fingerprint> {
        if !is_everywhere(name) {
            return None;
        }
        Some(self.variable(name)).filter(|digest| *digest != unset())
    }

    /// The digest of all variables but those that only describe the shell.
    pub fn all_variables(&self) -> Fingerprint {
        let digest = all_variables(self.facts);
        self.all_variables.set(Some(digest));
        digest
    }
}

/// The digest of a variable's value in a program that cargo starts, absence included.
pub fn variable(facts: &Facts, name: &str) -> Fingerprint {
    let set = std::env::var_os(name);
    match facts.configured.get(name) {
        Some(entry) if entry.force || set.is_none() => configured(facts, entry),
        _ => set.map_or_else(unset, |value| {
            Fingerprint::of_parts([b"set".as_slice(), value.as_encoded_bytes()])
        }),
    }
}

/// The digest of a variable with this value, or without one.
pub fn value(value: Option<&str>) -> Fingerprint {
    value.map_or_else(unset, |value| {
        Fingerprint::of_parts([b"set".as_slice(), value.as_bytes()])
    })
}

/// The digest of all variables but those that only describe the shell.
pub fn all_variables(facts: &Facts) -> Fingerprint {
    let set = std::env::vars_os().map(|(name, _)| name.to_string_lossy().into_owned());
    let mut names: BTreeSet<_> = set.filter(|name| !is_volatile(name)).collect();
    names.extend(facts.configured.keys().cloned());
    let digests: Vec<_> = names
        .iter()
        .map(|name| (name, variable(facts, name)))
        .collect();
    Fingerprint::of_parts(
        digests
            .iter()
            .flat_map(|(name, digest)| [name.as_bytes(), &digest.0]),
    )
}

fn unset() -> Fingerprint {
    Fingerprint::of_parts([b"unset".as_slice()])
}

/// A configured value; one that names this checkout counts by what is left when its place is taken out.
fn configured(facts: &Facts, entry: &Configured) -> Fingerprint {
    let value = entry
        .value
        .replace(&*facts.workspace_root.to_string_lossy(), "<workspace>");
    Fingerprint::of_parts([b"set".as_slice(), value.as_bytes()])
}
