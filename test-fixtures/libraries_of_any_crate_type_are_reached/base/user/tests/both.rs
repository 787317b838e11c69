//! What the library that is built in two ways says.

#[test]
fn both_text() {
    assert_eq!(both::text(), "text\n");
}
