//! What cargo calls fresh and other tools than today's may have compiled: its passes are not remembered.

use crate::cargo::compiled;
use crate::cargo::environment::Toolchain;
use crate::cargo::messages::Messages;
use crate::cargo::record::Record;
use crate::facts::UnitIndex;
use crate::session::Session;
use std::collections::BTreeSet;
use std::time::SystemTime;

impl Session {
    /// Units that other tools may have compiled, or something that they link. `artifacts` is which artifact each unit is. Of a
    /// package from elsewhere it is not known who links it: then all.
    pub(crate) fn made_by_others(
        &self,
        (messages, artifacts): (&Messages, &[usize]),
        toolchain: &Toolchain,
        started: SystemTime,
        record: &Record,
    ) -> BTreeSet<UnitIndex> {
        let (home, target_dir) = (&self.home, &self.workspace.target_dir);
        let made = compiled::by_others(home, target_dir, messages, &toolchain.tools, started);
        let is_foreign = made.iter().any(|at| !artifacts.contains(at));
        let is_doubted = |unit: &UnitIndex| {
            let linked = record.facts.linked(*unit);
            is_foreign || linked.iter().any(|unit| made.contains(&artifacts[*unit]))
        };
        let units = 0..record.facts.units.len();
        units
            .filter(|unit| !made.is_empty() && is_doubted(unit))
            .collect()
    }

    /// Says of these that they may be of other tools, and that it is not known what they were made of.
    pub(super) fn doubt(
        &self,
        record: &mut Record,
        others: BTreeSet<UnitIndex>,
        misled: &mut BTreeSet<UnitIndex>,
    ) {
        let targets: BTreeSet<_> = others
            .iter()
            .map(|unit| format!("`{}`", record.facts.units[*unit].target))
            .collect();
        if !targets.is_empty() {
            let targets: Vec<_> = targets.into_iter().collect();
            self.shell.warn(format!(
                "cargo calls {} fresh although another compiler wrapper, compiler or linker may have made it; its passes are not remembered\nhint: touch its source, or `cargo clean` once",
                targets.join(", ")
            ));
        }
        for &unit in &others {
            record.distrust(unit, None);
        }
        misled.extend(others);
    }
}
