//! What `cargo mamo` is made of: from cargo's facts and parsed source to a plan.
//!
//! The pipeline reads downwards: `cargo` learns the facts of a build, `syntax` turns files into items,
//! `resolve` turns names into items, `graph` follows them from each root, `fingerprint` condenses what
//! was reached, `plan` compares that with what passed before.

pub mod analysis;
pub mod facts;
pub mod fingerprint;
pub mod syntax;
