//! Snapshots for the runtime: the fingerprints of every memo and fixture in each executable of a build.
//!
//! The format and its place are the runtime's; here is only what goes in. A key that two functions of one executable
//! share is not trusted, so that neither is ever served the other's value. Nothing is said of a program that was made of
//! another text than the one that was analysed. Where no program can ask, there is none.

use crate::analysis::Root;
use crate::cargo::runner::locks_runtime;
use crate::environment::ANY_VARIABLE;
use crate::facts::UnitIndex;
use crate::fingerprint::Fingerprint;
use crate::footing::{Footing, is_remembered};
use crate::home::Home;
use crate::resolve::modules::clean;
use crate::session::Build;
use crate::shell::Shell;
use crate::sight::held_with;
use mamo::format::variables::EVERY;
use mamo::format::{Executable, Snapshot, SnapshotEntry};
use std::collections::BTreeSet;
use std::path::Path;

/// Who starts the program.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Starter {
    /// `cargo mamo`, in the environment that was analysed.
    Mamo,
    /// Anybody, in an environment of their own.
    Anybody,
}

/// Writes the snapshot of every executable of the build, if one of them may ask for it. What cannot be written is a warning:
/// its memos compute.
///
/// One that lies there from before names the program that it is of, by its size and time: it says nothing of another. What
/// cargo wrongly calls fresh is that program still, so it is told that nothing is known, whatever was built beside it.
pub fn write(build: &Build, home: &Home, shell: &Shell) {
    if build.misled.is_empty() && !may_remember(build) {
        return;
    }
    let mut behind = build.record.behind();
    behind.extend(build.outdated());
    for (index, unit) in build.facts().units.iter().enumerate() {
        let Some(executable) = &unit.executable else {
            continue;
        };
        // What is older than its source keeps the snapshot that was written with it.
        let written = if build.misled.contains(&index) {
            Snapshot::new_at(executable).and_then(|empty| empty.write(home.root()).map(|_| ()))
        } else {
            let concerned = concerned(build, index);
            if !concerned.is_disjoint(&behind) || !says_what_was_built(build, &concerned) {
                continue;
            }
            let spoken = (index, &concerned);
            Executable::at(executable)
                .and_then(|executable| write_one(build, spoken, executable, Starter::Mamo, home))
        };
        if let Err(error) = written {
            shell.warn(format!(
                "cannot write the snapshot of `{}` ({error}); its memos compute",
                executable.display()
            ));
        }
    }
}

/// May a program of the build hold memos and fixtures? Not where cargo built no runtime, and the lockfile, by which a runner
/// asks, knows none.
fn may_remember(build: &Build) -> bool {
    let mut libraries = build.record.libraries.iter();
    let is_built = libraries.any(|name| {
        let name = name.strip_prefix("lib").unwrap_or(name);
        name.starts_with("mamo")
    });
    let locks = build.facts().lockfiles.iter();
    let mut locks = locks
        .filter_map(|lock| std::fs::read_to_string(lock).ok())
        .peekable();
    is_built || locks.peek().is_none() || locks.any(|lock| locks_runtime(&lock))
}

/// Writes the snapshot of the program of `unit`, which is `executable`, and with which these are [concerned].
pub fn write_one(
    build: &Build,
    (unit, concerned): (UnitIndex, &BTreeSet<UnitIndex>),
    executable: Executable,
    starter: Starter,
    home: &Home,
) -> std::io::Result<()> {
    let snapshot = snapshot_of(build, unit, executable, starter);
    match Footing::of(build, unit, concerned) {
        Some(footing) if starter == Starter::Anybody => {
            footing.for_any_process().keep(home, &snapshot)
        }
        Some(footing) => footing.keep(home, &snapshot),
        None => snapshot.write(home.root()).map(|_| ()),
    }
}

/// Were a program, and those that it may start, made of the text that was analysed? Theirs is that of the `concerned` units.
pub fn says_what_was_built(build: &Build, concerned: &BTreeSet<UnitIndex>) -> bool {
    let Some(answers) = &build.analysis.answers else {
        return true;
    };
    let units = concerned.iter();
    let mut files = units.flat_map(|unit| &build.facts().units[*unit].files);
    files.all(|file| {
        let read = answers
            .files
            .get(file)
            .or_else(|| answers.files.get(&clean(file)));
        read.is_none_or(|read| {
            let held = build.record.marks.held(file);
            held.is_some_and(|bytes| bytes == *read || held_with(file, bytes) == *read)
        })
    })
}

/// The units whose text decides on the memos and fixtures in the program of `unit`: what is linked into it, and what these
/// reach besides, such as programs that they start.
pub fn concerned(build: &Build, unit: UnitIndex) -> BTreeSet<UnitIndex> {
    let facts = build.facts();
    let linked = facts.linked(unit);
    let roots = build.analysis.roots.iter().enumerate();
    let roots = roots.filter(|(_, root)| is_remembered(root) && linked.contains(&root.unit));
    let roots: Vec<_> = roots.map(|(index, _)| index).collect();
    if roots.is_empty() {
        return linked;
    }
    let all = facts.units.len();
    let Some(reached) = build.analysis.reached(&roots) else {
        return (0..all).collect();
    };
    // Doctests are crates of no unit.
    let reached = reached.into_iter().filter(|unit| *unit < all);
    let besides = reached.flat_map(|unit| facts.linked(unit));
    linked.iter().copied().chain(besides).collect()
}

fn snapshot_of(
    build: &Build,
    index: UnitIndex,
    executable: Executable,
    starter: Starter,
) -> Snapshot {
    let mut snapshot = Snapshot::new(executable);
    let linked = build.facts().linked(index);
    let kept = |root: &&Root| is_remembered(root) && linked.contains(&root.unit);
    for root in build.analysis.roots.iter().filter(kept) {
        if let Some(why) = distrust(build, root, starter) {
            snapshot
                .untrusted
                .insert(root.name.clone(), why.to_string());
        }
        let entry = SnapshotEntry {
            fingerprint: in_program(build, root, &snapshot.executable).0,
            variables: variables(build, root),
        };
        if let Some(other) = snapshot.entries.insert(root.name.clone(), entry.clone())
            && other != entry
        {
            snapshot.untrusted.insert(
                root.name.clone(),
                "several functions have this name".to_string(),
            );
        }
    }
    let untrusted = &snapshot.untrusted;
    snapshot
        .entries
        .retain(|key, _| !untrusted.contains_key(key));
    snapshot
}

/// The fingerprints under which the values of `root` are kept by the programs of a build.
pub fn codes(build: &Build, root: &Root) -> BTreeSet<[u8; 32]> {
    if !build.analysis.asks_for_program(root) {
        return [root.fingerprint.0].into();
    }
    let units = build.facts().units.iter();
    let programs = units.filter_map(|unit| Executable::at(unit.executable.as_deref()?).ok());
    let codes = programs.map(|executable| in_program(build, root, &executable).0);
    codes.collect()
}

/// The fingerprint of `root` in a program: where that is counts for those that ask.
fn in_program(build: &Build, root: &Root, executable: &Executable) -> Fingerprint {
    if !build.analysis.asks_for_program(root) {
        return root.fingerprint;
    }
    let place = executable.path.as_os_str().as_encoded_bytes();
    Fingerprint::of_parts([root.fingerprint.0.as_slice(), place])
}

/// The variables that a program looks at when it asks for a value of `root`. Names that are not known now are known to nobody: a
/// program may be started by others than us, and may set variables itself.
fn variables(build: &Build, root: &Root) -> Vec<String> {
    let mut variables = root.variables.clone();
    if reads_any_variable(build, root) {
        variables.push(EVERY.to_owned());
    }
    variables
}

fn reads_any_variable(build: &Build, root: &Root) -> bool {
    let mut parts = build.analysis.environment(root).into_iter();
    parts.any(|(label, _)| label == ANY_VARIABLE)
}

/// Why nothing that `root` returned may be served or stored.
fn distrust(build: &Build, root: &Root, starter: Starter) -> Option<&'static str> {
    if root.unseen {
        return Some("something that it reaches cannot be seen");
    }
    (starter == Starter::Anybody && reads_any_variable(build, root))
        .then_some("it reads variables by computed names, which `cargo mamo` alone can tell before it starts the program")
}

trait AtExecutable: Sized {
    fn new_at(executable: &Path) -> std::io::Result<Self>;
}

impl AtExecutable for Snapshot {
    /// A snapshot that knows nothing of the executable's functions.
    fn new_at(executable: &Path) -> std::io::Result<Self> {
        Ok(Self::new(Executable::at(executable)?))
    }
}
