//! What `cargo mamo init` writes into a workspace, and takes back: worked out first, written after.
//!
//! A file that is there is changed only by what is added to it; what the user changed since is theirs. Nothing is written
//! if one of the files cannot be understood.

pub mod runners;

use crate::settings;
use anyhow::{Context, Result};
use runners::Host;
use std::fs;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

/// The lines that git is told to ignore a target directory by.
const IGNORED: &str = "# cargo's directory, and mamo's in it\n";
/// The workflow that `--ci github` writes.
const WORKFLOW: &str = include_str!("init/github.yml");
/// Where it lies.
const WORKFLOW_FILE: &str = ".github/workflows/mamo.yml";

/// What becomes of one file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Change {
    /// The file.
    pub path: PathBuf,
    /// What it is to hold; `None` if it goes.
    pub after: Option<String>,
    /// What is done, for people.
    pub said: String,
}

/// What is done, or why nothing is.
pub type Step = Result<Change, String>;

/// What is asked for.
#[derive(Clone, Debug)]
pub struct Wanted<'a> {
    /// The workspace's directory.
    pub root: &'a Path,
    /// The target directory, if git would take it in.
    pub unignored: Option<&'a Path>,
    /// Is a workflow asked for?
    pub ci: bool,
    /// This machine.
    pub host: &'a Host,
    /// Texts of the configuration files of other directories, the nearest first.
    pub elsewhere: &'a [(PathBuf, String)],
}

impl Wanted<'_> {
    /// What has to be written.
    pub fn steps(&self) -> Result<Vec<Step>> {
        let mut steps = vec![self.runner()?, self.settings()?, self.ignored()?];
        if self.ci {
            steps.push(self.created(
                WORKFLOW_FILE,
                WORKFLOW,
                "tests by `cargo mamo test` on GitHub",
            )?);
        }
        Ok(steps)
    }

    /// What has to be taken back.
    pub fn undone(&self) -> Result<Vec<Step>> {
        Ok(vec![
            self.runner_undone()?,
            self.removed(settings::FILE, &settings::known::template())?,
            self.ignored_undone()?,
            self.removed(WORKFLOW_FILE, WORKFLOW)?,
        ])
    }

    /// Cargo reads the name without an extension first.
    fn config(&self) -> PathBuf {
        let dir = self.root.join(".cargo");
        let old = dir.join("config");
        if old.is_file() {
            old
        } else {
            dir.join("config.toml")
        }
    }

    fn runner(&self) -> Result<Step> {
        let path = self.config();
        let before = text_of(&path)?.unwrap_or_default();
        let named = || format!("read `{}`", self.shown(&path));
        let (after, said) = runners::add(&before, self.host, self.elsewhere).with_context(named)?;
        Ok(self.changed(path, &before, after, &said.join("; ")))
    }

    fn runner_undone(&self) -> Result<Step> {
        let path = self.config();
        let Some(before) = text_of(&path)? else {
            return Ok(Err(format!("`{}` is not there", self.shown(&path))));
        };
        let named = || format!("read `{}`", self.shown(&path));
        let (after, said) = runners::remove(&before).with_context(named)?;
        let said = said.join("; ");
        Ok(self.reduced(
            path,
            &before,
            after,
            if said.is_empty() {
                "the runner is gone"
            } else {
                &said
            },
        ))
    }

    fn settings(&self) -> Result<Step> {
        let text = settings::known::template();
        self.created(
            settings::FILE,
            &text,
            "every setting with its default, as comments",
        )
    }

    fn ignored(&self) -> Result<Step> {
        let path = self.root.join(".gitignore");
        let Some(dir) = self.unignored else {
            return Ok(Err(
                "`.gitignore`: git takes in nothing of mamo's".to_string()
            ));
        };
        let before = text_of(&path)?.unwrap_or_default();
        let line_end = if before.is_empty() || before.ends_with('\n') {
            ""
        } else {
            "\n"
        };
        let dir = dir
            .strip_prefix(self.root)
            .unwrap_or(dir)
            .to_string_lossy()
            .replace('\\', "/");
        let after = format!("{before}{line_end}{IGNORED}/{dir}/\n");
        Ok(self.changed(path, &before, after, &format!("git ignores `{dir}`")))
    }

    fn ignored_undone(&self) -> Result<Step> {
        let path = self.root.join(".gitignore");
        let before = text_of(&path)?.unwrap_or_default();
        let Some((head, rest)) = before.split_once(IGNORED) else {
            return Ok(Err("`.gitignore` holds nothing of mamo's".to_string()));
        };
        let rest = rest.split_once('\n').map_or("", |(_, rest)| rest);
        let after = format!("{head}{rest}");
        Ok(self.reduced(path, &before, after, "the lines of mamo are gone"))
    }

    /// A file that is written only where there is none.
    fn created(&self, name: &str, text: &str, said: &str) -> Result<Step> {
        let path = self.root.join(name);
        Ok(match text_of(&path)? {
            None => Ok(Change {
                path,
                after: Some(text.to_string()),
                said: format!("wrote `{name}`: {said}"),
            }),
            Some(_) => Err(format!("`{name}` is there and stays as it is")),
        })
    }

    fn removed(&self, name: &str, text: &str) -> Result<Step> {
        let path = self.root.join(name);
        Ok(match text_of(&path)? {
            None => Err(format!("`{name}` is not there")),
            Some(now) if now == text => Ok(Change {
                path,
                after: None,
                said: format!("removed `{name}`"),
            }),
            Some(_) => Err(format!("`{name}` was changed since and stays as it is")),
        })
    }

    fn changed(&self, path: PathBuf, before: &str, after: String, said: &str) -> Step {
        let shown = self.shown(&path);
        if before == after {
            return Err(format!("`{shown}` says so already"));
        }
        let verb = if before.is_empty() {
            "wrote"
        } else {
            "added to"
        };
        Ok(Change {
            path,
            after: Some(after),
            said: format!("{verb} `{shown}`: {said}"),
        })
    }

    /// A file that goes if nothing is left in it.
    fn reduced(&self, path: PathBuf, before: &str, after: String, said: &str) -> Step {
        let shown = self.shown(&path);
        if before == after {
            return Err(format!("`{shown}`: {said}")
                .replace("the runner is gone", "holds nothing of mamo's"));
        }
        let empty = after.trim().is_empty();
        let said = if empty {
            format!("removed `{shown}`")
        } else {
            format!("changed `{shown}`: {said}")
        };
        Ok(Change {
            path,
            after: (!empty).then_some(after),
            said,
        })
    }

    fn shown(&self, path: &Path) -> String {
        let path = path.strip_prefix(self.root).unwrap_or(path);
        path.to_string_lossy().replace('\\', "/")
    }
}

impl Change {
    /// Carries it out. Directories that it leaves empty go, too.
    pub fn carry_out(&self, root: &Path) -> Result<()> {
        let path = self.path.as_path();
        if let Some(text) = &self.after {
            let named = || format!("write `{}`", path.display());
            if let Some(dir) = path.parent() {
                fs::create_dir_all(dir).with_context(named)?;
            }
            return fs::write(path, text).with_context(named);
        }
        fs::remove_file(path).with_context(|| format!("remove `{}`", path.display()))?;
        let dirs = path.ancestors().skip(1).take_while(|dir| *dir != root);
        // One that holds something else stays, and those above it.
        for dir in dirs {
            if fs::remove_dir(dir).is_err() {
                break;
            }
        }
        Ok(())
    }
}

/// What a file holds; `None` if it is not there.
fn text_of(path: &Path) -> Result<Option<String>> {
    match fs::read_to_string(path) {
        Ok(text) => Ok(Some(text)),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error).with_context(|| format!("read `{}`", path.display())),
    }
}
