//! Why a file of the mamo directory could not be used.

use std::fmt;
use std::io;
use std::path::{Path, PathBuf};

/// What kept a file from being used; each names the file.
#[derive(Debug)]
#[non_exhaustive]
pub enum FormatError {
    /// There is no such file: an ordinary miss.
    Absent {
        /// The file looked for.
        path: PathBuf,
    },
    /// The operating system would not read or write it.
    Io {
        /// The file.
        path: PathBuf,
        /// Its answer.
        source: io::Error,
    },
    /// It is damaged, foreign, or not in its place.
    Broken {
        /// The file.
        path: PathBuf,
        /// The first thing found wrong.
        what: &'static str,
    },
    /// A newer mamo wrote it. It must stay as it is.
    Newer {
        /// The file.
        path: PathBuf,
        /// Its format version.
        version: u32,
    },
}

impl FormatError {
    /// Is it merely not there?
    pub fn is_absent(&self) -> bool {
        matches!(self, Self::Absent { .. })
    }

    /// Is it damaged, foreign, or not in its place?
    pub fn is_broken(&self) -> bool {
        matches!(self, Self::Broken { .. })
    }

    /// What the system's answer on reading `path` means.
    pub(crate) fn on_reading(path: &Path, source: io::Error) -> Self {
        match source.kind() {
            io::ErrorKind::NotFound | io::ErrorKind::NotADirectory => {
                Self::Absent { path: path.into() }
            }
            _ => Self::Io {
                path: path.into(),
                source,
            },
        }
    }

    /// Did a newer mamo write it?
    pub fn is_newer(&self) -> bool {
        matches!(self, Self::Newer { .. })
    }
}

impl fmt::Display for FormatError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Absent { path } => write!(f, "`{}` does not exist", path.display()),
            Self::Io { path, source } => write!(f, "`{}`: {source}", path.display()),
            Self::Broken { path, what } => {
                write!(f, "`{}` is damaged or foreign: {what}", path.display())
            }
            Self::Newer { path, version } => {
                write!(
                    f,
                    "`{}` has format version {version}, written by a newer mamo",
                    path.display()
                )
            }
        }
    }
}

impl std::error::Error for FormatError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Self::Io { source, .. } => Some(source),
            _ => None,
        }
    }
}
