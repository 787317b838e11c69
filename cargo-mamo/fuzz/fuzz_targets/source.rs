//! A source file of any text.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| cargo_mamo::fuzz::source(bytes));
