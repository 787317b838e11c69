//! Snapshots for the runtime: the fingerprints of every memo and fixture in each executable of a build.
//!
//! The format and its place are the runtime's; here is only what goes in. A key that two functions of one executable
//! share is not trusted, so that neither is ever served the other's value.

use crate::analysis::{Root, RootKind};
use crate::home::Home;
use crate::session::Build;
use crate::shell::Shell;
use mamo::format::{Executable, Snapshot, SnapshotEntry};
use std::path::Path;

/// Writes the snapshot of every executable of the build. What cannot be written is a warning: its memos compute.
pub fn write(build: &Build, home: &Home, shell: &Shell) {
    let behind = build.record.behind();
    for (index, unit) in build.facts().units.iter().enumerate() {
        let Some(executable) = &unit.executable else {
            continue;
        };
        // What is older than its source keeps the snapshot that was written with it.
        if behind.contains(&index) && !build.misled.contains(&index) {
            continue;
        }
        let written = if build.misled.contains(&index) {
            Snapshot::new_at(executable)
        } else {
            snapshot_of(build, index, executable)
        };
        if let Err(error) = written.and_then(|snapshot| snapshot.write(home.root())) {
            shell.warn(format!(
                "cannot write the snapshot of `{}` ({error}); its memos compute",
                executable.display()
            ));
        }
    }
}

fn snapshot_of(build: &Build, index: usize, executable: &Path) -> std::io::Result<Snapshot> {
    let mut snapshot = Snapshot::new(Executable::at(executable)?);
    let linked = build.facts().linked(index);
    let kept = |root: &&Root| {
        matches!(root.kind, RootKind::Memo | RootKind::Fixture) && linked.contains(&root.unit)
    };
    for root in build.analysis.roots.iter().filter(kept) {
        if root.unseen {
            snapshot.untrusted.insert(
                root.name.clone(),
                "something that it reaches cannot be seen".to_string(),
            );
        }
        let entry = SnapshotEntry {
            fingerprint: root.fingerprint.0,
            variables: root.variables.clone(),
        };
        if let Some(other) = snapshot.entries.insert(root.name.clone(), entry.clone())
            && other != entry
        {
            snapshot.untrusted.insert(
                root.name.clone(),
                "several functions have this name".to_string(),
            );
        }
    }
    let untrusted = &snapshot.untrusted;
    snapshot
        .entries
        .retain(|key, _| !untrusted.contains_key(key));
    Ok(snapshot)
}

trait AtExecutable: Sized {
    fn new_at(executable: &Path) -> std::io::Result<Self>;
}

impl AtExecutable for Snapshot {
    /// A snapshot that knows nothing of the executable's functions.
    fn new_at(executable: &Path) -> std::io::Result<Self> {
        Ok(Self::new(Executable::at(executable)?))
    }
}
