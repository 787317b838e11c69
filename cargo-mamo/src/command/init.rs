//! `cargo mamo init`: turn mamo on for plain cargo, and say line by line what was done.

use crate::cargo::environment::Toolchain;
use crate::cli::Compile;
use crate::init::runners::Host;
use crate::init::{Step, Wanted};
use crate::session::Session;
use crate::shell::Shell;
use crate::tracked::{is_ignored, work_tree};
use anyhow::Result;
use clap::{Args, ValueEnum};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

/// `cargo mamo init`.
#[derive(Clone, Debug, Args)]
pub struct InitArgs {
    /// Write a workflow for this service, too
    #[arg(long, value_name = "SERVICE")]
    pub ci: Option<Service>,
    /// Take back what was written, but for what was changed since
    #[arg(long)]
    pub undo: bool,
    /// Show what would be done, and do nothing
    #[arg(long)]
    pub dry_run: bool,
    /// Path to Cargo.toml
    #[arg(long, value_name = "PATH")]
    pub manifest_path: Option<PathBuf>,
}

/// Where tests run for everybody.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Service {
    /// GitHub Actions.
    Github,
}

/// Writes, or takes back.
pub fn run(args: &InitArgs) -> Result<ExitCode> {
    let compile = Compile {
        manifest_path: args.manifest_path.clone(),
        ..Compile::default()
    };
    let session = Session::open(Shell::default(), &compile)?;
    let root = session.workspace.root.as_path();
    let toolchain = session.toolchain(&Session::request(
        "build",
        &crate::cli::Selection::default(),
        &compile,
    ))?;
    let host = Host {
        triple: toolchain.host.clone(),
        cfgs: toolchain.platform(),
    };
    let target_dir = session.workspace.target_dir.as_path();
    let taken_in = target_dir.starts_with(root)
        && work_tree(root).is_some()
        && !is_ignored(root, &target_dir.join("mamo"));
    let elsewhere = elsewhere(&session, root);
    let wanted = Wanted {
        root,
        unignored: taken_in.then_some(target_dir),
        ci: args.ci.is_some(),
        host: &host,
        elsewhere: &elsewhere,
    };
    let steps = if args.undo {
        wanted.undone()?
    } else {
        wanted.steps()?
    };
    carry_out(&session.shell, root, &steps, args.dry_run)?;
    if !args.undo {
        warn(&session.shell, &toolchain);
    }
    Ok(ExitCode::SUCCESS)
}

fn carry_out(shell: &Shell, root: &Path, steps: &[Step], dry_run: bool) -> Result<()> {
    for step in steps {
        match step {
            Ok(change) if dry_run => shell.say(format!("would do: {}", change.said)),
            Ok(change) => {
                change.carry_out(root)?;
                shell.say(&change.said);
            }
            Err(why) => shell.say(format!("nothing to do: {why}")),
        }
    }
    Ok(())
}

/// Texts of the configuration files in force besides the workspace's own.
fn elsewhere(session: &Session, root: &Path) -> Vec<(PathBuf, String)> {
    let own = root.join(".cargo");
    let files = session.workspace.config.files.iter();
    let files = files.filter(|file| file.parent() != Some(&own));
    files
        .filter_map(|file| Some((file.clone(), std::fs::read_to_string(file).ok()?)))
        .collect()
}

/// Tells what keeps the runner from being called.
fn warn(shell: &Shell, toolchain: &Toolchain) {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let name = format!("cargo-mamo{}", std::env::consts::EXE_SUFFIX);
    if !std::env::split_paths(&path).any(|dir| dir.join(&name).is_file()) {
        shell.warn("`cargo-mamo` is not found on PATH, so that programs start without it\nhint: cargo install --locked cargo-mamo");
    }
    let triple = toolchain.host.to_uppercase().replace(['-', '.'], "_");
    let variable = format!("CARGO_TARGET_{triple}_RUNNER");
    if std::env::var_os(&variable).is_some() {
        shell.warn(format!("`{variable}` is set and goes before the file\nhint: put `cargo-mamo runner --chain=N` before its N words"));
    }
}
