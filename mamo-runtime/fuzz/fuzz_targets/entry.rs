//! An entry of any bytes, and the same with its checks mended, so that what lies behind them is reached.
#![no_main]

use libfuzzer_sys::fuzz_target;
use mamo::__private::{format::entry, fuzz};

fuzz_target!(|bytes: &[u8]| {
    let mended = fuzz::mended_entry(bytes);
    for bytes in [bytes, &mended] {
        let path = fuzz::file("entry", bytes);
        let header = entry::read_header(&path);
        if let Ok(entry) = entry::read(&path, &fuzz::key_in(bytes)) {
            let (header, content, length) = header.expect("a whole entry has a whole header");
            assert_eq!((&header, content, length), (&entry.header, entry.content, bytes.len() as u64));
            assert!(content.in_blob || content.is_of(entry.inline()));
            fuzz::decoded(entry);
        }
    }
});
