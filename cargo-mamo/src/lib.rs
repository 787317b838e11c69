//! What `cargo mamo` is made of: from cargo's facts and parsed source to a plan.
//!
//! The pipeline reads downwards: `cargo` learns the facts of a build, `syntax` turns files into items,
//! `resolve` turns names into items, `graph` follows them from each root, `fingerprint` condenses what
//! was reached, `plan` compares that with what passed before.

#![cfg_attr(
    test,
    allow(clippy::unwrap_used, reason = "a test that cannot go on fails")
)]

pub mod analysis;
pub mod environment;
pub mod facts;
pub mod fingerprint;
pub mod graph;
pub mod inputs;
pub mod layout;
pub mod resolve;
pub mod restrict;
pub mod sources;
pub mod syntax;
pub mod timings;
pub mod tracked;

pub mod home;
pub mod plan;
pub mod reason;
pub mod verdicts;

#[cfg(all(fuzzing, feature = "cli"))]
pub mod fuzz;

#[cfg(feature = "cli")]
pub mod affected;
#[cfg(feature = "cli")]
pub mod audit;
#[cfg(feature = "cli")]
pub mod bound;
#[cfg(feature = "cli")]
pub mod cargo;
#[cfg(feature = "cli")]
pub mod cli;
#[cfg(feature = "cli")]
pub mod command;
#[cfg(feature = "cli")]
pub mod coverage;
#[cfg(feature = "cli")]
pub mod doctests;
#[cfg(feature = "cli")]
pub mod execute;
#[cfg(feature = "cli")]
pub mod filters;
#[cfg(feature = "cli")]
pub mod interrupt;
#[cfg(feature = "cli")]
pub mod lint;
#[cfg(feature = "cli")]
pub mod mutants;
#[cfg(feature = "cli")]
pub mod rebuild;
pub mod recall;
#[cfg(feature = "cli")]
pub mod remember;
#[cfg(feature = "cli")]
pub mod report;
#[cfg(feature = "cli")]
pub mod revision;
#[cfg(feature = "cli")]
pub mod session;
#[cfg(feature = "cli")]
pub mod settings;
#[cfg(feature = "cli")]
pub mod shell;
#[cfg(feature = "cli")]
pub mod sight;
pub mod snapshot;
#[cfg(feature = "cli")]
pub mod survey;
#[cfg(feature = "cli")]
pub mod witness;
