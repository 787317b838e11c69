//! What the libraries of programs lead to, kept by the tables that it was made of, so that these need not be read.
//!
//! Libraries change when the lockfile or the toolchain does. A summary is named by the digests of all tables that it was made of,
//! in their order, and serves exactly those.

use super::collection::{SUMMARIES, note_use};
use super::kept::CodeUnknown;
use super::libraries::Libraries;
use super::programs::{LinkedLibrary, ProgramParts, linked_tables};
use crate::fingerprint::Fingerprint;
use mamo_code::{
    LibrarySummary, LinkSurroundings, ObjectTable, Program, ProgramTables, TABLE_VERSION,
};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeSet, HashMap};
use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};

/// Changes when the same libraries would be summed up otherwise.
const VERSION: u32 = 1;

/// Summaries that this run has read.
#[derive(Default)]
pub(super) struct Summaries {
    known: Mutex<HashMap<Fingerprint, Arc<KeptSummary>>>,
}

/// A summary, and what it is of; `None` where libraries cannot be summed up.
#[derive(Serialize, Deserialize)]
struct KeptSummary {
    libraries: Fingerprint,
    summary: Option<LibrarySummary>,
}

impl Libraries<'_> {
    /// The table that stands for the libraries of a program; `None` if they have to be linked.
    pub(super) fn summary(
        &self,
        parts: &ProgramParts,
        own: &[&ObjectTable],
    ) -> Result<Option<ObjectTable>, CodeUnknown> {
        let libraries = libraries_of(parts);
        if let Some(kept) = self.kept_summary(libraries) {
            match kept.summary.as_ref().map(|summary| summary.table(own)) {
                None => return Ok(None),
                Some(Ok(table)) => return Ok(Some(table)),
                Some(Err(_)) => {}
            }
        }
        let made = self.make_summary(parts, own)?;
        let table = made.as_ref().and_then(|summary| summary.table(own).ok());
        let kept = KeptSummary {
            libraries,
            summary: made,
        };
        self.tables
            .home()
            .write(&self.summary_path(libraries), &kept);
        self.note(libraries, kept);
        Ok(table)
    }

    fn kept_summary(&self, libraries: Fingerprint) -> Option<Arc<KeptSummary>> {
        let known = &self.summaries.known;
        let known = known.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(known) = known.get(&libraries) {
            return Some(Arc::clone(known));
        }
        drop(known);
        let kept: Option<KeptSummary> = self
            .tables
            .home()
            .read(&self.summary_path(libraries))
            .present();
        let kept = kept.filter(|kept| kept.libraries == libraries)?;
        note_use(&self.summary_path(libraries));
        Some(self.note(libraries, kept))
    }

    fn note(&self, libraries: Fingerprint, kept: KeptSummary) -> Arc<KeptSummary> {
        let kept = Arc::new(kept);
        let known = &self.summaries.known;
        let mut known = known.lock().unwrap_or_else(PoisonError::into_inner);
        known.insert(libraries, Arc::clone(&kept));
        kept
    }

    fn make_summary(
        &self,
        parts: &ProgramParts,
        own: &[&ObjectTable],
    ) -> Result<Option<LibrarySummary>, CodeUnknown> {
        let (stable, toolchain) = self.library_tables(parts)?;
        let tables = ProgramTables {
            own: &[],
            stable: &linked_tables(&stable),
            toolchain: &linked_tables(&toolchain),
        };
        // What is called from outside is told by the program that the summary is part of.
        let surroundings = LinkSurroundings {
            exported: Some(rustc_hash::FxHashSet::default()),
            outside: None,
        };
        let program = Program::link(tables, &surroundings);
        let none = LibrarySummary::of(&program, &BTreeSet::new());
        let Some(none) = none else { return Ok(None) };
        Ok(match none.table(own) {
            Ok(_) => Some(none),
            Err(open) => LibrarySummary::of(&program, &open),
        })
    }

    fn summary_path(&self, libraries: Fingerprint) -> PathBuf {
        self.tables.home().part(SUMMARIES).join(libraries.to_hex())
    }
}

/// What tells the libraries of a program from all others: their tables, and which of them are linked.
fn libraries_of(parts: &ProgramParts) -> Fingerprint {
    let numbers = |linked: &LinkedLibrary| -> Vec<u8> {
        let numbers = linked.objects.iter().map(|at| *at as u64);
        numbers.flat_map(u64::to_le_bytes).collect()
    };
    let mut all = vec![
        TABLE_VERSION.to_le_bytes().to_vec(),
        VERSION.to_le_bytes().to_vec(),
    ];
    for (libraries, kind) in [(&parts.stable, "stable"), (&parts.toolchain, "toolchain")] {
        all.push(kind.as_bytes().to_vec());
        for linked in libraries {
            all.push(linked.library.digest.0.to_vec());
            all.push(numbers(linked));
        }
    }
    Fingerprint::of_parts(all.iter().map(Vec::as_slice))
}
