//! What compiled code is, and what it can reach.
#![forbid(unsafe_code)]

mod archive;
mod components;
mod digest;
mod image;
mod object_table;
mod program;
mod read;
mod session;
mod structure;

pub use archive::{ArchiveObject, archive_objects};
pub use digest::{CodeDigest, OwnCode};
pub use image::{ImageMatch, ProgramImage};
pub use object_table::{ObjectTable, TABLE_VERSION};
pub use program::{
    CodeDifference, CodeFingerprint, CodeRoot, DifferingSymbol, LinkSurroundings, Program,
    ProgramTables,
};
pub use read::ReadError;
pub use session::{SessionProblem, session_objects, verify_complete, verify_library};
