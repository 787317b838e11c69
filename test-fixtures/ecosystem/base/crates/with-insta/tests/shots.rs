use insta::{assert_debug_snapshot, assert_snapshot};
use with_insta::*;

#[test]
fn own_macro_inline() {
    assert_snapshot!(own!(1), @"x1");
}

#[test]
fn own_macro_by_path() {
    insta::assert_snapshot!(with_insta::own!(2), @"x2");
}

#[test]
fn own_macro_in_settings() {
    use with_insta::own as shown;
    insta::with_settings!({ description => "nested" }, {
        assert_snapshot!(format!("{} and {}", shown!(3), shown![4]), @"x3 and x4");
    });
}

#[test]
fn in_a_file() {
    assert_snapshot!("label", { label(2) });
}

#[test]
fn of_debug() {
    assert_debug_snapshot!(origin(), @"
    Point {
        x: 0,
    }
    ");
}

#[test]
fn apart() {
    assert_eq!(with_insta::apart(), 7);
}
