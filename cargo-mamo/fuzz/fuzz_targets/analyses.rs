//! Kept analyses of any bytes.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| cargo_mamo::fuzz::analyses(bytes));
