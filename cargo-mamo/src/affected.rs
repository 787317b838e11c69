//! Which tests a range of commits can affect: the same build, analysed over two source trees.
//!
//! Nothing that was remembered is asked. The earlier tree is read with the facts of the build of the present one, its
//! paths exchanged; where what decides on those facts is different in the two trees, everything that could hang on it
//! is affected.

use crate::analysis::{Analysis, Change, RootKind};
use crate::cargo::{manifest, record};
use crate::facts::{Facts, UnitIndex};
use crate::fingerprint::Fingerprint;
use crate::plan::TestId;
use crate::reason::Reason;
use crate::revision::Revision;
use crate::session::{Build, Session};
use crate::survey::Entry;
use anyhow::{Context, Result};
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

/// A test that may answer otherwise than at the revision.
#[derive(Clone, Debug)]
pub struct Affected {
    /// Which.
    pub id: TestId,
    /// Why.
    pub reason: Reason,
}

/// The earlier tree, analysed.
struct Before {
    analysis: Analysis,
    baseline: crate::analysis::Baseline,
    roots: BTreeMap<Key, Fingerprint>,
    /// What differs for every test.
    general: Option<String>,
    /// What differs for every test that links a package.
    packages: BTreeMap<usize, String>,
}

/// A root in two builds: package, target, its kind, compiled as a test, kind and name of the root.
type Key = (String, String, String, bool, RootKind, String);

/// The considered tests that are affected, in their order.
pub fn affected(
    session: &Session,
    build: &Build,
    entries: &[Entry],
    revision: &Revision,
) -> Result<Vec<Affected>> {
    let before = Before::of(session, build, revision)?;
    let found = entries.iter().filter_map(|entry| {
        let reason = before.reason(build, entry)?;
        Some(Affected {
            id: entry.id.clone(),
            reason,
        })
    });
    Ok(found.collect())
}

impl Before {
    fn of(session: &Session, build: &Build, revision: &Revision) -> Result<Self> {
        let facts = moved(build.facts(), revision)?;
        let analysis = Analysis::of(&facts, &session.home.part("parsed"));
        let roots = analysis.roots.iter().map(|root| {
            (
                key(&facts, root.unit, root.kind, &root.name),
                root.fingerprint,
            )
        });
        Ok(Self {
            roots: roots.collect(),
            baseline: analysis.baseline(&facts),
            general: general_difference(session, build, revision),
            packages: package_differences(build, revision),
            analysis,
        })
    }

    /// Why a test is affected; `None` if it is not.
    fn reason(&self, build: &Build, entry: &Entry) -> Option<Reason> {
        let environment =
            |what: &String| Reason::of_changes(&[Change::Environment { what: what.clone() }]);
        let Some(root) = entry.root else {
            return Some(Reason::Untraced);
        };
        let facts = build.facts();
        let now = &build.analysis.roots[root];
        if let Some(what) = &self.general {
            return Some(environment(what));
        }
        let mut packages = facts
            .linked(now.unit)
            .into_iter()
            .map(|unit| facts.units[unit].package);
        if let Some(what) = packages.find_map(|package| self.packages.get(&package)) {
            return Some(environment(what));
        }
        match self.roots.get(&key(facts, now.unit, now.kind, &now.name)) {
            None => Some(Reason::New),
            Some(then) if *then == now.fingerprint && !self.is_unseen(root, now) => None,
            Some(_) => Some(Reason::of_changes(&build.analysis.changes(
                root,
                facts,
                &self.baseline,
            ))),
        }
    }

    /// Could the root not be answered for in the earlier tree?
    fn is_unseen(&self, index: usize, now: &crate::analysis::Root) -> bool {
        let same = |root: &&crate::analysis::Root| {
            (root.kind, root.unit, &root.name) == (now.kind, now.unit, &now.name)
        };
        let then = self.analysis.roots.get(index).filter(same);
        then.or_else(|| self.analysis.roots.iter().find(same))
            .is_none_or(|root| root.unseen)
    }
}

fn key(facts: &Facts, unit: UnitIndex, kind: RootKind, name: &str) -> Key {
    let unit = &facts.units[unit];
    let package = facts.package_of(unit).name.clone();
    (
        package,
        unit.target.clone(),
        format!("{:?}", unit.kind),
        unit.test,
        kind,
        name.to_string(),
    )
}

/// The facts with every path in the user's tree exchanged for its place in the revision's.
fn moved(facts: &Facts, revision: &Revision) -> Result<Facts> {
    let mut value = serde_json::to_value(facts).context("write facts")?;
    let text = |path: &Path| path.to_string_lossy().into_owned();
    let (top, tree) = (text(&revision.top), text(&revision.tree));
    let built: Vec<_> = facts.output_dirs().iter().map(|dir| text(dir)).collect();
    exchange(&mut value, &|string| {
        exchanged(string, &built, &|part| part.replace(&top, &tree))
    });
    serde_json::from_value(value).context("read facts")
}

/// `text` with what lies between the `kept` exchanged.
fn exchanged(text: &str, kept: &[String], with: &dyn Fn(&str) -> String) -> String {
    let Some((first, others)) = kept.split_first() else {
        return with(text);
    };
    let parts = text.split(first).map(|part| exchanged(part, others, with));
    parts.collect::<Vec<_>>().join(first)
}

fn exchange(value: &mut Value, with: &dyn Fn(&str) -> String) {
    match value {
        Value::String(text) => *text = with(text),
        Value::Array(all) => all.iter_mut().for_each(|value| exchange(value, with)),
        Value::Object(fields) => {
            let old = std::mem::take(fields);
            for (name, mut value) in old {
                exchange(&mut value, with);
                fields.insert(with(&name), value);
            }
        }
        _ => {}
    }
}

/// What differs between the trees that every compilation can hang on.
fn general_difference(session: &Session, build: &Build, revision: &Revision) -> Option<String> {
    let facts = build.facts();
    let mut manifests: BTreeSet<PathBuf> = facts
        .packages
        .iter()
        .map(|package| package.dir.join("Cargo.toml"))
        .collect();
    manifests.insert(facts.workspace_root.join("Cargo.toml"));
    for path in manifests {
        if let Some(then) = revision.at(&path)
            && (manifest::read(&then) != manifest::read(&path) || !then.exists())
        {
            return Some(format!("`{}` changed", shown(&path, revision)));
        }
    }
    let root = &facts.workspace_root;
    let members = |root: &Path, top: &Path| {
        let all = manifest::candidates(root).into_iter();
        all.filter_map(|path| Some(path.strip_prefix(top).ok()?.to_path_buf()))
            .collect::<Vec<_>>()
    };
    let old_root = revision.at(root)?;
    if members(root, &revision.top) != members(&old_root, &revision.tree) {
        return Some("the members of the workspace changed".to_string());
    }
    let mut files = session.workspace.config.files.clone();
    files.extend(facts.lockfiles.iter().cloned());
    for dir in session.workspace.cwd.ancestors() {
        files.extend(["rust-toolchain", "rust-toolchain.toml"].map(|name| dir.join(name)));
    }
    files.into_iter().find_map(|path| {
        let then = revision.at(&path)?;
        let different = std::fs::read(&then).ok() != std::fs::read(&path).ok();
        // A lockfile that is not under version control says nothing of the earlier tree.
        let known = then.exists() || !facts.lockfiles.contains(&path);
        (different && known).then(|| format!("`{}` changed", shown(&path, revision)))
    })
}

/// Packages that build scripts would build otherwise.
fn package_differences(build: &Build, revision: &Revision) -> BTreeMap<usize, String> {
    let facts = build.facts();
    let mut found = BTreeMap::new();
    let named = |path: &&PathBuf| {
        let is_manifest = path.file_name().is_some_and(|name| name == "Cargo.toml");
        !is_manifest && !facts.lockfiles.contains(path)
    };
    for path in build.record.inputs.keys().filter(named) {
        let Some(then) = revision.at(path) else {
            continue;
        };
        if record::digest_of(&then) == record::digest_of(path) {
            continue;
        }
        let owners = facts
            .packages
            .iter()
            .enumerate()
            .filter(|(_, package)| package.build_script.is_some());
        for (owner, _) in owners.filter(|(_, package)| {
            path.starts_with(&package.dir) || !path.starts_with(&facts.workspace_root)
        }) {
            found.insert(
                owner,
                format!(
                    "`{}`, which a build script reads, changed",
                    shown(path, revision)
                ),
            );
        }
    }
    found
}

fn shown(path: &Path, revision: &Revision) -> String {
    path.strip_prefix(&revision.top)
        .unwrap_or(path)
        .display()
        .to_string()
}
