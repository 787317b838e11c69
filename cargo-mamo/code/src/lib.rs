//! What compiled code is, and what it can reach: from object files alone.
//!
//! Names in source say what a test may reach only roughly. Relocations say it exactly, after expansion, type inference, selection
//! of impls, instances of generics and evaluation of constants: they are what the linker goes by. This crate reads object files into
//! tables ([`ObjectTable`]), links the tables by name ([`Program`]), and gives each test a fingerprint of all code and data that it
//! can reach ([`CodeFingerprint`]). It knows no cargo, no source and no terminal, and never guesses: what is not read, not found
//! or not certain is an error or a `None`, which mean *unknown*, and never *nothing*.
//!
//! # Own code
//! A *node* is a section, or an element of a mergeable section: rustc gives each function and each static a section of its own;
//! in C objects a section may hold several, which then count together. The own code of a node is made of
//!
//! | of | what |
//! |---|---|
//! | itself | bytes, size, alignment, flags |
//! | each relocation | place, kind, addend, target |
//! | its entry in `.eh_frame` | with the entry that it shares, personality and landing pads (`.gcc_except_table`) |
//! | a string, a number, or other data through which no symbol is reached | its content, recursively |
//! | a panic location | its file; in the other reading also line and column |
//!
//! All other targets are numbered, and compared by *structure*: by their own code and what they lead to, circles included. What
//! the linker calls them does not count, for the names hold numbers of impls and closures, which change with their neighbours. Names
//! do count for stable tables (the standard library, locked packages), and for what no table defines.
//!
//! # Fingerprints
//! A fingerprint is made of the structure of the root, the names of stable code that it can reach, with their own code, and what
//! runs unasked: initializers and finalizers, retained sections, sections whose bounds nothing asks for, sections of no known use, what
//! libraries loaded at run time may call by name, and what the standard library calls by name (allocator and panic hooks). A test is
//! found by the descriptor that the harness has of it, so that `should_panic` counts and no inlining hides it.
//!
//! # Which objects
//! A library's objects are in its archive. A program's own are in rustc's incremental session, which no message of cargo names;
//! [`session_objects`] takes one only if it is proved to be the program's, see there.
//!
//! # Limits
//! - ELF of x86-64 and of 64-bit ARM is read; a session is proved for x86-64. Bitcode (link-time optimisation), thin archives, Mach-O and COFF
//!   are errors. A program without symbols, or compiled without incremental objects, has no session.
//! - A panic location is recognized by its form: 24 bytes that begin with a pointer to a NUL-terminated string that ends in `.rs`,
//!   followed by its length and two positive numbers. Data of a program that has exactly this form counts as one.
//! - The position of a test in its descriptor is recognized by its form as well, if only one place can be it.
//! - Functions found by address at run time (`dlsym`, `dlopen`), code in assembly that computes addresses without relocations, and what a
//!   linker script adds are not seen.
//! - A backtrace takes its lines from debug information, which is not read.
//! - Everything else that a test depends on, such as files and variables, is no code.
#![forbid(unsafe_code)]

mod archive;
mod components;
mod debug_info;
mod digest;
mod image;
mod object_table;
mod parts;
mod program;
mod read;
mod session;
mod structure;

pub use archive::{ArchiveObject, archive_objects};
pub use debug_info::{DebugFunction, debug_functions};
pub use digest::{CodeDigest, OwnCode};
pub use image::{ImageMatch, ProgramImage, read_program};
pub use object_table::{ObjectOutline, ObjectTable, TABLE_VERSION};
pub use parts::CodePart;
pub use program::{
    Abilities, CodeDifference, CodeFingerprint, CodeRoot, DifferingSymbol, FunctionChange,
    FunctionDifference, LibrarySummary, LinkSurroundings, OutsideUnit, Program, ProgramTables,
    ReachedPart, Runtime, RuntimeFunction,
};
pub use read::ReadError;
pub use session::{SessionProblem, session_objects, verify_complete, verify_library};
