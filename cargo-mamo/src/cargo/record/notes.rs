//! What a record notes so that it can tell later whether it holds: manifests, and what build scripts asked to be rerun for.

use super::{Record, Settled, digest_of, digest_of_package};
use crate::cargo::config::{Config, cargo_home};
use crate::cargo::manifest;
use crate::cargo::scripts::ScriptRun;
use crate::facts::TargetKind;
use std::path::{Path, PathBuf};

impl Record {
    pub(super) fn note_manifests(&mut self, member_manifests: &[PathBuf], settled: &Settled) {
        let root = self.facts.workspace_root.clone();
        let mut paths = vec![root.join("Cargo.toml")];
        paths.extend(self.facts.lockfiles.iter().cloned());
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

    /// What a build script asked to be run again for. One that did not ask may have read any file of its package; of a
    /// package that is not local, cargo knows by the version. Where what it printed is not found, it may have asked for anything.
    pub(super) fn note_script(&mut self, run: &ScriptRun, settled: &Settled) {
        let Some(output) = printed(&run.out_dir) else {
            self.reusable = false;
            self.unheard.insert(run.name.clone());
            return;
        };
        let mut paths = Vec::new();
        let mut directed = false;
        for (key, value) in said(&output) {
            match key {
                "rerun-if-changed" => paths.push(run.dir.join(value)),
                "rerun-if-env-changed" => {
                    let now = Config::variable(&self.facts.configured, value);
                    self.variables.insert(value.to_string(), now);
                }
                _ => continue,
            }
            directed = true;
        }
        match run.local {
            Some(local) => {
                if !directed {
                    let digest = settled.package(&run.dir, digest_of_package);
                    self.undirected.insert(run.dir.clone(), digest);
                }
                paths.extend(self.files_of_script(local));
            }
            // What cargo unpacked itself stays as it is.
            None => paths.retain(|path| !self.facts.is_built(path) && !is_unpacked(path)),
        }
        for path in paths {
            let digest = settled.input(&path, digest_of);
            self.inputs.insert(path, digest);
        }
    }

    /// What the build script of a package is made of, the libraries that it is linked with included: it decides on what the
    /// script does.
    fn files_of_script(&self, package: usize) -> Vec<PathBuf> {
        let units = self.facts.units.iter().enumerate();
        let script = units
            .filter(|(_, unit)| unit.package == package && unit.kind == TargetKind::BuildScript)
            .flat_map(|(index, _)| self.facts.linked(index));
        let files = script.flat_map(|unit| &self.facts.units[unit].files);
        files.cloned().collect()
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

/// What a build script printed, which cargo keeps beside its directory: where, no message tells, and its layouts differ.
fn printed(out_dir: &Path) -> Option<Vec<u8>> {
    let unit = out_dir.parent()?;
    let places = ["output", "run/stdout"].map(|name| unit.join(name));
    let mut found = places.into_iter().filter(|path| path.is_file());
    let only = found.next().filter(|_| found.next().is_none())?;
    std::fs::read(only).ok()
}

/// Does it lie where cargo unpacks packages?
fn is_unpacked(path: &Path) -> bool {
    let home = cargo_home();
    let real = home.as_ref().and_then(|home| home.canonicalize().ok());
    let mut homes = home.iter().chain(&real);
    homes.any(|home| {
        let mut dirs = ["registry/src", "git/checkouts"].iter();
        dirs.any(|dir| path.starts_with(home.join(dir)))
    })
}

/// Does cargo itself set the variable for a compilation?
pub fn set_by_cargo(name: &str) -> bool {
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

#[cfg(test)]
mod tests {
    use super::printed;

    #[test]
    fn what_a_script_printed_is_found_in_either_layout_and_else_unknown() {
        let dir = tempfile::tempdir().unwrap();
        let write = |path: &str| {
            let path = dir.path().join(path);
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(path, "cargo::rerun-if-changed=a").unwrap();
        };
        let found = |unit: &str| printed(&dir.path().join(unit).join("out")).is_some();
        write("p-1/output");
        write("p/1/run/stdout");
        write("elsewhere/stdout");
        write("both/output");
        write("both/run/stdout");
        let units = ["p-1", "p/1", "elsewhere", "both"];
        assert_eq!(units.map(found), [true, true, false, false]);
    }
}
