#[test]
fn whole() {
    assert_eq!(moving_tests::one(), 1);
}
