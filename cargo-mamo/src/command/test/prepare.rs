//! From a request to a build and its plan, by the least work that is sure of both.
//!
//! In this order: the last answers if nothing looks different; the record, if its programs can be run as they are or need
//! not be; a build of what an edit could break and of what has to be run; a build of all.

use crate::audit::{self, Percent};
use crate::cargo::Request;
use crate::cargo::marks::Source;
use crate::cli::TestArgs;
use crate::doctests;
use crate::filters::Filters;
use crate::plan::{CodeMemory, decide_by_code};
use crate::rebuild::Partly;
use crate::recall::Glance;
use crate::report;
use crate::restrict::can_run;
use crate::session::{Build, Session};
use crate::settings::Trust;
use crate::survey::{Entry, Parts, Survey};
use crate::timings::{self, Step};
use anyhow::Result;

/// A build and what of it runs.
pub(in crate::command) type Planned = (Build, Vec<Entry>);

/// What is asked for.
pub(in crate::command) struct Preparation<'a> {
    /// The session.
    pub(in crate::command) session: &'a Session,
    /// What was typed.
    pub(in crate::command) args: &'a TestArgs,
    /// The build that is meant.
    pub(in crate::command) request: &'a Request,
    /// Which tests are considered.
    pub(in crate::command) filters: &'a Filters,
    /// Which parts of the build are tested.
    pub(in crate::command) parts: Parts,
    /// Must everything be built that was asked for, if anything is?
    pub(in crate::command) whole: bool,
}

impl Preparation<'_> {
    /// A build and its plan. `None` if cargo failed.
    pub(in crate::command) fn planned(&self) -> Result<Option<Planned>> {
        let share = audit::share(self.args.audit, self.session.settings.test.audit);
        if self.args.no_run {
            let build = self.session.build(self.request)?;
            return Ok(build.map(|build| (build, Vec::new())));
        }
        let mut glance = self.session.glance(self.request)?;
        if let Some(idle) = self.idle(&mut glance, share) {
            return Ok(Some(idle));
        }
        if self.args.dry_run {
            let build = self.session.recalled_or_built(glance, self.request)?;
            return self.listed(build, share);
        }
        // What a share of the reused tests is drawn for is drawn once.
        let whole = self.whole || self.args.doc || share.is_some();
        let limit = if whole {
            Source::Layout
        } else {
            Source::Changed
        };
        let mut known = self.session.recall(glance, limit);
        if let Some(build) = &known {
            let mut entries = self.plan(build, share);
            // Programs stand as they were built of this source: what they are may decide on an edited file, too.
            let is_built = build.recalled == Some(Source::Same) && build.record.programs_stand();
            if is_built && entries.iter().any(may_be_taken_back) {
                self.decide_by_code(build, &mut entries);
            }
            if self.will_do(build, &entries) {
                self.session.tell_unseen(&build.analysis);
                return Ok(known.map(|build| (build, entries)));
            }
            if !whole {
                match self
                    .session
                    .build_part(self.request, &mut known, &entries)?
                {
                    Partly::Built(build) => {
                        let mut made = self.listed(Some(*build), share)?;
                        if let Some((build, entries)) = &mut made {
                            self.decide_by_code(build, entries);
                        }
                        if made
                            .as_ref()
                            .is_some_and(|(build, entries)| can_run(build, entries))
                        {
                            return Ok(made);
                        }
                    }
                    Partly::Failed => return Ok(None),
                    Partly::Not => {}
                }
            }
        }
        let build = self.session.build_after(self.request, known)?;
        let mut made = self.listed(build, share)?;
        if let Some((build, entries)) = &mut made {
            self.decide_by_code(build, entries);
        }
        Ok(made)
    }

    /// Lets the code of the programs that were built decide, where the settings say so.
    fn decide_by_code(&self, build: &Build, entries: &mut [Entry]) {
        if self.session.settings.test.trust != Trust::Code {
            return;
        }
        timings::during(Step::Code, || {
            let codes = self.session.test_codes(build, entries);
            if self.args.compile.verbose > 0 {
                for why in &codes.unknown {
                    self.session
                        .shell
                        .progress(format!("        Code not known of {why}"));
                }
            }
            Survey::new(build, &self.session.home, self.args.all)
                .decide_by_code(entries, |entry| codes.of(entry));
        });
        report::missed_by_names(&self.session.shell, entries);
    }

    /// The build whose answers still hold, if all of them are to reuse.
    fn idle(&self, glance: &mut Glance, share: Option<Percent>) -> Option<Planned> {
        let build = self.session.unchanged(glance)?;
        let entries = self.plan(&build, share);
        if self.is_complete(&build) && !entries.iter().any(Entry::runs) {
            return Some((build, entries));
        }
        glance.put_back(build);
        None
    }

    /// Can the plan of a recorded build be carried out without cargo?
    fn will_do(&self, build: &Build, entries: &[Entry]) -> bool {
        if build.recalled > Some(Source::Layout) || !self.is_complete(build) {
            return false;
        }
        let idle = !entries.iter().any(Entry::runs);
        if !idle && can_run(build, entries) {
            crate::snapshot::write(build, &self.session.home, &self.session.shell);
            return true;
        }
        idle
    }

    /// Are all doctests known, so that a plan leaves none out?
    fn is_complete(&self, build: &Build) -> bool {
        !self.parts.doctests || doctests::are_complete(build)
    }

    /// The plan of a build. Of one just made only rustdoc can tell the names of some doctests.
    fn listed(&self, build: Option<Build>, share: Option<Percent>) -> Result<Option<Planned>> {
        let Some(mut build) = build else {
            return Ok(None);
        };
        if build.recalled.is_none() && self.parts.doctests {
            timings::during(Step::Build, || {
                doctests::list(self.session, &mut build, self.request)
            })?;
        }
        let entries = self.plan(&build, share);
        Ok(Some((build, entries)))
    }

    fn plan(&self, build: &Build, share: Option<Percent>) -> Vec<Entry> {
        let explained = if self.session.shell.is_json() || self.args.compile.verbose > 0 {
            usize::MAX
        } else {
            report::SHOWN
        };
        timings::during(Step::Plan, || {
            let survey = Survey::new(build, &self.session.home, self.args.all);
            let mut entries = survey
                .explaining(explained)
                .always(&self.session.settings.test)
                .entries(self.filters, self.parts);
            if let Some(share) = share {
                audit::sample(&mut entries, share);
            }
            entries
        })
    }
}

/// Is a test planned for a reason that code may take back?
fn may_be_taken_back(entry: &Entry) -> bool {
    decide_by_code(&entry.decision, CodeMemory::Passed).is_some()
}
