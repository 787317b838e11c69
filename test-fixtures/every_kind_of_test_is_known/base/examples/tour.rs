fn main() {}

#[test]
fn in_an_example() {
    assert_eq!(test_kinds::one(), 1);
}
