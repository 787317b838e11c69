//! Registry and git packages: what a dependency edge can reach of them, as exact as the lockfile has it.

use super::config::is_unpacked;
use super::foreign;
use super::messages::Messages;
use super::metadata::{Resolved, is_local};
use crate::facts::{Foreign, Named};
use crate::fingerprint::Fingerprint;
use crate::tracked::digest_tree;
use cargo_metadata::{Artifact, DependencyKind, Package, PackageId, Target};
use rayon::prelude::*;
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::path::{Path, PathBuf};

/// One line for each external package, with all that can change its behaviour.
#[derive(Debug)]
pub struct Externals<'a> {
    resolved: &'a Resolved,
    lines: HashMap<&'a PackageId, String>,
    closures: std::cell::RefCell<HashMap<&'a PackageId, BTreeSet<&'a PackageId>>>,
    /// What the source of each says that can be linked with a local package.
    scanned: HashMap<&'a PackageId, Foreign>,
}

impl<'a> Externals<'a> {
    /// Describes every external package by lockfile, features and profile as built, and build-script output.
    pub fn of(
        resolved: &'a Resolved,
        messages: &Messages,
        lockfiles: &[PathBuf],
        scrub: &dyn Fn(&str) -> String,
        cache: &Path,
    ) -> Self {
        let locked = checksums(lockfiles);
        let scanned = scanned(resolved, &locked, cache);
        let mut built = HashMap::<&PackageId, BTreeSet<String>>::new();
        for artifact in &messages.artifacts {
            built
                .entry(&artifact.package_id)
                .or_default()
                .insert(as_built(artifact));
        }
        for script in &messages.scripts {
            let said = format!("{:?}{:?}{:?}", script.cfgs, script.env, script.linked_libs);
            built
                .entry(&script.package_id)
                .or_default()
                .insert(scrub(&said));
        }
        let external = resolved
            .metadata
            .packages
            .iter()
            .filter(|package| !is_local(package));
        let line = |package: &Package| {
            let version = package.version.to_string();
            let source = package
                .source
                .as_ref()
                .map(|source| source.repr.clone())
                .unwrap_or_default();
            let key = (package.name.to_string(), version, source);
            let exact = locked.get(&key).unwrap_or(&key.2);
            let built = built
                .get(&package.id)
                .into_iter()
                .flatten()
                .cloned()
                .collect::<Vec<_>>()
                .join(" ");
            let files = package
                .manifest_path
                .parent()
                .and_then(|dir| files_of(dir.as_std_path()));
            let files = files.unwrap_or_default();
            format!("{} {} {exact} {built}{files}", key.0, key.1)
                .trim_end()
                .to_string()
        };
        let lines = external
            .map(|package| (&package.id, line(package)))
            .collect();
        Self {
            resolved,
            lines,
            closures: std::cell::RefCell::default(),
            scanned,
        }
    }

    /// Everything external that the external package `id` can reach, itself included.
    pub fn closure(&self, id: &PackageId) -> BTreeSet<String> {
        self.reach(id)
            .into_iter()
            .filter_map(|id| self.lines.get(id).cloned())
            .collect()
    }

    /// What the source of the external package `id`, and of all that it is linked with, says of the world.
    pub fn foreign(&self, id: &PackageId) -> Foreign {
        let linked = linked(self.resolved, [id]);
        let unknown = Foreign::unknown();
        let of = |id: &&PackageId| self.scanned.get(*id).unwrap_or(&unknown);
        let external = linked.iter().filter(|id| self.lines.contains_key(**id));
        let mut found = Foreign::together(&external.map(of));
        let direct = self.resolved.package(id);
        found.starts |= direct.is_none_or(foreign::lends);
        if found.named == Named::ByOthers && linked.iter().any(|id| self.composes(id)) {
            found.named = Named::ByAnything;
        }
        found
    }

    /// The same for each external package that the local package `id` can name, by extern name.
    pub fn by_name(&self, id: &PackageId) -> BTreeMap<String, Foreign> {
        let mut found = BTreeMap::<String, Foreign>::new();
        let deps = self.resolved.deps(id, |kind| kind != DependencyKind::Build);
        for (name, dep) in deps.into_iter().filter(|(_, dep)| !is_local(dep)) {
            let slot = found.entry(name).or_default();
            let both = [std::mem::take(slot), self.foreign(&dep.id)];
            *slot = Foreign::together(&both.iter());
        }
        found
    }

    /// Does a package take names from its users, who may give them to macros of its own? Such macros make names from others.
    fn composes(&self, id: &PackageId) -> bool {
        let is_macro = |package: &Package| package.targets.iter().any(Target::is_proc_macro);
        let takes = self
            .scanned
            .get(id)
            .is_some_and(|one| one.named == Named::ByOthers);
        let deps = || {
            self.resolved
                .deps(id, |kind| kind == DependencyKind::Normal)
        };
        let known = self
            .resolved
            .package(id)
            .is_some_and(foreign::takes_literals);
        takes && !known && deps().iter().any(|(_, package)| is_macro(package))
    }

    /// Local packages that external ones lead to from `id` (by `[patch]`).
    pub fn locals(&self, id: &PackageId) -> BTreeSet<PackageId> {
        self.reach(id)
            .into_iter()
            .filter(|id| !self.lines.contains_key(id))
            .cloned()
            .collect()
    }

    fn reach(&self, id: &PackageId) -> BTreeSet<&'a PackageId> {
        let Some(start) = self.resolved.package(id).map(|package| &package.id) else {
            return BTreeSet::new();
        };
        if let Some(known) = self.closures.borrow().get(start) {
            return known.clone();
        }
        let mut seen = BTreeSet::from([start]);
        let mut open = vec![start];
        while let Some(id) = open.pop() {
            for (_, package) in self
                .resolved
                .deps(id, |kind| kind != DependencyKind::Development)
            {
                if seen.insert(&package.id) {
                    open.push(&package.id);
                }
            }
        }
        self.closures.borrow_mut().insert(start, seen.clone());
        seen
    }
}

/// What the source of each external package says that a local one may be linked with.
fn scanned<'a>(
    resolved: &'a Resolved,
    locked: &BTreeMap<(String, String, String), String>,
    cache: &Path,
) -> HashMap<&'a PackageId, Foreign> {
    let packages = || resolved.metadata.packages.iter();
    let local = packages().filter(|package| is_local(package));
    let direct =
        local.flat_map(|package| resolved.deps(&package.id, |kind| kind != DependencyKind::Build));
    let linked = linked(resolved, direct.map(|(_, package)| &package.id));
    let external = packages().filter(|package| !is_local(package) && linked.contains(&package.id));
    let external: Vec<_> = external.collect();
    let found = external.into_par_iter().map(|package| {
        let source = package
            .source
            .as_ref()
            .map(|source| source.repr.clone())
            .unwrap_or_default();
        let key = (
            package.name.to_string(),
            package.version.to_string(),
            source,
        );
        let revision = key
            .2
            .starts_with("git+")
            .then_some(&key.2)
            .filter(|source| source.contains('#'));
        let exact = locked.get(&key).or(revision).map(String::as_str);
        let found = foreign::of_package(package, exact, cache);
        let features = resolved.node(&package.id).map(|node| {
            node.features
                .iter()
                .map(ToString::to_string)
                .collect::<Vec<_>>()
        });
        (
            &package.id,
            foreign::adjusted(found, package, &features.unwrap_or_default()),
        )
    });
    found.collect()
}

/// All that these are linked with, themselves included.
fn linked<'a, 'i>(
    resolved: &'a Resolved,
    ids: impl IntoIterator<Item = &'i PackageId>,
) -> BTreeSet<&'a PackageId> {
    let ids = ids.into_iter().filter_map(|id| resolved.package(id));
    let mut open: Vec<_> = ids.map(|package| &package.id).collect();
    let mut seen: BTreeSet<_> = open.iter().copied().collect();
    while let Some(id) = open.pop() {
        for (_, package) in resolved.deps(id, |kind| kind == DependencyKind::Normal) {
            if seen.insert(&package.id) {
                open.push(&package.id);
            }
        }
    }
    seen
}

/// What the files of a package hold that its version does not tell, since cargo did not unpack it itself.
fn files_of(dir: &Path) -> Option<String> {
    let files = (!is_unpacked(dir)).then(|| digest_tree(dir, None))?;
    let parts: Vec<_> = files
        .iter()
        .map(|(name, digest)| [name.as_bytes(), &digest.0].concat())
        .collect();
    let digest = Fingerprint::of_parts(parts.iter().map(Vec::as_slice));
    Some(format!(" files:{digest}"))
}

fn as_built(artifact: &Artifact) -> String {
    let mut features = artifact.features.clone();
    features.sort();
    let profile = &artifact.profile;
    format!(
        "[{}]{}/{}/{}",
        features.join(","),
        profile.opt_level,
        profile.debug_assertions,
        profile.overflow_checks
    )
}

/// Checksums, or sources where there are none, by name, version and source.
fn checksums(lockfiles: &[PathBuf]) -> BTreeMap<(String, String, String), String> {
    let locks = lockfiles.iter().map(|path| super::manifest::read(path));
    let packages = locks.flat_map(|lock| {
        let packages = lock.get("package").and_then(|packages| packages.as_array());
        packages.cloned().unwrap_or_default()
    });
    let mut found = BTreeMap::new();
    for package in packages {
        let field = |key: &str| {
            package
                .get(key)
                .and_then(|v| v.as_str())
                .unwrap_or_default()
                .to_string()
        };
        if let Some(checksum) = package.get("checksum").and_then(|v| v.as_str()) {
            found.insert(
                (field("name"), field("version"), field("source")),
                checksum.to_string(),
            );
        }
    }
    found
}
