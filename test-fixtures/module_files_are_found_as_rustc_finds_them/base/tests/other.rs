mod support;

#[test]
fn also_supported() {
    assert_eq!(support::ready() + 1, 12);
}

#[test]
fn unsupported() {
    assert_eq!(support::idle(), 0);
}
