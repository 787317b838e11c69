#[test]
fn apart() {
    assert_eq!(with_cdylib::apart(), 1);
}

#[test]
fn mode() {
    assert_eq!(with_cdylib::mode(), None);
}
