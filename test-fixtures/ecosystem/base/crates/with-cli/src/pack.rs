use flate2::{Compression, read::GzDecoder, write::GzEncoder};
use std::io::{Read, Write};

pub fn there_and_back(text: &str) -> String {
    let mut encoder = GzEncoder::new(Vec::new(), level());
    encoder.write_all(text.as_bytes()).unwrap();
    let mut out = String::new();
    GzDecoder::new(&*encoder.finish().unwrap()).read_to_string(&mut out).unwrap();
    out
}

pub fn level() -> Compression {
    Compression::new(1)
}
