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

#[test]
fn inner_by_its_bare_name() {
    assert_eq!(outer!(8), 4);
}

#[test]
fn inner_in_another_macro() {
    assert_eq!(format!("{:?}", Some(outer!(10))), "Some(5)");
}

#[test]
fn own_macro_in_a_sequence() {
    assert_eq!(squared(), [100, 200]);
}

#[test]
fn own_macro_in_a_lazy_static() {
    assert_eq!(*BOUND, 700);
}
