//! What cargo and nextest print, of any text.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| cargo_mamo::fuzz::messages(bytes));
