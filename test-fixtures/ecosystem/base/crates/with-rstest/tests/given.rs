mod givens;
use givens::*;
use rstest::*;
use std::sync::atomic::Ordering;
use with_rstest::{STARTED, case_value, check};

#[rstest]
fn bare(inner: u32) {
    assert_eq!(inner, 1);
}

#[rstest]
fn chained(outer: u32) {
    assert_eq!(outer, 11);
}

#[rstest]
fn with_default(padded: u32) {
    assert_eq!(padded, 100);
}

#[rstest]
fn with_own_value(#[with(7)] padded: u32) {
    assert_eq!(padded, 7);
}

#[rstest]
fn renamed(#[from(inner)] n: u32) {
    assert_eq!(n, 1);
}

#[rstest]
fn for_its_effect(_start: ()) {
    assert_eq!(STARTED.load(Ordering::SeqCst), 7);
}

#[rstest]
#[case(case_value(), 3)]
#[case::named(2 + 2, 4)]
fn cases(#[case] given: u32, #[case] expected: u32) {
    assert_eq!(given, expected);
}

#[rstest]
fn values(#[values(1, case_value())] n: u32, #[values(2)] _m: u32) {
    assert!(check(n * 10));
}

#[rstest]
fn once_for_all(shared: &u32) {
    assert_eq!(*shared, 12);
}

#[rstest]
fn files(#[files("data/*.txt")] path: std::path::PathBuf) {
    assert_eq!(std::fs::read_to_string(path).unwrap().trim(), "given");
}

#[rstest]
#[case(with_rstest::tripled!(2), 6)]
fn own_macro_in_a_case(#[case] given: u32, #[case] expected: u32) {
    assert_eq!(given, expected);
}

#[test]
fn apart() {
    assert_eq!(1 + 1, 2);
}
