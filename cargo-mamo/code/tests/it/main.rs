//! What is held of compiled code, tried on crates that the tests compile.
#![allow(clippy::unwrap_used, reason = "a test may fail")]

mod abilities;
mod edits;
mod objects;
mod scratch;
mod sessions;
mod statics;
mod summaries;
