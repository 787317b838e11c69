//! What holds for every scenario, and for every edit of it.
//!
//! | when | then |
//! |---|---|
//! | no edit | nothing is planned |
//! | an edit | what its claim lists is planned, its look-alikes are not, what is planned runs and nothing else, and the outcome is plain cargo's |
//! | the same edit again | only what failed is planned |
//! | the edit undone | nothing is planned |
//! | a layout edit | nothing is planned, unless the code asks for its position |

use crate::claim::{self, Claim, Edit};
use crate::layout;
use crate::outcome::{Plain, Report};
use crate::project::{Call, Project};
use anyhow::{Context, Result, ensure};
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

/// Tries the scenario in `dir`: every edit is tried, and what is wrong with each is told.
pub(crate) fn scenario(dir: &Path, plain_only: bool) -> Result<()> {
    let claim = Claim::read(dir)?;
    let project = Project::of(dir, &claim)?;
    let trial = Trial {
        project: &project,
        claim: &claim,
        plain_only,
    };
    trial.base().context("before any edit")?;
    let mut wrong = Vec::new();
    for (name, edit) in &claim.edits {
        if let Err(error) = trial.edit(name, edit) {
            wrong.push(format!("{name}: {error:#}"));
        }
        project.undo()?;
    }
    if !plain_only && let Err(error) = trial.layout() {
        wrong.push(format!("layout edit: {error:#}"));
    }
    ensure!(wrong.is_empty(), "{}\n{}", claim.sentence, wrong.join("\n"));
    Ok(())
}

struct Trial<'a> {
    project: &'a Project<'a>,
    claim: &'a Claim,
    plain_only: bool,
}

impl Trial<'_> {
    fn call<'b>(&'b self, env: &'b BTreeMap<String, String>) -> Call<'b> {
        Call {
            args: &self.claim.command_args,
            env,
        }
    }

    /// All tests pass, and then nothing is left to run.
    fn base(&self) -> Result<()> {
        let none = BTreeMap::new();
        let call = self.call(&none);
        if !self.plain_only {
            let first = self.project.mamo(&["--no-fail-fast"], call)?;
            ensure!(
                first.code == Some(0) && first.reused.is_empty(),
                "the first run: {first:#?}"
            );
        }
        let plain = self.project.plain(call)?;
        ensure!(
            plain.code == Some(0) && !plain.all.is_empty(),
            "plain cargo fails:\n{}",
            plain.text
        );
        self.plans_nothing("no edit")
    }

    /// One edit, from the plan to its undoing.
    fn edit(&self, name: &str, edit: &Edit) -> Result<()> {
        self.project.apply(name)?;
        let call = Call {
            args: edit
                .command_args
                .as_ref()
                .unwrap_or(&self.claim.command_args),
            env: &edit.env,
        };
        if edit.does_not_compile {
            self.fails_to_build(call)?;
        } else if self.plain_only {
            outcome_is_claimed(edit, &self.project.plain(call)?)?;
        } else {
            self.run(edit, call)?;
        }
        self.project.undo()?;
        self.plans_nothing("undo")
    }

    /// Plain cargo cannot build it, and mamo says so too, though it could reuse every test.
    fn fails_to_build(&self, call: Call) -> Result<()> {
        let plain = self.project.plain(call)?;
        ensure!(
            plain.text.contains("could not compile"),
            "it compiles:\n{}",
            plain.text
        );
        if !self.plain_only {
            let code = self.project.mamo_code(call)?;
            ensure!(
                code == plain.code,
                "HIDDEN BUILD FAILURE: mamo exits {code:?}, cargo {:?}",
                plain.code
            );
        }
        Ok(())
    }

    /// Plan, run, compare with plain cargo, and plan again.
    fn run(&self, edit: &Edit, call: Call) -> Result<()> {
        let planned = self.project.mamo(&["--dry-run"], call).context("plan")?;
        let ran = self
            .project
            .mamo(&["--no-fail-fast"], call)
            .context("run")?;
        let plain = self.project.plain(call)?;
        outcome_is_claimed(edit, &plain)?;
        plan_is_claimed(edit, &plain, &ran).context("the run")?;
        plan_is_claimed(edit, &plain, &planned).context("the dry run")?;
        ensure!(
            keys(&ran) == keys(&planned),
            "the dry run says {:?}, and {:?} ran",
            keys(&planned),
            keys(&ran)
        );
        outcomes_are_equal(&plain, &ran)?;
        let again = self
            .project
            .mamo(&["--dry-run"], call)
            .context("plan again")?;
        ensure!(
            keys(&again) == plain.failed,
            "after the run it plans {:?}, failed are {:?}",
            again.run,
            plain.failed
        );
        Ok(())
    }

    /// Comments and blank lines everywhere.
    fn layout(&self) -> Result<()> {
        if self.claim.position_sensitive {
            return Ok(());
        }
        layout::edit(self.project.root(), &self.claim.data)?;
        self.plans_nothing("layout edit")
    }

    fn plans_nothing(&self, when: &str) -> Result<()> {
        if self.plain_only {
            return Ok(());
        }
        let none = BTreeMap::new();
        let planned = self
            .project
            .mamo(&["--dry-run"], self.call(&none))
            .with_context(|| format!("plan after {when}"))?;
        ensure!(
            planned.run.is_empty(),
            "after {when} it plans {:#?}",
            planned.run
        );
        ensure!(
            planned.code == Some(0),
            "after {when} it exits {:?}",
            planned.code
        );
        Ok(())
    }
}

/// Exactly the tests that the claim lists fail under plain cargo.
fn outcome_is_claimed(edit: &Edit, plain: &Plain) -> Result<()> {
    ensure!(
        !plain.all.is_empty(),
        "plain cargo ran nothing:\n{}",
        plain.text
    );
    let fails = claim::ids(&edit.fails, &plain.all)?;
    ensure!(
        fails == plain.failed,
        "fails {:?}, claimed {fails:?}\n{}",
        plain.failed,
        plain.text
    );
    claim::ids(&edit.must_run, &plain.all)?;
    claim::ids(&edit.must_not_run, &plain.all)?;
    ensure!(
        (plain.code == Some(0)) == fails.is_empty(),
        "plain cargo exits {:?}",
        plain.code
    );
    Ok(())
}

/// What must run is planned to run; look-alikes are not.
fn plan_is_claimed(edit: &Edit, plain: &Plain, planned: &Report) -> Result<()> {
    let mut must_run = claim::ids(&edit.must_run, &plain.all)?;
    must_run.extend(plain.failed.iter().cloned());
    let run = keys(planned);
    let wrongly_reused: Vec<_> = must_run.difference(&run).collect();
    ensure!(
        wrongly_reused.is_empty(),
        "WRONG REUSE of {wrongly_reused:?}; planned {:#?}",
        planned.run
    );
    ensure!(
        !edit.noop || run.is_empty(),
        "NEEDLESS RUN, where nothing should: {:#?}",
        planned.run
    );
    let must_not_run = claim::ids(&edit.must_not_run, &plain.all)?;
    let needless: Vec<_> = must_not_run.intersection(&run).collect();
    ensure!(
        needless.is_empty(),
        "NEEDLESS RUN of {needless:?}; planned {:#?}",
        planned.run
    );
    let known: BTreeSet<_> = run
        .iter()
        .chain(&planned.reused)
        .chain(&planned.ignored)
        .cloned()
        .collect();
    ensure!(
        known == plain.all,
        "mamo knows {known:#?}, cargo {:#?}",
        plain.all
    );
    Ok(())
}

/// Every test that fails under plain cargo ran and failed, no other did, and the exit code is cargo's.
fn outcomes_are_equal(plain: &Plain, ran: &Report) -> Result<()> {
    ensure!(
        ran.failed == plain.failed,
        "mamo's failed {:?}, cargo's {:?}\n{}",
        ran.failed,
        plain.failed,
        ran.text
    );
    ensure!(
        ran.code == plain.code,
        "mamo exits {:?}, cargo {:?}",
        ran.code,
        plain.code
    );
    Ok(())
}

fn keys(report: &Report) -> BTreeSet<String> {
    report.run.keys().cloned().collect()
}
