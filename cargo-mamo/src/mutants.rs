//! Mutants of a workspace: which there are, in which order they are tried, and what came of each.
//!
//! The plan for a mutant is always made again; what the tests said of it is remembered, since source, toolchain and
//! command line decide that alone. So a changed rule is held against all that was learnt before in seconds.

pub mod copy;
mod doctests;

use crate::cargo::trial::{Results, Trial};
use crate::fingerprint::Fingerprint;
use crate::home::Home;
use crate::plan::{Kind as TargetSort, TestId};
use crate::survey::GROUP;
use crate::syntax::mutants::{Edit, Kind, edits};
use doctests::{Lineless, item_of};
use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;

/// How many places of one data file are tried.
const PLACES: usize = 3;

/// One mutant of a workspace.
#[derive(Clone, Debug)]
pub struct Mutant {
    /// The digest of what it is.
    pub id: Fingerprint,
    /// Relative to the copy's base.
    pub file: PathBuf,
    /// The change.
    pub edit: Edit,
    /// Line of the change's first byte.
    pub line: usize,
    /// The lines that change, as they are.
    pub before: Vec<String>,
    /// The lines that change, as they become.
    pub after: Vec<String>,
    /// The whole file, changed.
    pub text: String,
}

/// A file that may be changed.
#[derive(Clone, Debug)]
pub struct Candidate {
    /// Relative to the copy's base.
    pub file: PathBuf,
    /// Its text.
    pub text: String,
    /// Is it Rust that some unit compiles?
    pub source: bool,
}

impl Mutant {
    fn of(candidate: &Candidate, edit: Edit) -> Self {
        let text = edit.apply(&candidate.text);
        let line = candidate.text[..edit.range.start].matches('\n').count();
        let (before, after) = differing(&candidate.text, &text);
        let name = candidate.file.to_string_lossy().into_owned();
        let id =
            Fingerprint::of_parts([name.as_bytes(), candidate.text.as_bytes(), text.as_bytes()]);
        Self {
            id,
            file: candidate.file.clone(),
            edit,
            line: line + 1,
            before,
            after,
            text,
        }
    }

    /// `src/lib.rs:3 operator`
    pub fn title(&self) -> String {
        format!(
            "{}:{} {}",
            self.file.display(),
            self.line,
            self.edit.kind.as_str()
        )
    }
}

/// The lines in which two texts differ, between the equal ones around them.
fn differing(old: &str, new: &str) -> (Vec<String>, Vec<String>) {
    let (old, new): (Vec<_>, Vec<_>) = (old.lines().collect(), new.lines().collect());
    let first = old.iter().zip(&new).take_while(|(a, b)| a == b).count();
    let most = old.len().min(new.len()) - first;
    let last = old
        .iter()
        .rev()
        .zip(new.iter().rev())
        .take(most)
        .take_while(|(a, b)| a == b)
        .count();
    let own = |lines: &[&str]| {
        lines[first..lines.len() - last]
            .iter()
            .map(ToString::to_string)
            .collect()
    };
    (own(&old), own(&new))
}

/// Every mutant, in the order in which `seed` has them tried: one of each kind in turn.
pub fn queue(candidates: &[Candidate], seed: u64) -> Vec<Mutant> {
    let mut by_kind = BTreeMap::<Kind, Vec<(Fingerprint, &Candidate, Edit)>>::new();
    for candidate in candidates {
        let found = if candidate.source {
            edits(&candidate.text)
        } else {
            data_edits(&candidate.text)
        };
        for edit in found {
            let place = format!(
                "{seed} {} {:?} {}",
                candidate.file.display(),
                edit.range,
                edit.text
            );
            by_kind.entry(edit.kind).or_default().push((
                Fingerprint::of(place.as_bytes()),
                candidate,
                edit,
            ));
        }
    }
    for all in by_kind.values_mut() {
        all.sort_by_key(|(order, ..)| std::cmp::Reverse(*order));
    }
    let mut queue = Vec::new();
    let mut known = BTreeSet::new();
    while !by_kind.is_empty() {
        for all in by_kind.values_mut() {
            let next = all
                .pop()
                .map(|(_, candidate, edit)| Mutant::of(candidate, edit));
            queue.extend(next.filter(|mutant| known.insert(mutant.id)));
        }
        by_kind.retain(|_, all| !all.is_empty());
    }
    queue
}

/// Another letter or digit in a few places of a file.
fn data_edits(text: &str) -> Vec<Edit> {
    let places: Vec<usize> = text
        .bytes()
        .enumerate()
        .filter(|(_, byte)| byte.is_ascii_alphanumeric())
        .map(|(at, _)| at)
        .collect();
    let chosen = (1..=PLACES).filter_map(|n| places.get(places.len() * n / (PLACES + 1)).copied());
    chosen
        .map(|at| {
            let new = match text.as_bytes()[at] {
                b'9' => '8',
                b'0'..=b'8' => '9',
                b'q' => 'x',
                _ => 'q',
            };
            Edit {
                kind: Kind::Data,
                range: at..at + 1,
                text: new.to_string(),
            }
        })
        .collect()
}

/// What is remembered of the trials of one state of the source.
#[derive(Debug)]
pub struct Trials {
    path: PathBuf,
    known: BTreeMap<Fingerprint, Trial>,
}

impl Trials {
    /// Those of `source` under `environment`.
    pub fn load(home: &Home, source: Fingerprint, environment: Fingerprint) -> Self {
        let name = Fingerprint::of_parts([source.0.as_slice(), environment.0.as_slice()]);
        let path = home.part("trials").join(name.to_hex());
        let known = home.read(&path).present().unwrap_or_default();
        Self { path, known }
    }

    /// What came of `id`.
    pub fn get(&self, id: Fingerprint) -> Option<&Trial> {
        self.known.get(&id)
    }

    /// Remembers what came of `id`; an interrupted trial tells nothing.
    pub fn add(&mut self, home: &Home, id: Fingerprint, trial: &Trial) {
        if *trial != Trial::Interrupted {
            self.known.insert(id, trial.clone());
            home.write(&self.path, &self.known);
        }
    }
}

/// What a plan says of each test.
#[derive(Clone, Debug, Default)]
pub struct Planned {
    /// Planned to run.
    pub run: BTreeSet<TestId>,
    /// Would be reused.
    pub reuse: BTreeSet<TestId>,
}

impl Planned {
    fn total(&self) -> usize {
        self.run.len() + self.reuse.len()
    }

    /// Was `id`, one of those in `list`, planned to run? A library's doctests may be planned as a whole, before their names
    /// are known. Where an item has another number of doctests in the plan than in the list, one stands for the others.
    fn covers(&self, id: &TestId, list: &Lineless) -> bool {
        let whole = TestId {
            name: GROUP.to_string(),
            ..id.clone()
        };
        if id.kind != TargetSort::Doc || self.run.contains(&whole) {
            return id.kind == TargetSort::Doc || self.run.contains(id);
        }
        let own = Lineless::of(self.run.iter().chain(&self.reuse));
        let name = list.name(id);
        if own
            .names(self.run.iter().chain(&self.reuse))
            .contains(&name)
        {
            return own.names(&self.run).contains(&name);
        }
        let item = |id: &TestId| item_of(id).map(|(item, _)| item);
        item(id).is_some() && self.run.iter().any(|other| item(other) == item(id))
    }
}

/// Do two tests lie in one program?
fn same_program(a: &TestId, b: &TestId) -> bool {
    a.package == b.package && a.kind == b.kind && a.target == b.target
}

/// How a mutant was judged.
#[derive(Clone, Debug, Default)]
pub struct Judgement {
    /// Tests that failed, and passed without the mutant.
    pub failed: BTreeSet<TestId>,
    /// Of those, the ones that were not planned to run. A program that broke off, all of it unplanned, is among them.
    pub unplanned: BTreeSet<TestId>,
    /// Planned tests among all, from 0 to 1.
    pub share_planned: f64,
    /// Failing tests among all, from 0 to 1.
    pub share_failed: f64,
}

/// Holds a plan against what the tests said. `base` is what they say without the mutant.
pub fn judge(planned: &Planned, results: &Results, base: &Results) -> Judgement {
    let (before, after) = (lineless(base), lineless(results));
    let failed_before = before.names(&base.failed);
    let failed: BTreeSet<TestId> = results
        .failed
        .iter()
        .filter(|id| !failed_before.contains(&after.name(id)))
        .cloned()
        .collect();
    let mut unplanned: BTreeSet<TestId> = failed
        .iter()
        .filter(|id| !planned.covers(id, &after))
        .cloned()
        .collect();
    let passed = after.names(&results.passed);
    for program in results
        .torn
        .iter()
        .filter(|program| !base.torn.contains(program))
    {
        let silent = |id: &&TestId| same_program(id, program) && !passed.contains(&before.name(id));
        let mut suspects = base.passed.iter().filter(silent);
        if !suspects.any(|id| planned.covers(id, &before))
            && !failed.iter().any(|id| same_program(id, program))
        {
            unplanned.insert(TestId {
                name: "*".to_string(),
                ..program.clone()
            });
        }
    }
    let share = |count: usize| ratio(count, planned.total());
    Judgement {
        share_planned: share(planned.run.len()),
        share_failed: share(failed.len()),
        failed,
        unplanned,
    }
}

fn lineless(results: &Results) -> Lineless {
    Lineless::of(results.passed.iter().chain(&results.failed))
}

/// `part` of `whole`; nothing of nothing is nothing.
#[expect(clippy::cast_precision_loss, reason = "counts of tests")]
pub fn ratio(part: usize, whole: usize) -> f64 {
    if whole == 0 {
        0.0
    } else {
        part as f64 / whole as f64
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn id(name: &str) -> TestId {
        TestId {
            package: "p".into(),
            kind: TargetSort::Lib,
            target: "p".into(),
            name: name.into(),
        }
    }

    fn set(names: &[&str]) -> BTreeSet<TestId> {
        names.iter().map(|name| id(name)).collect()
    }

    fn results(passed: &[&str], failed: &[&str], torn: bool) -> Results {
        let torn = torn.then(|| id("")).into_iter().collect();
        Results {
            passed: set(passed),
            failed: set(failed),
            torn,
            ..Results::default()
        }
    }

    #[test]
    fn a_failing_test_that_was_not_planned_is_a_miss_unless_it_always_fails() {
        let planned = Planned {
            run: set(&["a"]),
            reuse: set(&["b", "c", "d"]),
        };
        let base = results(&["a", "b", "d"], &["c"], false);
        let judged = judge(&planned, &results(&["d"], &["a", "b", "c"], false), &base);
        assert_eq!(judged.failed, set(&["a", "b"]));
        assert_eq!(judged.unplanned, set(&["b"]));
        assert!(
            (judged.share_planned - 0.25).abs() < 1e-9 && (judged.share_failed - 0.5).abs() < 1e-9
        );
    }

    fn docs(names: &[&str]) -> BTreeSet<TestId> {
        let doc = |name: &&str| TestId {
            kind: TargetSort::Doc,
            ..id(name)
        };
        names.iter().map(doc).collect()
    }

    /// Which of `failing` were not planned, in a library whose doctests pass otherwise.
    fn unplanned(run: &[&str], reuse: &[&str], passing: &[&str], failing: &[&str]) -> Vec<String> {
        let planned = Planned {
            run: docs(run),
            reuse: docs(reuse),
        };
        let results = Results {
            passed: docs(passing),
            failed: docs(failing),
            ..Results::default()
        };
        let judged = judge(&planned, &results, &Results::default());
        judged.unplanned.into_iter().map(|id| id.name).collect()
    }

    #[test]
    fn one_planned_doctest_stands_for_no_other_unless_all_are_planned() {
        let (a, b) = ("l.rs - a (line 1)", "l.rs - b (line 9)");
        assert_eq!(unplanned(&[a], &[b], &[a], &[b]), [b]);
        assert_eq!(unplanned(&[a], &[], &[a], &[b]), [b]);
        assert!(unplanned(&[b], &[a], &[a], &[b]).is_empty());
        assert!(unplanned(&[GROUP], &[], &[a], &[b]).is_empty());
    }

    #[test]
    fn doctests_are_matched_by_item_and_order_where_lines_moved() {
        let (first, second) = ("l.rs - a (line 1)", "l.rs - a (line 9)");
        let moved = ["l.rs - a (line 9)", "l.rs - a (line 17)"];
        let judged = |failing: usize| {
            let passing = moved[1 - failing];
            unplanned(&[first], &[second], &[passing], &[moved[failing]])
        };
        assert!(judged(0).is_empty());
        assert_eq!(judged(1), [moved[1]]);
        // Another number of them: which is which cannot be told.
        assert!(unplanned(&[first], &[second], &[], &[moved[1]]).is_empty());
        assert_eq!(
            unplanned(&[], &[first, second], &[], &[moved[1]]),
            [moved[1]]
        );
    }

    #[test]
    fn a_doctest_that_always_fails_tells_nothing_wherever_its_line_went() {
        let failing = |name: &str| Results {
            failed: docs(&[name]),
            ..Results::default()
        };
        let (base, now) = (failing("l.rs - a (line 9)"), failing("l.rs - a (line 4)"));
        assert!(judge(&Planned::default(), &now, &base).failed.is_empty());
    }

    #[test]
    fn a_program_that_breaks_off_is_a_miss_unless_a_suspect_was_planned() {
        let base = results(&["a", "b"], &[], false);
        let torn = results(&["a"], &[], true);
        let planned = |run: &[&str]| Planned {
            run: set(run),
            reuse: set(&["a", "b"]),
        };
        assert_eq!(judge(&planned(&["a"]), &torn, &base).unplanned, set(&["*"]));
        assert!(judge(&planned(&["b"]), &torn, &base).unplanned.is_empty());
    }

    #[test]
    fn the_queue_takes_kinds_in_turn_and_is_the_same_for_the_same_seed() {
        let text = "fn f(a: u8) -> u8 { a + 1 + 2 + 3 + 4 }\nconst C: u8 = 5;\n";
        let file = |text: &str, source| Candidate {
            file: "f".into(),
            text: text.into(),
            source,
        };
        let all = [file(text, true), file("some data", false)];
        let order = |seed| {
            queue(&all, seed)
                .iter()
                .map(|mutant| mutant.id)
                .collect::<Vec<_>>()
        };
        let kinds: BTreeSet<Kind> = queue(&all, 1)
            .iter()
            .take(5)
            .map(|mutant| mutant.edit.kind)
            .collect();
        assert_eq!(kinds.len(), 5);
        assert_eq!(order(1), order(1));
        assert_ne!(order(1), order(2));
    }

    #[test]
    fn the_shown_difference_is_the_lines_that_differ() {
        let (before, after) = differing("a\nb\nc\n", "a\nx\nc\n");
        assert_eq!(
            (before, after),
            (vec!["b".to_string()], vec!["x".to_string()])
        );
    }
}
