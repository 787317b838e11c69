//! Which files belong to a directory: those that git does not ignore, or all where there is no git or none is asked.

use crate::fingerprint::Fingerprint;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};
use std::ffi::OsStr;
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

/// What lies below a directory.
#[derive(Debug, Default)]
pub struct Listed {
    /// Files that git does not ignore; where there is no git, all.
    pub files: Vec<PathBuf>,
    /// The directory and every one below it, empty ones too.
    pub directories: Vec<PathBuf>,
}

/// What lies below `dir`, and where links to directories lead; `built` are cargo's.
pub fn list(dir: &Path, built: &[PathBuf]) -> Listed {
    list_within(dir, built, &mut dir.canonicalize().into_iter().collect())
}

/// The same on the way from each of `open`: links do not lead back to what these lie in.
fn list_within(dir: &Path, built: &[PathBuf], open: &mut Vec<PathBuf>) -> Listed {
    let mut found = Listed {
        files: Vec::new(),
        directories: directories(dir, built),
    };
    for path in tracked_files(dir).unwrap_or_else(|| walked_files(dir, built)) {
        if let Some(there) = linked_directory(&path)
            && !open.iter().any(|open| open.starts_with(&there))
        {
            open.push(there.clone());
            let beyond = list_within(&there, built, open);
            open.pop();
            let here = |far: PathBuf| path.join(far.strip_prefix(&there).unwrap_or(&far));
            found.files.extend(beyond.files.into_iter().map(here));
            let directories = beyond.directories.into_iter();
            found.directories.extend(directories.map(here));
        }
        found.files.push(path);
    }
    found
}

/// Where a link leads, if that is a directory that it does not lie in.
fn linked_directory(path: &Path) -> Option<PathBuf> {
    let is_link = path.is_symlink() && path.is_dir() && !leads_back(path);
    is_link.then(|| path.canonicalize().ok()).flatten()
}

/// Does a link to a directory lead to one that it lies in?
pub fn leads_back(link: &Path) -> bool {
    let Ok(target) = link.canonicalize() else {
        return true;
    };
    let mut above = link.ancestors().skip(1);
    above.any(|dir| dir.canonicalize().is_ok_and(|dir| dir.starts_with(&target)))
}

/// A path as git writes it.
#[cfg(unix)]
fn path_of(name: &[u8]) -> PathBuf {
    use std::os::unix::ffi::OsStrExt;
    PathBuf::from(OsStr::from_bytes(name))
}

#[cfg(not(unix))]
fn path_of(name: &[u8]) -> PathBuf {
    PathBuf::from(String::from_utf8_lossy(name).as_ref())
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
        let path = dir.join(path_of(name));
        // A submodule is listed by its directory alone; a link to a directory is not followed, it may lead back here.
        if std::fs::symlink_metadata(&path).is_ok_and(|entry| entry.is_dir()) {
            files.extend(tracked_files(&path).unwrap_or_else(|| walked_files(&path, &[])));
        } else {
            files.push(path);
        }
    }
    // An ignored directory (a package unpacked below `target`, say) lists nothing: that says nothing of its files.
    (!files.is_empty()).then_some(files)
}

/// `dir` and every directory below it, empty ones too, but for git's own, those that git ignores, and those that are `built`.
fn directories(dir: &Path, built: &[PathBuf]) -> Vec<PathBuf> {
    let ignored = ignored_directories(dir);
    let mut found = vec![dir.to_path_buf()];
    let mut at = 0;
    while at < found.len() {
        let read = std::fs::read_dir(&found[at])
            .into_iter()
            .flatten()
            .flatten();
        let below = read.filter(|entry| entry.file_type().is_ok_and(|kind| kind.is_dir()));
        let below = below.filter(|entry| !is_versioned(&entry.file_name()));
        let below = below.map(|entry| entry.path());
        found.extend(below.filter(|path| !is_built(path, built) && !ignored.contains(path)));
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
    names.map(|name| dir.join(path_of(name))).collect()
}

/// Is it one of cargo's own, or a mamo directory elsewhere?
fn is_built(dir: &Path, built: &[PathBuf]) -> bool {
    built.iter().any(|own| own == dir) || mamo::format::layout::is_mamo(dir)
}

/// Does a system of versions keep what it knows there?
fn is_versioned(name: &OsStr) -> bool {
    [".git", ".hg", ".jj", ".svn"]
        .iter()
        .any(|own| name == *own)
}

/// Every file below `dir`, but for what systems of versions keep, what is `built`, and mamo's.
pub fn walked_files(dir: &Path, built: &[PathBuf]) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let mut directories = vec![dir.to_path_buf()];
    while let Some(directory) = directories.pop() {
        for entry in std::fs::read_dir(&directory)
            .into_iter()
            .flatten()
            .flatten()
        {
            let path = entry.path();
            let left_out = is_versioned(&entry.file_name()) || is_built(&path, built);
            match entry.file_type() {
                Ok(kind) if kind.is_dir() && !left_out => directories.push(path),
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
