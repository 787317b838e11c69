//! Kept closures of any bytes.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| cargo_mamo::fuzz::closures(bytes));
