//! Writes code that a library of the workspace makes, and reads a variable and a file outside.

fn main() {
    println!("cargo::rerun-if-env-changed=ECOSYSTEM_LEVEL");
    println!("cargo::rerun-if-changed=../../shared.txt");
    let level = std::env::var("ECOSYSTEM_LEVEL").unwrap_or_default();
    let shared = std::fs::read_to_string("../../shared.txt").unwrap();
    println!("cargo::rustc-env=LEVEL={level}{}", shared.trim());
    let out = std::env::var("OUT_DIR").unwrap();
    std::fs::write(format!("{out}/made.rs"), makes_code::code()).unwrap();
}
