//! The suite under mamo's harness.

#[path = "suite.rs"]
mod suite_of_tests;

suite!(mamo::test);
mamo::harness!();
