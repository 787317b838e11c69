//! Cargo's resolved dependency graph.

use super::output_of;
use crate::facts::TargetKind;
use anyhow::{Context, Result};
use cargo_metadata::{DependencyKind, Metadata, Node, Package, PackageId, Target};
use std::collections::{BTreeSet, HashMap};
use std::ffi::{OsStr, OsString};
use std::path::Path;

/// Cargo's metadata with look-ups.
#[derive(Debug)]
pub struct Resolved {
    /// As cargo printed it.
    pub metadata: Metadata,
    packages: HashMap<PackageId, usize>,
    nodes: HashMap<PackageId, usize>,
}

impl Resolved {
    /// Asks cargo, in the directory `cwd` and with more arguments. Dependencies of other platforms are left out.
    pub fn load<A: AsRef<OsStr>>(
        cwd: &Path,
        triple: &str,
        arguments: impl IntoIterator<Item = A>,
    ) -> Result<Self> {
        let mut cargo = super::command(cwd, "metadata");
        cargo.args(["--format-version", "1", "--filter-platform", triple]);
        let text = output_of(cargo.args(arguments))?;
        let metadata: Metadata =
            serde_json::from_str(&text).context("read the output of `cargo metadata`")?;
        let packages = metadata
            .packages
            .iter()
            .enumerate()
            .map(|(n, p)| (p.id.clone(), n))
            .collect();
        let resolved = metadata
            .resolve
            .as_ref()
            .context("`cargo metadata` gave no resolve graph")?;
        let nodes = resolved
            .nodes
            .iter()
            .enumerate()
            .map(|(n, node)| (node.id.clone(), n))
            .collect();
        Ok(Self {
            metadata,
            packages,
            nodes,
        })
    }

    /// A package by id.
    pub fn package(&self, id: &PackageId) -> Option<&Package> {
        Some(&self.metadata.packages[*self.packages.get(id)?])
    }

    /// Its place in the resolved graph.
    pub fn node(&self, id: &PackageId) -> Option<&Node> {
        let resolve = self.metadata.resolve.as_ref()?;
        Some(&resolve.nodes[*self.nodes.get(id)?])
    }

    /// Its dependencies of the kinds that `wanted` accepts: extern name and package.
    pub fn deps(
        &self,
        id: &PackageId,
        wanted: impl Fn(DependencyKind) -> bool,
    ) -> Vec<(String, &Package)> {
        let Some(node) = self.node(id) else {
            return Vec::new();
        };
        let deps = node
            .deps
            .iter()
            .filter(|dep| dep.dep_kinds.iter().any(|kind| wanted(kind.kind)));
        deps.filter_map(|dep| Some((dep.name.clone(), self.package(&dep.pkg)?)))
            .collect()
    }
}

/// Names of the packages that the command line selects, by cargo's rules; `None` where a pattern or a URL leaves it to
/// what was built.
pub fn selected(
    resolved: &Resolved,
    root: &Path,
    packages: &[OsString],
    manifest: &Path,
) -> Option<BTreeSet<String>> {
    let metadata = &resolved.metadata;
    let all_of = |ids: &[PackageId]| {
        ids.iter()
            .filter_map(|id| Some(resolved.package(id)?.name.to_string()))
            .collect::<BTreeSet<_>>()
    };
    let given = |wanted: &str| {
        let pairs = packages.iter().zip(packages.iter().skip(1));
        pairs
            .filter(|(flag, _)| *flag == wanted)
            .map(|(_, value)| value.to_string_lossy().into_owned())
            .collect::<Vec<_>>()
    };
    let (named, excluded) = (given("--package"), given("--exclude"));
    if named
        .iter()
        .chain(&excluded)
        .any(|spec| spec.contains(['*', '?', '[', ':', '#', '/']))
    {
        return None;
    }
    if !named.is_empty() {
        return Some(
            named
                .iter()
                .map(|spec| spec.split('@').next().unwrap_or(spec).to_string())
                .collect(),
        );
    }
    if packages.iter().any(|flag| flag == "--workspace") {
        return Some(
            all_of(&metadata.workspace_members)
                .into_iter()
                .filter(|name| !excluded.contains(name))
                .collect(),
        );
    }
    let here = metadata
        .packages
        .iter()
        .find(|package| package.manifest_path.as_std_path() == manifest);
    match here {
        Some(package) if manifest.parent() != Some(root) => Some([package.name.to_string()].into()),
        _ => Some(all_of(&metadata.workspace_default_members)),
    }
}

/// What a target is compiled as; `None` for what is no compilation of ours.
pub fn kind_of(target: &Target) -> Option<TargetKind> {
    use cargo_metadata::TargetKind as Theirs;
    target.kind.iter().find_map(|kind| {
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

/// Is the package's source a path, and so ours to read?
pub fn is_local(package: &Package) -> bool {
    package.source.is_none()
}
