//! What a record notes so that it can tell later whether it holds: manifests, and what build scripts asked to be rerun for.

use super::{Record, Settled, digest_of, digest_of_package};
use crate::cargo::config::Config;
use crate::cargo::manifest;
use crate::facts::TargetKind;
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

impl Record {
    pub(super) fn note_manifests(&mut self, member_manifests: &[PathBuf], settled: &Settled) {
        let root = self.facts.workspace_root.clone();
        let mut paths = vec![root.join("Cargo.toml"), root.join("Cargo.lock")];
        paths.extend(
            self.facts
                .packages
                .iter()
                .map(|package| package.dir.join("Cargo.toml")),
        );
        paths.extend(member_manifests.iter().cloned());
        // Another workspace that a package belongs to gives it what it inherits.
        let strangers = self.facts.packages.iter().filter(|package| !package.member);
        paths.extend(strangers.flat_map(|package| manifest::above(&package.dir)));
        for path in paths {
            let digest = settled.input(&path, digest_of);
            self.inputs.insert(path, digest);
        }
    }

    /// Build scripts of packages that are not local: cargo runs them again for their variables, and for files that they
    /// name in full. Every script that ran into the same build directory counts.
    pub(super) fn note_external_scripts(&mut self, settled: &Settled) {
        let programs = self
            .facts
            .units
            .iter()
            .filter_map(|unit| unit.executable.as_deref());
        let builds: BTreeSet<_> = programs
            .flat_map(|program| program.ancestors().skip(1).take(3))
            .map(|dir| dir.join("build"))
            .collect();
        let scripts = builds
            .iter()
            .filter_map(|dir| std::fs::read_dir(dir).ok())
            .flatten()
            .flatten();
        let outputs: Vec<_> = scripts
            .filter_map(|entry| std::fs::read(entry.path().join("output")).ok())
            .collect();
        for (key, value) in outputs.iter().flat_map(|output| said(output)) {
            match key {
                "rerun-if-env-changed" => {
                    let now = Config::variable(&self.facts.configured, value);
                    self.variables.insert(value.to_string(), now);
                }
                "rerun-if-changed" if Path::new(value).is_absolute() => {
                    let path = PathBuf::from(value);
                    if !path.starts_with(&self.facts.target_dir) {
                        let digest = settled.input(&path, digest_of);
                        self.inputs.insert(path, digest);
                    }
                }
                _ => {}
            }
        }
    }

    /// Build scripts say which files they read; one that does not may have read any of its package.
    pub(super) fn note_build_script(&mut self, at: usize, settled: &Settled) {
        let package = &self.facts.packages[at];
        let Some(out_dir) = package
            .build_script
            .as_ref()
            .and_then(|script| script.out_dir.clone())
        else {
            return;
        };
        let dir = package.dir.clone();
        let output = out_dir
            .parent()
            .map(|dir| dir.join("output"))
            .and_then(|path| std::fs::read(path).ok());
        let mut paths = Vec::new();
        let mut directed = false;
        for (key, value) in said(output.as_deref().unwrap_or_default()) {
            match key {
                "rerun-if-changed" => paths.push(dir.join(value)),
                "rerun-if-env-changed" => {
                    let now = Config::variable(&self.facts.configured, value);
                    self.variables.insert(value.to_string(), now);
                }
                _ => continue,
            }
            directed = true;
        }
        if !directed {
            let digest = settled.package(&dir, digest_of_package);
            self.undirected.insert(dir, digest);
        }
        // What a script is made of decides on what it does, the libraries that it is linked with included.
        let units = self.facts.units.iter().enumerate();
        let script = units
            .filter(|(_, unit)| unit.package == at && unit.kind == TargetKind::BuildScript)
            .flat_map(|(index, _)| self.facts.linked(index));
        let files = script.flat_map(|unit| &self.facts.units[unit].files);
        paths.extend(files.cloned());
        for path in paths {
            let digest = settled.input(&path, digest_of);
            self.inputs.insert(path, digest);
        }
    }

    /// What `env!` and `option_env!` read, but for what cargo and build scripts set.
    pub(super) fn note_build_variables(&mut self) {
        for unit in &self.facts.units {
            let script = self.facts.package_of(unit).build_script.as_ref();
            let made = |name: &str| {
                script.is_some_and(|script| script.env.iter().any(|(made, _)| made == name))
            };
            let callers = unit
                .env
                .iter()
                .filter(|(name, _)| !set_by_cargo(name) && !made(name));
            self.variables
                .extend(callers.map(|(name, value)| (name.clone(), value.clone())));
        }
    }
}

/// Does cargo itself set the variable for a compilation?
fn set_by_cargo(name: &str) -> bool {
    let families = [
        "CARGO_PKG_",
        "CARGO_MANIFEST_",
        "CARGO_BIN_",
        "CARGO_FEATURE_",
        "CARGO_CFG_",
    ];
    let single = [
        "CARGO",
        "CARGO_CRATE_NAME",
        "CARGO_PRIMARY_PACKAGE",
        "CARGO_TARGET_TMPDIR",
        "OUT_DIR",
    ];
    families.iter().any(|family| name.starts_with(family)) || single.contains(&name)
}

/// What a build script printed, read as cargo reads it: by lines, and of those that are text what stands between blanks.
fn said(output: &[u8]) -> Vec<(&str, &str)> {
    let lines = output.split(|byte| *byte == b'\n');
    let lines = lines.filter_map(|line| Some(std::str::from_utf8(line).ok()?.trim()));
    lines.filter_map(directive).collect()
}

/// `cargo::key=value`, or with one colon.
fn directive(line: &str) -> Option<(&str, &str)> {
    let said = line.strip_prefix("cargo:")?;
    let said = said.strip_prefix(':').unwrap_or(said);
    said.split_once('=')
}
