//! What the libraries say.

#[test]
fn loaded_text() {
    assert_eq!(loaded::text(), "text\n");
}

#[test]
fn loaded_word() {
    assert_eq!(loaded::word(), "word");
}

#[test]
fn loaded_option() {
    assert_eq!(loaded::option(), None);
}
