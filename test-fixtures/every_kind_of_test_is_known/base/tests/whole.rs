#[test]
fn integration() {
    assert_eq!(test_kinds::one(), 1);
}

#[test]
fn integration_of_two() {
    assert_eq!(test_kinds::two(), 2);
}
