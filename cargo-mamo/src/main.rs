//! The `cargo mamo` command.
fn main() {}
