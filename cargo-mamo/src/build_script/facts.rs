//! What a build script can know of the build that it is part of.
//!
//! The package's own features and the target are told; of other packages only what their manifests say. What is not known
//! to be set may be set, so that more is followed and never less.

use super::Given;
use crate::cargo::link::link;
use crate::cargo::manifest;
use crate::cargo::messages::Messages;
use crate::cargo::metadata::{Resolved, is_local, kind_of};
use crate::cargo::{self, external::Externals};
use crate::facts::{ANY_CFG, BuildScript, Facts, LocalPackage, MacroReads, TargetKind, Unit};
use crate::fingerprint::Fingerprint;
use crate::tracked::digest_tree;
use anyhow::{Context, Result, bail};
use cargo_metadata::{DependencyKind, Package, PackageId, Target};
use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;

/// The facts of the package, and of those from paths that it is linked with.
pub(super) fn of(given: &Given, resolved: &Resolved) -> Result<Facts> {
    let metadata = &resolved.metadata;
    let own = own(given, resolved)?;
    let root = metadata.workspace_root.as_std_path().to_path_buf();
    let messages = Messages::default();
    let lockfiles = super::lockfiles(given, &root);
    let as_it_is = |text: &str| text.to_owned();
    let collector = Collector {
        given,
        resolved,
        own,
        externals: Externals::of(
            resolved,
            &messages,
            &lockfiles,
            &as_it_is,
            &given.own.join("foreign"),
        ),
        ids: local(resolved, &own.id).into_iter().cloned().collect(),
    };
    let mut facts = Facts {
        workspace_root: root,
        target_dir: metadata.target_directory.as_std_path().to_path_buf(),
        build_dir: metadata
            .build_directory
            .as_ref()
            .unwrap_or(&metadata.target_directory)
            .into(),
        lockfiles,
        units: Vec::new(),
        packages: Vec::new(),
        toolchain: toolchain()?,
        rustdoc: Fingerprint::NONE,
        target_cfgs: target_cfgs(),
        unknown_cfgs: [ANY_CFG.to_owned()].into(),
        sources: BTreeMap::new(),
        closed_bodies: false,
        configured: BTreeMap::new(),
    };
    collector.packages(&mut facts)?;
    collector.units(&mut facts);
    link(&mut facts, resolved, &collector.ids);
    Ok(facts)
}

/// Names of the other packages that the package is compiled with: their build scripts can decide on what it does.
pub(super) fn behind(given: &Given, resolved: &Resolved) -> Result<BTreeSet<String>> {
    let own = own(given, resolved)?;
    let (mut seen, mut open) = (BTreeSet::from([&own.id]), vec![&own.id]);
    while let Some(id) = open.pop() {
        for (_, dep) in resolved.deps(id, |kind| counts(kind, id == &own.id)) {
            if seen.insert(&dep.id) {
                open.push(&dep.id);
            }
        }
    }
    seen.remove(&own.id);
    let packages = seen.into_iter().filter_map(|id| resolved.package(id));
    Ok(packages.map(|package| package.name.to_string()).collect())
}

/// The package whose build script this is.
fn own<'r>(given: &Given, resolved: &'r Resolved) -> Result<&'r Package> {
    let manifest = given.package.join("Cargo.toml");
    let mut packages = resolved.metadata.packages.iter();
    let own = packages.find(|package| package.manifest_path.as_std_path() == manifest);
    own.with_context(|| {
        format!(
            "`cargo metadata` does not speak of `{}`",
            manifest.display()
        )
    })
}

/// The package and those from paths that it can be linked with, in its tests too.
fn local<'r>(resolved: &'r Resolved, own: &'r PackageId) -> Vec<&'r PackageId> {
    let mut found = vec![own];
    let mut at = 0;
    while let Some(id) = found.get(at).copied() {
        at += 1;
        let deps = resolved.deps(id, |kind| counts(kind, id == own));
        for (_, dep) in deps.into_iter().filter(|(_, dep)| is_local(dep)) {
            if !found.contains(&&dep.id) {
                found.push(&dep.id);
            }
        }
    }
    found
}

/// Is a dependency of this kind linked? Those for development only with the package that is built.
fn counts(kind: DependencyKind, own: bool) -> bool {
    kind == DependencyKind::Normal || (own && kind == DependencyKind::Development)
}

struct Collector<'a> {
    given: &'a Given,
    resolved: &'a Resolved,
    own: &'a Package,
    externals: Externals<'a>,
    /// In the order of [`Facts::packages`].
    ids: Vec<PackageId>,
}

impl Collector<'_> {
    fn packages(&self, facts: &mut Facts) -> Result<()> {
        for id in &self.ids {
            let package = self
                .resolved
                .package(id)
                .context("a dependency is a package")?;
            let dir = package
                .manifest_path
                .parent()
                .context("a manifest lies in a directory")?;
            let mut external = BTreeMap::<String, BTreeSet<String>>::new();
            for (name, dep) in self.resolved.deps(id, |_| true) {
                if is_local(dep) {
                    continue;
                }
                if !self.externals.locals(&dep.id).is_empty() {
                    bail!("`{name}` leads back to a package of this workspace by `[patch]`");
                }
                external
                    .entry(name)
                    .or_default()
                    .extend(self.externals.closure(&dep.id));
            }
            facts.packages.push(LocalPackage {
                name: package.name.to_string(),
                version: package.version.to_string(),
                dir: dir.as_std_path().to_path_buf(),
                member: self.resolved.metadata.workspace_members.contains(id),
                manifest: manifest::digest(package),
                external,
                foreign: self.externals.by_name(id),
                build_external: BTreeSet::new(),
                targets: self.targets(package),
                build_script: (*id == self.own.id).then(|| self.own_script()),
            });
        }
        Ok(())
    }

    /// The crate roots of the package itself; of others only libraries are looked at.
    fn targets(&self, package: &Package) -> BTreeSet<PathBuf> {
        let own = package.targets.iter().filter(|_| package.id == self.own.id);
        own.map(|target| target.src_path.clone().into()).collect()
    }

    /// What this very build script made. What it said, the macros read.
    fn own_script(&self) -> BuildScript {
        BuildScript {
            out_dir: Some(self.given.out_dir.clone()),
            out_files: digest_tree(&self.given.out_dir, Some(&self.given.own)),
            ..BuildScript::default()
        }
    }

    /// Every way that a target of the package may be compiled, and the libraries of the others.
    fn units(&self, facts: &mut Facts) {
        for (package, id) in self.ids.iter().enumerate() {
            let own = *id == self.own.id;
            let targets = self
                .resolved
                .package(id)
                .into_iter()
                .flat_map(|found| &found.targets);
            for target in targets {
                let Some(kind) = kind_of(target) else {
                    continue;
                };
                let plain = !matches!(kind, TargetKind::Test | TargetKind::Bench);
                let library = matches!(kind, TargetKind::Lib | TargetKind::ProcMacro);
                let ways = [(plain && (own || library), false), (own, true)];
                for (_, test) in ways.into_iter().filter(|(wanted, _)| *wanted) {
                    facts
                        .units
                        .push(self.unit(package, own, (target, kind), test));
                }
            }
        }
    }

    fn unit(
        &self,
        package: usize,
        own: bool,
        (target, kind): (&Target, TargetKind),
        test: bool,
    ) -> Unit {
        Unit {
            package,
            target: target.name.clone(),
            crate_name: target.name.replace('-', "_"),
            kind,
            test,
            harness: true,
            doctest: false,
            root: target.src_path.clone().into(),
            edition: target.edition.to_string(),
            features: if own {
                self.features()
            } else {
                BTreeSet::new()
            },
            profile: "as compiled".to_owned(),
            deps: BTreeMap::new(),
            external_deps: BTreeSet::new(),
            files: BTreeSet::new(),
            env: variables(own),
            executable: None,
            doubt: None,
            macro_reads: MacroReads::default(),
        }
    }

    /// The features of the package that are on.
    fn features(&self) -> BTreeSet<String> {
        let is_on = |feature: &&String| {
            let name = feature.to_uppercase().replace('-', "_");
            std::env::var_os(format!("CARGO_FEATURE_{name}")).is_some()
        };
        self.own.features.keys().filter(is_on).cloned().collect()
    }
}

/// The compiler. Its flags and target are part of how a function is compiled, which the macros tell.
fn toolchain() -> Result<Fingerprint> {
    let version = cargo::version_of(&super::path_in("RUSTC")?)?;
    Ok(Fingerprint::of(version.as_bytes()))
}

/// The target's cfgs, from `CARGO_CFG_*`.
fn target_cfgs() -> BTreeSet<String> {
    let mut cfgs = BTreeSet::new();
    for (name, value) in std::env::vars_os() {
        let name = name.to_string_lossy();
        let Some(name) = name
            .strip_prefix("CARGO_CFG_")
            .filter(|name| *name != "FEATURE")
        else {
            continue;
        };
        let (name, value) = (name.to_lowercase(), value.to_string_lossy());
        if value.is_empty() {
            cfgs.insert(name);
            continue;
        }
        cfgs.extend(value.split(',').map(|value| format!("{name}=\"{value}\"")));
    }
    cfgs
}

/// Variables that `env!` may read: those of this process; of another package none of cargo's own.
fn variables(own: bool) -> BTreeMap<String, Option<String>> {
    let all = std::env::vars_os()
        .filter_map(|(name, value)| Some((name.into_string().ok()?, value.into_string().ok()?)));
    let of_package = |name: &str| name.starts_with("CARGO_") || name == "OUT_DIR";
    all.filter(|(name, _)| own || !of_package(name))
        .map(|(name, value)| (name, Some(value)))
        .collect()
}
