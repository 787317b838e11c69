fn main() {
    assert_eq!(test_kinds::three(), 3);
}
