//! Asks for a file outside of the package, and for a variable.

fn main() {
    println!("cargo::rerun-if-changed=../outside.txt");
    println!("cargo::rerun-if-env-changed=MAMO_SCENARIO_WORD");
    let text = std::fs::read_to_string("../outside.txt").unwrap();
    println!("cargo::rustc-env=MADE_OUTSIDE={}", text.trim());
    let word = std::env::var("MAMO_SCENARIO_WORD").unwrap_or_default();
    println!("cargo::rustc-env=MADE_WORD={word}");
}
