//! What cargo wrongly calls fresh: nothing that it made is remembered, and the user is told.

use crate::cargo::record::Record;
use crate::facts::UnitIndex;
use crate::session::Session;
use std::collections::{BTreeMap, BTreeSet};

impl Session {
    /// What is on record of programs that cargo wrongly calls fresh stays what they were really built from. Of others that
    /// link what it wrongly calls fresh, that is not known: they are added to the `misled`.
    pub(super) fn distrust(
        &self,
        record: &mut Record,
        earlier: Option<&Record>,
        misled: &mut BTreeSet<UnitIndex>,
        stale: &BTreeMap<UnitIndex, String>,
    ) {
        if misled.is_empty() && stale.is_empty() {
            return;
        }
        for name in stale.values().collect::<BTreeSet<_>>() {
            self.shell.warn(format!("cargo calls `{name}` fresh although its files may have been edited since; passes of tests that use it are not remembered\nhint: cargo clean -p {name}"));
        }
        let mut targets: Vec<_> = misled
            .iter()
            .map(|unit| &record.facts.units[*unit].target)
            .collect();
        targets.dedup();
        for target in targets {
            self.shell.warn(format!("cargo calls `{target}` fresh although its source is different; its passes are not remembered\nhint: touch the changed files"));
        }
        let links = |unit: &UnitIndex| {
            record
                .facts
                .linked(*unit)
                .iter()
                .any(|it| misled.contains(it) || stale.contains_key(it))
        };
        let linking: Vec<_> = (0..record.facts.units.len()).filter(links).collect();
        misled.extend(stale.keys());
        misled.extend(linking);
        for &unit in &*misled {
            record.distrust(unit, earlier);
        }
    }
}
