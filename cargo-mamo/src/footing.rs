//! Whether a snapshot still says what is so, told by looks alone: for the runner, before each start of a program.
//!
//! A snapshot speaks of the text that its program was made of, and that cannot change under it. But what its functions
//! read at run time can: beside each snapshot lies how that looked. What was refused is noted, too, so that it is not
//! asked again for every process of one call.

use crate::analysis::{LayoutCounts, Root, RootKind};
use crate::cargo::record::Stamp;
use crate::environment::ANY_VARIABLE;
use crate::facts::UnitIndex;
use crate::fingerprint::Fingerprint;
use crate::home::Home;
use crate::session::Build;
use crate::sight::Sight;
use mamo::format::snapshot::ALL;
use mamo::format::{Executable, Snapshot, layout};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

/// How the label of a part begins that is a file of the world.
const FILE: &str = "file `";

/// What a snapshot rests on besides the text that its program was made of.
#[derive(Debug, Serialize, Deserialize)]
pub struct Footing {
    /// Digest of the snapshot's file.
    snapshot: Fingerprint,
    /// Files and directories that its functions may read when they run.
    world: BTreeMap<PathBuf, Sight>,
    /// Programs that they may start: that these are built again is no reason to build it.
    programs: Vec<Stamp>,
    /// Does a function of it hang on every variable of the process that wrote it?
    by_process: bool,
    /// The call that was told that there is none.
    refused: Option<String>,
}

impl Footing {
    /// Does the snapshot of `executable` in `home` hold for a process that starts now? `session` tells the call that it
    /// belongs to.
    pub fn holds(home: &Home, executable: &Executable, session: impl FnOnce() -> String) -> bool {
        let file = layout::snapshot(home.root(), &executable.path);
        let Ok(bytes) = std::fs::read(&file) else {
            return false;
        };
        let known: Option<Self> = home.read(&place(home, &executable.path)).present();
        let Some(known) = known.filter(|known| known.snapshot == Fingerprint::of(&bytes)) else {
            return false;
        };
        Snapshot::read(&file).is_ok_and(|snapshot| snapshot.executable == *executable)
            && !known.by_process
            && (known.programs.iter()).all(|made| Stamp::of(&made.path).as_ref() == Some(made))
            && known.world.iter().all(|(path, sight)| sight.holds(path))
            && known.refused.is_none_or(|refused| refused == session())
    }

    /// Writes a snapshot, and how all looks that it rests on.
    pub fn keep(self, home: &Home, snapshot: &Snapshot) -> std::io::Result<()> {
        let file = snapshot.write(home.root())?;
        let snapshot_digest = Fingerprint::of(&std::fs::read(file)?);
        let known = Self {
            snapshot: snapshot_digest,
            ..self
        };
        home.write(&place(home, &snapshot.executable.path), &known);
        Ok(())
    }

    /// Of a snapshot of the program of `unit`, with which these units are `concerned`. `None` where something was being
    /// written.
    pub fn of(build: &Build, unit: UnitIndex, concerned: &BTreeSet<UnitIndex>) -> Option<Self> {
        let linked = build.facts().linked(unit);
        let remembering = |root: &&Root| is_remembered(root) && linked.contains(&root.unit);
        let roots: Vec<_> = (build.analysis.roots.iter()).filter(remembering).collect();
        let labels = roots
            .iter()
            .flat_map(|root| build.analysis.environment(root));
        let labels: BTreeSet<_> = labels.map(|(label, _)| label.as_str()).collect();
        let text = |root: &&Root| build.analysis.layout_counts(root) == Some(LayoutCounts::Text);
        let text = roots.iter().any(text);
        let reads = text || labels.iter().any(|label| label.starts_with(FILE));
        let besides: Vec<_> = concerned.difference(&linked).collect();
        let units = &build.facts().units;
        let besides_files = besides.iter().flat_map(|unit| &units[**unit].files);
        let besides_files: BTreeSet<_> = besides_files.collect();
        let compiled: BTreeSet<_> = units.iter().flat_map(|unit| &unit.files).collect();
        let counts = |path: &PathBuf| {
            (reads && (text || !compiled.contains(path))) || besides_files.contains(path)
        };
        let mut world = BTreeMap::new();
        if reads || !besides.is_empty() {
            let seen = build.witness.as_ref()?.told(&build.analysis);
            world.extend(seen.filter(|(path, _)| counts(path)));
        }
        let programs = &build.record.programs;
        let programs = besides.iter().filter_map(|unit| programs.get(unit));
        let programs = programs.map(|made| made.stamp.clone()).collect();
        Some(Self {
            snapshot: Fingerprint::NONE,
            world,
            programs,
            by_process: labels.contains(ANY_VARIABLE),
            refused: None,
        })
    }

    /// The same, once functions that hang on every variable are not trusted.
    #[must_use]
    pub fn for_any_process(self) -> Self {
        Self {
            by_process: false,
            ..self
        }
    }
}

/// Says of `executable` that nothing is known of it, and why: everything in it computes.
pub fn refuse(
    home: &Home,
    executable: Executable,
    why: &str,
    session: &str,
) -> std::io::Result<()> {
    let mut snapshot = Snapshot::new(executable);
    snapshot.untrusted.insert(ALL.to_owned(), why.to_owned());
    let refused = Footing {
        snapshot: Fingerprint::NONE,
        world: BTreeMap::new(),
        programs: Vec::new(),
        by_process: false,
        refused: Some(session.to_owned()),
    };
    refused.keep(home, &snapshot)
}

/// Is it a memo or a fixture?
pub fn is_remembered(root: &Root) -> bool {
    matches!(root.kind, RootKind::Memo | RootKind::Fixture)
}

fn place(home: &Home, executable: &Path) -> PathBuf {
    let name = Fingerprint::of(executable.as_os_str().as_encoded_bytes());
    home.part("footings-2").join(name.to_hex())
}
