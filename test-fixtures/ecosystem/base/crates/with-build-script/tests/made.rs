use with_build_script::*;

#[test]
fn made_code() {
    assert_eq!(made(), 8);
}

#[test]
fn said_level() {
    assert_eq!(level(), "one");
}

#[test]
fn apart() {
    assert_eq!(with_build_script::apart(), 1);
}
