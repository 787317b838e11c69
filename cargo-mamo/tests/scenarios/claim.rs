//! What a scenario claims: its `claim.toml`, read strictly.
//!
//! Expectations stand there and nowhere else. A test is named by its id, `package/kind/target::name`, or by the
//! end of it where that is unambiguous in the scenario.

use anyhow::{Context, Result, bail, ensure};
use serde::Deserialize;
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

/// One scenario: what it says, and what each of its edits must do.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Claim {
    /// The claim, in one sentence.
    #[serde(rename = "claim")]
    pub(crate) sentence: String,
    /// The directory under `base/` in which cargo is called, where that is not `base/` itself.
    #[serde(default)]
    pub(crate) dir: String,
    /// Arguments of every `cargo test` and `cargo mamo test`.
    #[serde(default)]
    pub(crate) command_args: Vec<String>,
    /// Environment variables of every command.
    #[serde(default)]
    pub(crate) env: BTreeMap<String, String>,
    /// Does the code ask where it stands in its file? Then a layout edit may run tests.
    #[serde(default)]
    pub(crate) position_sensitive: bool,
    /// `.rs` files that are data, not source: a layout edit leaves them alone.
    #[serde(default)]
    pub(crate) data: Vec<String>,
    /// Does it depend on where cargo puts what it builds? Then it is one of those that are run in each of cargo's layouts.
    #[serde(default)]
    pub(crate) layouts: bool,
    /// By directory name under `edits/`; an edit that changes only `env` or `command_args` has none.
    #[serde(default)]
    pub(crate) edits: BTreeMap<String, Edit>,
}

/// What one edit must and must not run.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Edit {
    /// Tests that fail under plain `cargo test` after the edit: exactly these. They must run too.
    #[serde(default)]
    pub(crate) fails: Vec<String>,
    /// Tests that must be planned to run, though they pass.
    #[serde(default)]
    pub(crate) must_run: Vec<String>,
    /// Look-alikes that must be reused.
    #[serde(default)]
    pub(crate) must_not_run: Vec<String>,
    /// Does the edit break the build? Then mamo must fail as plain cargo does, whatever it could reuse.
    #[serde(default)]
    pub(crate) does_not_compile: bool,
    /// Must the edit run nothing at all?
    #[serde(default)]
    pub(crate) noop: bool,
    /// Instead of the scenario's own arguments.
    pub(crate) command_args: Option<Vec<String>>,
    /// On top of the scenario's own variables.
    #[serde(default)]
    pub(crate) env: BTreeMap<String, String>,
}

impl Claim {
    /// Reads `dir/claim.toml` and checks it against the directories beside it.
    pub(crate) fn read(dir: &Path) -> Result<Self> {
        let path = dir.join("claim.toml");
        let text =
            std::fs::read_to_string(&path).with_context(|| format!("read `{}`", path.display()))?;
        let claim: Self =
            toml::from_str(&text).with_context(|| format!("parse `{}`", path.display()))?;
        claim.check(dir)?;
        Ok(claim)
    }

    fn check(&self, dir: &Path) -> Result<()> {
        ensure!(self.sentence.ends_with('.'), "a claim is a sentence");
        ensure!(!self.edits.is_empty(), "a scenario has an edit");
        for (name, edit) in &self.edits {
            let without_files = edit.command_args.is_some() || !edit.env.is_empty();
            ensure!(
                without_files || dir.join("edits").join(name).is_dir(),
                "edit `{name}` has no directory"
            );
            let expects =
                edit.does_not_compile || !edit.fails.is_empty() || !edit.must_run.is_empty();
            ensure!(
                expects != edit.noop,
                "edit `{name}` either runs something or is a `noop`"
            );
        }
        let edits = dir.join("edits");
        for entry in edits.read_dir().into_iter().flatten() {
            let name = entry?.file_name().to_string_lossy().into_owned();
            ensure!(
                self.edits.contains_key(&name),
                "`edits/{name}` is not in claim.toml"
            );
        }
        Ok(())
    }
}

/// The ids that `names` stand for among `known`; every name must stand for exactly one.
pub(crate) fn ids(names: &[String], known: &BTreeSet<String>) -> Result<BTreeSet<String>> {
    names.iter().map(|name| id(name, known)).collect()
}

fn id(name: &str, known: &BTreeSet<String>) -> Result<String> {
    if known.contains(name) {
        return Ok(name.to_owned());
    }
    let end = format!("::{name}");
    let hits: Vec<&String> = known.iter().filter(|id| id.ends_with(&end)).collect();
    match hits.as_slice() {
        [one] => Ok((*one).clone()),
        [] => bail!("no test `{name}` among {known:#?}"),
        _ => bail!("`{name}` may be any of {hits:#?}"),
    }
}
