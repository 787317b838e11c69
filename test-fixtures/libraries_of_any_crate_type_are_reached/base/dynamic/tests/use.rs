//! What the library says.

#[test]
fn shared_text() {
    assert_eq!(shared::text(), "text\n");
}
