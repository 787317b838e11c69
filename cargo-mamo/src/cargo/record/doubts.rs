//! Whether what a record rests on may have been written while it was built: then cargo may have read something else than
//! what was noted afterwards, and the record is not used again without a build.

use super::contents::discovered;
use super::{Record, Settled, digest_of, digest_of_package, parts_of, tree_of_package};
use crate::fingerprint::Fingerprint;
use crate::look::{Look, STEP};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::time::{SystemTime, UNIX_EPOCH};

/// What inputs held just before cargo was started, as far as it was known that they are inputs.
#[derive(Debug, Default)]
pub struct Inputs {
    files: BTreeMap<PathBuf, Fingerprint>,
    undirected: BTreeMap<PathBuf, Fingerprint>,
}

impl Inputs {
    /// As an earlier record names them. What is `settled` is not read.
    pub fn now(record: Option<&Record>, settled: &Settled) -> Self {
        let files = record.into_iter().flat_map(|record| record.inputs.keys());
        let files = files.map(|path| (path.clone(), settled.input(path, digest_of)));
        let dirs = record
            .into_iter()
            .flat_map(|record| record.undirected.keys());
        let dirs = dirs.map(|dir| (dir.clone(), settled.package(dir, digest_of_package)));
        Self {
            files: files.collect(),
            undirected: dirs.collect(),
        }
    }
}

impl Record {
    /// Is each of its inputs what it was `before`, or, where that is not known, older than `started`? The lockfile apart,
    /// which cargo itself writes.
    pub fn is_certain(&self, before: &Inputs, started: SystemTime) -> bool {
        let limit = started.checked_sub(STEP).unwrap_or(started);
        let limit = limit.duration_since(UNIX_EPOCH);
        let limit = limit.map_or(0, |since| since.as_nanos());
        let lockfiles = &self.facts.lockfiles;
        let files = self.inputs.iter();
        let mut files = files.filter(|(path, _)| !lockfiles.contains(path));
        let mut dirs = self.undirected.iter();
        files.all(|(path, digest)| match before.files.get(path) {
            Some(known) => known == digest,
            None => !self.is_any_late(parts_of(path).into_iter().chain(discovered(path)), limit),
        }) && dirs.all(|(dir, digest)| match before.undirected.get(dir) {
            Some(known) => known == digest,
            None => !self.is_any_late(tree_of_package(dir), limit),
        })
    }

    /// Was one of these written after `limit`? Of a directory that cargo writes in, too, only what lies there can tell.
    pub(super) fn is_any_late(
        &self,
        paths: impl IntoIterator<Item = PathBuf>,
        limit: u128,
    ) -> bool {
        let facts = &self.facts;
        let mut written = vec![&facts.target_dir, &facts.build_dir];
        written.extend(&facts.lockfiles);
        let is_cargos = |path: &Path| {
            let holds = || written.iter().any(|inner| inner.starts_with(path));
            facts.is_built(path)
                || facts.lockfiles.iter().any(|lockfile| lockfile == path)
                || (path.is_dir() && (holds() || path.join("Cargo.toml").exists()))
        };
        let mut paths = paths.into_iter().filter(|path| !is_cargos(path));
        paths.any(|path| Look::of(&path).is_some_and(|look| !look.is_before(limit)))
    }
}
