use with_derive_builder::*;

#[test]
fn default_through_the_crate() {
    assert_eq!(LocalBuilder::default().build().unwrap().n, 5);
}
