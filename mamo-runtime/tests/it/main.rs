//! The runtime seen from outside: this executable starts itself as the program that memoizes.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on should stop")]

mod compute_once;
mod damage;
mod identity;
mod program;
mod refused;
mod results;
mod shapes;
mod snapshot_file;
mod steps;
mod trust;
mod usage;
mod values;
mod verified;
mod wherever;
