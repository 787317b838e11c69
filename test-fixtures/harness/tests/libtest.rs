//! The suite under libtest.

#[path = "suite.rs"]
mod suite_of_tests;

suite!(test);
