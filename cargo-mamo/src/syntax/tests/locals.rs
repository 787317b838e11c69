//! A local is no mention where that is certain, and one wherever it is not.

use super::{assert_names, assert_silent, body};

#[test]
fn bound_names_are_silent_after_their_binding() {
    let found = body(
        "fn f(a: u8, (b, c): T) { let d = a + b; d(c); |e| e; for g in 1..2 { g } match d { Some(h) => h } if let Some(i) = d { i } let mut j = 1; j; println!(\"{a} {d:?}\") }",
    );
    assert_silent(&found, "a b c d e g j");
}

#[test]
fn a_name_is_a_mention_before_its_binding_and_after_its_scope() {
    assert_names(&body("fn f() { let a = a; }"), "a");
    assert_names(&body("fn f() { { let a = 1; } a }"), "a");
    assert_names(&body("fn f() { (|a| 1)(a) }"), "a");
    assert_names(&body("fn f() { if let Some(a) = 1 {} else { a } }"), "a");
    assert_names(&body("fn f() { for a in a {} }"), "a");
    assert_names(&body("fn f() { let Some(a) = 1 else { a(); }; }"), "a");
    assert_names(&body("fn f() { match 1 { Some(a) => 1, _ => a } }"), "a");
}

#[test]
fn an_item_of_an_inner_block_hides_a_local() {
    assert_names(&body("fn f() { let a = 1; { fn a() {} a() } }"), "a");
    assert_names(&body("fn f() { let a = 1; { make!(a); a() } }"), "a");
    assert_silent(&body("fn f() { fn a() {} let a = 1; a }"), "a");
}

#[test]
fn an_upper_case_name_never_counts_as_a_local() {
    assert_names(&body("fn f(A: u8) { A }"), "A");
}

#[test]
fn a_local_does_not_hide_types_methods_or_paths() {
    assert_names(
        &body("fn f(a: u8) { a::b(); x.a(); let _: a = 1; a! {} ; a {} }"),
        "a::b .a/0 a a!",
    );
}

#[test]
fn a_shorthand_field_uses_what_it_names() {
    assert_names(&body("fn f() { S { a } }"), "S a");
    assert_silent(&body("fn f(s: S) { let S { a } = s; a }"), "a");
}
