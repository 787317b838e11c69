//! Taking a build from its record.
//!
//! A record is believed where cargo would come to the same units; what source says is asked anew each time.

use crate::analysis::Condensed;
use crate::cargo::Request;
use crate::cargo::environment::{self, Toolchain};
use crate::cargo::marks::Source;
use crate::cargo::record::Record;
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
pub(crate) struct Known<'a> {
    /// Digest of the facts.
    facts: Fingerprint,
    /// How source compared with what was built.
    source: Source,
    witness: Cow<'a, Witness>,
    answers: Condensed<'a>,
}

impl Session {
    /// The build as recorded, if the record holds, without starting cargo; else builds.
    pub fn recall_or_build(&self, request: &Request) -> Result<Option<Build>> {
        let toolchain = self.toolchain(request)?;
        match self.recall_as(request, &toolchain, Source::Changed) {
            Some(build) => {
                self.tell_unseen(&build.analysis);
                Ok(Some(build))
            }
            None => self.build_as(request, &toolchain, None),
        }
    }

    /// The build as recorded, if the record holds and its source is at most as different as `limit`.
    pub fn recall(&self, request: &Request, limit: Source) -> Result<Option<Build>> {
        let toolchain = self.toolchain(request)?;
        Ok(self.recall_as(request, &toolchain, limit))
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
    pub(crate) fn keep_answers(&self, build: &Build, source: Source) {
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
            self.keep_standing(build, source);
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
        let analysis = self.retouched(&path, &record, started);
        let analysis = analysis.unwrap_or_else(|| self.analyse(&record.facts));
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

    pub(crate) fn toolchain(&self, request: &Request) -> Result<Toolchain> {
        timings::during(Step::Environment, || {
            Toolchain::load(&self.workspace, request, &self.home)
        })
    }

    pub(crate) fn record_path(&self, request: &Request, toolchain: &Toolchain) -> PathBuf {
        self.home
            .part("records")
            .join(environment::digest(&self.workspace, request, toolchain).to_hex())
    }
}
