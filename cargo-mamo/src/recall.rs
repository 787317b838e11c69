//! Taking a build from its record, and making one where the record cannot answer.
//!
//! A record is believed where cargo would come to the same units; what source says is asked anew each time. What was
//! built from a file that may have changed meanwhile is not believed at all.

use crate::analysis::Condensed;
use crate::cargo::Request;
use crate::cargo::build::{self, Built};
use crate::cargo::environment::{self, Toolchain};
use crate::cargo::marks::Source;
use crate::cargo::record::Record;
use crate::facts::UnitIndex;
use crate::fingerprint::Fingerprint;
use crate::session::{Build, Session, content_digest};
use crate::timings::{self, Step};
use crate::witness::Witness;
use anyhow::Result;
use serde::{Deserialize, Serialize};
use std::borrow::Cow;
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::time::SystemTime;

/// The answers of an analysis, and how all looked that they were made of.
#[derive(Serialize, Deserialize)]
struct Known<'a> {
    /// Digest of the facts.
    facts: Fingerprint,
    /// How source compared with what was built.
    source: Source,
    witness: Cow<'a, Witness>,
    answers: Condensed<'a>,
}

impl Session {
    /// Builds, records what was built, writes its snapshots and analyses its source. `None` if cargo failed.
    pub fn build(&self, request: &Request) -> Result<Option<Build>> {
        self.build_as(request, &self.toolchain(request)?)
    }

    /// The build as recorded, if the record holds, without starting cargo; else builds.
    pub fn recall_or_build(&self, request: &Request) -> Result<Option<Build>> {
        let toolchain = self.toolchain(request)?;
        match self.recall_as(request, &toolchain, Source::Changed) {
            Some(build) => Ok(Some(build)),
            None => self.build_as(request, &toolchain),
        }
    }

    /// The build as recorded, if the record holds and no compiler would say anything new of its source.
    pub fn recall(&self, request: &Request) -> Result<Option<Build>> {
        let toolchain = self.toolchain(request)?;
        Ok(self.recall_as(request, &toolchain, Source::Layout))
    }

    /// The build as recorded with the answers of its last analysis, if nothing looks different since. They cannot be
    /// explained: there are no items.
    pub fn unchanged(&self, request: &Request) -> Result<Option<Build>> {
        let toolchain = self.toolchain(request)?;
        let path = self.record_path(request, &toolchain);
        let Some((record, known)) = timings::during(Step::Facts, || self.witnessed(&path)) else {
            return Ok(None);
        };
        let build = Build {
            record,
            analysis: known.answers.into(),
            misled: BTreeSet::new(),
            recalled: Some(known.source),
            witness: Some(known.witness.into_owned()),
            path,
        };
        self.tell_unseen(&build.analysis);
        Ok(Some(build))
    }

    /// The record at `path` and the answers of its last analysis, if nothing looks different since.
    fn witnessed(&self, path: &Path) -> Option<(Record, Known<'static>)> {
        let known: Known<'static> = self.home.read(&self.answers_path(path)).present()?;
        let record: Record = self.home.read(path).present()?;
        let same = content_digest(&record.facts) == Some(known.facts);
        let holds = record.reusable && same && known.witness.holds(&record.facts);
        holds.then_some((record, known))
    }

    /// Keeps the answers of an analysis until something looks different.
    fn keep_answers(&self, build: &Build, source: Source) {
        let facts = content_digest(build.facts());
        let (Some(facts), Some(witness)) = (facts, &build.witness) else {
            return;
        };
        if source <= Source::Layout {
            let answers = Condensed::of(&build.analysis);
            let known = Known {
                facts,
                source,
                witness: Cow::Borrowed(witness),
                answers,
            };
            self.home.write(&self.answers_path(&build.path), &known);
        }
    }

    fn answers_path(&self, record: &Path) -> PathBuf {
        self.home
            .part("answered")
            .join(record.file_name().unwrap_or_default())
    }

    /// The build as recorded, if its source is at most as different as `limit`.
    fn recall_as(&self, request: &Request, toolchain: &Toolchain, limit: Source) -> Option<Build> {
        let started = SystemTime::now();
        let path = self.record_path(request, toolchain);
        let known = timings::during(Step::Facts, || self.compared(&path));
        let (record, source) = known.filter(|(_, source)| *source <= limit)?;
        let analysis = self.analyse(&record.facts);
        let witness = Witness::of(&record, &analysis, started);
        let recalled = Build {
            record,
            analysis,
            misled: BTreeSet::new(),
            recalled: Some(source),
            witness,
            path,
        };
        self.keep_answers(&recalled, source);
        Some(recalled)
    }

    /// The record at `path`, if it holds, and how source compares with what was built.
    fn compared(&self, path: &Path) -> Option<(Record, Source)> {
        let known = self.home.read::<Record>(path).present();
        let record = known.filter(Record::holds)?;
        let source = record.marks.compare();
        Some((record, source))
    }

    fn build_as(&self, request: &Request, toolchain: &Toolchain) -> Result<Option<Build>> {
        let path = self.record_path(request, toolchain);
        let (earlier, before) = timings::during(Step::Facts, || {
            let earlier = self.home.read::<Record>(&path).present();
            let before = earlier.as_ref().map(|earlier| earlier.marks.again());
            (earlier, before.unwrap_or_default())
        });
        let started = SystemTime::now();
        let made = timings::during(Step::Build, || {
            build::build(&self.workspace.cwd, request, self.short)
        })?;
        let Built::Whole(messages) = made else {
            return Ok(None);
        };
        let ended = SystemTime::now();
        let (mut record, fresh) =
            timings::during(Step::Facts, || self.record(request, toolchain, &messages))?;
        let moved = record
            .marks
            .moved(&before, started, &record.facts.target_dir);
        record.marks.forget(&moved);
        let misled = earlier
            .as_ref()
            .map(|earlier| record.misled(earlier, &fresh))
            .unwrap_or_default();
        self.distrust(&mut record, earlier.as_ref(), &misled);
        let analysis = self.analyse(&record.facts);
        let witness = Witness::of(&record, &analysis, ended);
        Self::list(&mut record, earlier.as_ref(), &analysis)?;
        record.doctests = earlier.map(|earlier| earlier.doctests).unwrap_or_default();
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
        Ok(Some(build))
    }

    /// What is on record of programs that cargo wrongly calls fresh stays what they were really built from.
    fn distrust(
        &self,
        record: &mut Record,
        earlier: Option<&Record>,
        misled: &BTreeSet<UnitIndex>,
    ) {
        for &unit in misled {
            let target = &record.facts.units[unit].target;
            self.shell.warn(format!("cargo calls `{target}` fresh although its source is different; its passes are not remembered\nhint: touch the changed files"));
            let files = crate::cargo::record::linked(&record.facts, unit);
            let files: BTreeSet<PathBuf> = files
                .into_iter()
                .flat_map(|unit| record.facts.units[unit].files.iter().cloned())
                .collect();
            record.marks.forget(&files);
            let stamp = &record.programs[&unit].stamp;
            let old = earlier.and_then(|old| old.programs.values().find(|p| p.stamp == *stamp));
            if let Some(old) = old {
                record.programs.insert(unit, old.clone());
            }
        }
    }

    fn toolchain(&self, request: &Request) -> Result<Toolchain> {
        timings::during(Step::Environment, || {
            Toolchain::load(&self.workspace, request, &self.home)
        })
    }

    fn record_path(&self, request: &Request, toolchain: &Toolchain) -> PathBuf {
        self.home
            .part("records")
            .join(environment::digest(&self.workspace, request, toolchain).to_hex())
    }
}
