//! What cargo wrongly calls fresh: nothing that it made is remembered, and the user is told.

use crate::cargo::record::Record;
use crate::facts::UnitIndex;
use crate::session::Session;
use std::collections::{BTreeMap, BTreeSet};

/// Units that cargo calls fresh although what it does not look at may be different from when they were compiled.
pub(super) struct Misread {
    /// What their macros may read.
    pub(super) by_macros: BTreeSet<UnitIndex>,
    /// A package that was edited in place, by name.
    pub(super) vendored: BTreeMap<UnitIndex, String>,
}

impl Session {
    /// What is on record of programs that cargo wrongly calls fresh stays what they were really built from. Of others that
    /// link what it wrongly calls fresh, that is not known: they are added to the `misled`.
    pub(super) fn distrust(
        &self,
        record: &mut Record,
        earlier: Option<&Record>,
        misled: &mut BTreeSet<UnitIndex>,
        misread: Misread,
    ) {
        self.tell_misled(record, misled, &misread);
        misled.extend(misread.by_macros);
        misled.extend(misread.vendored.into_keys());
        if misled.is_empty() {
            return;
        }
        let links = |unit: &UnitIndex| !record.facts.linked(*unit).is_disjoint(misled);
        let linking: Vec<_> = (0..record.facts.units.len()).filter(links).collect();
        misled.extend(linking);
        for &unit in &*misled {
            record.distrust(unit, earlier);
        }
    }

    /// One line for each target or package, with what to do.
    fn tell_misled(&self, record: &Record, misled: &BTreeSet<UnitIndex>, misread: &Misread) {
        for name in misread.vendored.values().collect::<BTreeSet<_>>() {
            self.shell.warn(format!("cargo calls `{name}` fresh although its files may have been edited since; passes of tests that use it are not remembered\nhint: cargo clean -p {name}"));
        }
        let kinds = [
            (misled, "its source is different"),
            (
                &misread.by_macros,
                "what its macros may read is different, or not known from when it was compiled",
            ),
        ];
        for (units, why) in kinds {
            let names = units.iter().map(|unit| &record.facts.units[*unit].target);
            let names: BTreeSet<_> = names.collect();
            for name in names {
                self.shell.warn(format!("cargo calls `{name}` fresh although {why}; its passes are not remembered\nhint: touch the changed files"));
            }
        }
    }
}
