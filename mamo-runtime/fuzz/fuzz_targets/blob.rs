//! A blob of any bytes, which the entry that names it takes for what it says itself.
#![no_main]

use libfuzzer_sys::fuzz_target;
use mamo::__private::fuzz;

fuzz_target!(|bytes: &[u8]| fuzz::blob(bytes));
