//! A manifest and a seal of any bytes: no path leads out of the tree, and nothing that is stated is believed unchecked.
#![no_main]

use libfuzzer_sys::fuzz_target;
use mamo::__private::fuzz;

fuzz_target!(|bytes: &[u8]| fuzz::tree(bytes));
