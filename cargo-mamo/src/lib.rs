//! What `cargo mamo` is made of: from cargo's facts and parsed source to a plan.
//!
//! The pipeline reads downwards: `cargo` learns the facts of a build, `syntax` turns files into items,
//! `resolve` turns names into items, `graph` follows them from each root, `fingerprint` condenses what
//! was reached, `plan` compares that with what passed before.

#![cfg_attr(
    test,
    allow(clippy::unwrap_used, reason = "a test that cannot go on fails")
)]

// What reads source and follows it: all that a build script compiles.
pub mod analysis;
pub mod build_script;
pub mod cargo;
pub mod environment;
pub mod facts;
pub mod fingerprint;
pub mod glob;
pub mod graph;
pub mod inputs;
pub mod layout;
pub mod look;
pub mod resolve;
pub mod sight;
pub mod sources;
pub mod syntax;
pub mod timings;
pub mod tracked;

#[cfg(feature = "cli")]
pub mod affected;
#[cfg(feature = "cli")]
pub mod audit;
#[cfg(feature = "cli")]
pub mod baselines;
#[cfg(feature = "cli")]
pub mod bound;
#[cfg(feature = "cli")]
pub mod cli;
#[cfg(feature = "cli")]
pub mod code;
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
pub mod footing;
#[cfg(feature = "cli")]
pub mod home;
#[cfg(feature = "cli")]
pub mod init;
#[cfg(feature = "cli")]
pub mod interrupt;
#[cfg(feature = "cli")]
pub mod lint;
#[cfg(feature = "cli")]
pub mod mutants;
#[cfg(feature = "cli")]
pub mod plan;
#[cfg(feature = "cli")]
pub mod reason;
#[cfg(feature = "cli")]
pub mod rebuild;
#[cfg(feature = "cli")]
pub mod recall;
#[cfg(feature = "cli")]
pub mod refresh;
#[cfg(feature = "cli")]
pub mod remember;
#[cfg(feature = "cli")]
pub mod report;
#[cfg(feature = "cli")]
pub mod restrict;
#[cfg(feature = "cli")]
pub mod retouch;
#[cfg(feature = "cli")]
pub mod revision;
#[cfg(feature = "cli")]
pub mod session;
#[cfg(feature = "cli")]
pub mod settings;
#[cfg(feature = "cli")]
pub mod shell;
#[cfg(feature = "cli")]
pub mod snapshot;
#[cfg(feature = "cli")]
pub mod survey;
#[cfg(feature = "cli")]
pub mod verdicts;
#[cfg(feature = "cli")]
pub mod witness;

#[cfg(all(fuzzing, feature = "cli"))]
pub mod fuzz;
