#[test]
fn size() {
    assert_eq!(with_wrapper::size(), 2);
}
