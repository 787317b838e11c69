//! Which objects a program is made of: what cargo said that it built, and what rustc kept of the program's own unit.

use super::tables::{FileTables, Tables};
use crate::cargo::launch::Launch;
use crate::cargo::messages::Messages;
use crate::facts::{Facts, UnitIndex};
use mamo_code::{
    CodeFingerprint, CodeRoot, LinkSurroundings, ObjectTable, Program, ProgramImage, ProgramTables,
    session_objects, verify_complete, verify_library,
};
use rustc_hash::FxHashSet;
use std::collections::BTreeSet;
use std::fmt::Display;
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
}

/// The objects of one program.
pub(super) struct ProgramObjects {
    own: Vec<FileTables>,
    stable: Vec<FileTables>,
    /// Names of the objects that the program was linked of.
    linked: FxHashSet<String>,
    exported: FxHashSet<String>,
    is_optimized: bool,
}

/// What is known of a root's code.
#[derive(Clone, Copy)]
pub(super) struct RootCode {
    /// All that it can run.
    pub(super) code: CodeFingerprint,
    /// Can it tell lines and columns?
    pub(super) has_positions: bool,
    /// Can it start a process?
    pub(super) starts_process: bool,
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
        for artifact in &messages.artifacts {
            let dir = artifact.manifest_path.as_std_path().parent();
            let is_local = facts.packages.iter().any(|one| dir == Some(&one.dir));
            let files = artifact.filenames.iter().map(|file| file.as_std_path());
            let files = files.filter(|file| is_library(file)).map(Path::to_path_buf);
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
        }
    }

    /// The objects of a unit's program; why they are not known, for people.
    pub(super) fn program(&self, facts: &Facts, unit: UnitIndex) -> Result<ProgramObjects, String> {
        let unit = &facts.units[unit];
        let executable = unit.executable.as_deref().unwrap_or(Path::new(""));
        let found = self.read(executable, &unit.crate_name);
        let found = found.map_err(|why| format!("`{}`: {why}", unit.target))?;
        Ok(ProgramObjects {
            is_optimized: !unit.profile.starts_with("opt-level=0 "),
            ..found
        })
    }

    fn read(&self, executable: &Path, crate_name: &str) -> Result<ProgramObjects, String> {
        let bytes = std::fs::read(executable).map_err(text)?;
        let written = executable.metadata().and_then(|found| found.modified());
        let image = ProgramImage::read(&bytes).map_err(text)?;
        let is_linked = |name: &str| image.file_names().contains(name);
        let read = |path: &PathBuf| {
            self.tables
                .read(path, path)
                .map_err(|why| format!("{why:#}"))
        };
        let mut own = Vec::new();
        let mut stable = Vec::new();
        for library in &self.local {
            let tables = read(library)?;
            if of_program(&tables, &is_linked) {
                verify_library(&image, library).map_err(text)?;
                own.push(tables);
            }
        }
        for library in self.external.iter().chain(&self.system) {
            let tables = read(library)?;
            if of_program(&tables, &is_linked) {
                stable.push(tables);
            }
        }
        let units = incremental_units(executable, crate_name);
        let libraries = own.iter().chain(&stable).flat_map(|file| file.iter());
        let session = session_objects(&image, written.map_err(text)?, &units, libraries);
        for object in session.map_err(text)? {
            let read = self.tables.read(&object, &place_of(&object));
            own.push(read.map_err(|why| format!("{why:#}"))?);
        }
        let all = own.iter().chain(&stable).flat_map(|file| file.iter());
        verify_complete(&image, all).map_err(text)?;
        let linked = image.file_names().iter().map(|name| (*name).to_owned());
        Ok(ProgramObjects {
            own,
            stable,
            linked: linked.collect(),
            exported: image.exported_symbols().clone(),
            is_optimized: true,
        })
    }
}

impl ProgramObjects {
    /// What is known of the code of each root; `None` where it is not found.
    pub(super) fn codes(&self, roots: &[CodeRoot]) -> Vec<Option<RootCode>> {
        self.linked(|program| {
            let starting = program.roots_that_reach(roots, starts_process);
            let asking = if self.is_optimized {
                vec![true; roots.len()]
            } else {
                program.asks_for_positions(roots)
            };
            let found = program.fingerprints(roots).into_iter();
            let all = found.zip(asking).zip(starting);
            all.map(|((code, has_positions), starts_process)| {
                Some(RootCode {
                    code: code?,
                    has_positions,
                    starts_process,
                })
            })
            .collect()
        })
    }

    /// Asks the program that the objects are linked to.
    pub(super) fn linked<T>(&self, ask: impl FnOnce(&Program<'_>) -> T) -> T {
        let surroundings = LinkSurroundings {
            exported: Some(self.exported.clone()),
            outside: None,
        };
        let is_linked = |name: &str| self.linked.contains(name);
        let [own, stable] = [&self.own, &self.stable].map(|files| {
            let tables = files.iter().flat_map(|file| file.iter());
            let linked = tables.filter(|table| is_part(table, &is_linked));
            linked.collect::<Vec<&ObjectTable>>()
        });
        let tables = ProgramTables {
            own: &own,
            stable: &stable,
        };
        ask(&Program::link(tables, &surroundings))
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

/// Does code start processes that refers to this name?
fn starts_process(symbol: &str) -> bool {
    const NAMES: [&str; 12] = [
        "fork",
        "vfork",
        "clone",
        "execve",
        "execv",
        "execvp",
        "execvpe",
        "fexecve",
        "posix_spawn",
        "posix_spawnp",
        "system",
        "popen",
    ];
    let name = symbol.split('@').next().unwrap_or(symbol);
    NAMES.contains(&name)
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

fn text(error: impl Display) -> String {
    error.to_string()
}
