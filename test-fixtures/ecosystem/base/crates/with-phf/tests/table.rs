use with_phf::*;

#[test]
fn first() {
    assert_eq!(call("one"), 10);
}

#[test]
fn second() {
    assert_eq!(call("two"), 20);
}

#[test]
fn apart() {
    assert_eq!(with_phf::apart(), 4);
}
