//! Kept answers, of an analysis and of rustc, of any bytes.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| cargo_mamo::fuzz::answers(bytes));
