//! What is said between mamo and itself in rustdoc's place, of any bytes.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| cargo_mamo::fuzz::orders(bytes));
