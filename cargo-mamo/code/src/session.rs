//! Which incremental session holds the objects of a program: proved, never guessed.
//!
//! rustc keeps the objects of a unit in `incremental/CRATE-HASH/s-TIME-RANDOM-SVH/`. Nothing that cargo says names that directory, and a
//! crate's library, its unit tests and its programs have one each, under the same crate name. So a session is taken for a
//! program's own if
//!
//! 1. it is the newest one of its unit, and finished: no directory that ends in `-working` is beside it;
//! 2. none of its objects is newer than the program: rustc finishes the session before it links;
//! 3. each of its objects is named in the program's symbol table, where linkers keep the name of each object (`STT_FILE`). rustc
//!    derives that name from the unit's own stable id, so that two units of one crate share none; and none of them is a library's;
//! 4. all of what the objects define and the program holds has the same bytes there ([`ProgramImage::match_object`]);
//! 5. each object of Rust that the program names is one of these or one of the given libraries': nothing is missing.

use std::ffi::OsStr;
use std::fmt;
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use rustc_hash::FxHashSet;

use crate::archive::archive_objects;
use crate::image::{ImageMatch, ProgramImage};
use crate::object_table::ObjectOutline;

/// Why it is unknown which objects make a program.
#[derive(Clone, PartialEq, Eq, Debug)]
#[non_exhaustive]
pub enum SessionProblem {
    /// No session has the objects that the program names.
    NotFound,
    /// More than one unit has them.
    Several(PathBuf, PathBuf),
    /// rustc is at work on the unit, or was stopped.
    Unfinished(PathBuf),
    /// An object is newer than the program.
    Newer(PathBuf),
    /// The program holds other code than the object.
    Differs {
        /// The object.
        object: PathBuf,
        /// The function or static whose code differs.
        symbol: String,
    },
    /// The program holds an object that is neither in the session nor in a library.
    Missing(String),
    /// A file or directory cannot be read.
    Unreadable(PathBuf, String),
}

impl fmt::Display for SessionProblem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotFound => f.write_str("no incremental session has the program's objects"),
            Self::Several(one, other) => {
                let (one, other) = (one.display(), other.display());
                write!(f, "both `{one}` and `{other}` have the program's objects")
            }
            Self::Unfinished(path) => write!(f, "the session `{}` is not finished", path.display()),
            Self::Newer(path) => write!(f, "`{}` is newer than the program", path.display()),
            Self::Differs { object, symbol } => {
                let object = object.display();
                write!(
                    f,
                    "`{symbol}` is different in the program and in `{object}`"
                )
            }
            Self::Missing(name) => write!(f, "the program's object `{name}` is not found"),
            Self::Unreadable(path, error) => write!(f, "cannot read `{}`: {error}", path.display()),
        }
    }
}

impl std::error::Error for SessionProblem {}

/// The objects of a program's own unit, in the order of their names.
///
/// `units` are the directories of the units that may be the program's, such as all `incremental/CRATE-*`; `libraries` are the
/// objects of all that it is linked with: the objects of a library are in the session of the library's unit as well. Of what is
/// `proved`, bytes are not held against the program.
///
/// # Errors
/// If it is not certain which session it is.
pub fn session_objects<'t>(
    image: &ProgramImage<'_>,
    linked: SystemTime,
    units: &[PathBuf],
    libraries: impl IntoIterator<Item = &'t ObjectOutline>,
    proved: &dyn Fn(&Path) -> bool,
) -> Result<Vec<PathBuf>, SessionProblem> {
    let libraries: FxHashSet<&str> = libraries
        .into_iter()
        .flat_map(ObjectOutline::file_names)
        .collect();
    let is_own = |objects: &[PathBuf]| {
        is_named(image, objects)
            && !objects
                .iter()
                .any(|object| libraries.contains(stem(object)))
    };
    let may_be_own = |objects: &[PathBuf]| {
        let is_candidate = |object: &PathBuf| {
            image.file_names().contains(stem(object)) && !libraries.contains(stem(object))
        };
        objects.is_empty() || objects.iter().any(is_candidate)
    };
    let mut found: Option<(PathBuf, Vec<PathBuf>)> = None;
    let mut unfinished = None;
    for unit in units {
        match newest_session(unit)? {
            NewestSession::Finished(objects) if is_own(&objects) => {
                if let Some((other, _)) = found {
                    return Err(SessionProblem::Several(other, unit.clone()));
                }
                found = Some((unit.clone(), objects));
            }
            NewestSession::Unfinished(path, objects) if may_be_own(&objects) => {
                unfinished = Some(path);
            }
            _ => {}
        }
    }
    if let Some(path) = unfinished {
        return Err(SessionProblem::Unfinished(path));
    }
    let (_, objects) = found.ok_or(SessionProblem::NotFound)?;
    for object in &objects {
        verify_object(image, linked, object, proved)?;
    }
    Ok(objects)
}

/// Fails if a library is another one than the program was linked with.
///
/// # Errors
/// If it differs in what the program holds of it, or cannot be read.
pub fn verify_library(image: &ProgramImage<'_>, library: &Path) -> Result<(), SessionProblem> {
    let unreadable = |error: &dyn fmt::Display| {
        SessionProblem::Unreadable(library.to_path_buf(), error.to_string())
    };
    let bytes = std::fs::read(library).map_err(|error| unreadable(&error))?;
    let objects = archive_objects(&bytes).map_err(|error| unreadable(&error))?;
    objects
        .iter()
        .try_for_each(|object| verify_bytes(image, library, object.bytes))
}

/// Fails if the program names an object of Rust that is none of these.
///
/// One may be: rustc deletes the shim that joins a program to its allocator. What the shim calls counts as run unasked.
///
/// # Errors
/// [`SessionProblem::Missing`], with its name.
pub fn verify_complete<'t>(
    image: &ProgramImage<'_>,
    objects: impl IntoIterator<Item = &'t ObjectOutline>,
) -> Result<(), SessionProblem> {
    let mut known = FxHashSet::default();
    let mut has_shim = false;
    for object in objects {
        known.extend(object.file_names());
        has_shim |= object.is_allocator;
    }
    let names = image.file_names().iter().copied();
    let mut missing: Vec<&str> = names
        .filter(|name| !known.contains(name) && is_rusts(name))
        .collect();
    missing.sort_unstable();
    let allowed = usize::from(!has_shim);
    match missing.get(allowed) {
        None => Ok(()),
        Some(name) => Err(SessionProblem::Missing((*name).to_string())),
    }
}

/// Whether a name is one that rustc gives to an object, and no compiler of C would: those name their source file.
fn is_rusts(name: &str) -> bool {
    name.contains("-cgu.") || !name.contains('.') && name.len() > 16
}

enum NewestSession {
    Finished(Vec<PathBuf>),
    Unfinished(PathBuf, Vec<PathBuf>),
    Absent,
}

fn newest_session(unit: &Path) -> Result<NewestSession, SessionProblem> {
    let sessions = entries(unit)?;
    let sessions = sessions.into_iter().filter(|path| path.is_dir());
    let newest = sessions.max_by_key(|path| started(path));
    let Some(session) = newest else {
        return Ok(NewestSession::Absent);
    };
    let mut objects = entries(&session)?;
    objects.retain(|path| path.extension() == Some(OsStr::new("o")));
    objects.sort_unstable();
    let is_working = session.to_string_lossy().ends_with("-working");
    Ok(if is_working {
        NewestSession::Unfinished(session, objects)
    } else {
        NewestSession::Finished(objects)
    })
}

/// When a session was begun, as its name says: a number in base 36.
fn started(session: &Path) -> (usize, String) {
    let name = session.file_name().unwrap_or_default().to_string_lossy();
    let time = name.split('-').nth(1).unwrap_or_default();
    (time.len(), time.to_string())
}

fn stem(path: &Path) -> &str {
    path.file_stem().and_then(OsStr::to_str).unwrap_or_default()
}

fn is_named(image: &ProgramImage<'_>, objects: &[PathBuf]) -> bool {
    let named = |object: &PathBuf| image.file_names().contains(stem(object));
    !objects.is_empty() && objects.iter().all(named)
}

fn verify_object(
    image: &ProgramImage<'_>,
    linked: SystemTime,
    object: &Path,
    proved: &dyn Fn(&Path) -> bool,
) -> Result<(), SessionProblem> {
    let unreadable = |error: &dyn fmt::Display| {
        SessionProblem::Unreadable(object.to_path_buf(), error.to_string())
    };
    let written = std::fs::metadata(object).and_then(|found| found.modified());
    if written.map_err(|error| unreadable(&error))? > linked {
        return Err(SessionProblem::Newer(object.to_path_buf()));
    }
    if proved(object) {
        return Ok(());
    }
    let bytes = std::fs::read(object).map_err(|error| unreadable(&error))?;
    verify_bytes(image, object, &bytes)
}

fn verify_bytes(image: &ProgramImage<'_>, path: &Path, bytes: &[u8]) -> Result<(), SessionProblem> {
    match image.match_object(bytes) {
        Ok(ImageMatch::Same { .. }) => Ok(()),
        Ok(ImageMatch::Differs(symbol)) => Err(SessionProblem::Differs {
            object: path.to_path_buf(),
            symbol,
        }),
        Err(error) => Err(SessionProblem::Unreadable(
            path.to_path_buf(),
            error.to_string(),
        )),
    }
}

fn entries(directory: &Path) -> Result<Vec<PathBuf>, SessionProblem> {
    let unreadable = |error: std::io::Error| {
        SessionProblem::Unreadable(directory.to_path_buf(), error.to_string())
    };
    let entries = std::fs::read_dir(directory).map_err(unreadable)?;
    entries
        .map(|entry| entry.map(|entry| entry.path()).map_err(unreadable))
        .collect()
}
