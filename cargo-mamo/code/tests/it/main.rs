//! What is held of compiled code, tried on crates that the tests compile.
#![allow(clippy::unwrap_used, reason = "a test may fail")]

mod edits;
mod objects;
mod scratch;
mod sessions;
