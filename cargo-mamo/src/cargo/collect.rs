//! From cargo's messages, metadata and dep-info to [`Facts`].
//!
//! One unit for each artifact of a package whose source is a path. Where messages do not tell which of several
//! builds of a crate was linked, all of them are named.

use super::build::Messages;
use super::dep_info::DepInfo;
use super::environment::{Toolchain, scrub};
use super::external::Externals;
use super::metadata::{Resolved, is_local};
use super::{Workspace, manifest};
use crate::facts::{BuildScript, Facts, LocalPackage, TargetKind, Unit, UnitIndex};
use crate::fingerprint::Fingerprint;
use anyhow::{Context, Result};
use cargo_metadata::{Artifact, DependencyKind, Package, PackageId};
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::path::{Path, PathBuf};

/// What else is learnt on the way, for the build record.
#[derive(Debug, Default)]
pub struct Collected {
    /// Units that cargo did not compile, since they were fresh.
    pub fresh: BTreeSet<UnitIndex>,
    /// Does an external package lead back to a local one, so that facts hold digests of source?
    pub patched_back: bool,
    /// Search paths of native libraries that build scripts named, for starting programs.
    pub library_paths: Vec<PathBuf>,
}

/// Fills [`Facts`].
pub fn collect(
    workspace: &Workspace,
    toolchain: &Toolchain,
    messages: &Messages,
    resolved: &Resolved,
) -> Result<(Facts, Collected)> {
    let scrubbed = |text: &str| scrub(workspace, text);
    let externals = Externals::of(resolved, messages, &workspace.root, &scrubbed);
    let mut collector = Collector {
        workspace,
        messages,
        resolved,
        externals,
        ids: Vec::new(),
        found: Collected::default(),
    };
    let mut facts = Facts {
        workspace_root: workspace.root.clone(),
        target_dir: workspace.target_dir.clone(),
        units: Vec::new(),
        packages: Vec::new(),
        toolchain: toolchain.digest(&scrubbed),
        target_cfgs: toolchain.cfgs.clone(),
        unknown_cfgs: BTreeSet::new(),
    };
    if toolchain.cross {
        let custom = toolchain.custom_cfgs();
        facts
            .target_cfgs
            .retain(|cfg| !custom.contains(cfg.split('=').next().unwrap_or(cfg)));
        facts.unknown_cfgs = custom;
    }
    collector.packages(&mut facts)?;
    collector.units(&mut facts)?;
    collector.link(&mut facts);
    collector.patched(&mut facts);
    Ok((facts, collector.found))
}

struct Collector<'a> {
    workspace: &'a Workspace,
    messages: &'a Messages,
    resolved: &'a Resolved,
    externals: Externals<'a>,
    /// Package ids in the order of `Facts::packages`.
    ids: Vec<PackageId>,
    found: Collected,
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
            let build_script = self.build_script(package, facts)?;
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
                build_external,
                build_script,
            });
        }
        Ok(())
    }

    /// What the package's build script said. If it ran several times with different answers, cfgs that are not in all
    /// of them are unknown, and everything else is counted together.
    fn build_script(
        &mut self,
        package: &Package,
        facts: &mut Facts,
    ) -> Result<Option<BuildScript>> {
        let runs: Vec<_> = self
            .messages
            .scripts
            .iter()
            .filter(|script| script.package_id == package.id)
            .collect();
        let Some(first) = runs.first() else {
            return Ok(None);
        };
        let mut script = BuildScript {
            out_dir: Some(first.out_dir.clone().into()),
            ..BuildScript::default()
        };
        for (n, run) in runs.iter().enumerate() {
            for cfg in &run.cfgs {
                if runs.iter().all(|other| other.cfgs.contains(cfg)) {
                    script.cfgs.push(cfg.clone());
                } else {
                    facts
                        .unknown_cfgs
                        .insert(cfg.split('=').next().unwrap_or(cfg).to_string());
                }
            }
            script.env.extend(run.env.iter().cloned());
            let links = run
                .linked_libs
                .iter()
                .map(|l| l.as_str())
                .chain(run.linked_paths.iter().map(|p| p.as_str()));
            script
                .links
                .extend(links.map(|link| scrub(self.workspace, link)));
            let prefix = if n == 0 {
                String::new()
            } else {
                format!("#{n}/")
            };
            for (name, digest) in digest_tree(run.out_dir.as_std_path())? {
                script.out_files.insert(format!("{prefix}{name}"), digest);
            }
        }
        script.cfgs.sort();
        script.cfgs.dedup();
        script.env.sort();
        script.env.dedup();
        script.links.sort();
        script.links.dedup();
        for path in self
            .messages
            .scripts
            .iter()
            .flat_map(|script| &script.linked_paths)
        {
            let path = path
                .as_str()
                .split_once('=')
                .map_or(path.as_str(), |(_, path)| path);
            let path = PathBuf::from(path);
            if path.starts_with(&self.workspace.target_dir)
                && !self.found.library_paths.contains(&path)
            {
                self.found.library_paths.push(path);
            }
        }
        Ok(Some(script))
    }

    fn units(&mut self, facts: &mut Facts) -> Result<()> {
        let mut manifests = HashMap::new();
        for artifact in &self.messages.artifacts {
            let Some(package) = self.ids.iter().position(|id| *id == artifact.package_id) else {
                continue;
            };
            let Some(kind) = kind_of(artifact) else {
                continue;
            };
            let path = artifact.manifest_path.as_std_path();
            let table = manifests
                .entry(path)
                .or_insert_with(|| manifest::read(path));
            let section = section(kind);
            let harness = section
                .is_some_and(|section| manifest::harness(table, section, &artifact.target.name));
            let info = dep_info_of(artifact)?;
            let dir = facts.packages[package].dir.clone();
            let files = info
                .files
                .iter()
                .map(|file| self.absolute(file, &dir))
                .collect();
            if artifact.fresh {
                self.found.fresh.insert(facts.units.len());
            }
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
            });
        }
        Ok(())
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
        let root = manifest::read(&self.workspace.root.join("Cargo.toml"));
        let name = if profile.opt_level == "0" || profile.debug_assertions {
            "dev"
        } else {
            "release"
        };
        let panic = self
            .workspace
            .config
            .string(&["profile", name, "panic"])
            .or_else(|| manifest::panic_strategy(&root, name));
        // Tests are always built to unwind.
        let panic = panic
            .filter(|_| !profile.test)
            .unwrap_or_else(|| "unwind".to_string());
        format!(
            "opt-level={} debug-assertions={} overflow-checks={} test={} panic={panic}",
            profile.opt_level, profile.debug_assertions, profile.overflow_checks, profile.test
        )
    }

    fn link(&self, facts: &mut Facts) {
        let mut libraries = HashMap::<&PackageId, Vec<UnitIndex>>::new();
        for (index, unit) in facts.units.iter().enumerate() {
            if matches!(unit.kind, TargetKind::Lib | TargetKind::ProcMacro) && !unit.test {
                libraries
                    .entry(&self.ids[unit.package])
                    .or_default()
                    .push(index);
            }
        }
        let linked: Vec<_> = facts
            .units
            .iter()
            .map(|unit| self.linked(unit, &libraries, facts))
            .collect();
        for (unit, (deps, external)) in facts.units.iter_mut().zip(linked) {
            unit.deps = deps;
            unit.external_deps = external;
        }
    }

    fn linked(
        &self,
        unit: &Unit,
        libraries: &HashMap<&PackageId, Vec<UnitIndex>>,
        facts: &Facts,
    ) -> (BTreeMap<String, Vec<UnitIndex>>, BTreeSet<String>) {
        let id = &self.ids[unit.package];
        let development = unit.test
            || matches!(
                unit.kind,
                TargetKind::Test | TargetKind::Example | TargetKind::Bench
            );
        let wanted = |kind| match (unit.kind, kind) {
            (TargetKind::BuildScript, kind) => kind == DependencyKind::Build,
            (_, DependencyKind::Normal) => true,
            (_, DependencyKind::Development) => development,
            _ => false,
        };
        let mut deps = BTreeMap::<String, Vec<UnitIndex>>::new();
        let mut external = BTreeSet::new();
        for (name, package) in self.resolved.deps(id, wanted) {
            if is_local(package) {
                deps.entry(name)
                    .or_default()
                    .extend(libraries.get(&package.id).into_iter().flatten());
            } else {
                external.insert(name);
            }
        }
        let sees_own = !matches!(
            unit.kind,
            TargetKind::Lib | TargetKind::ProcMacro | TargetKind::BuildScript
        );
        for &own in libraries.get(id).into_iter().flatten().filter(|_| sees_own) {
            deps.entry(facts.units[own].crate_name.clone())
                .or_default()
                .push(own);
        }
        (deps, external)
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

fn kind_of(artifact: &Artifact) -> Option<TargetKind> {
    use cargo_metadata::TargetKind as Theirs;
    artifact.target.kind.iter().find_map(|kind| {
        Some(match kind {
            Theirs::Lib | Theirs::RLib | Theirs::DyLib | Theirs::CDyLib | Theirs::StaticLib => {
                TargetKind::Lib
            }
            Theirs::ProcMacro => TargetKind::ProcMacro,
            Theirs::Bin => TargetKind::Bin,
            Theirs::Test => TargetKind::Test,
            Theirs::Example => TargetKind::Example,
            Theirs::Bench => TargetKind::Bench,
            Theirs::CustomBuild => TargetKind::BuildScript,
            _ => return None,
        })
    })
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

/// The dep-info of the compilation that made an artifact. Programs are hard-linked (or copied) out of the directory
/// that holds it; then the original is found by being the same file, else all that could be it count.
fn dep_info_of(artifact: &Artifact) -> Result<DepInfo> {
    let crate_name = artifact.target.name.replace('-', "_");
    let files: Vec<&Path> = artifact
        .filenames
        .iter()
        .map(|file| file.as_std_path())
        .collect();
    for file in &files {
        let stem = file
            .file_stem()
            .map(|stem| stem.to_string_lossy().into_owned())
            .unwrap_or_default();
        for stem in [stem.as_str(), stem.strip_prefix("lib").unwrap_or(&stem)] {
            let path = file.with_file_name(format!("{stem}.d"));
            if hashed(stem, &crate_name) && path.exists() {
                return DepInfo::read(&path).with_context(|| format!("read `{}`", path.display()));
            }
        }
    }
    let dirs: BTreeSet<_> = files
        .iter()
        .filter_map(|file| file.parent())
        .flat_map(|dir| [dir.to_path_buf(), dir.join("deps")])
        .collect();
    let mut candidates = Vec::new();
    for entry in dirs
        .iter()
        .filter_map(|dir| std::fs::read_dir(dir).ok())
        .flatten()
        .flatten()
    {
        let path = entry.path();
        let stem = path
            .file_stem()
            .map(|stem| stem.to_string_lossy().into_owned())
            .unwrap_or_default();
        if hashed(stem.strip_prefix("lib").unwrap_or(&stem), &crate_name) {
            candidates.push(path);
        }
    }
    let same = candidates
        .iter()
        .find(|path| files.iter().any(|file| is_same(file, path)));
    let chosen: Vec<PathBuf> = match same {
        Some(path) => {
            let stem = path
                .file_stem()
                .map(|stem| stem.to_string_lossy().into_owned())
                .unwrap_or_default();
            vec![path.with_file_name(format!("{}.d", stem.strip_prefix("lib").unwrap_or(&stem)))]
        }
        None => candidates
            .into_iter()
            .filter(|path| path.extension().is_some_and(|e| e == "d"))
            .collect(),
    };
    let mut all = DepInfo::default();
    for path in &chosen {
        let one = DepInfo::read(path).with_context(|| format!("read `{}`", path.display()))?;
        all.files.extend(one.files);
        all.env.extend(one.env);
    }
    anyhow::ensure!(
        !all.files.is_empty(),
        "cannot find the dep-info of `{}`",
        artifact.target.name
    );
    Ok(all)
}

/// Is `stem` the crate's name and cargo's hash?
fn hashed(stem: &str, crate_name: &str) -> bool {
    let hash = stem
        .strip_prefix(crate_name)
        .and_then(|rest| rest.strip_prefix('-'));
    hash.is_some_and(|hash| hash.len() == 16 && hash.bytes().all(|b| b.is_ascii_hexdigit()))
}

fn is_same(a: &Path, b: &Path) -> bool {
    let (Ok(a), Ok(b)) = (a.metadata(), b.metadata()) else {
        return false;
    };
    #[cfg(unix)]
    {
        use std::os::unix::fs::MetadataExt;
        if (a.dev(), a.ino()) == (b.dev(), b.ino()) {
            return true;
        }
    }
    a.len() == b.len() && a.modified().ok() == b.modified().ok()
}

/// Every file under `dir`: relative path and digest.
pub fn digest_tree(dir: &Path) -> Result<BTreeMap<String, Fingerprint>> {
    let mut found = BTreeMap::new();
    let mut open = vec![dir.to_path_buf()];
    while let Some(at) = open.pop() {
        let Ok(read) = std::fs::read_dir(&at) else {
            continue;
        };
        for path in read.flatten().map(|entry| entry.path()) {
            if path.is_dir() && !path.is_symlink() {
                open.push(path);
            } else if let Ok(bytes) = std::fs::read(&path) {
                let name = path
                    .strip_prefix(dir)
                    .unwrap_or(&path)
                    .to_string_lossy()
                    .replace('\\', "/");
                found.insert(name, Fingerprint::of(&bytes));
            }
        }
    }
    Ok(found)
}
