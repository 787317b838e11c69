//! A snapshot of any bytes, and the same with its checks mended. What can be read is written and read again.
#![no_main]

use libfuzzer_sys::fuzz_target;
use mamo::__private::{format::Snapshot, fuzz};

fuzz_target!(|bytes: &[u8]| {
    let mended = fuzz::mended_snapshot(bytes);
    for bytes in [bytes, &mended] {
        let Ok(read) = Snapshot::read(&fuzz::file("snapshot", bytes)) else {
            continue;
        };
        let mut again = read.clone();
        again.executable.path = fuzz::directory().join("program");
        let written = again.write(&fuzz::directory().join("mamo")).expect("a snapshot can be written");
        assert_eq!(Snapshot::read(&written).expect("what was written reads back"), again);
    }
});
