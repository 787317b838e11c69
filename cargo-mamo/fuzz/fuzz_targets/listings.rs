//! What libtest and rustdoc print and write, `.d` files and tracefiles, of any text.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| cargo_mamo::fuzz::listings(bytes));
