//! From cargo's messages, metadata and dep-info to [`Facts`].
//!
//! One unit for each artifact of a package whose source is a path. Where messages do not tell which of several
//! builds of a crate was linked, all of them are named.

use super::config::Config;
use super::dep_info::DepInfos;
use super::environment::{Toolchain, scrub};
use super::external::Externals;
use super::launch::runner;
use super::link::link;
use super::messages::Messages;
use super::metadata::{Resolved, is_local, kind_of};
use super::scripts::{ScriptRun, build_script, library_paths, runs};
use super::vendored::Vendored;
use super::{Workspace, manifest};
use crate::facts::{ANY_CFG, Facts, LocalPackage, MacroReads, TargetKind, Unit, UnitIndex};
use crate::fingerprint::Fingerprint;
use anyhow::{Context, Result};
use cargo_metadata::{Artifact, DependencyKind, Package, PackageId};
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::path::{Path, PathBuf};
use std::time::SystemTime;
use toml::Table;

/// What else is learnt on the way, for the build record.
#[derive(Debug, Default)]
pub struct Collected {
    /// Units that cargo did not compile, since they were fresh.
    pub fresh: BTreeSet<UnitIndex>,
    /// Is all that was built of the packages that are locked now?
    pub agreed: bool,
    /// The artifact that each unit is, by its place in the messages.
    pub artifacts: Vec<usize>,
    /// When rustc had read all files of each unit, if that can be told.
    pub read: Vec<Option<SystemTime>>,
    /// Does an external package lead back to a local one, so that facts hold digests of source?
    pub patched_back: bool,
    /// Packages that are edited in place, and that cargo does not compile again then.
    pub vendored: Vec<Vendored>,
    /// Every run of a build script.
    pub scripts: Vec<ScriptRun>,
    /// Search paths of native libraries that build scripts named, for starting programs.
    pub library_paths: Vec<PathBuf>,
}

/// Fills [`Facts`], but for what source held. What source of other packages says is kept in `cache`.
pub fn collect(
    workspace: &Workspace,
    toolchain: &Toolchain,
    messages: &Messages,
    resolved: &Resolved,
    cache: &Path,
) -> Result<(Facts, Collected)> {
    let workspace = &workspace.named_by(&resolved.metadata);
    let scrubbed = |text: &str| scrub(workspace, text);
    let lockfiles = workspace.lockfiles();
    let externals = Externals::of(resolved, messages, &lockfiles, &scrubbed, cache);
    let root = manifest::read(&workspace.root.join("Cargo.toml"));
    let mut collector = Collector {
        workspace,
        profiles: digest_of_profiles(&root, &workspace.config),
        root,
        messages,
        resolved,
        externals,
        ids: Vec::new(),
        found: Collected::default(),
    };
    let mut facts = Facts {
        workspace_root: workspace.root.clone(),
        target_dir: workspace.target_dir.clone(),
        build_dir: workspace.build_dir.clone(),
        lockfiles,
        units: Vec::new(),
        packages: Vec::new(),
        toolchain: toolchain.digest(&scrubbed, &runner(workspace, toolchain)),
        rustdoc: toolchain.rustdoc_digest(&scrubbed),
        target_cfgs: toolchain.cfgs.clone(),
        unknown_cfgs: BTreeSet::new(),
        sources: BTreeMap::new(),
        closed_bodies: toolchain.closes_bodies(),
        configured: workspace.config.env(),
    };
    if toolchain.cross {
        let custom = toolchain.custom_cfgs();
        facts
            .target_cfgs
            .retain(|cfg| !custom.contains(cfg.split('=').next().unwrap_or(cfg)));
        facts.unknown_cfgs = custom;
    }
    // Nobody tells what a wrapper sets.
    if toolchain.tools.opaque {
        facts.unknown_cfgs.insert(ANY_CFG.to_owned());
    }
    collector.packages(&mut facts)?;
    collector.units(&mut facts);
    link(&mut facts, resolved, &collector.ids);
    collector.patched(&mut facts);
    let ids: BTreeSet<_> = resolved.metadata.packages.iter().map(|it| &it.id).collect();
    let mut artifacts = messages.artifacts.iter();
    collector.found.agreed = artifacts.all(|artifact| ids.contains(&artifact.package_id));
    collector.found.library_paths = library_paths(workspace, messages);
    collector.found.vendored = Vendored::of(messages, resolved, collector.dep_infos());
    collector.found.scripts = runs(messages, resolved, &collector.ids);
    Ok((facts, collector.found))
}

struct Collector<'a> {
    workspace: &'a Workspace,
    /// The workspace's manifest.
    root: Table,
    /// Of all that is set of profiles.
    profiles: Fingerprint,
    messages: &'a Messages,
    resolved: &'a Resolved,
    externals: Externals<'a>,
    /// Package ids in the order of `Facts::packages`.
    ids: Vec<PackageId>,
    found: Collected,
}

/// What is set of any profile: cargo's messages show but the half of it, and not which profile it is.
fn digest_of_profiles(root: &Table, config: &Config) -> Fingerprint {
    let set = root.get("profile").map(ToString::to_string);
    let set = set.into_iter().chain(config.settings("profile"));
    let parts: Vec<String> = set.collect();
    Fingerprint::of_parts(parts.iter().map(String::as_bytes))
}

impl Collector<'_> {
    fn packages(&mut self, facts: &mut Facts) -> Result<()> {
        let built: BTreeSet<_> = self
            .messages
            .artifacts
            .iter()
            .map(|artifact| &artifact.package_id)
            .collect();
        let local = self
            .resolved
            .metadata
            .packages
            .iter()
            .filter(|p| is_local(p) && built.contains(&p.id));
        for package in local {
            let dir = package
                .manifest_path
                .parent()
                .context("a manifest lies in a directory")?;
            let mut external = BTreeMap::<String, BTreeSet<String>>::new();
            let mut build_external = BTreeSet::new();
            let foreign = self.externals.by_name(&package.id);
            for (name, dep) in self
                .resolved
                .deps(&package.id, |_| true)
                .into_iter()
                .filter(|(_, dep)| !is_local(dep))
            {
                external
                    .entry(name)
                    .or_default()
                    .extend(self.externals.closure(&dep.id));
            }
            for (_, dep) in self
                .resolved
                .deps(&package.id, |kind| kind == DependencyKind::Build)
            {
                build_external.extend(self.externals.closure(&dep.id));
            }
            let build_script = build_script(
                self.workspace,
                self.messages,
                package,
                &mut facts.unknown_cfgs,
            );
            self.ids.push(package.id.clone());
            facts.packages.push(LocalPackage {
                name: package.name.to_string(),
                version: package.version.to_string(),
                dir: dir.as_std_path().to_path_buf(),
                member: self
                    .resolved
                    .metadata
                    .workspace_members
                    .contains(&package.id),
                manifest: manifest::digest(package),
                external,
                foreign,
                build_external,
                targets: roots_of(package),
                build_script,
            });
        }
        Ok(())
    }

    fn units(&mut self, facts: &mut Facts) {
        let mut manifests = HashMap::new();
        let local = self.messages.artifacts.iter().enumerate();
        let local = local.filter_map(|(at, artifact)| {
            let package = self.ids.iter().position(|id| *id == artifact.package_id)?;
            Some((at, artifact, package, kind_of(&artifact.target)?))
        });
        let local: Vec<_> = local.collect();
        let artifacts = local.iter().map(|(_, artifact, package, _)| {
            let name = facts.packages[*package].name.as_str();
            (*artifact, name)
        });
        let matched = self.dep_infos().of_all(artifacts);
        for ((at, artifact, package, kind), matched) in local.into_iter().zip(matched) {
            let path = artifact.manifest_path.as_std_path();
            let table = manifests
                .entry(path)
                .or_insert_with(|| manifest::read(path));
            let section = section(kind);
            let harness = section
                .is_some_and(|section| manifest::harness(table, section, &artifact.target.name));
            let info = matched.read;
            let dir = facts.packages[package].dir.clone();
            let files = info
                .files
                .iter()
                .map(|file| self.absolute(file, &dir))
                .collect();
            if artifact.fresh {
                self.found.fresh.insert(facts.units.len());
            }
            self.found.artifacts.push(at);
            self.found.read.push(info.written);
            facts.units.push(Unit {
                package,
                target: artifact.target.name.clone(),
                crate_name: artifact.target.name.replace('-', "_"),
                kind,
                test: artifact.profile.test,
                harness,
                doctest: artifact.target.doctest && !artifact.profile.test,
                root: artifact.target.src_path.clone().into(),
                edition: artifact.target.edition.to_string(),
                features: artifact.features.iter().cloned().collect(),
                profile: self.profile(artifact),
                deps: BTreeMap::new(),
                external_deps: BTreeSet::new(),
                files,
                env: info.env,
                executable: artifact.executable.clone().map(Into::into),
                doubt: matched.doubt,
                macro_reads: MacroReads::default(),
            });
        }
    }

    fn dep_infos(&self) -> DepInfos<'_> {
        DepInfos {
            workspace_root: &self.workspace.root,
            target_dir: &self.workspace.target_dir,
            build_dir: &self.workspace.build_dir,
        }
    }

    /// rustc runs in the workspace's root for packages under it, else in the package's directory.
    fn absolute(&self, file: &Path, dir: &Path) -> PathBuf {
        let in_root = self.workspace.root.join(file);
        if file.is_absolute() || in_root.exists() {
            in_root
        } else {
            dir.join(file)
        }
    }

    fn profile(&self, artifact: &Artifact) -> String {
        let profile = &artifact.profile;
        let name = if profile.opt_level == "0" || profile.debug_assertions {
            "dev"
        } else {
            "release"
        };
        let panic = self
            .workspace
            .config
            .string(&["profile", name, "panic"])
            .or_else(|| manifest::panic_strategy(&self.root, name));
        // Tests are always built to unwind.
        let panic = panic
            .filter(|_| !profile.test)
            .unwrap_or_else(|| "unwind".to_string());
        format!(
            "opt-level={} debug-assertions={} overflow-checks={} test={} panic={panic} debuginfo={:?} others={}",
            profile.opt_level,
            profile.debug_assertions,
            profile.overflow_checks,
            profile.test,
            profile.debuginfo,
            self.profiles.to_hex()
        )
    }

    /// A registry package can come to depend on a local one by `[patch]`: then its line carries that package's source.
    fn patched(&mut self, facts: &mut Facts) {
        for at in 0..facts.packages.len() {
            for (name, dep) in self
                .resolved
                .deps(&self.ids[at], |_| true)
                .into_iter()
                .filter(|(_, dep)| !is_local(dep))
            {
                for local in self.externals.locals(&dep.id) {
                    let Some(index) = self.ids.iter().position(|id| *id == local) else {
                        continue;
                    };
                    self.found.patched_back = true;
                    let files: BTreeSet<_> = facts
                        .units
                        .iter()
                        .filter(|unit| unit.package == index)
                        .flat_map(|unit| &unit.files)
                        .collect();
                    let contents: Vec<_> = files
                        .into_iter()
                        .map(|file| std::fs::read(file).unwrap_or_default())
                        .collect();
                    let digest = Fingerprint::of_parts(contents.iter().map(Vec::as_slice));
                    let line = format!(
                        "{} {} source:{digest}",
                        facts.packages[index].name, facts.packages[index].version
                    );
                    facts.packages[at]
                        .external
                        .entry(name.clone())
                        .or_default()
                        .insert(line);
                }
            }
        }
    }
}

/// The crate roots of a package's targets.
fn roots_of(package: &Package) -> BTreeSet<PathBuf> {
    let targets = package.targets.iter();
    targets
        .map(|target| target.src_path.clone().into())
        .collect()
}

fn section(kind: TargetKind) -> Option<&'static str> {
    Some(match kind {
        TargetKind::Lib | TargetKind::ProcMacro => "lib",
        TargetKind::Bin => "bin",
        TargetKind::Test => "test",
        TargetKind::Example => "example",
        TargetKind::Bench => "bench",
        TargetKind::BuildScript => return None,
    })
}
