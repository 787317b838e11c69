use std::process::Command;

#[test]
fn starts_the_example() {
    let programs = std::env::current_exe().unwrap();
    let programs = programs.parent().unwrap().parent().unwrap();
    let output = Command::new(programs.join("examples").join("show")).output().unwrap();
    assert_eq!(output.stdout, b"1");
}

#[test]
fn starts_nothing() {
    assert_eq!(1 + 1, 2);
}
