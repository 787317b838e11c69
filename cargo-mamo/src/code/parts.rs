//! What the code of a program was made of, kept so that `why` can name the functions that differ since a pass.
//!
//! Each object or library of the workspace is kept once, by the digest of its parts, however many programs and builds it is in; a
//! program is a list of them. What no pass refers to any more is removed. All of this explains and decides nothing: what is not
//! there is told as not known.

use super::passed;
use super::tables::FileTables;
use crate::cargo::record::Stamp;
use crate::fingerprint::Fingerprint;
use crate::home::Home;
use mamo_code::{CodePart, ObjectTable};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeSet, HashMap};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

/// How many programs' parts may lie about before those that no pass refers to are removed, besides those of one build.
const MANY: usize = 48;

/// Keeps the parts of programs.
pub(super) struct PartsKeeper<'h> {
    home: &'h Home,
    /// Files whose parts are kept, by where their tables lie in memory, which they do as long as this.
    kept: Mutex<HashMap<usize, (FileTables, Option<Fingerprint>)>>,
}

/// Which parts a program is made of.
#[derive(Serialize, Deserialize)]
struct ProgramParts {
    stamp: Stamp,
    /// The name of a list of files.
    list: Fingerprint,
}

impl<'h> PartsKeeper<'h> {
    pub(super) fn new(home: &'h Home) -> Self {
        Self {
            home,
            kept: Mutex::default(),
        }
    }

    /// Keeps the parts of a program that looks so and is made of these files.
    pub(super) fn keep(&self, stamp: &Stamp, own: &[FileTables]) {
        let files = own.iter();
        let names = files.map(|file| self.file(file)).collect::<Option<_>>();
        let list = names.and_then(|names: BTreeSet<Fingerprint>| {
            self.home.write_named(&lists(self.home), &names)
        });
        if let Some(list) = list {
            let stamp = stamp.clone();
            let path = program(self.home, &stamp.path);
            self.home.write(&path, &ProgramParts { stamp, list });
        }
    }

    /// The parts of a program that looks so, if they are kept.
    pub(super) fn list(&self, stamp: &Stamp) -> Option<Fingerprint> {
        let known: ProgramParts = self.home.read(&program(self.home, &stamp.path)).present()?;
        (known.stamp == *stamp).then_some(known.list)
    }

    fn file(&self, tables: &FileTables) -> Option<Fingerprint> {
        let place = Arc::as_ptr(tables).addr();
        let known = || self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((_, name)) = known().get(&place) {
            return *name;
        }
        let parts = tables.tables().iter().flat_map(ObjectTable::code_parts);
        let parts: BTreeSet<CodePart> = parts.collect();
        let name = self.home.write_named(&files(self.home), &parts);
        known().insert(place, (Arc::clone(tables), name));
        name
    }
}

/// The parts on a list, by name; `None` if some of them are not there.
pub(super) fn load(home: &Home, list: Fingerprint) -> Option<HashMap<u64, BTreeSet<CodePart>>> {
    let mut parts: HashMap<u64, BTreeSet<CodePart>> = HashMap::new();
    for file in listed(home, list)? {
        let known: Vec<CodePart> = home.read(&files(home).join(file.to_hex())).present()?;
        for part in known {
            parts.entry(part.name).or_default().insert(part);
        }
    }
    Some(parts)
}

/// Removes what no pass refers to, once there is much. What was just written may not be referred to yet.
pub fn prune(home: &Home, programs: usize) {
    let all = entries(&lists(home));
    if all.len() <= MANY + 2 * programs {
        return;
    }
    let mut wanted: BTreeSet<Fingerprint> = passed::lists(home);
    let programs = entries(&dir(home).join("programs")).into_iter();
    let programs = programs.filter_map(|path| home.read::<ProgramParts>(&path).present());
    wanted.extend(programs.map(|program| program.list));
    let kept = wanted.iter().filter_map(|list| listed(home, *list));
    let kept: BTreeSet<Fingerprint> = kept.flatten().collect();
    remove_others(all, &wanted);
    remove_others(entries(&files(home)), &kept);
}

/// Removes files of an hour and more that are not among those with these names.
fn remove_others(all: Vec<PathBuf>, wanted: &BTreeSet<Fingerprint>) {
    let wanted: BTreeSet<String> = wanted.iter().map(|one| one.to_hex()).collect();
    for file in all {
        let written = file.metadata().and_then(|metadata| metadata.modified());
        let age = written.ok().and_then(|at| at.elapsed().ok());
        let is_old = age.is_some_and(|age| age > Duration::from_secs(3600));
        let name = file.file_name().unwrap_or_default().to_string_lossy();
        if is_old && !wanted.contains(name.as_ref()) {
            let _ = std::fs::remove_file(&file);
        }
    }
}

fn listed(home: &Home, list: Fingerprint) -> Option<Vec<Fingerprint>> {
    home.read(&lists(home).join(list.to_hex())).present()
}

fn entries(dir: &Path) -> Vec<PathBuf> {
    let read = std::fs::read_dir(dir).into_iter().flatten().flatten();
    read.map(|entry| entry.path()).collect()
}

fn dir(home: &Home) -> PathBuf {
    home.part("code-parts-1")
}

fn lists(home: &Home) -> PathBuf {
    dir(home).join("lists")
}

fn files(home: &Home) -> PathBuf {
    dir(home).join("files")
}

fn program(home: &Home, executable: &Path) -> PathBuf {
    let name = Fingerprint::of(executable.as_os_str().as_encoded_bytes()).to_hex();
    dir(home).join("programs").join(name)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::code::passed::{CodeGround, PassedCode, record};
    use crate::plan::{Kind, TestId};
    use std::fs::File;
    use std::time::SystemTime;

    fn list(home: &Home, number: u8) -> Fingerprint {
        let part = CodePart {
            name: u64::from(number),
            own: 0,
            callees: 0,
            constants: 0,
        };
        let file = home.write_named(&files(home), &BTreeSet::from([part]));
        home.write_named(&lists(home), &BTreeSet::from([file.unwrap()]))
            .unwrap()
    }

    #[test]
    fn what_no_pass_refers_to_is_removed_once_there_is_much() {
        let dir = tempfile::tempdir().unwrap();
        let home = Home::new(dir.path().join("mamo"));
        let all: Vec<Fingerprint> = (0..).take(MANY + 2).map(|n| list(&home, n)).collect();
        let ground = CodeGround {
            code: 0,
            positions: None,
            started: 0,
            inputs: 0,
            parts: Some(all[0]),
        };
        let id = TestId {
            package: "p".into(),
            kind: Kind::Lib,
            target: "p".into(),
            name: "t".into(),
        };
        let key = Fingerprint::NONE;
        record(&home, vec![(id, PassedCode { key, ground })]);
        let earlier = SystemTime::now() - Duration::from_secs(7200);
        for file in entries(&lists(&home)).iter().chain(&entries(&files(&home))) {
            let file = File::options().append(true).open(file).unwrap();
            file.set_modified(earlier).unwrap();
        }
        let fresh = list(&home, 200);
        prune(&home, MANY);
        assert!(load(&home, all[1]).is_some(), "there is not much yet");
        prune(&home, 0);
        assert!(load(&home, all[0]).unwrap().contains_key(&0));
        assert!(load(&home, fresh).is_some(), "it was just written");
        assert!(all[1..].iter().all(|list| load(&home, *list).is_none()));
        assert_eq!(entries(&files(&home)).len(), 2);
    }
}
