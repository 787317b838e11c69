use std::path::Path;

fn main() {
    println!("cargo::rerun-if-changed=words.txt");
    println!("cargo::rerun-if-changed=build.rs");
    println!("cargo::rustc-check-cfg=cfg(loud)");
    let words = std::fs::read_to_string("words.txt").unwrap();
    let count = words.lines().count();
    let out = std::env::var("OUT_DIR").unwrap();
    let code = format!("pub fn count() -> usize {{ {count} + seed() + 1 }}\n");
    std::fs::write(Path::new(&out).join("made.rs"), code).unwrap();
    println!("cargo::rustc-env=FIRST={}", words.lines().next().unwrap());
    if words.contains("LOUD") {
        println!("cargo::rustc-cfg=loud");
    }
}
