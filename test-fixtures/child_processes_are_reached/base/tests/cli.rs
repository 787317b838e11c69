use std::process::Command;

fn run(path: &str) -> String {
    let output = Command::new(path).output().unwrap();
    String::from_utf8(output.stdout).unwrap().trim().to_owned()
}

#[test]
fn starts_inner() {
    assert_eq!(run(env!("CARGO_BIN_EXE_inner")), "inner:4");
}

#[test]
fn starts_outer() {
    assert_eq!(run(env!("CARGO_BIN_EXE_outer")), "outer:inner:4");
}

#[test]
fn starts_nothing() {
    assert_eq!(child_processes::unshared(), 5);
}
