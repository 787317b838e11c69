//! Whether what a build script embedded speaks for the code that runs.
//!
//! It looked at source before that was compiled. So it is believed only if no source was written between that look and
//! the end of the build; and, of what reads files when it runs, only if these look as they did.

use crate::format::embedded::{self, Code, Record, Seen, written};
use crate::format::layout;
use std::collections::{BTreeSet, HashMap};
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, OnceLock, PoisonError};

/// What the macro put beside a function.
#[derive(Clone, Copy)]
pub(crate) struct Embedded {
    /// A [`Record`], as bytes; empty if the build script did not know the function.
    pub(crate) record: &'static [u8],
    /// Stands for how the function was compiled.
    pub(crate) compiled: &'static str,
}

/// What is known of a function's code.
pub(crate) struct Known {
    /// Where values are.
    pub(crate) mamo_dir: &'static Path,
    /// The code that runs.
    pub(crate) fingerprint: [u8; 32],
    /// Variables that it reads.
    pub(crate) variables: Vec<String>,
}

impl Embedded {
    /// The function's code, or why nothing is known of it.
    pub(crate) fn known(self) -> Result<Known, String> {
        let Some(record) = embedded::read(self.record) else {
            return Err(
                "the build script did not see it; change build.rs so that it runs again".into(),
            );
        };
        let code = record.code.clone()?;
        let program = program()?;
        unchanged(&record, program.built_ns)?;
        if let Some((list, digest)) = &code.files {
            look_the_same(list, digest)?;
        }
        Ok(Known {
            mamo_dir: &program.mamo_dir,
            fingerprint: self.fingerprint(&code),
            variables: code.variables,
        })
    }

    fn fingerprint(self, code: &Code) -> [u8; 32] {
        let mut digest = blake3::Hasher::new();
        digest.update(b"mamo embedded 1");
        digest.update(&code.fingerprint);
        digest.update(self.compiled.as_bytes());
        digest.finalize().into()
    }
}

/// The program that runs.
struct Program {
    mamo_dir: PathBuf,
    built_ns: u64,
}

fn program() -> Result<&'static Program, String> {
    static PROGRAM: OnceLock<Result<Program, String>> = OnceLock::new();
    let find = || {
        let running = crate::format::Executable::running()
            .map_err(|error| format!("the running executable cannot be examined: {error}"))?;
        let mamo_dir = layout::find(&running.path).ok_or_else(|| {
            let variable = layout::DIRECTORY_VARIABLE;
            format!(
                "no mamo directory belongs to `{}`; set {variable}",
                running.path.display()
            )
        })?;
        layout::create(&mamo_dir).map_err(|error| error.to_string())?;
        Ok(Program {
            mamo_dir,
            built_ns: running.mtime_ns,
        })
    };
    PROGRAM.get_or_init(find).as_ref().map_err(String::clone)
}

/// Fails if something was written between the look at source and the end of the build.
fn unchanged(record: &Record, built_ns: u64) -> Result<(), String> {
    /// By the time of the look: one a package.
    static JUDGED: Mutex<Option<HashMap<u64, Result<(), String>>>> = Mutex::new(None);
    let mut judged = JUDGED.lock().unwrap_or_else(PoisonError::into_inner);
    let judged = judged.get_or_insert_default();
    let judge = || {
        let time = (record.began_ns, built_ns);
        let (mut watched, mut seen) = (record.watched.iter(), BTreeSet::new());
        match watched.find_map(|path| written_between(path, time, &mut seen)) {
            Some(path) => Err(format!(
                "`{}` was written while the program was built; build it again",
                path.display()
            )),
            None => Ok(()),
        }
    };
    judged.entry(record.began_ns).or_insert_with(judge).clone()
}

/// A file at `path`, or below it, that was last written after `since`, and not after `until`. `seen` are directories that need no other look: links may
/// lead in a ring.
fn written_between(
    path: &Path,
    (since, until): (u64, u64),
    seen: &mut BTreeSet<PathBuf>,
) -> Option<PathBuf> {
    let metadata = path.metadata().ok()?;
    if metadata.is_dir() {
        let Ok(real) = path.canonicalize() else {
            return Some(path.to_owned()); // what cannot be looked at counts as written
        };
        if !seen.insert(real) {
            return None;
        }
        let inner = fs::read_dir(path).into_iter().flatten().flatten();
        return inner
            .map(|entry| entry.path())
            .find_map(|path| written_between(&path, (since, until), seen));
    }
    let written = written(&metadata).unwrap_or(until);
    (since < written && written <= until).then(|| path.to_owned())
}

/// Fails if a file that may be read does not look as it did.
fn look_the_same(list: &Path, digest: &[u8; 32]) -> Result<(), String> {
    let bytes = fs::read(list).unwrap_or_default();
    let read = "it may read files, and which these were is no longer there";
    if blake3::hash(&bytes).as_bytes() != digest {
        return Err(read.into());
    }
    let seen: Vec<(PathBuf, Seen)> = postcard::from_bytes(&bytes).map_err(|_| read.to_owned())?;
    match seen.iter().find(|(path, seen)| Seen::of(path) != *seen) {
        Some((path, _)) => Err(format!(
            "it may read files, and `{}` is not as it was when the program was built; build it again",
            path.display()
        )),
        None => Ok(()),
    }
}

#[cfg(all(test, unix))]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test that cannot go on should stop")]

    use super::*;

    #[test]
    fn what_was_written_then_is_found_also_where_links_lead_in_a_ring() {
        let directory = tempfile::tempdir().unwrap();
        let (inner, file) = (
            directory.path().join("in"),
            directory.path().join("in/file"),
        );
        fs::create_dir(&inner).unwrap();
        std::os::unix::fs::symlink(directory.path(), inner.join("ring")).unwrap();
        fs::write(&file, "").unwrap();
        let at = written(&file.metadata().unwrap()).unwrap();
        let found = |time| written_between(directory.path(), time, &mut BTreeSet::new());
        assert_eq!(found((at - 1, at)), Some(file));
        assert_eq!(found((at, at + 1)), None);
    }
}
