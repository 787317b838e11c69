fn main() {
    assert_eq!(test_kinds::two(), 2);
}
