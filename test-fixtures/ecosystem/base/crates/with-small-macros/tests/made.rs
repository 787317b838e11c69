use with_small_macros::*;

#[test]
fn table() {
    assert_eq!(TABLE.len(), 3);
}

#[test]
fn flags() {
    assert_eq!(Flags::ALL.bits(), 3);
}

#[test]
fn widths() {
    assert_eq!(u8::width() + u16::width(), 24);
}

#[test]
fn sequence() {
    assert_eq!(sum(), 60);
}

#[test]
fn apart() {
    assert_eq!(1 + 1, 2);
}
