//! Keeping an analysis of what was built, and putting one together from it after an edit.
//!
//! It is asked first, and answers only where all that it was made of looks as it did, but for source files in which bodies
//! alone are different (`analysis::Standing`).

use crate::analysis::{Analysis, Edits, Standing};
use crate::baselines;
use crate::cargo::marks::Source;
use crate::cargo::record::Record;
use crate::facts::Facts;
use crate::fingerprint::Fingerprint;
use crate::session::{Build, Session, content_digest};
use crate::sight::{self, Sight};
use crate::syntax::Cache;
use crate::timings::{self, Step};
use crate::witness::Witness;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::time::SystemTime;

/// For what an analysis can be used again.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
enum Extent {
    /// Of what was built, and saw all of it: for edits of bodies, too.
    Edits,
    /// Of other source than was built, or with warnings: as long as nothing is different.
    Nothing,
}

/// An analysis, and how all looked that it was made of.
#[derive(Serialize, Deserialize)]
pub(crate) struct Kept {
    /// Digest of the facts, whatever source held; of all of them if it is of this source alone.
    facts: Fingerprint,
    extent: Extent,
    witness: Witness,
    /// The names in directories: an editor that replaces a file makes its directory look different.
    names: BTreeMap<PathBuf, Fingerprint>,
    standing: Standing,
    /// The name of its baseline.
    baseline: Option<Fingerprint>,
}

impl Session {
    /// Keeps an analysis, so that none is made where nothing is different, or bodies of what was built alone.
    pub(crate) fn keep_standing(&self, build: &Build, source: Source) {
        let (Some(witness), Some(standing)) = (&build.witness, build.analysis.standing()) else {
            return;
        };
        let extent = if source == Source::Same && build.analysis.warnings.is_empty() {
            Extent::Edits
        } else {
            Extent::Nothing
        };
        let Some(facts) = extent.digest(build.facts()) else {
            return;
        };
        let directories = witness.directories();
        let names = directories.map(|(path, _)| (path.clone(), sight::names(path)));
        let names = names.collect();
        // Names that were listed just now are those of then only if nothing looks different yet.
        if !witness.holds(build.facts()) {
            return;
        }
        let kept = Kept {
            facts,
            extent,
            witness: witness.clone(),
            names,
            standing,
            baseline: match extent {
                Extent::Edits => baselines::keep(&self.home, &build.analysis, build.facts()),
                Extent::Nothing => None,
            },
        };
        self.home.write(&self.standing_path(&build.path), &kept);
    }

    /// The analysis that is kept beside a record of these `facts`, and what is different since. `None` if it cannot be
    /// used.
    pub(crate) fn kept(
        &self,
        path: &Path,
        facts: &Facts,
        started: SystemTime,
    ) -> Option<(Kept, Edits)> {
        // Debug builds compare it each time.
        if !self.retouches && !cfg!(debug_assertions) {
            return None;
        }
        let kept: Kept = self.home.read(&self.standing_path(path)).present()?;
        if kept.extent.digest(facts) != Some(kept.facts) {
            return None;
        }
        let edits = kept.edits(facts, started)?;
        let fits = kept.extent == Extent::Edits || edits.files.is_empty();
        fits.then_some((kept, edits))
    }

    /// The analysis of the source behind a recorded build, if the one that was kept can be brought up to date.
    pub(crate) fn retouched(
        &self,
        (kept, edits): (Kept, Edits),
        record: &Record,
    ) -> Option<Analysis> {
        let analysis = timings::during(Step::Source, || {
            let (standing, cache) = (kept.standing, self.parsed());
            standing.retouched(kept.baseline, &record.facts, &edits, &cache)
        })?;
        debug_assert!(
            analysis.agrees_with(&self.analyse(&record.facts)),
            "an analysis that is put together says what another would say"
        );
        self.retouches.then_some(analysis)
    }

    fn standing_path(&self, record: &Path) -> PathBuf {
        self.home
            .part("standing-4")
            .join(record.file_name().unwrap_or_default())
    }
}

/// More files than this are not parsed ahead: it may be that cargo has to be started first.
const FEW: usize = 16;

/// Sees to it that source which looks different is in the cache of parsed files.
pub(crate) fn parse_ahead(differing: &[PathBuf], cache: &Cache) {
    let is_source = |path: &&PathBuf| path.extension().is_some_and(|extension| extension == "rs");
    let source = differing.iter().filter(is_source);
    for path in source.take(FEW) {
        if let Ok(text) = std::fs::read_to_string(path) {
            cache.get_or_parse(&text, Fingerprint::of(text.as_bytes()));
        }
    }
}

impl Extent {
    /// The digest of what has to be as it was of the facts.
    fn digest(self, facts: &Facts) -> Option<Fingerprint> {
        match self {
            Self::Edits => content_digest(&facts.without_source()),
            Self::Nothing => content_digest(facts),
        }
    }
}

impl Kept {
    /// What is different since. `None` if that is more than source files.
    fn edits(&self, facts: &Facts, started: SystemTime) -> Option<Edits> {
        let mut edits = Edits::default();
        for path in self.witness.differing(facts)? {
            if self.standing.is_source(path) {
                let text = std::fs::read_to_string(path).ok()?;
                edits.files.insert(path.clone(), text);
                continue;
            }
            let sight = Sight::of(path, started);
            if !path.is_dir() || self.names.get(path) != Some(&sight::names(path)) {
                return None;
            }
            edits.directories.insert(path.clone(), sight);
        }
        Some(edits)
    }
}
