//! Building: all of a request, or after an edit the part of it that is enough.
//!
//! What was built from a file that may have changed meanwhile is recorded as built from nothing, so that it is built
//! again. Of what a part leaves out, the record keeps what it had.

mod misled;

use crate::cargo::build::{self, Built};
use crate::cargo::environment::Toolchain;
use crate::cargo::marks::Marks;
use crate::cargo::messages::Messages;
use crate::cargo::record::{Earlier, Inputs, Record, Settled, Told};
use crate::cargo::vendored::Vendored;
use crate::cargo::{Request, features};
use crate::facts::UnitIndex;
use crate::fingerprint::Fingerprint;
use crate::restrict;
use crate::session::{Build, Session, content_digest};
use crate::survey::Entry;
use crate::timings::{self, Step};
use crate::witness::Witness;
use anyhow::Result;
use cargo_metadata::CrateType;
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;
use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::time::SystemTime;

/// What cargo said of a recorded build.
#[derive(Serialize, Deserialize)]
struct Said {
    /// Digest of its facts.
    facts: Fingerprint,
    lines: Vec<String>,
}

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
}

impl Before {
    fn of(known: Option<&Build>, record: Option<Record>) -> Self {
        let marks = record.as_ref().map(|record| record.marks.again());
        let settled = known.and_then(Build::settled).unwrap_or_default();
        Self {
            marks: marks.unwrap_or_default(),
            inputs: Inputs::now(record.as_ref(), &settled),
            record,
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
        let path = self.record_path(request, toolchain);
        let before = timings::during(Step::Facts, || {
            let recalled = known.as_ref().map(|known| known.record.clone());
            let record = recalled.or_else(|| self.home.read::<Record>(&path).present());
            Before::of(known.as_ref(), record)
        });
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
        let build = self.keep_made((request, &toolchain), made, before, known.take(), path)?;
        Ok(Partly::Built(Box::new(build)))
    }

    /// Analyses what was made, unless `known` holds of it, too, and writes record and snapshots.
    fn keep_made(
        &self,
        (request, toolchain): (&Request, &Toolchain),
        made: Made<'_>,
        before: Before,
        known: Option<Build>,
        path: PathBuf,
    ) -> Result<Build> {
        let Made {
            messages,
            mut record,
            told,
            agreed,
            vendored,
            settled,
            ended,
            ..
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
        let earlier = before.record;
        let mut misled = record.note_readings(earlier.as_ref(), &told);
        if let Some(earlier) = &earlier {
            misled.extend(record.misled(earlier, &told.fresh));
        }
        let stale = record.note_vendored(earlier.as_ref(), &vendored);
        self.distrust(&mut record, earlier.as_ref(), &mut misled, &stale);
        let analysis = match known.and_then(|known| known.analysis_for(&record.facts)) {
            Some(analysis) => analysis,
            None => self.analyse(&record.facts),
        };
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
        Ok(build)
    }

    /// Do `packages` alone have the features that they have in the whole? Asked of cargo once for each build.
    fn may_narrow(&self, request: &Request, known: &Build, packages: &[OsString]) -> bool {
        let inputs = known.record.inputs.iter();
        let manifests = inputs.filter(|(path, _)| {
            path.extension()
                .is_some_and(|end| end == "toml" || end == "lock")
        });
        let mut parts: Vec<Vec<u8>> = manifests.map(|(_, digest)| digest.0.to_vec()).collect();
        parts.extend(packages.iter().map(|name| name.as_encoded_bytes().to_vec()));
        parts.push(
            known
                .path
                .file_name()
                .unwrap_or_default()
                .as_encoded_bytes()
                .to_vec(),
        );
        let key = Fingerprint::of_parts(parts.iter().map(Vec::as_slice));
        let path = self.home.part("features").join(key.to_hex());
        if let Some(answer) = self.home.read(&path).present() {
            return answer;
        }
        let answer = timings::during(Step::Build, || {
            features::stay(&self.workspace, request, packages)
        });
        self.home.write(&path, &answer);
        answer
    }

    /// What cargo said of a recorded build. `None` if that is not known, or if other programs may load what it made.
    fn said(&self, known: &Build) -> Option<Messages> {
        let said: Said = self.home.read(&self.said_path(&known.path)).present()?;
        if Some(said.facts) != content_digest(known.facts()) {
            return None;
        }
        let messages = Messages::of(&said.lines).ok()?;
        let loaded = |kind: &CrateType| {
            matches!(
                kind,
                CrateType::CDyLib | CrateType::DyLib | CrateType::StaticLib
            )
        };
        let local = |artifact: &&cargo_metadata::Artifact| {
            let dir = artifact.manifest_path.as_std_path().parent();
            known
                .facts()
                .packages
                .iter()
                .any(|package| dir == Some(&package.dir))
        };
        let mut local = messages.artifacts.iter().filter(local);
        let loaded = local.any(|artifact| artifact.target.crate_types.iter().any(loaded));
        (!loaded).then_some(messages)
    }

    fn keep_said(&self, path: &Path, record: &Record, messages: &Messages) {
        if let Some(facts) = content_digest(&record.facts) {
            let lines = messages.lines().into_iter().map(str::to_owned).collect();
            self.home
                .write(&self.said_path(path), &Said { facts, lines });
        }
    }

    fn said_path(&self, record: &Path) -> PathBuf {
        let name = record.file_name().unwrap_or_default();
        self.home.part("said").join(name)
    }
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
