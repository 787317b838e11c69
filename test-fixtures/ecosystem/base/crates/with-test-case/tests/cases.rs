use expect_test::{expect, expect_file};
use test_case::{case as given_case, test_case};
use with_test_case::*;

#[test_case(2 => 4; "of two")]
#[test_case(5 => 25; "of five")]
fn squares(n: u32) -> u32 {
    square(n)
}

#[given_case(given() => using is_nine)]
fn squares_by_check(n: u32) -> u32 {
    square(n)
}

#[test_case::test_matrix([1, given()], [2, 4])]
fn differ(a: u32, b: u32) {
    assert_ne!(a, b);
}

#[test_case(own!(5) => "x5".to_string())]
fn shown_case(text: String) -> String {
    text
}

#[test]
fn expected() {
    expect![["x1"]].assert_eq(&own!(1));
}

#[test]
fn expected_file() {
    expect_file![concat!(env!("CARGO_MANIFEST_DIR"), "/tests/golden.txt")].assert_eq(&own!(2));
}

#[test]
fn apart() {
    assert_eq!(1 + 1, 2);
}
