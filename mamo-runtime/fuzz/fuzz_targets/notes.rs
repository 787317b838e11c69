//! An index, a log and a tag file of any bytes.
#![no_main]

use libfuzzer_sys::fuzz_target;
use mamo::__private::fuzz;

fuzz_target!(|bytes: &[u8]| fuzz::notes(bytes));
