//! What build scripts said and wrote.

use super::Workspace;
use super::environment::scrub;
use super::messages::Messages;
use crate::facts::BuildScript;
use crate::fingerprint::Fingerprint;
use anyhow::Result;
use cargo_metadata::Package;
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

/// What the package's build script said. If it ran several times with different answers, cfgs that are not in all
/// of them are unknown, and everything else is counted together.
pub fn build_script(
    workspace: &Workspace,
    messages: &Messages,
    package: &Package,
    unknown_cfgs: &mut BTreeSet<String>,
) -> Result<Option<BuildScript>> {
    let runs: Vec<_> = messages
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
                unknown_cfgs.insert(cfg.split('=').next().unwrap_or(cfg).to_string());
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
            .extend(links.map(|link| scrub(workspace, link)));
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
    Ok(Some(script))
}

/// Search paths of native libraries inside the target directory: programs need them to start.
pub fn library_paths(workspace: &Workspace, messages: &Messages) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for path in messages
        .scripts
        .iter()
        .flat_map(|script| &script.linked_paths)
    {
        let path = path
            .as_str()
            .split_once('=')
            .map_or(path.as_str(), |(_, path)| path);
        let path = PathBuf::from(path);
        if path.starts_with(&workspace.target_dir) && !found.contains(&path) {
            found.push(path);
        }
    }
    found
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
