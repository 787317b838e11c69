use with_includes::*;

#[test]
fn listed_in_a_file() {
    assert_eq!(listed(), [30, 1]);
}

#[test]
fn stated_in_a_file() {
    assert_eq!(stated(), 41);
}

#[test]
fn apart() {
    assert_eq!(with_includes::apart(), 4);
}
