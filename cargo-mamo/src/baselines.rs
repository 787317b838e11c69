//! Where baselines are kept, each by its digest: what later runs need to say what changed.

use crate::analysis::{Analysis, Baseline, Exchanged};
use crate::facts::Facts;
use crate::fingerprint::Fingerprint;
use crate::home::Home;
use crate::verdicts;
use std::collections::BTreeSet;
use std::path::PathBuf;
use std::time::Duration;

/// How many may lie about before those that no pass refers to are removed.
const MANY: usize = 24;

/// The largest that is asked for the one that it is an edit of, in bytes; whole ones are mostly larger.
const EDITED_MOST: u64 = 1 << 20;

/// Keeps the baseline of an analysis, and gives its name.
pub fn keep(home: &Home, analysis: &Analysis, facts: &Facts) -> Option<Fingerprint> {
    home.write_named(&dir(home), &analysis.baseline(facts))
}

/// The baseline with this name, as `analysis` can be compared with it.
pub fn load(home: &Home, name: Fingerprint, analysis: &Analysis) -> Option<Baseline> {
    let own = analysis.edited_from();
    if own == Some(name) {
        return Some(Baseline::Edited(name, Exchanged::default()));
    }
    let known: Baseline = home.read(&path(home, name)).present()?;
    match known {
        Baseline::Edited(base, exchanged) if own != Some(base) => {
            match home.read(&path(home, base)).present()? {
                Baseline::Whole(whole) => Some(Baseline::Whole(whole.with(&exchanged))),
                Baseline::Edited(..) => None,
            }
        }
        known => Some(known),
    }
}

/// Removes those that no pass refers to, once there are many. One just written may not be referred to yet.
pub fn prune(home: &Home) {
    let Ok(read) = std::fs::read_dir(dir(home)) else {
        return;
    };
    let files: Vec<_> = read.flatten().map(|entry| entry.path()).collect();
    if files.len() <= MANY {
        return;
    }
    let passes = verdicts::all(home)
        .into_iter()
        .flat_map(|(_, verdicts)| verdicts.into_values())
        .flat_map(|verdict| verdict.passes);
    let named: BTreeSet<_> = passes.filter_map(|pass| pass.baseline).collect();
    let bases = named.iter().filter_map(|name| base(home, *name));
    let wanted = named.iter().copied().chain(bases);
    let wanted: BTreeSet<PathBuf> = wanted.map(|name| path(home, name)).collect();
    for file in files {
        let written = file.metadata().and_then(|metadata| metadata.modified());
        let age = written.ok().and_then(|at| at.elapsed().ok());
        let old = age.is_some_and(|age| age > Duration::from_secs(3600));
        if old && !wanted.contains(&file) {
            let _ = std::fs::remove_file(file);
        }
    }
}

/// The one that this is an edit of.
fn base(home: &Home, name: Fingerprint) -> Option<Fingerprint> {
    let path = path(home, name);
    path.metadata()
        .ok()
        .filter(|metadata| metadata.len() <= EDITED_MOST)?;
    match home.read(&path).present()? {
        Baseline::Edited(base, _) => Some(base),
        Baseline::Whole(_) => None,
    }
}

fn dir(home: &Home) -> PathBuf {
    home.part("baselines-5")
}

fn path(home: &Home, name: Fingerprint) -> PathBuf {
    dir(home).join(name.to_hex())
}
