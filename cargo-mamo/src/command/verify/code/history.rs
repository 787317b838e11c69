//! Trees of a repository's history, one after the other at one place below mamo's directory.
//!
//! Neither the user's checkout nor their repository is written to: a repository of mamo's own borrows the objects.

use crate::cargo::environment::Toolchain;
use crate::cargo::metadata::is_local;
use crate::command::verify::VerifyArgs;
use crate::fingerprint::Fingerprint;
use crate::revision::{ask, borrow_objects, switch, top_of};
use crate::session::Session;
use crate::tracked::tracked_files;
use anyhow::{Context, Result};
use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

/// What can be built.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Tree {
    /// A commit, by its full name.
    Commit(String),
    /// The user's work tree as it is.
    Work,
}

impl Tree {
    /// For people.
    pub(super) fn short(&self) -> String {
        const SHORT: usize = 9;
        match self {
            Self::Commit(name) => name.chars().take(SHORT).collect(),
            Self::Work => "the work tree".to_owned(),
        }
    }

    /// In full.
    pub(super) fn name(&self) -> &str {
        match self {
            Self::Commit(name) => name,
            Self::Work => "work tree",
        }
    }
}

/// The last commits of the history of first parents, the oldest first.
pub(super) fn commits(dir: &Path, count: usize) -> Result<Vec<String>> {
    let count = format!("--max-count={count}");
    let listed = ask(dir, &["rev-list", "--first-parent", &count, "HEAD"])?;
    let mut commits: Vec<String> = listed.lines().map(str::to_owned).collect();
    commits.reverse();
    Ok(commits)
}

/// Paths of what is not committed.
pub(super) fn uncommitted(dir: &Path) -> Result<Vec<String>> {
    let listed = ask(dir, &["status", "--porcelain", "--no-renames"])?;
    let paths = listed.lines().filter_map(|line| line.get(3..));
    Ok(paths.map(str::to_owned).collect())
}

/// Where trees are checked out.
#[derive(Debug)]
pub(super) struct Checkout {
    /// For all that is made.
    pub(super) dir: PathBuf,
    /// The top of the user's work tree.
    top: PathBuf,
    /// What stands for it.
    tree: PathBuf,
    /// The user's lockfile and its place in the tree, for trees without one.
    lockfile: Option<(PathBuf, PathBuf)>,
}

impl Checkout {
    /// Prepares the place for trees of the user's repository.
    pub(super) fn prepare(user: &Session, args: &VerifyArgs) -> Result<Self> {
        let root = &user.workspace.root;
        let top = top_of(root)?;
        refuse_outsiders(user, args, &top)?;
        user.home.make()?;
        let name = Fingerprint::of(root.as_os_str().as_encoded_bytes()).to_hex();
        let dir = user
            .home
            .part("ground")
            .join(format!("{}-code", &name[..16]));
        let tree = dir.join("tree");
        if tree.exists() {
            fs::remove_dir_all(&tree).with_context(|| format!("remove `{}`", tree.display()))?;
        }
        fs::create_dir_all(&tree).with_context(|| format!("create `{}`", tree.display()))?;
        borrow_objects(root, &tree)?;
        let locked = root.join("Cargo.lock");
        let inner = root.strip_prefix(&top).unwrap_or(Path::new(""));
        let place = tree.join(inner).join("Cargo.lock");
        Ok(Self {
            lockfile: locked.is_file().then_some((locked, place)),
            dir,
            top,
            tree,
        })
    }

    /// Where a path of the user's lies in the checkout.
    pub(super) fn place(&self, path: &Path) -> PathBuf {
        path.strip_prefix(&self.top)
            .map_or_else(|_| path.to_path_buf(), |inner| self.tree.join(inner))
    }

    /// Puts a tree in the place of the one that is there.
    pub(super) fn switch(&self, tree: &Tree) -> Result<()> {
        match tree {
            Tree::Commit(name) => {
                switch(&self.tree, name)?;
                ask(&self.tree, &["clean", "--quiet", "--force", "-d"])?;
            }
            Tree::Work => self.follow_work_tree()?,
        }
        // Libraries often ignore their lockfile; the versions that it locks are the user's in all trees.
        if let Some((from, to)) = self.lockfile.as_ref().filter(|(_, to)| !to.exists()) {
            copy(from, to)?;
        }
        Ok(())
    }

    /// Makes the checkout what the user's work tree is. What is the same keeps its time.
    fn follow_work_tree(&self) -> Result<()> {
        let listed = |top: &Path| {
            let files = tracked_files(top).unwrap_or_default().into_iter();
            let files = files.filter(|file| file.symlink_metadata().is_ok());
            let inner = files.filter_map(|file| Some(file.strip_prefix(top).ok()?.to_path_buf()));
            inner.collect::<BTreeSet<PathBuf>>()
        };
        let (wanted, there) = (listed(&self.top), listed(&self.tree));
        for gone in there.difference(&wanted) {
            let path = self.tree.join(gone);
            fs::remove_file(&path).with_context(|| format!("remove `{}`", path.display()))?;
        }
        for file in &wanted {
            let (from, to) = (self.top.join(file), self.tree.join(file));
            if from.is_file() && fs::read(&from).ok() != fs::read(&to).ok() {
                copy(&from, &to)?;
            }
        }
        Ok(())
    }
}

/// Packages that are taken by path from outside of the repository are in none of its commits.
fn refuse_outsiders(user: &Session, args: &VerifyArgs, top: &Path) -> Result<()> {
    let request = Session::request("test", &args.selection, &args.compile);
    let toolchain = Toolchain::load(&user.workspace, &request, &user.home)?;
    let metadata = user
        .workspace
        .resolved(&request, &toolchain.triple)?
        .metadata;
    let local = metadata.packages.iter().filter(|package| is_local(package));
    let mut outside = local.filter(|package| !package.manifest_path.starts_with(top));
    match outside.next() {
        None => Ok(()),
        Some(package) => {
            let hint = anyhow::anyhow!("hint: `verify --mutate` copies such packages, too");
            Err(hint.context(format!(
                "package `{}` is taken by path from outside of the repository, whose commits do not hold it",
                package.name
            )))
        }
    }
}

fn copy(from: &Path, to: &Path) -> Result<()> {
    if let Some(parent) = to.parent() {
        fs::create_dir_all(parent).with_context(|| format!("create `{}`", parent.display()))?;
    }
    fs::copy(from, to).with_context(|| format!("copy `{}`", from.display()))?;
    Ok(())
}
