//! What the script made.

#[test]
fn outside() {
    assert_eq!(env!("MADE_OUTSIDE"), "text");
}

#[test]
fn variable() {
    assert_eq!(env!("MADE_WORD"), "");
}
