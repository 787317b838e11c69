//! A session in a copy of the user's workspace, with a memory of its own.

use super::VerifyArgs;
use crate::cargo::{Request, Workspace};
use crate::home::Home;
use crate::session::Session;
use crate::settings::{Settings, TestSettings};
use crate::shell::Shell;
use anyhow::{Context, Result};
use std::path::{Path, PathBuf};

/// A session in a copy, where `place` says what of the user's lies; what is built and remembered goes to `dir`.
pub(super) fn session_in(
    user: &Session,
    args: &VerifyArgs,
    place: &dyn Fn(&Path) -> PathBuf,
    dir: &Path,
) -> Result<(Session, Request)> {
    let mut compile = args.compile.clone();
    compile.target_dir = Some(dir.join("target"));
    compile.manifest_path = compile
        .manifest_path
        .map(|path| place(&user.workspace.cwd.join(path)));
    let cwd = place(&user.workspace.cwd);
    let workspace = Workspace::locate(
        &cwd,
        compile.manifest_path.as_deref(),
        compile.target_dir.as_deref(),
        &compile.config,
    )?;
    let request = Session::request("test", &args.selection, &compile);
    let shell = Shell::new(user.shell.is_json(), true);
    Ok((
        Session {
            settings: Settings {
                test: TestSettings {
                    trust: user.settings.test.trust,
                    ..TestSettings::default()
                },
                ..Settings::default()
            },
            shell,
            workspace,
            home: Home::new(memory_in(dir)),
            short: true,
            retouches: false,
        },
        request,
    ))
}

/// Lets the memory of a copy begin empty.
pub(super) fn forget(dir: &Path) -> Result<()> {
    let memory = memory_in(dir);
    if memory.exists() {
        std::fs::remove_dir_all(&memory)
            .with_context(|| format!("remove `{}`", memory.display()))?;
    }
    Ok(())
}

fn memory_in(dir: &Path) -> PathBuf {
    dir.join("memory")
}
