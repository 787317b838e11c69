//! What cargo calls fresh and other tools than today's may have compiled: its passes are not remembered.

use crate::cargo::compiled;
use crate::cargo::environment::Toolchain;
use crate::cargo::messages::Messages;
use crate::cargo::record::Record;
use crate::facts::{Facts, UnitIndex};
use crate::session::Session;
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
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

    /// Says of these that they may be of other tools, and of those that were compiled for another place, that it is not known
    /// what they were made of.
    pub(super) fn doubt(
        &self,
        record: &mut Record,
        others: BTreeSet<UnitIndex>,
        misled: &mut BTreeSet<UnitIndex>,
    ) {
        let elsewhere = of_another_place(&record.facts);
        for (doubted, why) in [
            (
                others,
                "another compiler wrapper, compiler or linker may have made it",
            ),
            (elsewhere, "it was compiled for another place"),
        ] {
            let targets: BTreeSet<_> = doubted
                .iter()
                .map(|unit| format!("`{}`", record.facts.units[*unit].target))
                .collect();
            if !targets.is_empty() {
                let targets: Vec<_> = targets.into_iter().collect();
                self.shell.warn(format!(
                    "cargo calls {} fresh although {why}; its passes are not remembered\nhint: touch its source, or `cargo clean` once",
                    targets.join(", ")
                ));
            }
            for &unit in &doubted {
                record.distrust(unit, None);
            }
            misled.extend(doubted);
        }
    }
}

/// Units with the place of another checkout built in, and what links them: cargo goes by what lies in a target directory, and
/// that may have come with it from elsewhere.
fn of_another_place(facts: &Facts) -> BTreeSet<UnitIndex> {
    let units = facts.units.iter().enumerate();
    let moved = units.filter(|(_, unit)| {
        let package = facts.package_of(unit);
        let built_in = |name: &str| unit.env.get(name).cloned().flatten().map(PathBuf::from);
        let script = package.build_script.as_ref();
        let out_dir = script.and_then(|script| script.out_dir.as_deref());
        // A script that ran several times has several directories, in one place.
        let around = |dir: &Path| dir.ancestors().nth(3).map(Path::to_path_buf);
        let written = built_in("OUT_DIR").and_then(|dir| around(&dir));
        let is_moved = |built_in: Option<PathBuf>, now: Option<&Path>| {
            built_in.is_some_and(|then| now.is_some_and(|now| !is_same(&then, now)))
        };
        is_moved(built_in("CARGO_MANIFEST_DIR"), Some(&package.dir))
            || is_moved(written, out_dir.and_then(around).as_deref())
    });
    let moved: BTreeSet<_> = moved.map(|(unit, _)| unit).collect();
    let units = 0..facts.units.len();
    units
        .filter(|unit| !moved.is_empty() && !facts.linked(*unit).is_disjoint(&moved))
        .collect()
}

/// Is it one place, by whichever way?
fn is_same(one: &Path, other: &Path) -> bool {
    let real = |path: &Path| path.canonicalize().ok();
    one == other || real(one).is_some_and(|one| Some(one) == real(other))
}
