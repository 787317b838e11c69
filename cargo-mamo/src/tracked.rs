//! Which files belong to a directory: those that git does not ignore, or all where there is no git or none is asked.

use crate::fingerprint::Fingerprint;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::process::Command;

/// The work tree that `dir` lies in, if it is one of git's.
pub fn work_tree(dir: &Path) -> Option<&Path> {
    dir.ancestors().find(|above| above.join(".git").exists())
}

/// Does git, in `dir`, ignore what would lie at `path`?
#[cfg(feature = "cli")]
pub fn is_ignored(dir: &Path, path: &Path) -> bool {
    let status = git(dir)
        .args(["check-ignore", "--quiet"])
        .arg(path)
        .status();
    status.is_ok_and(|status| status.success())
}

/// What git's index of a work tree says of which files there are: their names. Git writes it anew for much else.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Index {
    tree: PathBuf,
    names: Fingerprint,
}

impl Index {
    /// Of a work tree as it is now. `None` if git does not tell.
    pub fn of(tree: &Path) -> Option<Self> {
        let output = git(tree).args(["ls-files", "-z", "--cached"]).output();
        let output = output.ok().filter(|output| output.status.success())?;
        Some(Self {
            tree: tree.to_path_buf(),
            names: Fingerprint::of(&output.stdout),
        })
    }

    /// Does it hold the same names still?
    pub fn holds(&self) -> bool {
        Self::of(&self.tree).as_ref() == Some(self)
    }
}

/// Files of git's that decide which files of a work tree it lists.
pub fn deciding(dir: &Path) -> Vec<PathBuf> {
    let paths = ["index", "info/exclude", "config"].map(|name| ["--git-path", name]);
    let mut found = git_says(dir, "rev-parse", paths.as_flattened());
    let home = std::env::home_dir();
    let config = std::env::var_os("XDG_CONFIG_HOME").map(PathBuf::from);
    let config = config.or_else(|| Some(home.as_ref()?.join(".config")));
    let config = config.into_iter().map(|dir| dir.join("git"));
    found.extend(config.flat_map(|dir| ["ignore", "config"].map(|name| dir.join(name))));
    found.extend(home.iter().map(|dir| dir.join(".gitconfig")));
    found.extend(git_says(dir, "config", &["--path", "core.excludesFile"]));
    found
}

/// The paths that git answers with, one a line.
fn git_says(dir: &Path, verb: &str, arguments: &[&str]) -> Vec<PathBuf> {
    let output = git(dir).arg(verb).args(arguments).output();
    let output = output.ok().filter(|output| output.status.success());
    let text = output.and_then(|output| String::from_utf8(output.stdout).ok());
    let text = text.unwrap_or_default();
    text.lines().map(|line| dir.join(line)).collect()
}

/// A git command in `dir`, whatever repository the caller is in.
fn git(dir: &Path) -> Command {
    let mut git = Command::new("git");
    git.current_dir(dir);
    for variable in ["GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE"] {
        git.env_remove(variable);
    }
    git
}

/// Files that git tracks or would track below `dir`; `None` where there is no git work tree.
pub fn tracked_files(dir: &Path) -> Option<Vec<PathBuf>> {
    let mut git = git(dir);
    git.args([
        "ls-files",
        "-z",
        "--cached",
        "--others",
        "--exclude-standard",
    ]);
    let output = git.output().ok().filter(|output| output.status.success())?;
    let names = output
        .stdout
        .split(|byte| *byte == 0)
        // In a submodule that was not fetched, git lists the directory itself.
        .filter(|name| !name.is_empty() && *name != b"./");
    let mut files = Vec::new();
    for name in names {
        let path = dir.join(String::from_utf8_lossy(name).as_ref());
        // A submodule is listed by its directory alone; a link to a directory is not followed, it may lead back here.
        if std::fs::symlink_metadata(&path).is_ok_and(|entry| entry.is_dir()) {
            files.extend(tracked_files(&path).unwrap_or_else(|| walked_files(&path, &path)));
        } else {
            files.push(path);
        }
    }
    // An ignored directory (a package unpacked below `target`, say) lists nothing: that says nothing of its files.
    (!files.is_empty()).then_some(files)
}

/// `dir` and every directory below it, empty ones too, but for git's own, those that git ignores, and the target directory.
pub fn directories(dir: &Path, target: &Path) -> Vec<PathBuf> {
    let ignored = ignored_directories(dir);
    let mut found = vec![dir.to_path_buf()];
    let mut at = 0;
    while at < found.len() {
        let read = std::fs::read_dir(&found[at])
            .into_iter()
            .flatten()
            .flatten();
        let below = read.filter(|entry| entry.file_type().is_ok_and(|kind| kind.is_dir()));
        let below = below.filter(|entry| entry.file_name() != ".git");
        let below = below.map(|entry| entry.path());
        found.extend(below.filter(|path| !is_built(path, target) && !ignored.contains(path)));
        at += 1;
    }
    found
}

/// The outermost directories below `dir` that git ignores.
fn ignored_directories(dir: &Path) -> BTreeSet<PathBuf> {
    let mut git = git(dir);
    git.args([
        "ls-files",
        "-z",
        "--others",
        "--ignored",
        "--exclude-standard",
        "--directory",
    ]);
    let output = git.output().ok().filter(|output| output.status.success());
    let listed = output.map(|output| output.stdout).unwrap_or_default();
    let names = listed.split(|byte| *byte == 0);
    let names = names.filter_map(|name| name.strip_suffix(b"/"));
    names
        .map(|name| dir.join(String::from_utf8_lossy(name).as_ref()))
        .collect()
}

/// Is it cargo's target directory, or a mamo directory elsewhere?
fn is_built(dir: &Path, target: &Path) -> bool {
    dir == target || mamo::format::layout::is_mamo(dir)
}

/// Every file below `dir`, hidden directories, the target directory and mamo's apart.
pub fn walked_files(dir: &Path, target: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let mut directories = vec![dir.to_path_buf()];
    while let Some(directory) = directories.pop() {
        for entry in std::fs::read_dir(&directory)
            .into_iter()
            .flatten()
            .flatten()
        {
            let path = entry.path();
            let hidden = entry.file_name().to_string_lossy().starts_with('.');
            match entry.file_type() {
                Ok(kind) if kind.is_dir() && !hidden && !is_built(&path, target) => {
                    directories.push(path);
                }
                Ok(kind) if kind.is_file() || kind.is_symlink() => found.push(path),
                _ => {}
            }
        }
    }
    found
}

/// Every file under `dir`, but for what is under `except`: relative path and digest.
pub fn digest_tree(dir: &Path, except: Option<&Path>) -> BTreeMap<String, Fingerprint> {
    let mut found = BTreeMap::new();
    let mut open = vec![dir.to_path_buf()];
    while let Some(at) = open.pop() {
        let Ok(read) = std::fs::read_dir(&at) else {
            continue;
        };
        for path in read.flatten().map(|entry| entry.path()) {
            if Some(path.as_path()) == except {
                continue;
            }
            if path.is_dir() && !path.is_symlink() {
                open.push(path);
            } else if let Ok(bytes) = std::fs::read(&path) {
                let name = path
                    .strip_prefix(dir)
                    .unwrap_or(&path)
                    .to_string_lossy()
                    .replace('\\', "/");
                found.insert(name, Fingerprint::of(&bytes));
            }
        }
    }
    found
}
