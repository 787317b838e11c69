//! What cannot be remembered is a compile error that points at the words and says what to write instead.

/// Compiles each program of `tests/refused`; what rustc must say of it stands beside it.
#[test]
fn what_cannot_work_is_refused_at_its_words() {
    trybuild::TestCases::new().compile_fail("tests/refused/*.rs");
}

/// The same of tests.
#[cfg(feature = "harness")]
#[test]
fn a_test_that_cannot_work_is_refused_at_its_words() {
    trybuild::TestCases::new().compile_fail("tests/refused/harness/*.rs");
}
