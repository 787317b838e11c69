//! What a record notes so that it can tell later whether it holds: manifests, and what build scripts asked to be rerun for.

use super::{Earlier, Record, Settled, Stamp, digest_of, digest_of_package, parts_of};
use crate::cargo::config::{Config, is_unpacked};
use crate::cargo::manifest;
use crate::cargo::scripts::ScriptRun;
use crate::cargo::vendored::Vendored;
use crate::facts::{TargetKind, UnitIndex};
use crate::fingerprint::Fingerprint;
use crate::look::STEP;
use std::collections::BTreeMap;
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
    pub(super) fn note_script(&mut self, run: &ScriptRun, earlier: Earlier<'_>) {
        let settled = earlier.settled;
        let found = printed(&run.out_dir);
        let Some((output, ran)) = found else {
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
        if run.local.is_none() {
            // What cargo unpacked itself stays as it is.
            paths.retain(|path| !self.facts.is_built(path) && !is_unpacked(path));
        }
        self.note_inputs(&paths, settled);
        if !directed && run.local.is_some() {
            let digest = settled.package(&run.dir, digest_of_package);
            self.undirected.insert(run.dir.clone(), digest);
        }
        self.note_run(run, ran, (&paths, directed), earlier.record);
        if let Some(local) = run.local {
            let files = self.files_of_script(local);
            self.note_inputs(&files, settled);
        }
    }

    fn note_inputs(&mut self, paths: &[PathBuf], settled: &Settled) {
        for path in paths {
            let digest = settled.input(path, digest_of);
            self.inputs.insert(path.clone(), digest);
        }
    }

    /// What a run of a build script read of the files that it asked to be run again for. Cargo goes by times, and does not run
    /// it again for one that is put in its place with an older one: then what it said is of something else than is there.
    /// Of one that names none, cargo may know better which files of its package count: then it is only asked each time.
    fn note_run(
        &mut self,
        run: &ScriptRun,
        ran: u128,
        (paths, directed): (&[PathBuf], bool),
        earlier: Option<&Self>,
    ) {
        let digests = paths.iter().map(|path| self.inputs[path]);
        let package = self.undirected.get(&run.dir).copied();
        let digests: Vec<_> = digests.chain(package.filter(|_| !directed)).collect();
        let now = Fingerprint::of_parts(digests.iter().map(|digest| digest.0.as_slice()));
        let known = earlier.and_then(|record| record.heard.get(&run.out_dir));
        let known = known.filter(|(at, _)| *at == ran);
        let read = known.map_or_else(
            || {
                let parts = paths.iter().flat_map(|path| parts_of(path));
                let late = self.is_any_late(parts, ran + STEP.as_nanos());
                if late { Fingerprint::NONE } else { now }
            },
            |(_, read)| *read,
        );
        self.heard.insert(run.out_dir.clone(), (ran, read));
        if read == now {
            return;
        }
        // Cargo alone can tell when it runs it again.
        self.reusable = false;
        let units = self.facts.units.iter_mut();
        let units = units.filter(|unit| directed && Some(unit.package) == run.local);
        for unit in units.filter(|unit| unit.kind != TargetKind::BuildScript) {
            unit.doubt.get_or_insert_with(|| {
                format!("cargo did not run the build script of `{}` again although files that it asked for are different (touch them)", run.name)
            });
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

    /// Packages that cargo does not compile again when they are edited. Gives the units that use one of which cargo's last
    /// compilation may have read something else, each with its name.
    pub fn note_vendored(
        &mut self,
        earlier: Option<&Self>,
        all: &[Vendored],
    ) -> BTreeMap<UnitIndex, String> {
        let mut misled = BTreeMap::new();
        for one in all {
            let now = self
                .inputs
                .get(&one.dir)
                .copied()
                .unwrap_or(Fingerprint::NONE);
            let known = earlier.and_then(|earlier| earlier.vendored.get(&one.dir));
            let known = known.filter(|(read, _)| one.fresh && *read == one.read);
            let held = match known {
                Some((_, held)) => *held,
                None if one.is_as_built() => now,
                None => Fingerprint::NONE,
            };
            self.vendored.insert(one.dir.clone(), (one.read, held));
            if held != now || held == Fingerprint::NONE {
                let units = self.facts.units.iter().enumerate();
                let users = units.filter(|(_, unit)| self.facts.package_of(unit).uses(&one.line));
                misled.extend(users.map(|(unit, _)| (unit, one.name.clone())));
            }
        }
        misled
    }

    pub(super) fn note_vendored_inputs(&mut self, all: &[Vendored], settled: &Settled) {
        for one in all {
            let digest = settled.input(&one.dir, digest_of);
            self.inputs.insert(one.dir.clone(), digest);
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

/// What a build script printed, and when, which cargo keeps beside its directory: where, no message tells, and its layouts differ.
fn printed(out_dir: &Path) -> Option<(Vec<u8>, u128)> {
    let unit = out_dir.parent()?;
    let places = ["output", "run/stdout"].map(|name| unit.join(name));
    let mut found = places.into_iter().filter(|path| path.is_file());
    let only = found.next().filter(|_| found.next().is_none())?;
    let ran = Stamp::of(&only)?.modified;
    Some((std::fs::read(only).ok()?, ran))
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
