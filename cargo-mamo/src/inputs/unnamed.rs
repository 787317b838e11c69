//! What a test may read by its code, although nothing that names lead to reads it: every file of its package, or every variable.
//!
//! Kept with a pass, since no analysis of source would notice that it is different.

use super::{Declarations, Inputs, all_variables};
use crate::environment::VARIABLES_FILE;
use crate::facts::Facts;
use crate::fingerprint::Fingerprint;
use serde::{Deserialize, Serialize};
use std::cell::RefCell;
use std::collections::{BTreeSet, HashMap};

/// Which of it a test may read.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct UnnamedKinds {
    /// Files.
    pub files: bool,
    /// Variables.
    pub variables: bool,
}

impl UnnamedKinds {
    /// Is there anything?
    pub fn any(self) -> bool {
        self.files || self.variables
    }
}

/// What a test may have read, as it was.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Unnamed {
    /// Of which kinds.
    pub kinds: UnnamedKinds,
    /// Of all that there was.
    pub digest: Fingerprint,
}

/// Reads it, once for each package.
#[derive(Debug)]
pub struct UnnamedReader<'f> {
    facts: &'f Facts,
    known: RefCell<HashMap<(usize, UnnamedKinds), Fingerprint>>,
}

impl<'f> UnnamedReader<'f> {
    /// For the packages of `facts`.
    pub fn new(facts: &'f Facts) -> Self {
        Self {
            facts,
            known: RefCell::default(),
        }
    }

    /// What a test of a package may read; `None` if that is nothing.
    pub fn read(&self, package: usize, kinds: UnnamedKinds) -> Option<Unnamed> {
        let mut known = self.known.borrow_mut();
        let digest = || self.digest(package, kinds);
        kinds.any().then(|| Unnamed {
            kinds,
            digest: *known.entry((package, kinds)).or_insert_with(digest),
        })
    }

    /// Is it what it was?
    pub fn is_unchanged(&self, package: usize, was: Option<Unnamed>) -> bool {
        was.is_none_or(|was| self.read(package, was.kinds) == Some(was))
    }

    fn digest(&self, package: usize, kinds: UnnamedKinds) -> Fingerprint {
        let mut parts = Vec::new();
        if kinds.files {
            // No file is a source here: what may read any file may read those, too.
            let sources = BTreeSet::new();
            let declared = Declarations::read(&self.facts.workspace_root);
            let inputs = Inputs::new(self.facts, &sources, declared);
            let (own, left) = (inputs.package_files(package), inputs.left_by_tools(package));
            for (name, digest) in own.iter().chain(left.iter()) {
                parts.push(name.as_bytes().to_vec());
                parts.push(digest.0.to_vec());
            }
            for path in inputs.files_named(package, VARIABLES_FILE) {
                parts.push(inputs.file(&path).0.to_vec());
            }
        }
        if kinds.variables {
            parts.push(all_variables(self.facts).0.to_vec());
        }
        Fingerprint::of_parts(parts.iter().map(Vec::as_slice))
    }
}
