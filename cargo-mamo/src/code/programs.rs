//! The objects of one program, and what they say of its roots.

use super::kept::CodeUnknown;
use super::libraries::Libraries;
use super::tables::{FileTables, Library};
use mamo_code::{
    Abilities, CodeFingerprint, CodeRoot, LinkSurroundings, ObjectTable, Program, ProgramTables,
};
use rustc_hash::FxHashSet;
use serde::{Deserialize, Serialize};
use std::sync::Arc;

/// What a program is made of: its own tables, and libraries that stay as they are, whose tables need not be read.
pub(super) struct ProgramParts {
    /// Those of local packages, as far as they are linked.
    pub(super) own: Vec<FileTables>,
    pub(super) stable: Vec<LinkedLibrary>,
    pub(super) toolchain: Vec<LinkedLibrary>,
    /// Names of the objects that the program was linked of.
    pub(super) linked: FxHashSet<String>,
    pub(super) exported: FxHashSet<String>,
    pub(super) is_optimized: bool,
}

/// A library, and the numbers of its objects that are linked.
pub(super) struct LinkedLibrary {
    pub(super) library: Arc<Library>,
    pub(super) objects: Vec<usize>,
}

/// The objects of one program, with all tables.
pub(super) struct ProgramObjects {
    own: Vec<FileTables>,
    stable: Vec<LinkedTables>,
    toolchain: Vec<LinkedTables>,
    linked: FxHashSet<String>,
    exported: FxHashSet<String>,
}

/// The tables of a library, and the numbers of those that are linked.
pub(super) struct LinkedTables {
    pub(super) tables: FileTables,
    pub(super) objects: Vec<usize>,
}

/// What is known of a root's code.
#[derive(Clone, Copy, Serialize, Deserialize)]
pub(super) struct RootCode {
    /// All that it can run.
    pub(super) code: CodeFingerprint,
    /// What it can ask of the system.
    pub(super) abilities: Abilities,
}

impl ProgramParts {
    /// What is known of the code of each root; `None` where it is not found.
    pub(super) fn codes(
        &self,
        libraries: &Libraries<'_>,
        roots: &[CodeRoot],
    ) -> Result<Vec<Option<RootCode>>, CodeUnknown> {
        let own = self.own_tables();
        if let Some(summary) = libraries.summary(self, &own)? {
            let tables = ProgramTables {
                own: &own,
                stable: &[&summary],
                toolchain: &[],
            };
            let program = Program::link(tables, &surroundings(&self.exported));
            return Ok(self.root_codes(&program, roots));
        }
        let objects = libraries.objects(self)?;
        Ok(objects.linked(|program| self.root_codes(program, roots)))
    }

    fn root_codes(&self, program: &Program<'_>, roots: &[CodeRoot]) -> Vec<Option<RootCode>> {
        // An optimizer leaves no trace of code that reads its position.
        let besides = if self.is_optimized {
            Abilities::POSITIONS
        } else {
            Abilities::NONE
        };
        let abilities = program.abilities(roots).into_iter();
        let found = program.fingerprints(roots).into_iter().zip(abilities);
        let codes = found.map(|(code, abilities)| {
            Some(RootCode {
                code: code?,
                abilities: abilities?.and(besides),
            })
        });
        codes.collect()
    }

    fn own_tables(&self) -> Vec<&ObjectTable> {
        own_tables(&self.own, &self.linked)
    }

    /// The same, with the tables of its libraries.
    pub(super) fn with_tables(
        &self,
        stable: Vec<LinkedTables>,
        toolchain: Vec<LinkedTables>,
    ) -> ProgramObjects {
        ProgramObjects {
            own: self.own.clone(),
            stable,
            toolchain,
            linked: self.linked.clone(),
            exported: self.exported.clone(),
        }
    }
}

impl ProgramObjects {
    /// Asks the program that the objects are linked to.
    pub(super) fn linked<T>(&self, ask: impl FnOnce(&Program<'_>) -> T) -> T {
        let own = own_tables(&self.own, &self.linked);
        let [stable, toolchain] =
            [&self.stable, &self.toolchain].map(|libraries| linked_tables(libraries));
        let tables = ProgramTables {
            own: &own,
            stable: &stable,
            toolchain: &toolchain,
        };
        ask(&Program::link(tables, &surroundings(&self.exported)))
    }

    /// Is this the name of an object of local packages?
    pub(super) fn is_own_object(&self, name: &str) -> bool {
        let mut own = self.own.iter().flat_map(|file| file.tables());
        own.any(|table| table.outline().file_names().any(|known| known == name))
    }
}

/// The tables among those of libraries that are linked.
pub(super) fn linked_tables(libraries: &[LinkedTables]) -> Vec<&ObjectTable> {
    let all = libraries.iter().flat_map(|library| {
        let objects = library.objects.iter();
        objects.filter_map(|at| library.tables.tables().get(*at))
    });
    all.collect()
}

fn own_tables<'f>(files: &'f [FileTables], linked: &FxHashSet<String>) -> Vec<&'f ObjectTable> {
    let tables = files.iter().flat_map(|file| file.tables());
    let linked = tables.filter(|table| table.is_part(|name| linked.contains(name)));
    linked.collect()
}

fn surroundings(exported: &FxHashSet<String>) -> LinkSurroundings<'static> {
    LinkSurroundings {
        exported: Some(exported.clone()),
        outside: None,
    }
}
