//! Packages of registries that lie where their user can edit them.
//!
//! Cargo knows them by their version, and does not compile again what was edited. So their files count besides; and where one
//! may have been written after rustc read it, what links it was made of something else.

use super::config::is_unpacked;
use super::dep_info::DepInfos;
use super::messages::Messages;
use super::metadata::{Resolved, is_local, kind_of};
use crate::cargo::record::tree;
use crate::look::Look;
use std::path::PathBuf;
use std::time::UNIX_EPOCH;

/// A package that was built, and that cargo did not unpack itself.
#[derive(Clone, Debug)]
pub struct Vendored {
    /// Its name.
    pub name: String,
    /// How the line begins that [describes](super::external::Externals) it.
    pub line: String,
    /// Its directory.
    pub dir: PathBuf,
    /// When rustc began to write what it had read for the first of its targets (nanoseconds since 1970); `None` if that is not
    /// certain.
    pub read: Option<u128>,
    /// Did cargo leave one of its targets as it was?
    pub fresh: bool,
}

impl Vendored {
    /// Those of a build.
    pub fn of(messages: &Messages, resolved: &Resolved, dep_infos: DepInfos<'_>) -> Vec<Self> {
        let packages = resolved.metadata.packages.iter();
        let external = packages.filter(|package| !is_local(package));
        let found = external.filter_map(|package| {
            let dir = package.manifest_path.parent()?.as_std_path();
            let artifacts = messages.artifacts.iter();
            let own = artifacts.filter(|artifact| {
                artifact.package_id == package.id && kind_of(&artifact.target).is_some()
            });
            let own: Vec<_> = own.filter(|_| !is_unpacked(dir)).collect();
            let names = own
                .iter()
                .map(|artifact| (*artifact, package.name.as_str()));
            let matched = dep_infos.of_all(names).into_iter();
            let read = matched.map(|matched| {
                let written = matched.read.written.filter(|_| matched.doubt.is_none())?;
                Some(written.duration_since(UNIX_EPOCH).ok()?.as_nanos())
            });
            let read: Option<Vec<_>> = read.collect();
            (!own.is_empty()).then(|| Self {
                name: package.name.to_string(),
                line: format!("{} {} ", package.name, package.version),
                dir: dir.to_path_buf(),
                read: read.and_then(|read| read.into_iter().min()),
                fresh: own.iter().any(|artifact| artifact.fresh),
            })
        });
        found.collect()
    }

    /// Is it certain that nothing in it was written since it was compiled?
    pub fn is_as_built(&self) -> bool {
        let is_before = |path: &PathBuf| {
            let look = Look::of(path);
            matches!((look, self.read), (Some(look), Some(read)) if look.is_before(read))
        };
        tree(&self.dir).iter().all(is_before)
    }
}
