use with_mode::*;

#[test]
fn mode() {
    assert_eq!(with_mode::mode(), "plain");
}

#[test]
fn text() {
    assert_eq!(with_mode::text(), "calm");
}

#[test]
fn composed() {
    assert_eq!(handled(), 1);
}

#[test]
fn derived() {
    assert_eq!(Lamp.described(), "bright");
}

#[test]
fn apart() {
    assert_eq!(with_mode::apart(), 1);
}
