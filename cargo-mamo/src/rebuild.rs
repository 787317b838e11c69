//! Building: all of a request, or after an edit the part of it that is enough.
//!
//! What was built from a file that may have changed meanwhile is recorded as built from nothing, so that it is built
//! again. Of what a part leaves out, the record keeps what it had.

mod macros;
mod misled;
mod others;
mod said;

use crate::cargo::Request;
use crate::cargo::build::{self, Built};
use crate::cargo::environment::Toolchain;
use crate::cargo::marks::Marks;
use crate::cargo::messages::Messages;
use crate::cargo::record::{Earlier, Inputs, MacroInputs, Record, Settled, Told};
use crate::cargo::vendored::Vendored;
use crate::facts::UnitIndex;
use crate::restrict;
use crate::session::{Build, Session};
use crate::survey::Entry;
use crate::timings::{self, Step};
use crate::witness::Witness;
use anyhow::Result;
use macros::ByLabel;
use misled::Misread;
use std::collections::BTreeSet;
use std::ffi::OsString;
use std::path::PathBuf;
use std::time::SystemTime;

/// How a build of a part went.
#[derive(Debug)]
pub enum Partly {
    /// It is built.
    Built(Box<Build>),
    /// Something does not compile.
    Failed,
    /// Only a build of all will do.
    Not,
}

/// How all was just before cargo was started.
struct Before {
    record: Option<Record>,
    marks: Marks,
    inputs: Inputs,
    started: SystemTime,
    /// What macros could read, as far as it is known.
    macros: ByLabel,
    /// Were units forgotten, so that cargo compiles them again?
    again: bool,
}

impl Before {
    fn of(known: Option<&Build>, record: Option<Record>) -> Self {
        let marks = record.as_ref().map(|record| record.marks.again());
        let settled = known.and_then(Build::settled).unwrap_or_default();
        Self {
            marks: marks.unwrap_or_default(),
            inputs: Inputs::now(record.as_ref(), &settled),
            record,
            macros: known.map(macros::of_build).unwrap_or_default(),
            again: false,
            started: SystemTime::now(),
        }
    }
}

impl Session {
    /// Builds, records what was built, writes its snapshots and analyses its source. `None` if cargo failed.
    pub fn build(&self, request: &Request) -> Result<Option<Build>> {
        self.build_after(request, None)
    }

    /// The same, with what is `known` at hand: this build as recorded, and an analysis of its source as it is now.
    pub fn build_after(&self, request: &Request, known: Option<Build>) -> Result<Option<Build>> {
        self.build_as(request, &self.toolchain(request)?, known)
    }

    pub(crate) fn build_as(
        &self,
        request: &Request,
        toolchain: &Toolchain,
        known: Option<Build>,
    ) -> Result<Option<Build>> {
        let asked = (request, toolchain);
        let forgotten = match self.build_once(asked, known, None)? {
            None => return Ok(None),
            Some(Kept::Whole(build)) => return Ok(Some(*build)),
            Some(Kept::Forgotten(macros)) => macros,
        };
        Ok(match self.build_once(asked, None, Some(forgotten))? {
            Some(Kept::Whole(build)) => Some(*build),
            _ => None,
        })
    }

    /// Builds all, with what is `known`, or after units were `forgotten`.
    fn build_once(
        &self,
        (request, toolchain): (&Request, &Toolchain),
        known: Option<Build>,
        forgotten: Option<ByLabel>,
    ) -> Result<Option<Kept>> {
        let path = self.record_path(request, toolchain);
        let mut before = timings::during(Step::Facts, || {
            let recalled = known.as_ref().map(|known| known.record.clone());
            let record = recalled.or_else(|| self.home.read::<Record>(&path).present());
            Before::of(known.as_ref(), record)
        });
        before.again = forgotten.is_some();
        before.macros.extend(forgotten.unwrap_or_default());
        let made = timings::during(Step::Build, || {
            build::build(&self.workspace.cwd, request, None, self.short)
        })?;
        let Built::Whole(messages) = made else {
            return Ok(None);
        };
        let made = Made::of(
            self,
            (request, toolchain),
            &messages,
            (&before, known.as_ref()),
        )?;
        self.keep_made((request, toolchain), made, before, known, path)
            .map(Some)
    }

    /// Builds what `entries`, a plan of `known`, need after an edit, and all that the edit could have broken.
    pub fn build_part(
        &self,
        request: &Request,
        known: &mut Option<Build>,
        entries: &[Entry],
    ) -> Result<Partly> {
        let Some(recorded) = known.as_ref() else {
            return Ok(Partly::Not);
        };
        // A compilation that cargo wrongly calls fresh is seen to where all is built.
        if !recorded.outdated().is_empty() {
            return Ok(Partly::Not);
        }
        // What is written from here on counts as written during the build.
        let before = timings::during(Step::Facts, || {
            Before::of(Some(recorded), Some(recorded.record.clone()))
        });
        let narrows = |packages: &[OsString]| self.may_narrow(request, recorded, packages);
        let found = timings::during(Step::Plan, || {
            let asked = (request, entries);
            let cache = self.parsed();
            let part = restrict::restriction(recorded, &before.marks, asked, &cache, narrows)?;
            Some((self.said(recorded)?, part))
        });
        let Some((said, restriction)) = found else {
            return Ok(Partly::Not);
        };
        let toolchain = self.toolchain(request)?;
        let ended = timings::during(Step::Build, || {
            build::build(
                &self.workspace.cwd,
                request,
                Some(&restriction.part),
                self.short,
            )
        })?;
        let news = match ended {
            Built::Whole(news) => news,
            Built::Failed => return Ok(Partly::Failed),
            Built::Refused => return Ok(Partly::Not),
        };
        let Some(whole) = said.with(&news) else {
            return Ok(Partly::Not);
        };
        let mut made = Made::of(
            self,
            (request, &toolchain),
            &whole,
            (&before, known.as_ref()),
        )?;
        if !made.leaves_out(&news, &recorded.record, &restriction.needed) {
            return Ok(Partly::Not);
        }
        let path = recorded.path.clone();
        let kept = self.keep_made((request, &toolchain), made, before, known.take(), path)?;
        Ok(match kept {
            Kept::Whole(build) => Partly::Built(build),
            Kept::Forgotten(_) => Partly::Not,
        })
    }

    /// Analyses what was made, unless `known` holds of it, too, and writes record and snapshots.
    fn keep_made(
        &self,
        (request, toolchain): (&Request, &Toolchain),
        made: Made<'_>,
        before: Before,
        known: Option<Build>,
        path: PathBuf,
    ) -> Result<Kept> {
        let Made {
            messages,
            mut record,
            told,
            agreed,
            artifacts,
            vendored,
            settled,
            ended,
        } = made;
        let moved = record.marks.moved(&before.marks, before.started, |path| {
            record.facts.is_built(path)
        });
        record.marks.forget(&moved);
        // Configuration that was written meanwhile would be on record under another name.
        let is_certain = agreed
            && record.is_certain(&before.inputs, before.started)
            && self.record_path(request, toolchain) == path;
        if !is_certain {
            record.reusable = false;
            record.marks.forget_all();
        }
        let analysis = match known.and_then(|known| known.analysis_for(&record.facts)) {
            Some(analysis) => analysis,
            None => self.analyse(&record.facts),
        };
        let inputs = MacroInputs::of(&analysis, &record.facts, before.started);
        let inputs = inputs.since(&before.macros, &record.facts);
        let earlier = before.record;
        let mut misled = record.note_readings(earlier.as_ref(), &told);
        if let Some(earlier) = &earlier {
            misled.extend(record.misled(earlier, &told.fresh));
        }
        let by_macros = record.note_macros(earlier.as_ref(), &told, &inputs);
        let pieces = (messages, artifacts.as_slice());
        let made_again = (!before.again && !by_macros.is_empty())
            && self.forget(pieces, &record.facts, &by_macros);
        if made_again {
            return Ok(Kept::Forgotten(macros::of(&analysis, &record.facts)));
        }
        let others = self.made_by_others(pieces, toolchain, before.started, &record);
        misled.retain(|unit| !others.contains(unit));
        let misread = Misread {
            by_macros,
            vendored: record.note_vendored(earlier.as_ref(), &vendored),
        };
        self.distrust(&mut record, earlier.as_ref(), &mut misled, misread);
        self.doubt(&mut record, others, &mut misled);
        record.marks.read_as_data(&analysis.data);
        self.tell_unseen(&analysis);
        let witness = Witness::of(&record, &analysis, &settled, ended);
        Self::list(&mut record, earlier.as_ref(), &analysis)?;
        record.doctests = earlier.map(|earlier| earlier.doctests).unwrap_or_default();
        self.keep_said(&path, &record, messages);
        self.home.write(&path, &record);
        self.workspace.keep_place(&self.home);
        let build = Build {
            record,
            analysis,
            misled,
            recalled: None,
            witness,
            path,
        };
        self.keep_answers(&build, build.record.marks.compare());
        crate::snapshot::write(&build, &self.home, &self.shell);
        Ok(Kept::Whole(Box::new(build)))
    }
}

/// What became of what was made.
enum Kept {
    /// It is recorded.
    Whole(Box<Build>),
    /// Some of it was forgotten, so that it is compiled again; and what macros may read.
    Forgotten(ByLabel),
}

/// What a build made, or what it and those before it made.
struct Made<'m> {
    messages: &'m Messages,
    record: Record,
    told: Told,
    /// Is all that was built of the packages that are locked now?
    agreed: bool,
    vendored: Vec<Vendored>,
    /// The artifact of each unit, by its place in the messages.
    artifacts: Vec<usize>,
    /// What the build did not touch.
    settled: Settled,
    ended: SystemTime,
}

impl<'m> Made<'m> {
    fn of(
        session: &Session,
        (request, toolchain): (&Request, &Toolchain),
        messages: &'m Messages,
        (before, known): (&Before, Option<&Build>),
    ) -> Result<Self> {
        let ended = SystemTime::now();
        timings::during(Step::Facts, || {
            let settled = known.and_then(Build::settled).unwrap_or_default();
            let earlier = Earlier {
                marks: &before.marks,
                settled: &settled,
                record: before.record.as_ref(),
            };
            let (record, found) = session.record(request, toolchain, messages, earlier)?;
            Ok(Self {
                messages,
                record,
                told: Told {
                    fresh: found.fresh,
                    left_out: BTreeSet::new(),
                    read: found.read,
                },
                agreed: found.agreed,
                vendored: found.vendored,
                artifacts: found.artifacts,
                settled,
                ended,
            })
        })
    }

    /// Says of what was not in the `news` that it is as `earlier` has it. False if that cannot be said, or if `needed` is
    /// not in the news.
    fn leaves_out(
        &mut self,
        news: &Messages,
        earlier: &Record,
        needed: &BTreeSet<UnitIndex>,
    ) -> bool {
        let (now, then) = (&self.record.facts.units, &earlier.facts.units);
        let same = now.len() == then.len()
            && now.iter().zip(then).all(|(now, then)| {
                (&now.target, now.kind, now.test) == (&then.target, then.kind, then.test)
            });
        let artifacts = self.artifacts.iter().enumerate();
        let told = artifacts.filter(|(_, at)| news.holds(&self.messages.artifacts[**at]));
        let told: BTreeSet<_> = told.map(|(unit, _)| unit).collect();
        self.told.left_out = (0..now.len()).filter(|unit| !told.contains(unit)).collect();
        let known = &earlier.programs;
        self.record.programs.retain(|unit, _| told.contains(unit));
        let kept = known.iter().filter(|(unit, _)| !told.contains(unit));
        let kept: Vec<_> = kept
            .map(|(unit, program)| (*unit, program.clone()))
            .collect();
        self.record.programs.extend(kept);
        same && needed.is_subset(&told)
    }
}
