//! Writes a table of what `words.txt` lists, as an expression.

use std::path::Path;

fn main() {
    println!("cargo::rerun-if-changed=words.txt");
    println!("cargo::rerun-if-changed=build.rs");
    let words = std::fs::read_to_string("words.txt").unwrap();
    let mut map = phf_codegen::Map::new();
    for line in words.lines() {
        let (word, function) = line.split_once(' ').unwrap();
        map.entry(word, format!("crate::handlers::{function} as fn() -> u32"));
    }
    let out = std::env::var("OUT_DIR").unwrap();
    std::fs::write(Path::new(&out).join("table.rs"), map.build().to_string()).unwrap();
}
