//! By which tools each file of a target directory was compiled, as far as mamo saw it.
//!
//! Cargo does not ask: what one compiler wrapper made is fresh to it under another. What mamo did not see compiled counts as made
//! by today's tools if none of these was written since.

use super::messages::Messages;
use super::tools::Tools;
use crate::fingerprint::Fingerprint;
use crate::home::Home;
use crate::look::Look;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::time::{SystemTime, UNIX_EPOCH};

/// As many compilations are remembered of one target directory.
const MOST: usize = 20_000;

/// The compilations of one target directory, by what each wrote, with when it did and the digest of its tools.
#[derive(Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
struct Compiled(BTreeMap<PathBuf, (u128, Fingerprint)>);

/// Notes what was compiled since `started`, and gives the artifacts, by their place in the messages, that are fresh to cargo and
/// may have been compiled by other `tools`.
pub fn by_others(
    home: &Home,
    target_dir: &Path,
    messages: &Messages,
    tools: &Tools,
    started: SystemTime,
) -> BTreeSet<usize> {
    let name = Fingerprint::of(target_dir.as_os_str().as_encoded_bytes());
    let path = home.part("compiled").join(name.to_hex());
    let mut known: Compiled = home.read(&path).present().unwrap_or_default();
    let now = tools.compiling();
    let mut others = BTreeSet::new();
    let mut news = false;
    for (at, artifact) in messages.artifacts.iter().enumerate() {
        let Some(file) = artifact.filenames.first() else {
            continue;
        };
        let file = file.as_std_path();
        let Some(written) = written(file) else {
            continue;
        };
        let known_by = known.0.get(file).filter(|(time, _)| *time == written);
        let is_new = !artifact.fresh && nanoseconds(started).is_some_and(|start| written >= start);
        let by_now = match known_by {
            _ if is_new => true,
            Some((_, digest)) => *digest == now,
            None => tools.compilers().all(|tool| is_before(tool, written)),
        };
        if !by_now {
            others.insert(at);
        } else if known_by.is_none_or(|(_, digest)| *digest != now) {
            known.0.insert(file.to_path_buf(), (written, now));
            news = true;
        }
    }
    if news {
        known.forget_oldest();
        home.write(&path, &known);
    }
    others
}

impl Compiled {
    fn forget_oldest(&mut self) {
        if self.0.len() > MOST {
            let mut times: Vec<_> = self.0.values().map(|(time, _)| *time).collect();
            times.sort_unstable();
            let first = times[times.len() - MOST];
            self.0.retain(|_, (time, _)| *time >= first);
        }
    }
}

fn is_before(tool: &Path, time: u128) -> bool {
    Look::of(tool).is_some_and(|look| look.is_before(time))
}

fn written(file: &Path) -> Option<u128> {
    nanoseconds(file.metadata().ok()?.modified().ok()?)
}

fn nanoseconds(time: SystemTime) -> Option<u128> {
    Some(time.duration_since(UNIX_EPOCH).ok()?.as_nanos())
}
