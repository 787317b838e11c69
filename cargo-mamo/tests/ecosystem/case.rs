//! What a case says: what changes, step by step, and what must be reused nevertheless.

use anyhow::{Context, Result, ensure};
use serde::Deserialize;
use std::collections::BTreeMap;
use std::path::Path;

/// One case. Without `steps` it is one step itself.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Case {
    /// See [`Step::edit`].
    edit: Option<Replacement>,
    /// See [`Step::also`].
    #[serde(default)]
    also: Vec<Replacement>,
    /// See [`Step::write`].
    #[serde(default)]
    write: BTreeMap<String, String>,
    /// What changes one after another, in place of the above.
    #[serde(default)]
    pub(crate) steps: Vec<Step>,
    /// Tests that the last step must leave alone, by the ends of their ids.
    #[serde(default)]
    pub(crate) unaffected: Vec<String>,
    /// Must a dry run before each step list all that the step runs, and no test that does not exist?
    #[serde(default)]
    pub(crate) dry_run: bool,
    /// The title of the issue that will mend it: until then the case must show a fault of mamo's.
    pub(crate) known_wrong: Option<String>,
    /// The same where compiled code decides; then it holds in place of the other.
    pub(crate) known_wrong_by_code: Option<String>,
}

/// What changes before one run; files stay changed for the steps that follow.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Step {
    /// A change of a text file.
    pub(crate) edit: Option<Replacement>,
    /// Further ones.
    #[serde(default)]
    pub(crate) also: Vec<Replacement>,
    /// Files that are written whole, by their paths from the package.
    #[serde(default)]
    pub(crate) write: BTreeMap<String, String>,
    /// Variables of this step alone; `{root}` stands for the workspace's directory.
    #[serde(default)]
    pub(crate) env: BTreeMap<String, String>,
    /// Is everything compiled anew, in an empty target directory?
    #[serde(default)]
    pub(crate) fresh_target: bool,
}

/// A file, by its path from the package; a text that stands once in it; and what comes in its place.
#[derive(Debug, Deserialize)]
pub(crate) struct Replacement(pub(crate) String, pub(crate) String, pub(crate) String);

/// The cases in the file at `path`, by name.
pub(crate) fn read(path: &Path) -> Result<BTreeMap<String, Case>> {
    let text =
        std::fs::read_to_string(path).with_context(|| format!("read `{}`", path.display()))?;
    let mut cases: BTreeMap<String, Case> =
        toml::from_str(&text).with_context(|| format!("parse `{}`", path.display()))?;
    for (name, case) in &mut cases {
        case.set_steps()
            .with_context(|| format!("case `{name}` in `{}`", path.display()))?;
    }
    Ok(cases)
}

impl Case {
    fn set_steps(&mut self) -> Result<()> {
        let only = Step {
            edit: self.edit.take(),
            also: std::mem::take(&mut self.also),
            write: std::mem::take(&mut self.write),
            ..Step::default()
        };
        let is_step = only.edit.is_some() || !only.also.is_empty() || !only.write.is_empty();
        ensure!(
            is_step == self.steps.is_empty(),
            "a case has either an edit or steps"
        );
        if is_step {
            self.steps.push(only);
        }
        Ok(())
    }
}
