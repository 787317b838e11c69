//! Removes what is kept of compiled code that is gone.
//!
//! Tables go with their object or library, proofs with their program. What is known of a program that is gone stands while its source
//! does, and a summary serves any program with the same libraries: these go when nothing has asked for them for a month. What is
//! removed too early is read again.

use crate::fingerprint::Fingerprint;
use crate::home::Home;
use std::ffi::OsStr;
use std::fs;
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

/// Tables of objects and of libraries.
pub(super) const OBJECTS: &str = "objects-2";
/// Libraries without their tables.
pub(super) const OUTLINES: &str = "outlines-1";
/// What objects were proved to be a program's.
pub(super) const PROVED: &str = "proved-1";
/// What libraries lead to.
pub(super) const SUMMARIES: &str = "summaries-1";
/// The code of programs.
pub(super) const CODES: &str = "codes-2";
/// What tests of programs can read.
pub(super) const INPUTS: &str = "code-inputs-2";

/// Directories of earlier versions.
const FORMER: [&str; 2] = ["objects", "codes"];

/// How long what nothing asks for is kept.
const IDLE: Duration = Duration::from_secs(30 * 24 * 60 * 60);

/// What went, or would.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct CollectedCode {
    /// How many files.
    pub files: u64,
    /// How much they took.
    pub bytes: u64,
}

/// Removes what is kept of compiled code that is gone; with `dry_run`, says what would be.
pub fn collect(home: &Home, dry_run: bool) -> CollectedCode {
    let mut gone = Vec::new();
    for part in FORMER {
        gone.extend(files(home, part));
    }
    for part in [OBJECTS, OUTLINES, PROVED] {
        gone.extend(
            files(home, part)
                .into_iter()
                .filter(|file| !has_subject(home, file)),
        );
    }
    let unused = files(home, SUMMARIES)
        .into_iter()
        .filter(|file| is_idle(file));
    gone.extend(unused);
    for codes in files(home, CODES) {
        if is_idle(&codes) && !has_subject(home, &codes) {
            let name = codes.file_name().unwrap_or_default();
            gone.push(home.part(INPUTS).join(name));
            gone.push(codes);
        }
    }
    let mut collected = CollectedCode::default();
    for file in gone {
        let Ok(metadata) = fs::symlink_metadata(&file) else {
            continue;
        };
        if dry_run || fs::remove_file(&file).is_ok() {
            collected.files += 1;
            collected.bytes += metadata.len();
        }
    }
    for part in FORMER.iter().filter(|_| !dry_run) {
        // It is removed if it is empty.
        let _ = fs::remove_dir(home.part(part));
    }
    collected
}

/// The name of what is kept of a file of cargo's or rustc's.
pub(super) fn name_of(subject: &Path) -> String {
    Fingerprint::of(subject.as_os_str().as_encoded_bytes()).to_hex()
}

/// Notes that a kept file was of use.
pub(super) fn note_use(file: &Path) {
    const DAY: Duration = Duration::from_secs(24 * 60 * 60);
    if idle_time(file).is_some_and(|idle| idle > DAY) {
        let file = fs::File::options().append(true).open(file);
        // If it cannot be noted, the file goes earlier.
        let _ = file.and_then(|file| file.set_modified(SystemTime::now()));
    }
}

fn files(home: &Home, part: &str) -> Vec<PathBuf> {
    let entries = fs::read_dir(home.part(part))
        .into_iter()
        .flatten()
        .flatten();
    let files = entries.filter(|entry| entry.file_type().is_ok_and(|kind| kind.is_file()));
    files.map(|entry| entry.path()).collect()
}

/// Is there what this file is kept of? What cannot be read is kept of nothing. Files of newer versions of mamo have other places.
fn has_subject(home: &Home, file: &Path) -> bool {
    // A path is the first of what is kept.
    let subject: Option<PathBuf> = home.read(file).present();
    let Some(subject) = subject else {
        return false;
    };
    if subject.extension() != Some(OsStr::new("o")) {
        return subject.exists();
    }
    let (unit, name) = (subject.parent(), subject.file_name().unwrap_or_default());
    let sessions = unit.and_then(|unit| fs::read_dir(unit).ok());
    let mut sessions = sessions.into_iter().flatten().flatten();
    sessions.any(|session| session.path().join(name).exists())
}

fn is_idle(file: &Path) -> bool {
    idle_time(file).is_some_and(|idle| idle > IDLE)
}

fn idle_time(file: &Path) -> Option<Duration> {
    let written = file.metadata().and_then(|found| found.modified()).ok()?;
    SystemTime::now().duration_since(written).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    struct Collecting {
        directory: tempfile::TempDir,
        home: Home,
    }

    impl Collecting {
        fn new() -> Self {
            let directory = tempfile::tempdir().unwrap();
            let home = Home::new(directory.path().join("mamo"));
            Self { directory, home }
        }

        /// A file of cargo's, which is there or not.
        fn subject(&self, name: &str, is_there: bool) -> PathBuf {
            let path = self.directory.path().join(name);
            if is_there {
                fs::create_dir_all(path.parent().unwrap()).unwrap();
                fs::write(&path, "").unwrap();
            }
            path
        }

        /// What is kept of it.
        fn keep(&self, part: &str, subject: &Path) -> PathBuf {
            let file = self.home.part(part).join(name_of(subject));
            self.home.write(&file, &(subject, 7_u32));
            file
        }

        fn age(file: &Path) {
            let then = SystemTime::now() - IDLE - Duration::from_secs(60);
            let file = fs::File::options().append(true).open(file).unwrap();
            file.set_modified(then).unwrap();
        }
    }

    #[test]
    fn tables_go_with_their_objects_and_stay_with_them() {
        let tried = Collecting::new();
        let [there, gone] =
            [("a.rlib", true), ("b.rlib", false)].map(|(name, is)| tried.subject(name, is));
        tried.subject("unit/session/c.o", true);
        let object = tried.subject("unit/c.o", false);
        let kept = [
            tried.keep(OBJECTS, &there),
            tried.keep(OBJECTS, &object),
            tried.keep(PROVED, &there),
        ];
        let removed = [
            tried.keep(OBJECTS, &gone),
            tried.keep(OUTLINES, &gone),
            tried.keep("codes", &there),
        ];
        let former = tried.subject("unit/d.o", false);
        let removed = [removed.to_vec(), vec![tried.keep(OBJECTS, &former)]].concat();
        assert_eq!(collect(&tried.home, true).files, 4);
        assert!(
            removed.iter().all(|file| file.exists()),
            "nothing is removed to tell what would be"
        );
        assert_eq!(collect(&tried.home, false).files, 4);
        assert!(kept.iter().all(|file| file.exists()));
        assert!(!removed.iter().any(|file| file.exists()));
        assert_eq!(collect(&tried.home, false), CollectedCode::default());
    }

    #[test]
    fn codes_of_programs_that_are_gone_and_summaries_go_when_nothing_asks_for_them() {
        let tried = Collecting::new();
        let [there, gone] = [("a", true), ("b", false)].map(|(name, is)| tried.subject(name, is));
        let files = [
            tried.keep(CODES, &there),
            tried.keep(CODES, &gone),
            tried.keep(INPUTS, &gone),
            tried.keep(SUMMARIES, &there),
        ];
        assert_eq!(
            collect(&tried.home, false),
            CollectedCode::default(),
            "they are young"
        );
        for file in &files {
            Collecting::age(file);
        }
        let used = tried.keep(SUMMARIES, &gone);
        Collecting::age(&used);
        note_use(&used);
        assert_eq!(collect(&tried.home, false).files, 3);
        assert_eq!(files.map(|file| file.exists()), [true, false, false, false]);
        assert!(used.exists(), "it was of use");
    }
}
