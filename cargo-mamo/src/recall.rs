//! Taking a build from its record.
//!
//! A record is believed where cargo would come to the same units; what source says is asked anew each time.

use crate::analysis::Condensed;
use crate::cargo::Request;
use crate::cargo::environment::{self, Toolchain};
use crate::cargo::marks::Source;
use crate::cargo::record::{Record, Settled};
use crate::fingerprint::Fingerprint;
use crate::retouch::parse_ahead;
use crate::session::{Build, Session, content_digest};
use crate::timings::{self, Step};
use crate::witness::Witness;
use anyhow::Result;
use serde::{Deserialize, Serialize};
use std::borrow::Cow;
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::time::SystemTime;

/// Where records of builds are kept, by their format.
pub(crate) const RECORDS: &str = "records-4";

/// The answers of an analysis, and how all looked that they were made of.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Known<'a> {
    /// Digest of the facts.
    facts: Fingerprint,
    /// How source compared with what was built.
    source: Source,
    witness: Cow<'a, Witness>,
    answers: Condensed<'a>,
}

/// What is on record of a build, looked at once.
#[derive(Debug, Default)]
pub struct Glance {
    /// Where the record is kept.
    path: PathBuf,
    record: Option<Record>,
    /// The answers of its last analysis, if nothing looks different since.
    known: Option<Known<'static>>,
    /// What looks as it did, whatever else does not.
    settled: Settled,
    /// What does not, if that is files and directories alone.
    differing: Vec<PathBuf>,
}

impl Glance {
    /// Gives back what was [taken](Session::unchanged) and is not used.
    pub fn put_back(&mut self, build: Build) {
        self.record = Some(build.record);
    }
}

impl Session {
    /// The build as recorded, if the record holds, without starting cargo; else builds.
    pub fn recall_or_build(&self, request: &Request) -> Result<Option<Build>> {
        self.recalled_or_built(self.glance(request)?, request)
    }

    /// The same after a look at what is on record.
    pub fn recalled_or_built(&self, glance: Glance, request: &Request) -> Result<Option<Build>> {
        match self.recall(glance, Source::Changed) {
            Some(build) => {
                self.tell_unseen(&build.analysis);
                Ok(Some(build))
            }
            None => self.build(request),
        }
    }

    /// Looks at what is on record of a build.
    pub fn glance(&self, request: &Request) -> Result<Glance> {
        let toolchain = self.toolchain(request)?;
        let path = self.record_path(request, &toolchain);
        Ok(timings::during(Step::Facts, || {
            let mut glance = Glance {
                record: self.home.read(&path).present(),
                path,
                ..Glance::default()
            };
            self.look(&mut glance);
            glance
        }))
    }

    /// Looks how what a record and the last answers were made of compares with what it was.
    fn look(&self, glance: &mut Glance) -> Option<()> {
        let record = glance.record.as_ref().filter(|record| record.reusable)?;
        let known: Known<'static> = self.home.read(&self.answers_path(&glance.path)).present()?;
        let differing = known.witness.differing(&record.facts)?;
        glance.settled = known.witness.settled(&differing);
        glance.differing = differing.iter().map(|path| (*path).clone()).collect();
        let same = differing.is_empty() && content_digest(&record.facts) == Some(known.facts);
        glance.known = same.then_some(known);
        Some(())
    }

    /// The build as recorded with the answers of its last analysis, if nothing looks different since. They cannot be
    /// explained: there are no items.
    pub fn unchanged(&self, glance: &mut Glance) -> Option<Build> {
        let known = glance.known.take()?;
        let build = Build {
            record: glance.record.take()?,
            analysis: known.answers.into(),
            misled: BTreeSet::new(),
            recalled: Some(known.source),
            witness: Some(known.witness.into_owned()),
            path: glance.path.clone(),
        };
        self.tell_unseen(&build.analysis);
        Some(build)
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
        }
        self.keep_standing(build, source);
    }

    fn answers_path(&self, record: &Path) -> PathBuf {
        self.home
            .part("answered-3")
            .join(record.file_name().unwrap_or_default())
    }

    /// The build as recorded, if the record holds and its source is at most as different as `limit`.
    pub fn recall(&self, glance: Glance, limit: Source) -> Option<Build> {
        let started = SystemTime::now();
        let settled = glance.settled;
        let (known, kept) = timings::during(Step::Source, || {
            std::thread::scope(|scope| {
                scope.spawn(|| parse_ahead(&glance.differing, &self.parsed()));
                let known = timings::during(Step::Facts, || {
                    let record = glance.record.filter(|record| record.holds(&settled))?;
                    let source = record.marks.compare();
                    (source <= limit).then_some((record, source))
                });
                let facts = known.as_ref().map(|(record, _)| &record.facts);
                let kept = facts.and_then(|facts| self.kept(&glance.path, facts, started));
                (known, kept)
            })
        });
        let (record, source) = known?;
        let analysis = kept.and_then(|kept| self.retouched(kept, &record));
        let analysis = analysis.unwrap_or_else(|| self.analyse(&record.facts));
        let witness = Witness::of(&record, &analysis, &settled, started);
        let recalled = Build {
            record,
            analysis,
            misled: BTreeSet::new(),
            recalled: Some(source),
            witness,
            path: glance.path,
        };
        self.keep_answers(&recalled, source);
        Some(recalled)
    }

    pub(crate) fn toolchain(&self, request: &Request) -> Result<Toolchain> {
        timings::during(Step::Environment, || {
            Toolchain::load(&self.workspace, request, &self.home)
        })
    }

    pub(crate) fn record_path(&self, request: &Request, toolchain: &Toolchain) -> PathBuf {
        self.home
            .part(RECORDS)
            .join(environment::digest(&self.workspace, request, toolchain).to_hex())
    }
}
