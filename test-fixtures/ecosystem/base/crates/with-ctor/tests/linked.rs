#[test]
fn started() {
    assert_eq!(with_ctor::started(), 5);
}
