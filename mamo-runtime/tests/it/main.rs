//! The runtime seen from outside: this executable starts itself as the program that memoizes.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on should stop")]

mod campaign;
mod chance;
mod compute_once;
mod corruption;
mod damage;
mod directories;
mod fixtures;
mod full_disk;
mod gc;
mod identity;
mod kinds;
mod later;
mod lossy;
mod mixed;
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
