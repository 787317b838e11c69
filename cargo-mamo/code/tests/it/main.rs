//! What is held of compiled code, tried on crates that the tests compile.

mod edits;
mod objects;
mod scratch;
mod sessions;
