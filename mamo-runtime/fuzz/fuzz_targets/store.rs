//! A store whose files are cut out of any bytes: it is listed and cleaned.
#![no_main]

use libfuzzer_sys::fuzz_target;
use mamo::__private::fuzz;

fuzz_target!(|bytes: &[u8]| fuzz::store(bytes));
