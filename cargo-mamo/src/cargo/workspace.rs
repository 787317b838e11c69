//! The workspace that the user is in: its root, its target directory, mamo's directory, the configuration in force.

use super::metadata::Resolved;
use super::{Request, command, config, exit_code, known, program};
use crate::home::Home;
use crate::settings::{directory_in, directory_near};
use anyhow::{Context, Result, bail};
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};
use std::sync::OnceLock;
use std::time::SystemTime;

/// A workspace, as cargo finds it.
#[derive(Clone, Debug)]
pub struct Workspace {
    /// Where the user is.
    pub cwd: PathBuf,
    /// The manifest of the package, or the workspace, that the user is in.
    pub manifest: PathBuf,
    /// The manifest that was asked for, if one was.
    asked: Option<PathBuf>,
    /// The root of the workspace.
    pub root: PathBuf,
    /// Where cargo builds.
    pub target_dir: PathBuf,
    /// Where cargo puts what it makes on the way, if that is known; else where it builds.
    pub build_dir: PathBuf,
    /// The configuration in force.
    pub config: config::Config,
}

/// Tells a child, which may start in another directory than `dir`, where mamo's directory is, and which run of mamo it
/// belongs to.
pub(crate) fn share_home(command: &mut Command, dir: &Path) {
    command.env(mamo::__private::RUN, run_id());
    let named = named().and_then(|dir| std::path::absolute(dir).ok());
    if let Some(home) = named.or_else(|| directory_near(dir)) {
        command.env("MAMO_DIR", home);
    }
}

/// Names this run: what a fixture failed with is told to the other programs of the run, and to no later one.
fn run_id() -> &'static str {
    static ID: OnceLock<String> = OnceLock::new();
    ID.get_or_init(|| {
        let now = SystemTime::UNIX_EPOCH.elapsed().unwrap_or_default();
        format!("{}-{}", std::process::id(), now.as_nanos())
    })
}

/// `MAMO_DIR`, or what `mamo.toml` in `root` says, or `mamo` under the target directory.
pub fn home_in(cwd: &Path, root: &Path, target_dir: &Path) -> Home {
    let named = named().map(|dir| cwd.join(dir));
    let named = named.or_else(|| directory_in(root));
    named.map_or_else(|| Home::within(target_dir), Home::new)
}

fn named() -> Option<PathBuf> {
    let named = std::env::var_os("MAMO_DIR").filter(|name| !name.is_empty());
    named.map(PathBuf::from)
}

impl Workspace {
    /// Finds the workspace that the working directory, or `manifest`, belongs to.
    pub fn here(
        manifest: Option<&Path>,
        target_dir: Option<&Path>,
        config: &[String],
    ) -> Result<Self> {
        let cwd = std::env::current_dir().context("find the working directory")?;
        Self::locate(&cwd, manifest, target_dir, config)
    }

    /// Finds the workspace that `cwd`, or `manifest`, belongs to.
    pub fn locate(
        cwd: &Path,
        manifest: Option<&Path>,
        target_dir: Option<&Path>,
        config: &[String],
    ) -> Result<Self> {
        let config = config::Config::load(cwd, config);
        let home = |root: &Path| {
            home_in(
                cwd,
                root,
                &Self::find_target_dir(cwd, root, target_dir, &config),
            )
        };
        let place = match known::place(cwd, manifest, home) {
            Some(place) => place,
            None => known::Place {
                root: locate(cwd, manifest, true)?,
                manifest: locate(cwd, manifest, false)?,
            },
        };
        let root = place
            .root
            .parent()
            .context("a manifest lies in a directory")?
            .to_path_buf();
        let asked = manifest.map(Path::to_path_buf);
        let manifest = place.manifest;
        let target_dir = Self::find_target_dir(cwd, &root, target_dir, &config);
        Ok(Self {
            cwd: cwd.to_path_buf(),
            asked,
            manifest,
            root,
            build_dir: target_dir.clone(),
            target_dir,
            config,
        })
    }

    /// The same, with the directories that cargo names.
    #[must_use]
    pub fn named_by(&self, metadata: &cargo_metadata::Metadata) -> Self {
        // Cargo does not know of a `--target-dir` then: where it names one directory for both, there is one.
        let own = metadata.build_directory.as_ref();
        let own = own.filter(|dir| **dir != metadata.target_directory);
        Self {
            build_dir: own.map_or_else(|| self.target_dir.clone(), Into::into),
            ..self.clone()
        }
    }

    /// Where the locked versions may stand. Cargo before 1.97 does not know the setting, so both count where it is set.
    pub fn lockfiles(&self) -> Vec<PathBuf> {
        let named = self.config.path(&["resolver", "lockfile-path"]);
        let named = named.map(|path| self.cwd.join(path));
        std::iter::once(self.root.join("Cargo.lock"))
            .chain(named)
            .collect()
    }

    /// Remembers where the manifests were found.
    pub fn keep_place(&self, home: &Home) {
        let place = known::Place {
            root: self.root.join("Cargo.toml"),
            manifest: self.manifest.clone(),
        };
        known::keep_place(home, &self.cwd, self.asked.as_deref(), &place);
    }

    /// The dependency graph of the build that is asked for.
    pub fn resolved(&self, request: &Request, triple: &str) -> Result<Resolved> {
        let arguments = request.features.iter().chain(&request.general);
        Resolved::load(&self.cwd, triple, arguments)
    }

    /// rustdoc, if one is configured, by cargo's rules.
    pub fn rustdoc(&self) -> Option<PathBuf> {
        self.tool("RUSTDOC", &["build", "rustdoc"])
    }

    /// rustc, if one is configured, by cargo's rules.
    pub(super) fn rustc(&self) -> Option<PathBuf> {
        self.tool("RUSTC", &["build", "rustc"])
    }

    /// A tool by its variable or its configuration: a path, or a bare name to be searched for.
    pub(super) fn tool(&self, variable: &str, keys: &[&str]) -> Option<PathBuf> {
        let named = std::env::var(variable).ok().map(PathBuf::from);
        let tool = named.or_else(|| self.config.program(keys))?;
        // What is set to nothing is not set, whatever the configuration says.
        if tool.as_os_str().is_empty() {
            return None;
        }
        let bare = tool.components().count() == 1;
        Some(if bare { tool } else { self.cwd.join(tool) })
    }

    fn find_target_dir(
        cwd: &Path,
        root: &Path,
        asked: Option<&Path>,
        config: &config::Config,
    ) -> PathBuf {
        let named = asked
            .map(Path::to_path_buf)
            .or_else(|| std::env::var_os("CARGO_TARGET_DIR").map(PathBuf::from))
            .or_else(|| config.path(&["build", "target-dir"]));
        named.map_or_else(|| root.join("target"), |dir| cwd.join(dir))
    }
}

/// The manifest that `cwd` or `manifest` leads to, or that of its workspace.
fn locate(cwd: &Path, manifest: Option<&Path>, workspace: bool) -> Result<PathBuf> {
    let mut command = command(cwd, "locate-project");
    command
        .args(workspace.then_some("--workspace"))
        .args(["--message-format", "plain"]);
    if let Some(manifest) = manifest {
        command.arg("--manifest-path").arg(manifest);
    }
    let output = command
        .output()
        .with_context(|| format!("start `{}`", program().display()))?;
    if !output.status.success() {
        let text = String::from_utf8_lossy(&output.stderr);
        let text = text
            .trim()
            .strip_prefix("error: ")
            .unwrap_or(text.trim())
            .to_string();
        if text.contains("could not find") {
            let hint =
                anyhow::anyhow!("hint: run it in a package, or name one with --manifest-path PATH");
            return Err(hint.context(text));
        }
        bail!("{text}");
    }
    Ok(PathBuf::from(String::from_utf8(output.stdout)?.trim_end()))
}

/// Gives the whole command to cargo as it is, and its exit code back.
pub fn pass_through(
    workspace: &Workspace,
    request: &Request,
    args: &crate::cli::TestArgs,
) -> Result<ExitCode> {
    let mut cargo = command(&workspace.cwd, request.verb);
    cargo
        .args(&request.packages)
        .args(&request.targets)
        .args(&request.compile)
        .args(&request.manner);
    cargo
        .args(args.doc.then_some("--doc"))
        .args(args.no_fail_fast.then_some("--no-fail-fast"))
        .args(&args.testname);
    cargo.arg("--").args(&args.harness);
    Ok(exit_code(cargo.status().context("start cargo")?))
}
