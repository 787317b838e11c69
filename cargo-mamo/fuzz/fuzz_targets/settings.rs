//! `mamo.toml`, cargo's configuration and a manifest of any text.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| cargo_mamo::fuzz::settings(bytes));
