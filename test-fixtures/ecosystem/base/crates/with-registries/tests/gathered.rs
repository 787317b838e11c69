use with_registries::*;

#[test]
fn from_an_inventory() {
    assert_eq!(plugins(), 1);
}

#[test]
fn from_a_slice() {
    assert_eq!(steps(), 5);
}
