//! The snapshot of a program that plain cargo built and is about to start.
//!
//! A record of the very program will do, if all that it rests on is as it was. Else cargo is asked what it built, and must
//! call all of it fresh. Either way the text on disk has to be the one that the program was made of: where a file could
//! have been written since rustc read it, nothing is said of the program, and it computes.

pub mod meant;

use crate::cargo::Request;
use crate::cargo::build;
use crate::cargo::environment::{self, Toolchain};
use crate::cargo::marks::Marks;
use crate::cargo::record::{Earlier, MacroInputs, Record, Settled, Told};
use crate::facts::UnitIndex;
use crate::look::Look;
use crate::recall::RECORDS;
use crate::session::{Build, Session};
use crate::snapshot::{Starter, concerned, says_what_was_built, write_one};
use crate::witness::Witness;
use anyhow::{Context, Result};
use mamo::format::{Executable, unfinished};
use std::collections::BTreeSet;
use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::time::{SystemTime, UNIX_EPOCH};

/// Records of what plain cargo built. They know no lists of tests, so `cargo mamo test` has others.
const PART: &str = "started-2";

/// What came of it: the snapshot is written, or why there is none.
pub type Refreshed = Result<(), String>;

impl Session {
    /// Writes the snapshot of `program`, which a build of `request` may have made, and of the programs made with it.
    pub fn refresh(&self, request: &Request, program: &Executable) -> Result<Refreshed> {
        let toolchain = self.toolchain(request)?;
        if toolchain.triple != toolchain.host {
            return Ok(Err("it is built for another target".to_string()));
        }
        let name = environment::digest(&self.workspace, request, &toolchain).to_hex();
        for part in [RECORDS, PART] {
            let path = self.home.part(part).join(&name);
            if let Some(build) = self.recorded(path, program) {
                let current = current(&build);
                if self.speak(&build, &current, program)?.is_ok() {
                    return Ok(Ok(()));
                }
            }
        }
        self.learn(
            request,
            &toolchain,
            program,
            self.home.part(PART).join(name),
        )
    }

    /// The build in the record at `path`, if it made `program`, of the text that is there, and all else holds.
    fn recorded(&self, path: PathBuf, program: &Executable) -> Option<Build> {
        let started = SystemTime::now();
        let record = self.home.read::<Record>(&path).present()?;
        let unit = unit_of(&record, program)?;
        let stands =
            record.holds(&Settled::default()) && record.is_current(unit, &record.marks.again());
        let build = stands.then(|| self.analysed(record, path, started))?;
        (!build.outdated().contains(&unit)).then_some(build)
    }

    fn analysed(&self, record: Record, path: PathBuf, started: SystemTime) -> Build {
        let analysis = self.analyse(&record.facts);
        let witness = Witness::of(&record, &analysis, &Settled::default(), started);
        Build {
            record,
            analysis,
            misled: BTreeSet::new(),
            recalled: None,
            witness,
            path,
        }
    }

    /// Asks cargo what it built.
    fn learn(
        &self,
        request: &Request,
        toolchain: &Toolchain,
        program: &Executable,
        path: PathBuf,
    ) -> Result<Refreshed> {
        let started = SystemTime::now();
        let kept = Kept::of(self.home.root(), &program.path)?;
        let asked = build::fresh(&self.workspace.cwd, request)?;
        if !kept.stands(program)? {
            return Ok(Err("cargo puts another build in its place".to_string()));
        }
        let messages = match asked {
            Ok(messages) => messages,
            Err(why) => return Ok(Err(why)),
        };
        let earlier = Earlier {
            marks: &Marks::default(),
            settled: &Settled::default(),
            record: None,
        };
        let (mut record, found) = self.record(request, toolchain, &messages, earlier)?;
        let Some(unit) = unit_of(&record, program) else {
            return Ok(Err(
                "it is none of the programs that cargo says it built".to_string()
            ));
        };
        let made = (&messages, found.artifacts.as_slice());
        let others = self.made_by_others(made, toolchain, started, &record);
        if !others.is_empty() {
            return Ok(Err(
                "another compiler wrapper, compiler or linker may have made it".to_string(),
            ));
        }
        if let Some(one) = found.vendored.iter().find(|one| !one.is_as_built()) {
            let name = &one.name;
            return Ok(Err(format!(
                "`{name}`, which cargo does not build again, may have been edited after it was built"
            )));
        }
        let late = written_since(&record, &found.read);
        record.marks.forget(&late);
        let mut build = self.analysed(record, path, started);
        let told = Told {
            fresh: found.fresh,
            left_out: BTreeSet::new(),
            read: found.read,
        };
        self.note_macros(&mut build, &told, started);
        self.keep(&build);
        self.workspace.keep_place(&self.home);
        let unread = build.outdated().contains(&unit);
        Ok(
            match (self.speak(&build, &current(&build), program)?, late.first()) {
                (Err(_), Some(file)) => Err(format!(
                    "`{}` was written, or put in its place, after the program was built",
                    file.display()
                )),
                (Err(_), None) if unread => Err(
                    "what its macros may read is different, or not known from when it was compiled (`cargo mamo test` knows what it compiles)".to_string()
                ),
                (spoken, _) => spoken,
            },
        )
    }

    /// Notes what macros may have read when plain cargo compiled the units of `build`, as far as records know.
    fn note_macros(&self, build: &mut Build, told: &Told, started: SystemTime) {
        let inputs = MacroInputs::of(&build.analysis, build.facts(), started);
        build.record.note_readings(None, told);
        let name = build.path.file_name().unwrap_or_default();
        for part in [PART, RECORDS] {
            let path = self.home.part(part).join(name);
            let earlier = self.home.read::<Record>(&path).present();
            let unknown = build.record.note_macros(earlier.as_ref(), told, &inputs);
            if unknown.is_empty() {
                break;
            }
        }
    }

    /// Writes the snapshots of those programs that are made of the text that was analysed.
    fn speak(
        &self,
        build: &Build,
        current: &BTreeSet<UnitIndex>,
        program: &Executable,
    ) -> Result<Refreshed> {
        let mut spoken = false;
        for &unit in current {
            let Some(path) = &build.facts().units[unit].executable else {
                continue;
            };
            let executable = Executable::at(path);
            let executable = executable.with_context(|| format!("look at `{}`", path.display()))?;
            let concerned = concerned(build, unit);
            let others = concerned.iter();
            let mut others = others.filter(|other| build.record.programs.contains_key(other));
            let stands = others.all(|other| current.contains(other));
            if stands && says_what_was_built(build, &concerned) && is_of(build, unit, &executable) {
                spoken |= executable == *program;
                let of = (unit, &concerned);
                write_one(build, of, executable, Starter::Anybody, &self.home)
                    .with_context(|| format!("write the snapshot of `{}`", path.display()))?;
            }
        }
        Ok(if spoken {
            Ok(())
        } else {
            Err("its source was edited since it was built".to_string())
        })
    }
}

/// The unit that made `program`, as it is.
fn unit_of(record: &Record, program: &Executable) -> Option<UnitIndex> {
    let made = record.programs.iter().find(|(_, made)| {
        let path = made.stamp.path.canonicalize();
        (made.stamp.size, made.stamp.modified) == (program.size, program.mtime_ns.into())
            && path.is_ok_and(|path| path == program.path)
    });
    made.map(|(unit, _)| *unit)
}

/// Units whose programs are made of the text that is there now, and of what macros may read.
fn current(build: &Build) -> BTreeSet<UnitIndex> {
    let (record, outdated) = (&build.record, build.outdated());
    let now = record.marks.again();
    let programs = record.programs.keys().copied();
    programs
        .filter(|unit| record.is_current(*unit, &now) && !outdated.contains(unit))
        .collect()
}

/// Is `executable` still what was recorded of `unit`?
fn is_of(build: &Build, unit: UnitIndex, executable: &Executable) -> bool {
    let stamp = build.record.programs.get(&unit).map(|made| &made.stamp);
    stamp.is_some_and(|stamp| {
        (stamp.size, stamp.modified) == (executable.size, executable.mtime_ns.into())
    })
}

/// Files that may have been written after rustc read them. Where the system tells when a file was last changed in any
/// way, one that was put in its place with an older time is among them.
fn written_since(record: &Record, read: &[Option<SystemTime>]) -> BTreeSet<PathBuf> {
    let units = record.facts.units.iter().zip(read);
    let late = units.flat_map(|(unit, read)| {
        let read = read.and_then(|read| read.duration_since(UNIX_EPOCH).ok());
        let before = read.map(|read| read.as_nanos());
        let late = move |file: &&PathBuf| {
            let look = Look::of(file);
            !matches!((look, before), (Some(look), Some(before)) if look.is_before(before))
        };
        unit.files.iter().filter(late)
    });
    late.cloned().collect()
}

/// A program that is kept from being replaced: where cargo puts another build in its place, it comes back.
struct Kept {
    link: Option<(PathBuf, File)>,
}

impl Kept {
    /// Those that bear the digest of their build in their name have a place that no other has.
    fn of(mamo_dir: &Path, program: &Path) -> Result<Self> {
        if meant::hash_of(program).is_some() {
            return Ok(Self { link: None });
        }
        mamo::format::layout::create(mamo_dir).context("make mamo's directory")?;
        let dir = unfinished(mamo_dir);
        fs::create_dir_all(&dir).with_context(|| format!("create `{}`", dir.display()))?;
        let link = dir.join(crate::home::unique_name(""));
        fs::hard_link(program, &link).with_context(|| format!("link `{}`", link.display()))?;
        // What is locked is not swept.
        let file = File::open(&link).with_context(|| format!("open `{}`", link.display()))?;
        let _ = file.try_lock_shared();
        Ok(Self {
            link: Some((link, file)),
        })
    }

    /// Is `program` still there? If not, it is put back.
    fn stands(&self, program: &Executable) -> Result<bool> {
        if Executable::at(&program.path).is_ok_and(|now| now == *program) {
            return Ok(true);
        }
        if let Some((link, _)) = &self.link {
            let path = &program.path;
            fs::rename(link, path).with_context(|| format!("put `{}` back", path.display()))?;
        }
        Ok(false)
    }
}

impl Drop for Kept {
    fn drop(&mut self) {
        if let Some((link, _)) = &self.link {
            // A leftover is swept.
            let _ = fs::remove_file(link);
        }
    }
}
