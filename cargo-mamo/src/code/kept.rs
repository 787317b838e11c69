//! The code of programs, kept from when it was read: a program that is as it was is not read again.
//!
//! One file for each program, named by its place. It is believed for exactly the program that the build's record names, whether that
//! file is there or not: the same source made it. Nothing is kept of what may be known another time.

use super::collection::{CODES, name_of};
use super::programs::RootCode;
use crate::cargo::record::{Record, Stamp};
use crate::facts::UnitIndex;
use crate::fingerprint::Fingerprint;
use crate::home::Home;
use crate::session::Build;
use mamo_code::{CodeRoot, TABLE_VERSION};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// Changes when the same program would be told to have other code, such as when more symbols are known to start processes.
const VERSION: u32 = 3;

/// Why the code of a program is not known.
#[derive(Clone, Debug)]
pub(super) struct CodeUnknown {
    /// For people.
    pub(super) why: String,
    /// Would a build make it known?
    pub(super) needs_build: bool,
    /// Will it be so as long as the program is as it is?
    pub(super) is_lasting: bool,
}

impl CodeUnknown {
    pub(super) fn lasting(why: &impl ToString) -> Self {
        Self {
            why: why.to_string(),
            needs_build: false,
            is_lasting: true,
        }
    }

    /// A build would make it known.
    pub(super) fn unread(why: &impl ToString) -> Self {
        Self {
            needs_build: true,
            ..Self::passing(why)
        }
    }

    pub(super) fn passing(why: &impl ToString) -> Self {
        Self {
            is_lasting: false,
            ..Self::lasting(why)
        }
    }
}

/// What is kept of the programs of a build.
pub(super) struct KeptCodes<'b> {
    home: &'b Home,
    record: &'b Record,
    is_recalled: bool,
    context: Fingerprint,
}

/// What is kept of one program.
#[derive(Serialize, Deserialize)]
struct ProgramCodes {
    stamp: Stamp,
    context: Fingerprint,
    /// By root; or why they are not known.
    roots: Result<BTreeMap<String, Option<RootCode>>, String>,
}

impl<'b> KeptCodes<'b> {
    pub(super) fn of(home: &'b Home, build: &'b Build) -> Self {
        // Which libraries are the workspace's own decides how their code is compared.
        let packages = build.facts().packages.iter();
        let dirs = packages.map(|package| package.dir.as_os_str().as_encoded_bytes().to_vec());
        let versions = [TABLE_VERSION.to_le_bytes(), VERSION.to_le_bytes()];
        let parts = versions.map(Vec::from).into_iter().chain(dirs);
        let parts: Vec<_> = parts.collect();
        Self {
            home,
            record: &build.record,
            is_recalled: build.recalled.is_some(),
            context: Fingerprint::of_parts(parts.iter().map(Vec::as_slice)),
        }
    }

    /// How a program looked when it was built.
    pub(super) fn stamp(&self, unit: UnitIndex) -> Option<&'b Stamp> {
        self.record
            .programs
            .get(&unit)
            .map(|program| &program.stamp)
    }

    /// What is known of the code of `roots` of a program; `read` reads it, if it is not kept.
    pub(super) fn codes(
        &self,
        unit: UnitIndex,
        roots: &[CodeRoot],
        read: impl FnOnce(&[CodeRoot]) -> Result<Vec<Option<RootCode>>, CodeUnknown>,
    ) -> Result<Vec<Option<RootCode>>, CodeUnknown> {
        let program = self.record.programs.get(&unit);
        let stamp = &program.ok_or_else(|| self.absent())?.stamp;
        let context = self.context_of(unit);
        let path = self.path(&stamp.path);
        let known: Option<ProgramCodes> = self.home.read(&path).present();
        let known = known.filter(|known| known.context == context && known.stamp == *stamp);
        let mut all = match known.map(|known| known.roots) {
            Some(Ok(all)) => all,
            Some(Err(why)) => return Err(CodeUnknown::lasting(&why)),
            None => BTreeMap::new(),
        };
        if !roots.iter().all(|root| all.contains_key(&root_name(root))) {
            if Stamp::of(&stamp.path).as_ref() != Some(stamp) {
                return Err(self.absent());
            }
            let found = read(roots);
            let kept = match &found {
                Ok(codes) => {
                    let named = roots.iter().map(root_name);
                    all.extend(named.zip(codes.iter().copied()));
                    Ok(all.clone())
                }
                Err(unknown) if unknown.is_lasting => Err(unknown.why.clone()),
                Err(_) => return found,
            };
            // Of a program that was written meanwhile nothing is kept.
            if Stamp::of(&stamp.path).as_ref() != Some(stamp) {
                return Err(self.absent());
            }
            let (stamp, roots) = (stamp.clone(), kept);
            let kept = ProgramCodes {
                stamp,
                context,
                roots,
            };
            self.home.write(&path, &kept);
            found?;
        }
        let code = |root: &CodeRoot| all.get(&root_name(root)).copied().flatten();
        Ok(roots.iter().map(code).collect())
    }

    fn absent(&self) -> CodeUnknown {
        CodeUnknown {
            needs_build: self.is_recalled,
            ..CodeUnknown::passing(&"the program is not as it was built")
        }
    }

    fn context_of(&self, unit: UnitIndex) -> Fingerprint {
        let profile = &self.record.facts.units[unit].profile;
        Fingerprint::of_parts([self.context.0.as_slice(), profile.as_bytes()])
    }

    fn path(&self, executable: &Path) -> PathBuf {
        self.home.part(CODES).join(name_of(executable))
    }
}

fn root_name(root: &CodeRoot) -> String {
    match root {
        CodeRoot::Test(name) => format!("test {name}"),
        CodeRoot::Function(name) => format!("function {name}"),
        CodeRoot::Symbol(name) => format!("symbol {name}"),
    }
}
