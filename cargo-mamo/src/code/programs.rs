//! Which objects a program is made of: what cargo said that it built, and what rustc kept of the program's own unit.

use super::kept::CodeUnknown;
use super::tables::{FileTables, Tables};
use crate::cargo::launch::Launch;
use crate::cargo::messages::Messages;
use crate::facts::{Facts, UnitIndex};
use mamo_code::{
    Abilities, CodeFingerprint, CodeRoot, LinkSurroundings, ObjectTable, Program, ProgramImage,
    ProgramTables, SessionProblem, session_objects, verify_complete, verify_library,
};
use rustc_hash::FxHashSet;
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

/// The libraries of a build.
pub(super) struct Libraries<'t> {
    tables: &'t Tables<'t>,
    /// Of local packages: compiled again and again.
    local: Vec<PathBuf>,
    /// Of packages from elsewhere.
    external: Vec<PathBuf>,
    /// The toolchain's own.
    system: Vec<PathBuf>,
    /// Those among the first two that an optimizer went through.
    optimized: BTreeSet<PathBuf>,
}

/// The objects of one program.
pub(super) struct ProgramObjects {
    own: Vec<FileTables>,
    stable: Vec<FileTables>,
    toolchain: Vec<FileTables>,
    /// Names of the objects that the program was linked of.
    linked: FxHashSet<String>,
    exported: FxHashSet<String>,
    is_optimized: bool,
}

/// What is known of a root's code.
#[derive(Clone, Copy, Serialize, Deserialize)]
pub(super) struct RootCode {
    /// All that it can run.
    pub(super) code: CodeFingerprint,
    /// What it can ask of the system.
    pub(super) abilities: Abilities,
}

impl<'t> Libraries<'t> {
    /// Of what cargo said.
    pub(super) fn of(
        messages: &Messages,
        facts: &Facts,
        launch: &Launch,
        tables: &'t Tables<'t>,
    ) -> Self {
        let is_library = |path: &Path| path.extension().is_some_and(|end| end == "rlib");
        let (mut local, mut external) = (BTreeSet::new(), BTreeSet::new());
        let mut optimized = BTreeSet::new();
        for artifact in &messages.artifacts {
            let dir = artifact.manifest_path.as_std_path().parent();
            let is_local = facts.packages.iter().any(|one| dir == Some(&one.dir));
            let files = artifact.filenames.iter().map(|file| file.as_std_path());
            let files = files.filter(|file| is_library(file)).map(Path::to_path_buf);
            let files: Vec<_> = files.collect();
            if artifact.profile.opt_level != "0" {
                optimized.extend(files.iter().cloned());
            }
            if is_local {
                local.extend(files);
            } else {
                external.extend(files);
            }
        }
        let system = launch.libraries.iter().flat_map(|dir| listed(dir));
        Self {
            tables,
            local: local.into_iter().collect(),
            external: external.into_iter().collect(),
            system: system.filter(|path| is_library(path)).collect(),
            optimized,
        }
    }

    /// The objects of a unit's program.
    pub(super) fn program(
        &self,
        facts: &Facts,
        unit: UnitIndex,
    ) -> Result<ProgramObjects, CodeUnknown> {
        let unit = &facts.units[unit];
        let executable = unit.executable.as_deref().unwrap_or(Path::new(""));
        let found = self.read(executable, &unit.crate_name)?;
        Ok(ProgramObjects {
            is_optimized: found.is_optimized || !unit.profile.starts_with("opt-level=0 "),
            ..found
        })
    }

    fn read(&self, executable: &Path, crate_name: &str) -> Result<ProgramObjects, CodeUnknown> {
        let bytes = std::fs::read(executable).map_err(|error| CodeUnknown::passing(&error))?;
        let written = executable.metadata().and_then(|found| found.modified());
        let written = written.map_err(|error| CodeUnknown::passing(&error))?;
        let image = ProgramImage::read(&bytes).map_err(|error| CodeUnknown::lasting(&error))?;
        let is_linked = |name: &str| image.file_names().contains(name);
        let read = |path: &PathBuf| {
            self.tables
                .read(path, path)
                .map_err(|why| CodeUnknown::passing(&format!("{why:#}")))
        };
        let mut own = Vec::new();
        for library in &self.local {
            let tables = read(library)?;
            if of_program(&tables, &is_linked) {
                verify_library(&image, library).map_err(|problem| unknown(&problem))?;
                own.push(tables);
            }
        }
        let linked_of = |libraries: &[PathBuf]| {
            let all = libraries.iter().map(read).collect::<Result<Vec<_>, _>>();
            let is_part = |tables: &FileTables| of_program(tables, &is_linked);
            all.map(|all| all.into_iter().filter(is_part).collect::<Vec<_>>())
        };
        let (stable, toolchain) = (linked_of(&self.external)?, linked_of(&self.system)?);
        let units = incremental_units(executable, crate_name);
        let libraries = own.iter().chain(&stable).chain(&toolchain);
        let libraries = libraries.flat_map(|file| file.iter());
        let session = session_objects(&image, written, &units, libraries);
        for object in session.map_err(|problem| unknown(&problem))? {
            let read = self.tables.read(&object, &place_of(&object));
            own.push(read.map_err(|why| CodeUnknown::passing(&format!("{why:#}")))?);
        }
        let all = own.iter().chain(&stable).chain(&toolchain);
        let all = all.flat_map(|file| file.iter());
        verify_complete(&image, all).map_err(|problem| unknown(&problem))?;
        let is_of_program = |path: &PathBuf| {
            let tables = read(path).ok();
            tables.is_none_or(|tables| of_program(&tables, &is_linked))
        };
        let is_optimized = self.optimized.iter().any(is_of_program);
        let linked = image.file_names().iter().map(|name| (*name).to_owned());
        Ok(ProgramObjects {
            own,
            stable,
            toolchain,
            linked: linked.collect(),
            exported: image.exported_symbols().clone(),
            is_optimized,
        })
    }
}

impl ProgramObjects {
    /// What is known of the code of each root; `None` where it is not found.
    pub(super) fn codes(&self, roots: &[CodeRoot]) -> Vec<Option<RootCode>> {
        // An optimizer leaves no trace of code that reads its position.
        let besides = if self.is_optimized {
            Abilities::POSITIONS
        } else {
            Abilities::NONE
        };
        self.linked(|program| {
            let abilities = program.abilities(roots).into_iter();
            let found = program.fingerprints(roots).into_iter().zip(abilities);
            let codes = found.map(|(code, abilities)| {
                Some(RootCode {
                    code: code?,
                    abilities: abilities?.and(besides),
                })
            });
            codes.collect()
        })
    }

    /// Asks the program that the objects are linked to.
    pub(super) fn linked<T>(&self, ask: impl FnOnce(&Program<'_>) -> T) -> T {
        let surroundings = LinkSurroundings {
            exported: Some(self.exported.clone()),
            outside: None,
        };
        let is_linked = |name: &str| self.linked.contains(name);
        let [own, stable, toolchain] = [&self.own, &self.stable, &self.toolchain].map(|files| {
            let tables = files.iter().flat_map(|file| file.iter());
            let linked = tables.filter(|table| is_part(table, &is_linked));
            linked.collect::<Vec<&ObjectTable>>()
        });
        let tables = ProgramTables {
            own: &own,
            stable: &stable,
            toolchain: &toolchain,
        };
        ask(&Program::link(tables, &surroundings))
    }

    /// The files of objects that are compiled again and again.
    pub(super) fn own_files(&self) -> &[FileTables] {
        &self.own
    }

    /// Is this the name of an object of local packages?
    pub(super) fn is_own_object(&self, name: &str) -> bool {
        let mut own = self.own.iter().flat_map(|file| file.iter());
        own.any(|table| table.file_names().any(|known| known == name))
    }
}

/// Is some object of a file part of the program?
fn of_program(tables: &FileTables, is_linked: &impl Fn(&str) -> bool) -> bool {
    tables.iter().any(|table| is_part(table, is_linked))
}

/// An object without a name may be part of any program.
fn is_part(table: &ObjectTable, is_linked: &impl Fn(&str) -> bool) -> bool {
    let mut names = table.file_names().peekable();
    names.peek().is_none() || names.any(is_linked)
}

/// Where rustc may keep the objects of a crate: a directory a unit.
fn incremental_units(executable: &Path, crate_name: &str) -> Vec<PathBuf> {
    const DEEPEST: usize = 6;
    let above = executable.ancestors().skip(1).take(DEEPEST);
    let units = above.flat_map(|dir| listed(&dir.join("incremental")));
    let is_crates = |path: &PathBuf| {
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        let rest = name.strip_prefix(crate_name);
        rest.is_some_and(|rest| rest.starts_with('-'))
    };
    units.filter(is_crates).collect()
}

/// What names an object from session to session: its unit's directory and its own name.
fn place_of(object: &Path) -> PathBuf {
    let unit = object.parent().and_then(Path::parent).unwrap_or(object);
    unit.join(object.file_name().unwrap_or_default())
}

fn listed(dir: &Path) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(dir).into_iter().flatten().flatten();
    let mut paths: Vec<_> = entries.map(|entry| entry.path()).collect();
    paths.sort();
    paths
}

fn unknown(problem: &SessionProblem) -> CodeUnknown {
    match problem {
        SessionProblem::Unfinished(_) | SessionProblem::Unreadable(..) => {
            CodeUnknown::passing(problem)
        }
        _ => CodeUnknown::lasting(problem),
    }
}
