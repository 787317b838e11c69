use std::process::Command;

#[test]
fn says() {
    let output = Command::new(env!("CARGO_BIN_EXE_with-cli")).arg("4").output().unwrap();
    assert_eq!(String::from_utf8_lossy(&output.stdout), "n is 4\n");
}
