//! What each compilation was made of. Cargo goes by times of modification, and a file that is put in its place with an
//! older one does not look new to it: then what it calls fresh was made of something else. Nor does it know what procedural
//! macros read.

use super::Record;
use crate::facts::UnitIndex;
use crate::fingerprint::Fingerprint;
use crate::look::Look;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

/// A compilation.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reading {
    /// When all files had been read (nanoseconds since 1970).
    at: u128,
    /// What they held then; nothing's digest if that is not known.
    files: Fingerprint,
    /// What macros may have read then besides; nothing's digest if that is not known.
    macros: Fingerprint,
}

/// What macros may read now for each unit that uses such as may read something.
#[derive(Debug)]
pub struct MacroInputs {
    /// Digests; nothing's where that is not known.
    pub now: BTreeMap<UnitIndex, Fingerprint>,
    /// Units for which it was the same just before they could have been compiled.
    pub stood: BTreeSet<UnitIndex>,
    /// Every file and directory that it is made of.
    pub places: Vec<PathBuf>,
    /// When cargo was started.
    pub started: SystemTime,
}

/// Macros have run when rustc says what it read, and not longer ago than this.
const EXPANSION: Duration = Duration::from_secs(120);

/// What cargo said of the units of a build.
#[derive(Debug, Default)]
pub struct Told {
    /// Those that it did not compile, since they were fresh.
    pub fresh: BTreeSet<UnitIndex>,
    /// Those that it left out altogether.
    pub left_out: BTreeSet<UnitIndex>,
    /// When rustc had read all files of each, if that can be told.
    pub read: Vec<Option<SystemTime>>,
}

impl Record {
    /// Notes what each unit was made of, and gives those that cargo wrongly calls fresh. A compilation that an `earlier` record
    /// knows was made of what it says; another that is fresh, of files that were changed in no way since.
    pub fn note_readings(&mut self, earlier: Option<&Self>, told: &Told) -> BTreeSet<UnitIndex> {
        let mut misled = BTreeSet::new();
        for unit in 0..self.facts.units.len() {
            let known = earlier.and_then(|earlier| earlier.reading_of(self, unit));
            if told.left_out.contains(&unit) {
                self.read.extend(known.map(|known| (unit, known)));
                continue;
            }
            let Some(at) = told.read.get(unit).copied().flatten().and_then(nanoseconds) else {
                continue;
            };
            let now = self.marks.together(&self.facts.units[unit].files);
            let known = known.filter(|known| known.at == at && known.files != Fingerprint::NONE);
            let mut files = now;
            if told.fresh.contains(&unit) {
                let stands = match known {
                    Some(known) => known.files == now || now == Fingerprint::NONE,
                    None => self.facts.units[unit]
                        .files
                        .iter()
                        .all(|path| Look::of(path).is_none_or(|look| look.is_before(at))),
                };
                if !stands {
                    misled.insert(unit);
                    files = known.map_or(Fingerprint::NONE, |known| known.files);
                }
            }
            let macros = Fingerprint::NONE;
            self.read.insert(unit, Reading { at, files, macros });
        }
        misled
    }

    /// Notes what macros may have read for each unit, and gives those that were made of something else than is there now, or
    /// nobody knows of what, although cargo calls them fresh.
    ///
    /// What was just compiled read what is there, if it stands since. What an `earlier` record knows read what that says. Of
    /// another compilation it can be told only where it read no variables, and all files are older.
    pub fn note_macros(
        &mut self,
        earlier: Option<&Self>,
        told: &Told,
        inputs: &MacroInputs,
    ) -> BTreeSet<UnitIndex> {
        let mut misled = BTreeSet::new();
        for (&unit, &now) in &inputs.now {
            if told.left_out.contains(&unit) {
                continue;
            }
            let Some(mut reading) = self.read.get(&unit).copied() else {
                misled.insert(unit);
                continue;
            };
            let known = earlier.and_then(|earlier| earlier.reading_of(self, unit));
            let known = known.filter(|known| known.at == reading.at);
            let known = known.map(|known| known.macros);
            let is_fresh = told.fresh.contains(&unit);
            let reads = &self.facts.units[unit].macro_reads;
            reading.macros = match known.filter(|known| is_fresh && *known != Fingerprint::NONE) {
                Some(known) => known,
                None if !is_fresh && inputs.stood.contains(&unit) => now,
                None if is_fresh && reads.reads_variables() => Fingerprint::NONE,
                None => {
                    let begun = if is_fresh {
                        reading.at.saturating_sub(EXPANSION.as_nanos())
                    } else {
                        nanoseconds(inputs.started).unwrap_or_default()
                    };
                    let late = self.is_any_late(inputs.places.iter().cloned(), begun);
                    if late { Fingerprint::NONE } else { now }
                }
            };
            if is_fresh && (reading.macros != now || now == Fingerprint::NONE) {
                misled.insert(unit);
            }
            self.read.insert(unit, reading);
        }
        misled
    }

    /// Units in which something is linked whose macros read something else than `now`, or nobody knows what.
    pub fn outdated(&self, now: &BTreeMap<UnitIndex, Fingerprint>) -> BTreeSet<UnitIndex> {
        let differs = |(unit, now): (&UnitIndex, &Fingerprint)| {
            let then = self.read.get(unit).map(|reading| reading.macros);
            let same = *now != Fingerprint::NONE && then == Some(*now);
            (!same).then_some(*unit)
        };
        let differing: BTreeSet<_> = now.iter().filter_map(differs).collect();
        if differing.is_empty() {
            return differing;
        }
        let units = 0..self.facts.units.len();
        units
            .filter(|unit| !self.facts.linked(*unit).is_disjoint(&differing))
            .collect()
    }

    /// Says that it is not known what `unit` was made of, unless `earlier` knows its program.
    pub fn distrust(&mut self, unit: UnitIndex, earlier: Option<&Self>) {
        let linked = self.facts.linked(unit);
        let files = linked
            .iter()
            .flat_map(|unit| &self.facts.units[*unit].files);
        let files: BTreeSet<_> = files.cloned().collect();
        self.marks.forget(&files);
        if let Some(program) = self.programs.get_mut(&unit) {
            let programs = earlier
                .into_iter()
                .flat_map(|earlier| earlier.programs.values());
            let mut old = programs.filter(|old| old.stamp == program.stamp);
            program.files = old.next().map_or(Fingerprint::NONE, |old| old.files);
        }
    }

    /// What was noted of the compilation that is `unit` in another record.
    fn reading_of(&self, other: &Self, unit: UnitIndex) -> Option<Reading> {
        let key = |record: &Self, unit: UnitIndex| {
            let unit = &record.facts.units[unit];
            let dir = record.facts.package_of(unit).dir.clone();
            let features = unit.features.clone();
            (dir, unit.target.clone(), unit.kind, unit.test, features)
        };
        let wanted = key(other, unit);
        let mut same = (0..self.facts.units.len()).filter(|unit| key(self, *unit) == wanted);
        let only = same.next().filter(|_| same.next().is_none())?;
        self.read.get(&only).copied()
    }
}

fn nanoseconds(time: SystemTime) -> Option<u128> {
    let since = time.duration_since(UNIX_EPOCH).ok()?;
    Some(since.as_nanos())
}
