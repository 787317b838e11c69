//! `cargo mamo verify --coverage FILE`: every function that a test executed must lie in its reach.

use super::MISSED;
use super::VerifyArgs;
use crate::analysis::RootIndex;
use crate::command::FAILED;
use crate::coverage::{Coverage, Functions, Place, median};
use crate::filters::{Filters, Ignored};
use crate::mutants::ratio;
use crate::session::{Build, Session};
use crate::survey::{Parts, Survey};
use anyhow::Result;
use serde_json::json;
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::process::ExitCode;

/// How many misses are named in text.
const NAMED: usize = 20;

/// Compares.
pub(super) fn run(session: &Session, args: &VerifyArgs, file: &Path) -> Result<ExitCode> {
    let coverage = Coverage::read(&session.workspace.cwd.join(file), &session.workspace.root)?;
    let request = Session::request("test", &args.selection, &args.compile);
    let Some(build) = session.recall_or_build(&request)? else {
        return Ok(ExitCode::from(FAILED));
    };
    let compared = Comparison::of(session, &build, &coverage);
    compared.tell(session);
    session.tell_warnings();
    Ok(
        if compared.misses.is_empty() && compared.unknown.is_empty() {
            ExitCode::SUCCESS
        } else {
            ExitCode::from(MISSED)
        },
    )
}

/// What was executed against what can be reached.
#[derive(Debug, Default)]
struct Comparison {
    /// Tests that were compared.
    tests: usize,
    /// Tests of the file that the workspace does not have.
    unknown: Vec<String>,
    /// Executed functions outside of their test's reach.
    misses: BTreeSet<(String, Place)>,
    /// Of each test, executed functions among those in reach.
    shares: Vec<f64>,
    /// Functions that some test executed or reaches.
    functions: usize,
    /// Pairs of test and function: reached, executed.
    pairs: (usize, usize),
}

impl Comparison {
    fn of(session: &Session, build: &Build, coverage: &Coverage) -> Self {
        let functions = Functions::of(&build.analysis.items);
        let roots = roots(session, build);
        let mut compared = Self::default();
        let mut seen = BTreeSet::new();
        for (test, files) in &coverage.tests {
            let Some((id, root)) = find(&roots, test) else {
                compared.unknown.push(test.clone());
                continue;
            };
            compared.tests += 1;
            // A test that cannot be traced always runs: whatever it executes is in its reach.
            let Some(root) = root else {
                continue;
            };
            let executed = functions.executed(files);
            let reached = functions.reached(&build.analysis.reach(&build.analysis.roots[root]));
            let spots = |places: &BTreeSet<Place>| {
                places
                    .iter()
                    .map(|p| (p.file.clone(), p.lines))
                    .collect::<BTreeSet<_>>()
            };
            // One text may be compiled for several crates; the reach holds at least one of them.
            let within = spots(&reached);
            let outside = executed
                .iter()
                .filter(|place| !within.contains(&(place.file.clone(), place.lines)));
            compared
                .misses
                .extend(outside.map(|place| (id.to_string(), place.clone())));
            let both = spots(&executed).intersection(&within).count();
            if !within.is_empty() {
                compared.shares.push(ratio(both, within.len()));
            }
            compared.pairs.0 += within.len();
            compared.pairs.1 += spots(&executed).len();
            seen.extend(within);
            seen.extend(spots(&executed));
        }
        compared.functions = seen.len();
        compared
    }

    fn selected(&self, pairs: usize) -> f64 {
        ratio(pairs, self.functions * self.tests)
    }

    fn tell(&self, session: &Session) {
        let shell = &session.shell;
        for test in &self.unknown {
            shell.warn(format!(
                "`{test}` is no test of this workspace\nhint: ids are `package/kind/target::name`"
            ));
        }
        for (test, place) in self.misses.iter().take(NAMED) {
            shell.say(format!(
                "MISSED {test} executed {} ({}:{}), outside of its reach",
                place.path, place.file, place.lines.0
            ));
        }
        if self.misses.len() > NAMED {
            shell.say(format!("and {} more", self.misses.len() - NAMED));
        }
        let (reached, executed) = (self.selected(self.pairs.0), self.selected(self.pairs.1));
        let share = median(self.shares.clone());
        shell.say(format!(
            "mamo: {} tests ({} unknown), {} executed functions out of reach; median share of reach executed {share:.2}; \
             a change of one function selects {:.1} % of tests, {:.1} % execute it",
            self.tests, self.unknown.len(), self.misses.len(), 100.0 * reached, 100.0 * executed,
        ));
        if shell.is_json() {
            let misses: Vec<_> = self.misses.iter().map(|(test, place)| {
                json!({"test": test, "path": place.path, "file": place.file, "line": place.lines.0})
            }).collect();
            shell.json(&json!({
                "type": "coverage", "version": 1, "tests": self.tests, "unknown": self.unknown, "misses": misses,
                "median_executed": share, "selected": reached, "executing": executed,
            }));
        }
    }
}

type Roots = BTreeMap<String, (String, Option<RootIndex>)>;

/// Every test's root by its id.
fn roots(session: &Session, build: &Build) -> Roots {
    let filters = Filters {
        ignored: Ignored::Included,
        ..Filters::default()
    };
    let parts = Parts {
        programs: true,
        doctests: true,
    };
    let entries = Survey::new(build, &session.home, false).entries(&filters, parts);
    entries
        .into_iter()
        .map(|entry| (entry.id.path(), (entry.id.name.clone(), entry.root)))
        .collect()
}

/// A test by its id, or by libtest's name where only one test has it.
fn find<'r>(roots: &'r Roots, test: &str) -> Option<(&'r str, Option<RootIndex>)> {
    if let Some((id, (_, root))) = roots.get_key_value(test) {
        return Some((id, *root));
    }
    let mut named = roots.iter().filter(|(_, (name, _))| name == test);
    let (id, (_, root)) = named.next()?;
    named.next().is_none().then_some((id, *root))
}
