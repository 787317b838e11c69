//! Which objects a program is made of: what cargo said that it built, and what rustc kept of the program's own unit.

use super::kept::CodeUnknown;
use super::programs::{LinkedLibrary, LinkedTables, ProgramObjects, ProgramParts};
use super::proved::ProvedParts;
use super::summaries::Summaries;
use super::tables::{FileTables, Tables};
use crate::cargo::launch::Launch;
use crate::cargo::messages::Messages;
use crate::facts::{Facts, UnitIndex};
use mamo_code::{
    ObjectOutline, ObjectTable, ProgramImage, SessionProblem, read_program, session_objects,
    verify_complete, verify_library,
};
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

/// The libraries of a build.
pub(super) struct Libraries<'t> {
    pub(super) tables: &'t Tables<'t>,
    pub(super) summaries: Summaries,
    /// Of local packages: compiled again and again.
    local: Vec<PathBuf>,
    /// Of packages from elsewhere.
    external: Vec<PathBuf>,
    /// The toolchain's own.
    system: Vec<PathBuf>,
    /// Those among the first two that an optimizer went through.
    optimized: BTreeSet<PathBuf>,
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
            summaries: Summaries::default(),
            local: local.into_iter().collect(),
            external: external.into_iter().collect(),
            system: system.filter(|path| is_library(path)).collect(),
            optimized,
        }
    }

    /// What a unit's program is made of.
    pub(super) fn program(
        &self,
        facts: &Facts,
        unit: UnitIndex,
    ) -> Result<ProgramParts, CodeUnknown> {
        let unit = &facts.units[unit];
        let executable = unit.executable.as_deref().unwrap_or(Path::new(""));
        let found = self.read(executable, &unit.crate_name)?;
        Ok(ProgramParts {
            is_optimized: found.is_optimized || !unit.profile.starts_with("opt-level=0 "),
            ..found
        })
    }

    fn read(&self, executable: &Path, crate_name: &str) -> Result<ProgramParts, CodeUnknown> {
        let bytes = read_program(executable).map_err(|error| CodeUnknown::passing(&error))?;
        let written = executable.metadata().and_then(|found| found.modified());
        let written = written.map_err(|error| CodeUnknown::passing(&error))?;
        let image = ProgramImage::read(&bytes).map_err(|error| CodeUnknown::lasting(&error))?;
        let [local, stable, toolchain] = [&self.local, &self.external, &self.system]
            .map(|libraries| self.linked(libraries, &image));
        let (local, stable, toolchain) = (local?, stable?, toolchain?);
        let libraries = local.iter().chain(&stable).chain(&toolchain);
        let libraries = libraries.flat_map(|linked| &linked.library.objects);
        let libraries: Vec<&ObjectOutline> = libraries.collect();
        let units = incremental_units(executable, crate_name);
        let proved = ProvedParts::of(self.tables.home(), executable);
        let session = |proved: &dyn Fn(&Path) -> bool| {
            let libraries = libraries.iter().copied();
            session_objects(&image, written, &units, libraries, proved)
        };
        // First, which session it is: bytes are compared below.
        let objects = session(&|_| true).map_err(|problem| unknown(&problem))?;
        let parts = local.iter().map(|linked| linked.library.path.clone());
        let proof = proved.begin(parts.chain(objects.iter().cloned()));
        for linked in &local {
            let path = &linked.library.path;
            if !proof.stands(path) {
                verify_library(&image, path).map_err(|problem| unknown(&problem))?;
            }
        }
        let again = session(&|object| proof.stands(object)).map_err(|problem| unknown(&problem))?;
        if again != objects {
            return Err(CodeUnknown::passing(&"its objects were written meanwhile"));
        }
        let own = self.own(&local, &objects)?;
        let of_session = own[local.len()..].iter().flat_map(|file| file.tables());
        let of_session: Vec<ObjectOutline> = of_session.map(ObjectTable::outline).collect();
        verify_complete(&image, libraries.into_iter().chain(&of_session))
            .map_err(|problem| unknown(&problem))?;
        proof.keep()?;
        let parts = local.iter().chain(&stable);
        let is_optimized = parts
            .clone()
            .any(|linked| self.optimized.contains(&linked.library.path));
        let linked = image.file_names().iter().map(|name| (*name).to_owned());
        Ok(ProgramParts {
            own,
            stable,
            toolchain,
            linked: linked.collect(),
            exported: image.exported_symbols().clone(),
            is_optimized,
        })
    }

    /// Those among libraries that are part of a program.
    fn linked(
        &self,
        libraries: &[PathBuf],
        image: &ProgramImage<'_>,
    ) -> Result<Vec<LinkedLibrary>, CodeUnknown> {
        let is_linked = |name: &str| image.file_names().contains(name);
        let mut linked = Vec::new();
        for path in libraries {
            let library = self.tables.library(path).map_err(|why| unread(&why))?;
            let objects = library.linked(&is_linked);
            if !objects.is_empty() {
                linked.push(LinkedLibrary { library, objects });
            }
        }
        Ok(linked)
    }

    /// The tables of local libraries, and then of the objects of a session.
    fn own(
        &self,
        local: &[LinkedLibrary],
        objects: &[PathBuf],
    ) -> Result<Vec<FileTables>, CodeUnknown> {
        let libraries = local
            .iter()
            .map(|linked| self.tables.tables_of(&linked.library));
        let objects = objects
            .iter()
            .map(|object| self.tables.read(object, &place_of(object)));
        let all = libraries.chain(objects);
        all.map(|tables| tables.map_err(|why| unread(&why)))
            .collect()
    }

    /// A program with all tables of its libraries.
    pub(super) fn objects(&self, parts: &ProgramParts) -> Result<ProgramObjects, CodeUnknown> {
        let (stable, toolchain) = self.library_tables(parts)?;
        Ok(parts.with_tables(stable, toolchain))
    }

    /// The tables of the libraries of a program.
    pub(super) fn library_tables(
        &self,
        parts: &ProgramParts,
    ) -> Result<(Vec<LinkedTables>, Vec<LinkedTables>), CodeUnknown> {
        let read = |linked: &LinkedLibrary| {
            let tables = self.tables.tables_of(&linked.library);
            Ok(LinkedTables {
                tables: tables.map_err(|why| unread(&why))?,
                objects: linked.objects.clone(),
            })
        };
        let [stable, toolchain] = [&parts.stable, &parts.toolchain]
            .map(|libraries| libraries.iter().map(read).collect::<Result<_, _>>());
        Ok((stable?, toolchain?))
    }
}

fn unread(why: &anyhow::Error) -> CodeUnknown {
    CodeUnknown::passing(&format!("{why:#}"))
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
pub(super) fn place_of(object: &Path) -> PathBuf {
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
