//! The ground for mutants: a copy of the workspace, built, with all that passes in it recorded.

use super::VerifyArgs;
use super::copied::{forget, session_in};
use crate::baselines;
use crate::cargo::Request;
use crate::cargo::environment::Toolchain;
use crate::cargo::metadata::is_local;
use crate::cargo::trial::{self, Results, Sections, Trial};
use crate::code::TestCodes;
use crate::doctests::{proven, traced};
use crate::facts::TargetKind;
use crate::filters::Filters;
use crate::fingerprint::Fingerprint;
use crate::mutants::copy::Copy;
use crate::mutants::{Candidate, Planned, Trials};
use crate::plan::{Decision, Kind, TestId};
use crate::session::{Build, Session};
use crate::settings::Trust;
use crate::survey::{Entry, Parts, Survey};
use crate::verdicts::{self, Pass, Seen};
use anyhow::{Context, Result};
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::time::Duration;

/// Larger files are not tried as data.
const LARGEST: usize = 1 << 20;
/// A first run of all tests may take this long unless --timeout says otherwise.
const FIRST: Duration = Duration::from_secs(1800);

/// A workspace in which mutants are tried.
#[derive(Debug)]
pub(super) struct Ground {
    /// The copy.
    pub(super) copy: Copy,
    /// What the tests say without a mutant.
    pub(super) base: Results,
    /// What is remembered of earlier trials.
    pub(super) trials: Trials,
    /// Files that may be changed.
    pub(super) candidates: Vec<Candidate>,
    /// Every file of Rust that some unit compiles, relative to the copy's base, by edition.
    pub(super) sources: BTreeMap<String, BTreeSet<PathBuf>>,
    /// Package names by directory, relative to the copy's base.
    packages: Vec<(PathBuf, String)>,
    session: Session,
    request: Request,
    sections: Sections,
    log: PathBuf,
    timeout: Option<Duration>,
}

impl Ground {
    /// Copies, builds, runs every test once, and records what passed. `None` if it does not build or is interrupted.
    pub(super) fn prepare(user: &Session, args: &VerifyArgs) -> Result<Option<Self>> {
        let (copy, dir) = copy_of(user, args)?;
        forget(&dir)?;
        let place = |path: &Path| copy.place(path);
        let (session, request) = session_in(user, args, &place, &dir)?;
        let Some(mut build) = session.build(&request)? else {
            return Ok(None);
        };
        let environment = Fingerprint::of_parts([
            build.facts().toolchain.0.as_slice(),
            format!("{request:?}").as_bytes(),
        ]);
        let mut ground = Self {
            trials: Trials::load(&user.home, copy.digest, environment),
            candidates: candidates(&build, &copy)?,
            sources: sources(&build, &copy),
            packages: packages(&build, &copy),
            sections: Sections::of(build.facts(), |unit| build.analysis.lists_tests(unit)),
            log: dir.join("log"),
            timeout: args.timeout.map(Duration::from_secs),
            base: Results::default(),
            copy,
            session,
            request,
        };
        let Some(base) = ground.first_run(user)? else {
            return Ok(None);
        };
        ground.base = base;
        ground.record(&mut build);
        Ok(Some(ground))
    }

    /// What the tests say without a mutant.
    fn first_run(&mut self, user: &Session) -> Result<Option<Results>> {
        if let Some(Trial::Ran(known)) = self.trials.get(Fingerprint::NONE) {
            return Ok(Some(known.clone()));
        }
        let limit = self.timeout.unwrap_or(FIRST);
        let trial = trial::run(
            &self.session.workspace.cwd,
            &self.request,
            &self.sections,
            limit,
            &self.log,
        )?;
        self.trials.add(&user.home, Fingerprint::NONE, &trial);
        match trial {
            Trial::Ran(results) => Ok(Some(results)),
            Trial::Interrupted => Ok(None),
            Trial::Broken => {
                let text = std::fs::read_to_string(&self.log).unwrap_or_default();
                anyhow::bail!("the copy does not build:\n{text}")
            }
        }
    }

    /// Every test that plain cargo runs: doctests only with the default targets.
    fn entries(&self, build: &Build, explained: usize) -> Vec<Entry> {
        let parts = Parts {
            programs: true,
            doctests: self.request.targets.is_empty(),
        };
        Survey::new(build, &self.session.home, false)
            .explaining(explained)
            .entries(&Filters::default(), parts)
    }

    /// Records every pass of the first run under the fingerprint, and the code key, that its test has.
    fn record(&self, build: &mut Build) {
        let entries = self.entries(build, 0);
        let codes = self.codes(build, &entries);
        let baseline = baselines::keep(&self.session.home, &build.analysis, build.facts());
        let mut seen = Vec::new();
        let mut doctests = Vec::new();
        for entry in &entries {
            let Some(fingerprint) = entry.fingerprint else {
                continue;
            };
            let passed = |id: TestId, fingerprint: Fingerprint| {
                let code = codes.as_ref().and_then(|codes| codes.of(entry));
                (
                    id,
                    Seen::Passed(Pass {
                        fingerprint: Some(fingerprint),
                        code: code.map(|code| code.key),
                        unnamed: code.and_then(|code| code.unnamed),
                        micros: 0,
                        when: 0,
                        baseline,
                    }),
                )
            };
            if entry.id.kind == Kind::Doc {
                if let Some(names) = self.documented(&entry.id) {
                    let names: Vec<_> = names.into_iter().map(|name| (name, false)).collect();
                    let known = traced(build, entry.unit, &names);
                    for (name, fingerprint) in known
                        .iter()
                        .flat_map(|known| proven(build, entry.unit, known))
                    {
                        let id = TestId {
                            name,
                            ..entry.id.clone()
                        };
                        seen.push(passed(id, fingerprint));
                    }
                    doctests.extend(known.map(|known| (entry.unit, known)));
                }
            } else if self.base.passed.contains(&entry.id) {
                seen.push(passed(entry.id.clone(), fingerprint));
            }
        }
        for (unit, known) in doctests {
            build.record.note_doctests(unit, known);
        }
        verdicts::record(&self.session.home, &seen);
        self.session.keep(build);
    }

    /// The doctests of a library, if all of them passed.
    fn documented(&self, group: &TestId) -> Option<Vec<String>> {
        let mine = |id: &&TestId| {
            id.kind == Kind::Doc && id.package == group.package && id.target == group.target
        };
        let whole = !self
            .base
            .failed
            .iter()
            .chain(&self.base.torn)
            .any(|id| mine(&id));
        whole.then(|| {
            self.base
                .passed
                .iter()
                .filter(mine)
                .map(|id| id.name.clone())
                .collect()
        })
    }

    /// The plan for the copy as it stands, test by test; `None` if it does not build.
    pub(super) fn survey(&self, explained: usize) -> Result<Option<(Build, Vec<Entry>)>> {
        let build = self.session.recall_or_build(&self.request)?;
        Ok(build.map(|build| {
            let entries = self.entries(&build, explained);
            (build, entries)
        }))
    }

    /// The same, as far as mutants are held against it: by names and, where the settings let code decide, by code.
    pub(super) fn plan(&self) -> Result<Option<Plans>> {
        let Some((build, entries)) = self.survey(0)? else {
            return Ok(None);
        };
        let source = planned(&entries);
        if self.session.settings.test.trust == Trust::Source {
            return Ok(Some(Plans { source, code: None }));
        }
        drop(build);
        let Some(build) = self.session.build(&self.request)? else {
            return Ok(None);
        };
        let mut entries = self.entries(&build, 0);
        if let Some(codes) = self.codes(&build, &entries) {
            Survey::new(&build, &self.session.home, false)
                .decide_by_code(&mut entries, |entry| codes.of(entry));
        }
        let code = Some(planned(&entries));
        Ok(Some(Plans { source, code }))
    }

    /// The code keys of tests, where the settings let code decide.
    fn codes(&self, build: &Build, entries: &[Entry]) -> Option<TestCodes> {
        let asked = self.session.settings.test.trust == Trust::Code;
        asked.then(|| self.session.test_codes(build, entries))
    }

    /// Runs every test of the copy as it stands.
    pub(super) fn run(&self) -> Result<Trial> {
        let usual = Duration::from_millis(self.base.millis) * 4 + Duration::from_secs(30);
        let limit = self.timeout.unwrap_or(usual);
        trial::run(
            &self.session.workspace.cwd,
            &self.request,
            &self.sections,
            limit,
            &self.log,
        )
    }

    /// Where a file of the copied workspace lies.
    pub(super) fn file(&self, relative: &str) -> PathBuf {
        self.session.workspace.root.join(relative)
    }

    /// The package that a file of the copy belongs to.
    pub(super) fn package_of(&self, file: &Path) -> String {
        let holds = self
            .packages
            .iter()
            .filter(|(dir, _)| file.starts_with(dir));
        let nearest = holds.max_by_key(|(dir, _)| dir.components().count());
        nearest.map(|(_, name)| name.clone()).unwrap_or_default()
    }
}

/// What is planned for a mutant.
#[derive(Debug)]
pub(super) struct Plans {
    /// By names, before anything is built.
    pub(super) source: Planned,
    /// By the code that was built, if that decides.
    pub(super) code: Option<Planned>,
}

/// What `entries` plan.
fn planned(entries: &[Entry]) -> Planned {
    let mut planned = Planned::default();
    for entry in entries {
        match entry.decision {
            Decision::Run(_) => planned.run.insert(entry.id.clone()),
            Decision::Reuse => planned.reuse.insert(entry.id.clone()),
            Decision::Ignored => false,
        };
    }
    planned
}

/// The workspace and the packages outside it that it takes by path, copied to mamo's directory.
fn copy_of(user: &Session, args: &VerifyArgs) -> Result<(Copy, PathBuf)> {
    let request = Session::request("test", &args.selection, &args.compile);
    let toolchain = Toolchain::load(&user.workspace, &request, &user.home)?;
    let resolved = user.workspace.resolved(&request, &toolchain.triple)?;
    let root = user.workspace.root.clone();
    let mut roots = vec![root.clone()];
    for package in resolved
        .metadata
        .packages
        .iter()
        .filter(|package| is_local(package))
    {
        let dir = package
            .manifest_path
            .parent()
            .map(|dir| dir.as_std_path().to_path_buf());
        roots.extend(dir.filter(|dir| !dir.starts_with(&root)));
    }
    let name = Fingerprint::of(root.as_os_str().as_encoded_bytes()).to_hex();
    let dir = user.home.part("ground").join(&name[..16]);
    user.home.make()?;
    Ok((Copy::make(&roots, &dir)?, dir))
}

/// What may be changed: source of libraries and binaries of the selected packages, and their files that are no source.
fn candidates(build: &Build, copy: &Copy) -> Result<Vec<Candidate>> {
    let facts = build.facts();
    let code = |kind| {
        matches!(
            kind,
            TargetKind::Lib | TargetKind::ProcMacro | TargetKind::Bin
        )
    };
    let chosen = |package: &usize| build.record.selects(*package);
    let units = facts
        .units
        .iter()
        .filter(|unit| code(unit.kind) && chosen(&unit.package));
    let compiled: BTreeSet<&PathBuf> = units.flat_map(|unit| &unit.files).collect();
    let dirs: Vec<&PathBuf> = (0..facts.packages.len())
        .filter(chosen)
        .map(|n| &facts.packages[n].dir)
        .collect();
    let mut found = Vec::new();
    for file in &copy.files {
        let path = copy.base.join(file);
        let is_rust = file.extension().is_some_and(|extension| extension == "rs");
        let source = is_rust && compiled.contains(&path);
        let data = !is_rust && is_data(file) && dirs.iter().any(|dir| path.starts_with(dir));
        if !source && !data {
            continue;
        }
        let bytes = std::fs::read(&path).with_context(|| format!("read `{}`", path.display()))?;
        if let Ok(text) = String::from_utf8(bytes)
            && (source || text.len() <= LARGEST)
        {
            found.push(Candidate {
                file: file.clone(),
                text,
                source,
            });
        }
    }
    Ok(found)
}

/// Not hidden, not cargo's, no licence.
fn is_data(file: &Path) -> bool {
    let hidden = file
        .components()
        .any(|part| part.as_os_str().to_string_lossy().starts_with('.'));
    let name = file
        .file_name()
        .map(|name| name.to_string_lossy().into_owned())
        .unwrap_or_default();
    !hidden
        && !name.starts_with("Cargo.")
        && !name.starts_with("LICENSE")
        && !name.starts_with("COPYING")
}

/// Every file of Rust of the copy that some unit compiles, by edition.
fn sources(build: &Build, copy: &Copy) -> BTreeMap<String, BTreeSet<PathBuf>> {
    let mut found = BTreeMap::<String, BTreeSet<PathBuf>>::new();
    for unit in &build.facts().units {
        let is_rust = |file: &&PathBuf| file.extension().is_some_and(|rs| rs == "rs");
        for file in unit.files.iter().filter(is_rust) {
            let inner = file.strip_prefix(&copy.base).map(Path::to_path_buf);
            let own = inner.ok().filter(|file| copy.files.contains(file));
            found.entry(unit.edition.clone()).or_default().extend(own);
        }
    }
    found
}

fn packages(build: &Build, copy: &Copy) -> Vec<(PathBuf, String)> {
    let inner = |dir: &Path| {
        dir.strip_prefix(&copy.base)
            .map(Path::to_path_buf)
            .unwrap_or_default()
    };
    build
        .facts()
        .packages
        .iter()
        .map(|package| (inner(&package.dir), package.name.clone()))
        .collect()
}
