fn main() {
    println!("{}", test_kinds::one());
}

#[test]
fn in_a_binary() {
    assert_eq!(test_kinds::one(), 1);
}
