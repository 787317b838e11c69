//! Starts a program of the package: that is seen.

use std::process::Command;

fn started(program: &str) -> String {
    let output = Command::new(program).output();
    output
        .map(|output| String::from_utf8_lossy(&output.stdout).into_owned())
        .unwrap_or_default()
}

#[test]
fn clean_program() {
    assert_eq!(started(env!("CARGO_BIN_EXE_unseen")), "seen\n");
}
