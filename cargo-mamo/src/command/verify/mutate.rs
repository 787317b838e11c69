//! `cargo mamo verify --mutate N`: every test that fails under a mutant must have been planned to run.

use super::MISSED;
use super::VerifyArgs;
use super::ground::{Ground, Plans};
use super::idle::{self, Idle};
use super::tally::{End, Tally, Tried};
use crate::cargo::trial::{Results, Trial};
use crate::command::{FAILED, INTERRUPTED};
use crate::interrupt;
use crate::mutants::{Mutant, judge, queue};
use crate::session::Session;
use anyhow::{Context, Result};
use std::process::ExitCode;
use std::time::{Duration, Instant};

/// Tries mutants until `wanted` of them compiled, there are no more, or the time is up.
pub(super) fn run(session: &Session, args: &VerifyArgs, wanted: usize) -> Result<ExitCode> {
    interrupt::outlive();
    let deadline = args
        .budget
        .map(|minutes| Instant::now() + Duration::from_secs_f64(minutes * 60.0));
    session
        .shell
        .progress("     Copying and building the workspace, running every test once");
    let Some(ground) = Ground::prepare(session, args)? else {
        return Ok(ExitCode::from(if interrupt::happened() {
            INTERRUPTED
        } else {
            FAILED
        }));
    };
    let mut mutation = Mutation {
        session,
        wanted,
        ground,
        tally: Tally::default(),
    };
    mutation.begin()?;
    for mutant in queue(&mutation.ground.candidates, args.seed) {
        if mutation.tally.total().tried() >= wanted || interrupt::happened() {
            break;
        }
        if deadline.is_some_and(|deadline| Instant::now() > deadline) {
            mutation.tally.out_of_time = true;
            break;
        }
        mutation.attempt(&mutant)?;
    }
    mutation.tally.interrupted = interrupt::happened();
    mutation.tally.tell(session);
    session.tell_warnings();
    Ok(match (interrupt::happened(), mutation.tally.is_bad()) {
        (true, _) => ExitCode::from(INTERRUPTED),
        (false, true) => ExitCode::from(MISSED),
        (false, false) => ExitCode::SUCCESS,
    })
}

struct Mutation<'s> {
    session: &'s Session,
    wanted: usize,
    ground: Ground,
    tally: Tally,
}

impl Mutation<'_> {
    /// The plan without a mutant, and in another layout: nothing, but for tests that cannot be traced or do not pass, and
    /// for those to which layout counts.
    fn begin(&mut self) -> Result<()> {
        for edit in Idle::ALL {
            let Some(row) = idle::row(&self.ground, edit)? else {
                continue;
            };
            row.tell(self.session);
            self.tally.idle(&row);
        }
        let failing = self.ground.base.failed.len() + self.ground.base.torn.len();
        if failing > 0 {
            self.session.shell.warn(format!(
                "{failing} tests fail as the source is; what they do under mutants tells nothing"
            ));
        }
        Ok(())
    }

    /// One mutant: written, planned, run, judged, and undone.
    fn attempt(&mut self, mutant: &Mutant) -> Result<()> {
        let path = self.ground.copy.base.join(&mutant.file);
        let original =
            std::fs::read(&path).with_context(|| format!("read `{}`", path.display()))?;
        let write = |bytes: &[u8]| {
            std::fs::write(&path, bytes).with_context(|| format!("write `{}`", path.display()))
        };
        write(mutant.text.as_bytes())?;
        let tried = self.tried(mutant);
        write(&original)?;
        match tried? {
            (_, Trial::Interrupted) => {}
            (Some(plans), Trial::Ran(results)) => self.judge(mutant, &plans, &results),
            (None, _) | (_, Trial::Broken) => {
                let package = self.ground.package_of(&mutant.file);
                self.tally.broken(&package, mutant.edit.kind);
            }
        }
        Ok(())
    }

    /// The plan, and what the tests say.
    fn tried(&mut self, mutant: &Mutant) -> Result<(Option<Plans>, Trial)> {
        let known = self.ground.trials.get(mutant.id).cloned();
        if known == Some(Trial::Broken) {
            return Ok((None, Trial::Broken));
        }
        let planned = self.ground.plan()?;
        let trial = match known {
            Some(known) => known,
            None => self.ground.run()?,
        };
        self.ground
            .trials
            .add(&self.session.home, mutant.id, &trial);
        Ok((planned, trial))
    }

    fn judge(&mut self, mutant: &Mutant, plans: &Plans, results: &Results) {
        let by_names = judge(&plans.source, results, &self.ground.base);
        let by_code = plans.code.as_ref();
        let by_code = by_code.map(|planned| judge(planned, results, &self.ground.base));
        let end = End::of(&by_names, results);
        let package = self.ground.package_of(&mutant.file);
        let number = (self.tally.total().tried() + 1, self.wanted);
        let tried = Tried {
            number,
            package: &package,
            mutant,
            plans,
            by_names: &by_names,
            by_code: by_code.as_ref(),
            end,
        };
        tried.tell(self.session);
        self.tally.add(mutant.edit.kind, &tried);
    }
}
