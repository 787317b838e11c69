//! `cargo mamo clean`: remove what is remembered, and say what went.
//!
//! Only ever removes inside a directory that bears mamo's tag, and follows no symbolic link.

use crate::cargo::Workspace;
use crate::cli::CleanArgs;
use crate::session::home_of;
use crate::shell::Shell;
use anyhow::{Context, Result, bail};
use mamo::__private::usage;
use mamo::format::layout;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

/// What went.
#[derive(Clone, Copy, Debug, Default)]
struct Gone {
    files: u64,
    bytes: u64,
}

/// Cleans.
pub fn run(args: &CleanArgs) -> Result<ExitCode> {
    let shell = Shell::default();
    let (manifest, target_dir) = (args.manifest_path.as_deref(), args.target_dir.as_deref());
    let workspace = Workspace::here(manifest, target_dir, &[])?;
    let home = home_of(&workspace);
    let root = home.root();
    if fs::symlink_metadata(root).is_err() {
        shell.say(format!(
            "mamo: nothing is remembered in `{}`",
            root.display()
        ));
        return Ok(ExitCode::SUCCESS);
    }
    if fs::symlink_metadata(root)?.is_symlink() || !layout::is_mamo(root) {
        let hint = anyhow::anyhow!("hint: if it is mamo's, remove it by hand");
        return Err(hint.context(format!(
            "`{}` does not bear mamo's tag; it is left alone",
            root.display()
        )));
    }
    let mut gone = Gone::default();
    if args.package.is_empty() {
        for path in entries(root)? {
            let name = path.file_name().unwrap_or_default();
            // The tag goes last, so that an interrupted clean can be done again.
            if name != "CACHEDIR.TAG" && name != ".gitignore" {
                remove(&path, &mut gone)?;
            }
        }
    }
    for package in &args.package {
        let mut found = Vec::new();
        if package
            .chars()
            .all(|c| c.is_ascii_alphanumeric() || c == '-' || c == '_')
        {
            found.push(home.part("verdicts").join(package));
        } else {
            bail!("`{package}` is no package name");
        }
        let values = usage::remove_package(root, package)
            .with_context(|| format!("remove the values of `{package}`"))?;
        gone.files += values.entries;
        gone.bytes += values.bytes;
        for path in found
            .iter()
            .filter(|path| fs::symlink_metadata(path).is_ok())
        {
            remove(path, &mut gone)?;
        }
    }
    shell.say(format!(
        "mamo: removed {} files, {}",
        gone.files,
        size(gone.bytes)
    ));
    Ok(ExitCode::SUCCESS)
}

/// What lies in a directory; nothing if it is none, or a link to one.
fn entries(dir: &Path) -> Result<Vec<PathBuf>> {
    if !fs::symlink_metadata(dir).is_ok_and(|metadata| metadata.is_dir()) {
        return Ok(Vec::new());
    }
    let read = fs::read_dir(dir).with_context(|| format!("read `{}`", dir.display()))?;
    Ok(read.flatten().map(|entry| entry.path()).collect())
}

fn remove(path: &Path, gone: &mut Gone) -> Result<()> {
    let metadata =
        fs::symlink_metadata(path).with_context(|| format!("look at `{}`", path.display()))?;
    if metadata.is_dir() {
        for inner in entries(path)? {
            remove(&inner, gone)?;
        }
        return fs::remove_dir(path).with_context(|| format!("remove `{}`", path.display()));
    }
    fs::remove_file(path).with_context(|| format!("remove `{}`", path.display()))?;
    gone.files += 1;
    gone.bytes += if metadata.is_file() {
        metadata.len()
    } else {
        0
    };
    Ok(())
}

/// Bytes for people.
pub fn size(bytes: u64) -> String {
    let units = ["B", "kB", "MB", "GB", "TB"];
    let mut tenths = bytes.saturating_mul(10);
    let mut unit = 0;
    while tenths >= 10_000 && unit + 1 < units.len() {
        tenths /= 1000;
        unit += 1;
    }
    match unit {
        0 => format!("{bytes} B"),
        _ => format!("{}.{} {}", tenths / 10, tenths % 10, units[unit]),
    }
}
