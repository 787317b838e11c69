//! What `cargo mamo` does, seen from outside; and the house's rules.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]

mod affected;
mod at_once;
mod audit;
mod broken;
mod build_script;
mod code;
#[cfg(all(target_os = "linux", target_arch = "x86_64"))]
mod code_inputs;
mod code_profiles;
#[cfg(all(target_os = "linux", target_arch = "x86_64"))]
mod code_why;
#[cfg(unix)]
mod cut_short;
mod doctests;
mod dry_run;
mod fixtures;
mod foreign;
mod gc;
mod harness;
mod includes;
mod init;
mod killed;
mod layouts;
mod lint;
mod macros_read;
mod nextest;
mod overlooked;
mod own_source;
mod places;
mod plan_first;
mod project;
mod records;
mod restricted;
mod reuse;
mod tidy;
mod together;
mod tools;
mod unchanged;
mod values;
mod verify;
mod verify_code;
mod ways;
