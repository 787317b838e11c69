//! Starting a built program the way cargo does: directory, variables, library paths, runner.

use super::collect::Collected;
use super::environment::Toolchain;
use super::{Workspace, program};
use crate::facts::LocalPackage;
use crate::facts::{Facts, TargetKind, Unit};
use cargo_metadata::cargo_platform::Cfg;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::process::Command;

/// What starting any program of a build needs.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct Launch {
    /// The runner and its arguments, if one is configured.
    pub runner: Vec<String>,
    /// Directories for the dynamic linker, after the program's own.
    pub libraries: Vec<PathBuf>,
    /// `CARGO_PKG_*` of each local package, by manifest directory.
    pub packages: BTreeMap<PathBuf, Vec<(String, String)>>,
}

impl Launch {
    /// Takes it from what is known after a build.
    pub fn of(
        workspace: &Workspace,
        toolchain: &Toolchain,
        resolved: &super::metadata::Resolved,
        collected: &Collected,
    ) -> Self {
        let local = resolved
            .metadata
            .packages
            .iter()
            .filter(|package| super::metadata::is_local(package));
        let packages = local.filter_map(|package| {
            let dir = package.manifest_path.parent()?.as_std_path().to_path_buf();
            Some((dir, package_variables(package)))
        });
        Self {
            runner: runner(workspace, toolchain),
            libraries: collected
                .library_paths
                .iter()
                .chain(&toolchain.libraries)
                .cloned()
                .collect(),
            packages: packages.collect(),
        }
    }

    /// A command that starts `executable`, made by `unit`, in the package's directory.
    pub fn command(&self, facts: &Facts, unit: &Unit, executable: &Path) -> Command {
        let mut command = match self.runner.split_first() {
            Some((runner, arguments)) => {
                let mut command = Command::new(runner);
                command.args(arguments).arg(executable);
                command
            }
            None => Command::new(executable),
        };
        let package = facts.package_of(unit);
        command
            .current_dir(&package.dir)
            .env("CARGO", absolute_program());
        command
            .env("CARGO_MANIFEST_DIR", &package.dir)
            .env("CARGO_MANIFEST_PATH", package.dir.join("Cargo.toml"));
        command.envs(
            self.packages
                .get(&package.dir)
                .into_iter()
                .flatten()
                .map(|(name, value)| (name, value)),
        );
        Self::add_build_script(&mut command, package);
        Self::add_binaries(&mut command, facts, unit);
        let (name, paths) = library_path(&self.library_dirs(facts, executable));
        command.env(name, paths);
        for (name, entry) in &facts.configured {
            if entry.force || std::env::var_os(name).is_none() {
                command.env(name, &entry.value);
            }
        }
        super::share_home(&mut command, &facts.workspace_root);
        add_home(&mut command, facts, executable);
        command
    }

    fn add_build_script(command: &mut Command, package: &LocalPackage) {
        let Some(script) = &package.build_script else {
            return;
        };
        command.envs(script.env.iter().map(|(name, value)| (name, value)));
        if let Some(out_dir) = &script.out_dir {
            command.env("OUT_DIR", out_dir);
        }
    }

    /// Integration tests and benchmarks find the package's binaries by variable.
    fn add_binaries(command: &mut Command, facts: &Facts, unit: &Unit) {
        if !matches!(unit.kind, TargetKind::Test | TargetKind::Bench) {
            return;
        }
        for other in facts
            .units
            .iter()
            .filter(|other| other.package == unit.package && !other.test)
        {
            if let (TargetKind::Bin, Some(executable)) = (other.kind, &other.executable) {
                command.env(format!("CARGO_BIN_EXE_{}", other.target), executable);
            }
        }
    }

    /// Cargo's order: native search paths, the profile's directory, that of libraries, the compiler's own. To the second cargo
    /// links what programs load.
    fn library_dirs(&self, facts: &Facts, executable: &Path) -> Vec<PathBuf> {
        let dir = executable.parent().unwrap_or(&facts.target_dir);
        let profile = profile_dir(dir);
        let below = profile.strip_prefix(&facts.build_dir);
        let linked = below.map_or_else(|_| profile.to_path_buf(), |it| facts.target_dir.join(it));
        let below = profile.strip_prefix(&facts.target_dir);
        let made = below.map_or_else(|_| profile.to_path_buf(), |it| facts.build_dir.join(it));
        let (own, system): (Vec<_>, Vec<_>) = self
            .libraries
            .iter()
            .partition(|path| path.starts_with(&facts.target_dir));
        let own = own.into_iter().cloned();
        own.chain([linked, made.join("deps")])
            .chain(system.into_iter().cloned())
            .collect()
    }
}

/// The directory of the profile that what lies in `dir` was made with, in either of cargo's layouts.
fn profile_dir(dir: &Path) -> &Path {
    let is = |dir: Option<&Path>, name: &str| {
        dir.and_then(Path::file_name).is_some_and(|own| own == name)
    };
    if is(Some(dir), "deps") || is(Some(dir), "examples") {
        return dir.parent().unwrap_or(dir);
    }
    // `build/PACKAGE/HASH/out`
    let outer = dir.ancestors().nth(3);
    match outer.and_then(Path::parent) {
        Some(profile) if is(Some(dir), "out") && is(outer, "build") => profile,
        _ => dir,
    }
}

/// The runner without us: the snapshot is written already.
pub fn runner(workspace: &Workspace, toolchain: &Toolchain) -> Vec<String> {
    runner_of(workspace, &toolchain.triple, &toolchain.platform())
}

/// The same for a target and its cfgs.
pub(super) fn runner_of(workspace: &Workspace, triple: &str, cfgs: &[Cfg]) -> Vec<String> {
    let words = workspace.config.runner(triple, cfgs);
    super::runner::chained(&words).unwrap_or(words)
}

/// Names mamo's directory to a program that is made where it does not lie above it.
fn add_home(command: &mut Command, facts: &Facts, executable: &Path) {
    let named = command.get_envs().any(|(name, _)| name == "MAMO_DIR");
    if !named && !executable.starts_with(&facts.target_dir) {
        command.env("MAMO_DIR", facts.target_dir.join("mamo"));
    }
}

/// The dynamic linker's variable with `dirs` before what it holds.
fn library_path(dirs: &[PathBuf]) -> (&'static str, OsString) {
    let name = if cfg!(windows) {
        "PATH"
    } else if cfg!(target_os = "macos") {
        "DYLD_FALLBACK_LIBRARY_PATH"
    } else {
        "LD_LIBRARY_PATH"
    };
    let old = std::env::var_os(name).unwrap_or_default();
    let all = dirs
        .iter()
        .cloned()
        .chain(std::env::split_paths(&old).filter(|path| !path.as_os_str().is_empty()));
    (name, std::env::join_paths(all).unwrap_or(old.clone()))
}

/// Cargo as an absolute path where it can be known.
fn absolute_program() -> OsString {
    let program = program();
    if Path::new(&program).is_absolute() {
        return program;
    }
    let path = std::env::var_os("PATH").unwrap_or_default();
    let found = std::env::split_paths(&path)
        .map(|dir| dir.join(&program))
        .find(|path| path.is_file());
    found.map_or(program, Into::into)
}

fn package_variables(package: &cargo_metadata::Package) -> Vec<(String, String)> {
    let version = &package.version;
    let text = |value: Option<String>| value.unwrap_or_default();
    let all = [
        ("VERSION", version.to_string()),
        ("VERSION_MAJOR", version.major.to_string()),
        ("VERSION_MINOR", version.minor.to_string()),
        ("VERSION_PATCH", version.patch.to_string()),
        ("VERSION_PRE", version.pre.to_string()),
        ("AUTHORS", package.authors.join(":")),
        ("NAME", package.name.to_string()),
        ("DESCRIPTION", text(package.description.clone())),
        ("HOMEPAGE", text(package.homepage.clone())),
        ("REPOSITORY", text(package.repository.clone())),
        ("LICENSE", text(package.license.clone())),
        (
            "LICENSE_FILE",
            text(package.license_file.as_ref().map(ToString::to_string)),
        ),
        (
            "RUST_VERSION",
            text(package.rust_version.as_ref().map(ToString::to_string)),
        ),
        (
            "README",
            text(package.readme.as_ref().map(ToString::to_string)),
        ),
    ];
    all.into_iter()
        .map(|(name, value)| (format!("CARGO_PKG_{name}"), value))
        .collect()
}
