//! `cargo mamo refresh`: what the runner starts where no snapshot stands. No command for people.
//!
//! Its last line on stdout is mamo's directory. That there can be no snapshot is noted beside the program, with the
//! reason, which the runtime tells where it matters.

use crate::cargo::config::Config;
use crate::cli::Compile;
use crate::footing::{Footing, refuse};
use crate::home::Home;
use crate::refresh::meant;
use crate::session::Session;
use crate::shell::Shell;
use anyhow::{Context, Result};
use clap::Args;
use mamo::format::Executable;
use std::ffi::OsString;
use std::path::PathBuf;
use std::process::ExitCode;

/// `cargo mamo refresh`.
#[derive(Clone, Debug, Args)]
pub struct RefreshArgs {
    /// The program that is to start
    pub program: PathBuf,
    /// What tells the call that it is part of
    #[arg(long, default_value = "")]
    pub session: String,
    /// The manifest of its package
    #[arg(long)]
    pub package_manifest: Option<PathBuf>,
    /// The arguments of the cargo that starts it
    #[arg(last = true)]
    pub cargo: Vec<OsString>,
}

/// Refreshes.
pub fn run(args: &RefreshArgs) -> Result<ExitCode> {
    let program = Executable::at(&args.program)
        .with_context(|| format!("look at `{}`", args.program.display()))?;
    let cwd = std::env::current_dir().context("find the working directory")?;
    let config = Config::load(&cwd, &[]);
    let alias = |name: &str| config.alias(name);
    let package = args.package_manifest.as_deref();
    let builds = meant::builds(&args.cargo, &program.path, package, &alias);
    let fallback = Compile {
        manifest_path: args.package_manifest.clone(),
        ..Compile::default()
    };
    let open = |compile: &Compile| Session::open(Shell::new(true, true), compile);
    let first = builds.first().map(|meant| open(&meant.compile));
    let session = match first {
        Some(Ok(session)) => session,
        _ => open(&fallback)?,
    };
    let home = &session.home;
    home.locked(&home.part("footings-2").join("lock"), || {
        if !Footing::holds(home, &program, || args.session.clone()) {
            attempt(args, &program, &builds, home)?;
        }
        anyhow::Ok(())
    })?;
    session.shell.answer(&home.root().to_string_lossy());
    Ok(ExitCode::SUCCESS)
}

/// Tries the builds one after another.
fn attempt(
    args: &RefreshArgs,
    program: &Executable,
    builds: &[meant::Meant],
    home: &Home,
) -> Result<()> {
    let mut why = "the cargo command that built it is not understood".to_string();
    for (nth, meant) in builds.iter().enumerate() {
        let session = Session::open(Shell::new(true, true), &meant.compile);
        let refreshed = session.and_then(|session| session.refresh(&meant.request, program));
        match refreshed {
            Ok(Ok(())) => return Ok(()),
            Ok(Err(reason)) if nth == 0 => why = reason,
            Err(error) if nth == 0 => why = format!("{error:#}"),
            _ => {}
        }
    }
    refuse(home, program.clone(), &why, &args.session).with_context(|| {
        format!(
            "note that there is no snapshot in `{}`",
            home.root().display()
        )
    })
}
