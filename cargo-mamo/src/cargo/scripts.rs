//! What build scripts said and wrote.

use super::Workspace;
use super::environment::scrub;
use super::messages::Messages;
use super::metadata::Resolved;
use crate::facts::BuildScript;
use crate::tracked::digest_tree;
use cargo_metadata::{Package, PackageId};
use std::collections::BTreeSet;
use std::path::PathBuf;

/// A run of a build script.
#[derive(Clone, Debug)]
pub struct ScriptRun {
    /// Whose it is, for messages.
    pub name: String,
    /// The directory of the package, which what it names is relative to.
    pub dir: PathBuf,
    /// Its index among the local packages, if it is one of them.
    pub local: Option<usize>,
    /// Where it wrote.
    pub out_dir: PathBuf,
}

/// The runs of all build scripts of a build; `locals` are the local packages.
pub fn runs(messages: &Messages, resolved: &Resolved, locals: &[PackageId]) -> Vec<ScriptRun> {
    let scripts = messages.scripts.iter();
    let runs = scripts.map(|script| {
        let package = resolved.package(&script.package_id);
        let dir = package.and_then(|package| package.manifest_path.parent());
        ScriptRun {
            name: package.map_or_else(|| script.package_id.to_string(), |it| it.name.to_string()),
            dir: dir.map(Into::into).unwrap_or_default(),
            local: locals.iter().position(|id| *id == script.package_id),
            out_dir: script.out_dir.clone().into(),
        }
    });
    runs.collect()
}

/// What the package's build script said. If it ran several times with different answers, cfgs that are not in all
/// of them are unknown, and everything else is counted together.
pub fn build_script(
    workspace: &Workspace,
    messages: &Messages,
    package: &Package,
    unknown_cfgs: &mut BTreeSet<String>,
) -> Option<BuildScript> {
    let runs: Vec<_> = messages
        .scripts
        .iter()
        .filter(|script| script.package_id == package.id)
        .collect();
    let first = runs.first()?;
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
        for (name, digest) in digest_tree(run.out_dir.as_std_path(), None) {
            script.out_files.insert(format!("{prefix}{name}"), digest);
        }
    }
    script.cfgs.sort();
    script.cfgs.dedup();
    script.env.sort();
    script.env.dedup();
    script.links.sort();
    script.links.dedup();
    Some(script)
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
