//! What the command line means: the workspace, mamo's directory, and the build that is asked about.
//!
//! `cli` is what was typed; a [`Session`] is what it comes to. It takes the steps of the pipeline up to the analysis:
//! environment, facts (from a build or from its record), source, graph.

use crate::analysis::{Analysis, Root, RootKind};
use crate::cargo::collect::Collected;
use crate::cargo::doctests::library_names;
use crate::cargo::environment::Toolchain;
use crate::cargo::harness::{self, Listing};
use crate::cargo::launch::Launch;
use crate::cargo::marks::Source;
use crate::cargo::messages::Messages;
use crate::cargo::metadata::selected;
use crate::cargo::record::{Earlier, Record, Settled, Stamp};
use crate::cargo::{Request, Workspace, collect, macros, manifest};
use crate::cli::{Compile, Selection};
use crate::facts::{Facts, Unit, UnitIndex};
use crate::fingerprint::Fingerprint;
use crate::home::{Home, Sealed};
use crate::settings::{Settings, Trust};
use crate::shell::Shell;
use crate::syntax::Cache;
use crate::syntax::ir::Ignore;
use crate::timings::{self, Step};
use crate::witness::Witness;
use anyhow::Result;
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::process::Command;

/// Everything that a subcommand works with.
#[derive(Debug)]
pub struct Session {
    /// The terminal.
    pub shell: Shell,
    /// The workspace.
    pub workspace: Workspace,
    /// mamo's directory.
    pub home: Home,
    /// What `mamo.toml` and variables say.
    pub settings: Settings,
    /// Are the compiler's messages wanted in short?
    pub short: bool,
    /// May an analysis be put together from an earlier one? It cannot say how a root comes to an item.
    pub retouches: bool,
}

/// A build, and what its source says now.
#[derive(Debug)]
pub struct Build {
    /// Facts and what else is kept of it.
    pub record: Record,
    /// Items and roots.
    pub analysis: Analysis,
    /// Units whose programs are older than their source, although cargo calls them fresh.
    pub misled: BTreeSet<UnitIndex>,
    /// Was it taken from a record, and nothing built? Then how its source compares with what was built.
    pub recalled: Option<Source>,
    /// How all looked that it was made of; `None` where that was being written.
    pub(crate) witness: Option<Witness>,
    /// Where its record is kept.
    pub(crate) path: PathBuf,
}

impl Session {
    /// Finds the workspace and mamo's directory.
    pub fn open(shell: Shell, compile: &Compile) -> Result<Self> {
        let (manifest, target_dir) = (
            compile.manifest_path.as_deref(),
            compile.target_dir.as_deref(),
        );
        let workspace = Workspace::here(manifest, target_dir, &compile.config)?;
        let settings = Settings::load(&workspace.root)?;
        let home = home_of(&workspace);
        Ok(Self {
            shell,
            workspace,
            home,
            settings,
            short: false,
            retouches: false,
        })
    }

    /// The build that `verb` makes of the given arguments.
    pub fn request(verb: &'static str, selection: &Selection, compile: &Compile) -> Request {
        let general = Compile {
            manifest_path: compile.manifest_path.clone(),
            config: compile.config.clone(),
            unstable: compile.unstable.clone(),
            ..Compile {
                locked: compile.locked,
                offline: compile.offline,
                frozen: compile.frozen,
                ..Compile::default()
            }
        };
        let features = Compile {
            features: compile.features.clone(),
            all_features: compile.all_features,
            no_default_features: compile.no_default_features,
            ..Compile::default()
        };
        Request {
            verb,
            packages: selection.packages(),
            targets: selection.targets(),
            compile: compile.arguments(),
            manner: compile.manner(),
            profile: compile
                .profile
                .clone()
                .or(compile.release.then(|| "release".to_string())),
            triple: compile.target.clone(),
            config: compile.config.clone(),
            features: features.arguments(),
            general: general.arguments(),
            keeps_objects: false,
        }
    }

    /// The build that tests are run of: where code decides, of programs whose objects are kept.
    pub fn tests(&self, selection: &Selection, compile: &Compile) -> Request {
        Request {
            keeps_objects: self.settings.test.trust == Trust::Code,
            ..Self::request("test", selection, compile)
        }
    }

    /// The record of what `messages` say was built, and what else was learnt of it. What looks as it did `earlier` is not
    /// read again.
    pub(crate) fn record(
        &self,
        request: &Request,
        toolchain: &Toolchain,
        messages: &Messages,
        earlier: Earlier<'_>,
    ) -> Result<(Record, Collected)> {
        let resolved = timings::during(Step::Build, || {
            self.workspace.resolved(request, &toolchain.triple)
        })?;
        let (workspace, cache) = (&self.workspace, self.home.part("foreign"));
        let (mut facts, found) =
            collect::collect(workspace, toolchain, messages, &resolved, &cache)?;
        macros::note(&mut facts, &resolved, messages, &self.home);
        let launch = Launch::of(&self.workspace, toolchain, &resolved, &found);
        let local = resolved
            .metadata
            .packages
            .iter()
            .filter(|package| package.source.is_none());
        let mut manifests: Vec<PathBuf> = local
            .map(|package| package.manifest_path.clone().into())
            .collect();
        manifests.extend(manifest::candidates(&self.workspace.root));
        let mut record = Record::of(facts, launch, &found, &manifests, earlier);
        record.libraries = messages.artifacts.iter().flat_map(library_names).collect();
        record.selected = selected(
            &resolved,
            &self.workspace.root,
            &request.packages,
            &self.workspace.manifest,
        );
        for name in &record.unheard {
            self.shell.warn(format!(
                "what the build script of `{name}` printed is not found where cargo keeps it; cargo is asked before each run"
            ));
        }
        Ok((record, found))
    }

    /// Analyses the source behind `facts` as it is now.
    pub fn analyse(&self, facts: &Facts) -> Analysis {
        timings::during(Step::Graph, || {
            Analysis::of(facts, &self.home.part("parsed"))
        })
    }

    /// Parsed files.
    pub(crate) fn parsed(&self) -> Cache {
        Cache::open(&self.home.part("parsed"))
    }

    /// Says what the analysis could not see.
    pub(crate) fn tell_unseen(&self, analysis: &Analysis) {
        for warning in &analysis.warnings {
            self.shell.warn(warning.clone());
        }
    }

    /// Asks every test program for its tests, but for those that are as they were when they were last asked.
    pub(crate) fn list(
        record: &mut Record,
        earlier: Option<&Record>,
        analysis: &Analysis,
    ) -> Result<()> {
        let mut listings = BTreeMap::new();
        for (index, unit, executable) in record.programs() {
            if !analysis.lists_tests(index) {
                continue;
            }
            let known = earlier.and_then(|earlier| earlier.listing_of(executable));
            let listing = match known {
                Some(listing) => listing.clone(),
                None => timings::during(Step::Build, || {
                    harness::list(|| record.launch.command(&record.facts, unit, executable))
                })?,
            };
            listings.insert(index, listing);
        }
        for (&index, listing) in &listings {
            let untraced = listing
                .names
                .iter()
                .filter(|name| analysis.test(index, name).is_none());
            record.untraced.insert(index, untraced.cloned().collect());
        }
        record.listings = listings;
        Ok(())
    }

    /// Writes what was learnt since the build into its record.
    pub fn keep(&self, build: &Build) {
        if !matches!(self.home.read::<Record>(&build.path), Sealed::Newer) {
            self.home.write(&build.path, &build.record);
        }
    }

    /// Warnings of the store, told.
    pub fn tell_warnings(&self) {
        for warning in self.home.take_warnings() {
            self.shell.warn(warning);
        }
    }
}

/// mamo's directory for a workspace.
pub fn home_of(workspace: &Workspace) -> Home {
    crate::cargo::home_in(&workspace.cwd, &workspace.root, &workspace.target_dir)
}

impl Build {
    /// The facts.
    pub fn facts(&self) -> &Facts {
        &self.record.facts
    }

    /// Units in which something was compiled whose macros may have read something else than is there now, or nobody knows
    /// what.
    pub(crate) fn outdated(&self) -> BTreeSet<UnitIndex> {
        self.record
            .outdated(&self.analysis.macro_inputs(self.facts()))
    }

    /// Units that read a file which may have changed since it was built, or while it was.
    pub(crate) fn touched(&self) -> BTreeSet<UnitIndex> {
        let facts = self.facts();
        let moved = self.record.marks.different();
        let reads_moved = |unit: &UnitIndex| {
            facts.units[*unit]
                .files
                .iter()
                .any(|file| moved.contains(file))
        };
        let all = 0..facts.units.len();
        let own: BTreeSet<UnitIndex> = all.clone().filter(reads_moved).collect();
        all.filter(|unit| !facts.linked(*unit).is_disjoint(&own))
            .collect()
    }

    /// Its analysis, if it is one of a build with these `facts`, too, and nothing looks different since it was made.
    pub(crate) fn analysis_for(self, facts: &Facts) -> Option<Analysis> {
        let stands = self.facts().same_but_for_source(facts)
            && self.witness.as_ref()?.holds(facts)
            && self.analysis.sees_as_much(facts);
        stands.then_some(self.analysis)
    }

    /// What its record rests on and looks as it did.
    pub(crate) fn settled(&self) -> Option<Settled> {
        let witness = self.witness.as_ref()?;
        Some(witness.settled(&witness.differing(self.facts())?))
    }

    /// A command that starts the program of `unit`.
    pub fn command(&self, unit: &Unit, executable: &Path) -> Command {
        self.record
            .launch
            .command(&self.record.facts, unit, executable)
    }

    /// The tests of a unit as they are now: the program's own list after a build; from a record, those in source, and
    /// of the recorded ones those that source never showed.
    pub fn listing(&self, unit: UnitIndex) -> Listing {
        let recorded = self.record.listings.get(&unit).cloned().unwrap_or_default();
        if self.recalled != Some(Source::Changed) {
            return recorded;
        }
        let untraced = self.record.untraced.get(&unit).cloned().unwrap_or_default();
        let mut names: BTreeSet<String> = untraced;
        let roots = self.analysis.roots.iter().filter(|root| root.unit == unit);
        let is_test = |root: &&Root| {
            root.kind == RootKind::Test && !self.is_family(&recorded, unit, &root.name)
        };
        names.extend(roots.filter(is_test).map(|root| root.name.clone()));
        // Names that a macro makes are known from the program alone.
        let made = |name: &&String| {
            let root = self.analysis.test(unit, name);
            root.is_some_and(|root| self.analysis.roots[root].kind == RootKind::Generator)
        };
        names.extend(recorded.names.iter().filter(made).cloned());
        let ignored = names.iter().filter(|name| {
            let root = self.analysis.test(unit, name);
            match root.map(|root| self.analysis.roots[root].ignore) {
                Some(Ignore::Always) => true,
                Some(Ignore::Never) => false,
                Some(Ignore::Perhaps) | None => recorded.ignored.contains(*name),
            }
        });
        Listing {
            ignored: ignored.cloned().collect(),
            names: names.into_iter().collect(),
        }
    }
}

impl Build {
    /// Is a function with an attribute macro no test itself, but what makes those below its name? The program has told, if
    /// it knows the one or the others.
    fn is_family(&self, recorded: &Listing, unit: UnitIndex, name: &str) -> bool {
        let is_below = |known: &String| {
            let rest = known.strip_prefix(name);
            rest.is_some_and(|rest| rest.starts_with("::"))
        };
        let knows = |name: &str| recorded.names.iter().any(|known| known == name);
        self.analysis.may_make_tests(unit, name)
            && !knows(name)
            && recorded.names.iter().any(is_below)
    }
}

impl Record {
    /// Test programs in cargo's order: by package, kind, name.
    pub fn programs(&self) -> Vec<(UnitIndex, &Unit, &Path)> {
        let tests = self
            .facts
            .units
            .iter()
            .enumerate()
            .filter(|(_, unit)| unit.test);
        let mut found: Vec<_> = tests
            .filter_map(|(n, unit)| Some((n, unit, unit.executable.as_deref()?)))
            .collect();
        found.sort_by_key(|(_, unit, _)| {
            (
                self.facts.package_of(unit).name.clone(),
                unit.kind,
                unit.target.clone(),
            )
        });
        found
    }

    fn listing_of(&self, executable: &Path) -> Option<&Listing> {
        let stamp = Stamp::of(executable)?;
        let (unit, _) = self
            .programs
            .iter()
            .find(|(_, program)| program.stamp == stamp)?;
        self.listings.get(unit)
    }
}

/// A digest for the content of a baseline: its name in the store.
pub fn content_digest<T: serde::Serialize>(value: &T) -> Option<Fingerprint> {
    Some(Fingerprint::of(&postcard::to_stdvec(value).ok()?))
}
