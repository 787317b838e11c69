//! A copy of a workspace, below mamo's own directory, in which anything may be changed.
//!
//! It holds what git tracks or would track (without git: all but build output) of the workspace and of every package
//! that it takes by path from outside, each at the same place relative to the others. The user's own files are only read.

use crate::fingerprint::Fingerprint;
use crate::tracked::tracked_files;
use anyhow::{Context, Result};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

/// A copy.
#[derive(Debug)]
pub struct Copy {
    /// Stands for `from`.
    pub base: PathBuf,
    /// The directory that holds all that was copied.
    pub from: PathBuf,
    /// Every file, relative to the base, sorted.
    pub files: Vec<PathBuf>,
    /// The digest of all files, names and contents.
    pub digest: Fingerprint,
}

impl Copy {
    /// Copies `roots` (the workspace's first) to below `dir`, in the place of what an earlier copy left there. Build output of
    /// that copy stays.
    pub fn make(roots: &[PathBuf], dir: &Path) -> Result<Self> {
        let from = shared_ancestor(roots);
        let base = dir.join("tree");
        if base.exists() {
            fs::remove_dir_all(&base).with_context(|| format!("remove `{}`", base.display()))?;
        }
        let mut files = Vec::new();
        for root in roots {
            let listed = tracked(root).unwrap_or_else(|| walked(root, dir));
            files.extend(
                listed
                    .iter()
                    .filter_map(|file| file.strip_prefix(&from).ok())
                    .map(Path::to_path_buf),
            );
        }
        files.sort();
        files.dedup();
        files.retain(|file| from.join(file).is_file());
        let mut parts = Vec::new();
        for file in &files {
            let bytes = copy_file(&from.join(file), &base.join(file))?;
            parts.push(file.to_string_lossy().into_owned().into_bytes());
            parts.push(bytes);
        }
        let digest = Fingerprint::of_parts(parts.iter().map(Vec::as_slice));
        let copy = Self {
            base,
            from,
            files,
            digest,
        };
        copy.keep_ignoring(roots);
        Ok(copy)
    }

    /// Where `path` of the user's lies in the copy; outside of what was copied, `path` itself.
    pub fn place(&self, path: &Path) -> PathBuf {
        path.strip_prefix(&self.from)
            .map_or_else(|_| path.to_path_buf(), |inner| self.base.join(inner))
    }

    /// What git ignores there is ignored here.
    fn keep_ignoring(&self, roots: &[PathBuf]) {
        if roots.iter().any(|root| tracked(root).is_some()) {
            let _ = Command::new("git")
                .args(["init", "--quiet"])
                .current_dir(&self.base)
                .output();
        }
    }
}

fn copy_file(from: &Path, to: &Path) -> Result<Vec<u8>> {
    let parent = to.parent().context("a file lies in a directory")?;
    fs::create_dir_all(parent).with_context(|| format!("create `{}`", parent.display()))?;
    fs::copy(from, to).with_context(|| format!("copy `{}`", from.display()))?;
    fs::read(to).with_context(|| format!("read `{}`", to.display()))
}

/// The nearest directory that holds all of `roots`.
fn shared_ancestor(roots: &[PathBuf]) -> PathBuf {
    let mut shared = roots.first().cloned().unwrap_or_default();
    while !roots.iter().all(|root| root.starts_with(&shared)) {
        if !shared.pop() {
            break;
        }
    }
    shared
}

/// Files that git tracks or would track below `dir`; `None` where that is no git work tree. Libraries often ignore their
/// lockfile; the versions that it locks are part of the build.
fn tracked(dir: &Path) -> Option<Vec<PathBuf>> {
    let mut files = tracked_files(dir)?;
    let locked = dir.join("Cargo.lock");
    if locked.is_file() && !files.contains(&locked) {
        files.push(locked);
    }
    Some(files)
}

/// Every file below `dir` but what lies in `without`, in a repository's own directory, or in a build directory.
fn walked(dir: &Path, without: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let mut open = vec![dir.to_path_buf()];
    while let Some(directory) = open.pop() {
        for entry in fs::read_dir(&directory).into_iter().flatten().flatten() {
            let path = entry.path();
            let built = entry.file_name() == "target" || path.join("CACHEDIR.TAG").exists();
            match entry.file_type() {
                Ok(kind)
                    if kind.is_dir()
                        && !built
                        && entry.file_name() != ".git"
                        && path != without =>
                {
                    open.push(path);
                }
                Ok(kind) if kind.is_file() || kind.is_symlink() => found.push(path),
                _ => {}
            }
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    fn git(dir: &Path, arguments: &[&str]) {
        let mut git = Command::new("git");
        git.args(["-c", "user.name=n", "-c", "user.email=n@example.org"])
            .args(["-c", "protocol.file.allow=always"])
            .args(arguments)
            .current_dir(dir)
            .env("GIT_CONFIG_GLOBAL", "/dev/null");
        assert!(git.output().unwrap().status.success(), "{arguments:?}");
    }

    fn names(copy: &Copy) -> Vec<String> {
        let name = |file: &PathBuf| file.to_string_lossy().replace('\\', "/");
        copy.files.iter().map(name).collect()
    }

    #[cfg(unix)]
    #[test]
    fn a_link_that_leads_back_is_not_followed() {
        let (dir, home) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
        fs::create_dir(dir.path().join("src")).unwrap();
        fs::write(dir.path().join("src/lib.rs"), "l").unwrap();
        std::os::unix::fs::symlink("..", dir.path().join("src/back")).unwrap();
        let roots = [dir.path().to_path_buf()];
        let without_git = Copy::make(&roots, home.path()).unwrap();
        assert_eq!(names(&without_git), ["src/lib.rs"]);
        git(dir.path(), &["init", "--quiet"]);
        let untracked = Copy::make(&roots, home.path()).unwrap();
        assert_eq!(names(&untracked), ["src/lib.rs"]);
        git(dir.path(), &["add", "."]);
        let tracked = Copy::make(&roots, home.path()).unwrap();
        assert_eq!(names(&tracked), ["src/lib.rs"]);
    }

    #[test]
    fn the_files_of_a_submodule_are_copied_and_one_that_was_not_fetched_has_none() {
        let (dir, home) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
        let place = |name: &str| dir.path().join(name);
        for name in ["inner", "outer"] {
            fs::create_dir(place(name)).unwrap();
            fs::write(place(name).join("data.txt"), name).unwrap();
            git(&place(name), &["init", "--quiet"]);
            git(&place(name), &["add", "."]);
            git(&place(name), &["commit", "--quiet", "-m", "one"]);
        }
        git(
            &place("outer"),
            &["submodule", "--quiet", "add", "../inner", "sub"],
        );
        git(&place("outer"), &["commit", "--quiet", "-m", "two"]);
        git(dir.path(), &["clone", "--quiet", "outer", "cloned"]);
        let copied = |name: &str| names(&Copy::make(&[place(name)], home.path()).unwrap());
        assert_eq!(copied("outer"), [".gitmodules", "data.txt", "sub/data.txt"]);
        assert_eq!(copied("cloned"), [".gitmodules", "data.txt"]);
    }

    #[test]
    fn the_copy_holds_source_and_no_build_output_and_packages_keep_their_places() {
        let dir = tempfile::tempdir().unwrap();
        let home = tempfile::tempdir().unwrap();
        for (path, text) in [
            ("w/Cargo.toml", "w"),
            ("w/target/x", "built"),
            ("w/src/lib.rs", "l"),
            ("o/src/lib.rs", "o"),
            ("z", "z"),
        ] {
            fs::create_dir_all(dir.path().join(path).parent().unwrap()).unwrap();
            fs::write(dir.path().join(path), text).unwrap();
        }
        let roots = [dir.path().join("w"), dir.path().join("o")];
        let copy = Copy::make(&roots, home.path()).unwrap();
        let files: Vec<_> = copy
            .files
            .iter()
            .map(|file| file.to_string_lossy().replace('\\', "/"))
            .collect();
        assert_eq!(files, ["o/src/lib.rs", "w/Cargo.toml", "w/src/lib.rs"]);
        assert_eq!(
            fs::read_to_string(copy.place(&roots[0].join("src/lib.rs"))).unwrap(),
            "l"
        );
        let again = Copy::make(&roots, home.path()).unwrap();
        assert_eq!(copy.digest, again.digest);
        fs::write(roots[0].join("src/lib.rs"), "other").unwrap();
        assert_ne!(copy.digest, Copy::make(&roots, home.path()).unwrap().digest);
    }
}
