//! The source tree of a git revision, in a directory of its own.
//!
//! Neither the user's checkout nor their repository is written to: a new repository borrows the objects and checks the
//! revision out beside them. It is gone when the value is dropped.

use crate::home::unique_name;
use anyhow::{Context, Result, bail};
use std::path::{Path, PathBuf};
use std::process::Command;

/// A revision, checked out.
#[derive(Debug)]
pub struct Revision {
    /// Its full name.
    pub commit: String,
    /// The top of the user's work tree.
    pub top: PathBuf,
    /// The top of the revision's tree.
    pub tree: PathBuf,
}

/// Finds the commit that `name` means in the repository around `dir`; `None` if there is none.
pub fn find(dir: &Path, name: &str) -> Result<Option<String>> {
    ask(dir, &["rev-parse", "--git-dir"]).context("it takes a git repository")?;
    let wanted = format!("{name}^{{commit}}");
    let found = ask(
        dir,
        &[
            "rev-parse",
            "--verify",
            "--quiet",
            "--end-of-options",
            &wanted,
        ],
    );
    Ok(found.ok().filter(|commit| !commit.is_empty()))
}

/// The top of the work tree around `dir`.
pub(crate) fn top_of(dir: &Path) -> Result<PathBuf> {
    let prefix = ask(dir, &["rev-parse", "--show-prefix"])?;
    let depth = Path::new(&prefix).components().count();
    let top = dir.ancestors().nth(depth);
    Ok(top
        .context("a work tree holds its directories")?
        .to_path_buf())
}

/// Makes `tree`, an empty directory, a repository with the objects of the one around `dir`.
pub(crate) fn borrow_objects(dir: &Path, tree: &Path) -> Result<()> {
    let objects = dir.join(ask(dir, &["rev-parse", "--git-path", "objects"])?);
    let objects = objects
        .canonicalize()
        .with_context(|| format!("find `{}`", objects.display()))?;
    let format = ask(dir, &["rev-parse", "--show-object-format"])?;
    let format = format!("--object-format={format}");
    ask(tree, &["init", "--quiet", &format])?;
    let borrowed = tree.join(".git/objects/info/alternates");
    std::fs::create_dir_all(borrowed.parent().unwrap_or(tree))?;
    std::fs::write(&borrowed, format!("{}\n", objects.display()))
        .with_context(|| format!("write `{}`", borrowed.display()))
}

/// Checks `commit` out in a repository of mamo's own, whatever was changed there.
pub(crate) fn switch(tree: &Path, commit: &str) -> Result<()> {
    let quiet = ["-c", "advice.detachedHead=false"];
    let alone = ["-c", "core.hooksPath=/dev/null"];
    let checkout = ["checkout", "--quiet", "--force", "--detach", commit];
    ask(tree, &[&quiet[..], &alone[..], &checkout[..]].concat())?;
    Ok(())
}

impl Revision {
    /// Checks `commit` of the repository around `dir` out.
    pub fn check_out(dir: &Path, commit: &str) -> Result<Self> {
        let top = top_of(dir)?;
        let tree = std::env::temp_dir().join(unique_name(".mamo-tree"));
        std::fs::create_dir_all(&tree).with_context(|| format!("create `{}`", tree.display()))?;
        let tree = tree
            .canonicalize()
            .with_context(|| format!("find `{}`", tree.display()))?;
        // From here on the directory is removed whatever happens.
        let revision = Self {
            commit: commit.to_string(),
            top,
            tree,
        };
        borrow_objects(dir, &revision.tree)?;
        switch(&revision.tree, commit)?;
        Ok(revision)
    }

    /// The place of one of the user's files in the revision's tree; `None` if it lies outside the repository.
    pub fn at(&self, path: &Path) -> Option<PathBuf> {
        Some(self.tree.join(path.strip_prefix(&self.top).ok()?))
    }
}

impl Drop for Revision {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.tree);
    }
}

/// What a git command prints in `dir`, whatever repository the caller is in.
pub(crate) fn ask(dir: &Path, arguments: &[&str]) -> Result<String> {
    let mut git = Command::new("git");
    git.args(arguments).current_dir(dir);
    for variable in [
        "GIT_DIR",
        "GIT_WORK_TREE",
        "GIT_INDEX_FILE",
        "GIT_OBJECT_DIRECTORY",
        "GIT_PREFIX",
    ] {
        git.env_remove(variable);
    }
    let output = git.output().context("start `git`")?;
    if !output.status.success() {
        let verb = arguments
            .iter()
            .find(|argument| !argument.starts_with('-'))
            .unwrap_or(&"");
        bail!(
            "`git {verb}` failed: {}",
            String::from_utf8_lossy(&output.stderr).trim()
        );
    }
    Ok(String::from_utf8_lossy(&output.stdout)
        .trim_end()
        .to_string())
}
