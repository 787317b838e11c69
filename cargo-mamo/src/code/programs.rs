//! Which objects a program is made of: what cargo said that it built, and what rustc kept of the program's own unit.

use super::tables::{FileTables, Tables};
use crate::cargo::launch::Launch;
use crate::cargo::messages::Messages;
use crate::facts::{Facts, UnitIndex};
use mamo_code::{
    CodeFingerprint, CodeRoot, LinkSurroundings, ObjectTable, ProgramImage, session_objects,
    verify_complete,
};
use rustc_hash::FxHashSet;
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

/// The objects of all programs of a build.
pub(super) struct Objects<'t> {
    tables: &'t Tables<'t>,
    /// Every library that cargo built.
    libraries: Vec<PathBuf>,
    /// The toolchain's own.
    system: Vec<PathBuf>,
}

/// The objects of one program.
pub(super) struct Program {
    files: Vec<FileTables>,
    /// Names of the objects that the program was linked of.
    linked: FxHashSet<String>,
    exported: FxHashSet<String>,
}

impl<'t> Objects<'t> {
    /// Of what cargo said.
    pub(super) fn of(messages: &Messages, launch: &Launch, tables: &'t Tables<'t>) -> Self {
        let is_library = |path: &Path| path.extension().is_some_and(|end| end == "rlib");
        let files = messages.artifacts.iter().flat_map(|one| &one.filenames);
        let files = files.map(|path| path.as_std_path().to_path_buf());
        let libraries: BTreeSet<_> = files.filter(|path| is_library(path)).collect();
        let system = launch.libraries.iter();
        let system = system.flat_map(|dir| listed(dir)).filter(|path| is_library(path));
        Self {
            tables,
            libraries: libraries.into_iter().collect(),
            system: system.collect(),
        }
    }

    /// The program of a unit; why it is not known, for people.
    pub(super) fn program(&self, facts: &Facts, unit: UnitIndex) -> Result<Program, String> {
        let unit = &facts.units[unit];
        let executable = unit.executable.as_deref().unwrap_or(Path::new(""));
        self.read(executable, &unit.crate_name)
            .map_err(|why| format!("`{}`: {why}", unit.target))
    }

    fn read(&self, executable: &Path, crate_name: &str) -> Result<Program, String> {
        let text = |error: &dyn std::fmt::Display| error.to_string();
        let bytes = std::fs::read(executable).map_err(|error| text(&error))?;
        let written = executable.metadata().and_then(|found| found.modified());
        let written = written.map_err(|error| text(&error))?;
        let image = ProgramImage::read(&bytes).map_err(|error| text(&error))?;
        let units = incremental_units(executable, crate_name);
        let own = session_objects(&image, written, &units).map_err(|error| text(&error))?;
        let mut files = Vec::new();
        for object in &own {
            files.push(self.table(object, &place_of(object))?);
        }
        for library in &self.libraries {
            files.push(self.table(library, library)?);
        }
        let mut system = Vec::new();
        for library in &self.system {
            system.push(self.table(library, library)?);
        }
        let all = files.iter().chain(&system).flat_map(|file| file.iter());
        verify_complete(&image, all).map_err(|error| text(&error))?;
        let linked = image.file_names().iter().map(|name| (*name).to_owned());
        Ok(Program {
            files,
            linked: linked.collect(),
            exported: image.exported_symbols().clone(),
        })
    }

    fn table(&self, path: &Path, place: &Path) -> Result<FileTables, String> {
        self.tables
            .read(path, place)
            .map_err(|error| format!("{error:#}"))
    }
}

impl Program {
    /// The code of each root, if it is found, and whether it may start a process.
    pub(super) fn codes(&self, roots: &[CodeRoot]) -> (Vec<Option<CodeFingerprint>>, Vec<bool>) {
        let surroundings = LinkSurroundings {
            exported: Some(self.exported.clone()),
            outside: None,
        };
        let is_linked = |table: &&ObjectTable| {
            let mut names = table.file_names().peekable();
            names.peek().is_none() || names.any(|name| self.linked.contains(name))
        };
        let tables = self.files.iter().flat_map(|file| file.iter());
        let program = mamo_code::Program::link(tables.filter(is_linked), &surroundings);
        let starting = program.roots_that_reach(roots, starts_process);
        (program.fingerprints(roots), starting)
    }
}

/// Can code that refers to this name start a process?
fn starts_process(symbol: &str) -> bool {
    const C: [&str; 10] = [
        "fork", "vfork", "execve", "execv", "execvp", "execvpe", "posix_spawn", "posix_spawnp",
        "system", "popen",
    ];
    let name = symbol.split('@').next().unwrap_or(symbol);
    C.contains(&name) || (symbol.contains("process") && symbol.contains("Command"))
}

/// Where rustc may keep the objects of a crate: a directory a unit.
fn incremental_units(executable: &Path, crate_name: &str) -> Vec<PathBuf> {
    let above = executable.ancestors().skip(1).take(5);
    let dirs = above.map(|dir| dir.join("incremental"));
    let units = dirs.flat_map(|dir| listed(&dir));
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
