//! Layout, comments and lints are no part of a fingerprint; everything else is.

use super::{item, own, parsed};

#[track_caller]
fn assert_same(left: &str, right: &str) {
    assert_eq!(own(left), own(right), "\n{left}\n{right}");
}

#[track_caller]
fn assert_differ(left: &str, right: &str) {
    assert_ne!(own(left), own(right), "\n{left}\n{right}");
}

#[test]
fn comments_and_whitespace_do_not_count() {
    assert_same("fn f(){a(1,2)}", "fn f ( ) {\n // c\n a(1, /* x */ 2)\n}");
    assert_same("/// doc\nfn f() {}", "fn f() {}");
    assert_same(
        "#[allow(dead_code)] #[clippy::x] #[rustfmt::skip] fn f() {}",
        "fn f() {}",
    );
    assert_same("fn f() { #[allow(x)] let a = 1; }", "fn f() { let a = 1; }");
    assert_same("struct S { /// d\n a: u8 }", "struct S { a: u8 }");
}

#[test]
fn braces_around_the_expression_of_an_arm_or_closure_do_not_count() {
    for (left, right) in [
        (
            "match a { b => { c } d => e }",
            "match a { b => c, d => e }",
        ),
        (
            "match a { b => { c }, d => e }",
            "match a { b => c, d => e, }",
        ),
        ("match a { b => { c } }", "match a { b => c }"),
        (
            "match a { b => { c(|x| { x }) } }",
            "match a { b => c(|x| x), }",
        ),
        (
            "match a { b => { match c { d => e } } f => g }",
            "match a { b => match c { d => e }, f => g }",
        ),
        (
            "match a { b => { c } -1 => d }",
            "match a { b => c, -1 => d }",
        ),
        (
            "match a { b => { return c } d => e }",
            "match a { b => return c, d => e }",
        ),
        (
            "match a { b => { s.c(S { d }) } }",
            "match a { b => s.c(S { d }), }",
        ),
        ("f(|x, y: T| { g(x) }, 1)", "f(|x, y: T| g(x), 1)"),
        ("let a = move |_| { b };", "let a = move |_| b;"),
        ("f(|| { g() })", "f(|| g())"),
        (
            "match a { b => { true } _ => c }",
            "match a { b => true, _ => c }",
        ),
        (
            "match a { b => { panic!(c) } }",
            "match a { b => panic!(c) }",
        ),
    ] {
        assert_same(
            &format!("fn f() {{ {left} }}"),
            &format!("fn f() {{ {right} }}"),
        );
    }
    for (left, right) in [
        ("match a { b => { c; } }", "match a { b => c }"),
        ("match a { b => { { c } } }", "match a { b => c }"),
        ("match a { b => {} }", "match a { b => c }"),
        ("match a { b => { m!(c) } }", "match a { b => m!(c) }"),
        ("match a { b => { c::m!(c) } }", "match a { b => c::m!(c) }"),
        ("match a { b => { #[x] c } }", "match a { b => #[x] c }"),
        ("a | b | { c == d };", "a | b | c == d;"),
        ("f(|a| { b }.c())", "f(|a| b.c())"),
        ("match a { b => { let c = d; c } }", "match a { b => c }"),
        ("a | { b }", "a | b"),
        ("a || { b }", "a || b"),
        ("f(a || { b })", "f(a || b)"),
        ("f(a | { b })", "f(a | b)"),
        ("f(|x| { y } + 1)", "f(|x| y + 1)"),
        ("f(|x| -> T { y })", "f(|x| y)"),
        ("m!(|x| { y })", "m!(|x| y)"),
    ] {
        assert_differ(
            &format!("fn f() {{ {left} }}"),
            &format!("fn f() {{ {right} }}"),
        );
    }
}

#[test]
fn trailing_commas_do_not_count_where_rust_ignores_them() {
    for (left, right) in [
        ("fn f(a: u8,) {}", "fn f(a: u8) {}"),
        ("fn f<T>(a: T,) {}", "fn f<T>(a: T) {}"),
        ("fn f<T,>() {}", "fn f<T>() {}"),
        ("fn f() { g(a,) }", "fn f() { g(a) }"),
        ("fn f() { if !g(a,) {} }", "fn f() { if !g(a) {} }"),
        ("fn f() { return !g(a, b,) }", "fn f() { return !g(a, b) }"),
        ("fn f() { g::<u8>(a,) }", "fn f() { g::<u8>(a) }"),
        ("fn f() { x.g(a,) }", "fn f() { x.g(a) }"),
        ("fn f() { [a,] }", "fn f() { [a] }"),
        ("fn f() { (a, b,) }", "fn f() { (a, b) }"),
        ("fn f() { S { a, } }", "fn f() { S { a } }"),
        (
            "fn f() { match a { b => {}, c => d, } }",
            "fn f() { match a { b => {} c => d } }",
        ),
        ("fn f() where T: U, {}", "fn f() where T: U {}"),
        (
            "struct S<T> where T: U, { a: T, }",
            "struct S<T> where T: U { a: T }",
        ),
        ("enum E { A, B(u8,), }", "enum E { A, B(u8) }"),
        ("fn f() { vec![a, b,] }", "fn f() { vec![a, b] }"),
        (
            "fn f() { assert_eq!(a, b,) }",
            "fn f() { assert_eq!(a, b) }",
        ),
        (
            "fn f() { println!(\"{}\", a,) }",
            "fn f() { println!(\"{}\", a) }",
        ),
        (
            "fn f(g: &dyn Fn(u8,) -> u8) {}",
            "fn f(g: &dyn Fn(u8) -> u8) {}",
        ),
    ] {
        assert_same(left, right);
    }
}

#[test]
fn a_tuple_of_one_is_not_its_element() {
    for (left, right) in [
        ("fn f() { (a,) }", "fn f() { (a) }"),
        ("fn f() { return (a,); }", "fn f() { return (a); }"),
        ("fn f() { let (a,) = b; }", "fn f() { let (a) = b; }"),
        ("fn f() { g((a,)) }", "fn f() { g((a)) }"),
        ("fn f() -> (A,) {}", "fn f() -> (A) {}"),
        ("fn f() { match (a,) {} }", "fn f() { match (a) {} }"),
        ("fn f() { a > (b,) }", "fn f() { a > (b) }"),
        ("fn f() { in_place!(a,) }", "fn f() { in_place!(a) }"),
        ("fn f() { (a::<b, c>,) }", "fn f() { (a::<b, c>) }"),
        ("fn f() { (|a, b| c,) }", "fn f() { (|a, b| c) }"),
        ("fn f() { if a {} (b,).c() }", "fn f() { if a {} (b).c() }"),
        ("type T = (A,);", "type T = (A);"),
        ("fn f() { x as (A,) }", "fn f() { x as (A) }"),
    ] {
        assert_differ(left, right);
    }
}

#[test]
fn operators_count_as_they_glue() {
    assert_differ("fn f() { a & &b }", "fn f() { a && b }");
    assert_same("fn f() { g(a,-b) }", "fn f() { g(a, -b) }");
    assert_differ("fn f() { m!(a & &b) }", "fn f() { m!(a && b) }");
    assert_same("fn f() { m!(a,-b) }", "fn f() { m!(a, - b) }");
    assert_same("fn f(a: V<V<u8>>) {}", "fn f(a: V<V<u8> >) {}");
    assert_differ("fn f() { a << b }", "fn f() { a < b }");
    assert_differ("fn f() { m!(a < < b) }", "fn f() { m!(a << b) }");
}

#[test]
fn look_alikes_differ() {
    for (left, right) in [
        ("fn f() { 1 }", "fn f() { 1u8 }"),
        ("fn f() { \"a\" }", "fn f() { 'a' }"),
        ("fn f() { a }", "fn f() { r#a() }"),
        ("fn f() { {a}; b }", "fn f() { {a; b} }"),
        ("const A: u8 = 1;", "const A: u8 = 2;"),
        ("const A: u8 = 1;", "static A: u8 = 1;"),
        ("#[inline] fn f() {}", "fn f() {}"),
        ("#[derive(A, B)] struct S;", "#[derive(B, A)] struct S;"),
        ("#[cfg(a)] fn f() {}", "#[cfg(b)] fn f() {}"),
        (
            "#[cfg_attr(a, derive(X))] struct S;",
            "#[cfg_attr(b, derive(X))] struct S;",
        ),
        ("pub fn f() {}", "fn f() {}"),
        ("enum E { A = 1 }", "enum E { A = 2 }"),
        ("unsafe impl A for B {}", "impl A for B {}"),
        (
            "macro_rules! m { (a,) => {} }",
            "macro_rules! m { (a) => {} }",
        ),
        ("use a::b;", "use a::c;"),
        ("use a::b;", "pub use a::b;"),
        ("use a::b as c;", "use a::b;"),
        ("fn f() { m!{ /// d\n a } }", "fn f() { m!{ a } }"),
        ("trait T { fn f(); }", "trait T { fn f() {} }"),
        ("extern \"C\" { fn f(); }", "extern \"system\" { fn f(); }"),
    ] {
        assert_differ(left, right);
    }
}

#[test]
fn order_and_nesting_of_a_use_are_layout() {
    assert_same("use a::{c, b};", "use a::{b, c,};");
    assert_same("use a::{b::{c}};", "use a::b::c;");
}

#[test]
fn derives_may_be_split_but_not_reordered() {
    assert_same(
        "#[derive(A, B,)] struct S;",
        "#[derive(A)]\n#[derive(B)] struct S;",
    );
}

#[test]
fn docs_count_where_a_foreign_macro_reads_them() {
    assert_differ(
        "/// a\n#[derive(clap::Parser)] struct S;",
        "/// b\n#[derive(clap::Parser)] struct S;",
    );
    assert_differ(
        "#[derive(X)] struct S { /// a\n f: u8 }",
        "#[derive(X)] struct S { /// b\n f: u8 }",
    );
    assert_differ(
        "#[x] impl S { /// a\n fn f() {} }",
        "#[x] impl S { /// b\n fn f() {} }",
    );
    assert_same(
        "/// a\n#[derive(Debug)] struct S;",
        "/// b\n#[derive(Debug)] struct S;",
    );
}

#[test]
fn a_body_edit_leaves_the_signature() {
    let (left, right) = (item("fn f() { 1 }"), item("fn f() { 2 }"));
    assert_eq!(left.signature, right.signature);
    assert_ne!(left.body, right.body);
    let (left, right) = (item("fn f(a: u8) { 1 }"), item("fn f(a: u16) { 1 }"));
    assert_ne!(left.signature, right.signature);
    assert_eq!(left.body, right.body);
}

#[test]
fn lines_cover_attributes_and_body() {
    let file = parsed(
        "\n/// d\n#[a]\nfn f() {\n}\n\nmod m {\n  fn g() {}\n}\nimpl S {\n\n  fn h() {}\n}\n",
    );
    let lines: Vec<_> = file.items.iter().map(|item| item.lines).collect();
    assert_eq!(lines, [(2, 5), (7, 9), (10, 13)]);
    let file = parsed(
        "\nfn f() {\n#![a]\n}\n\nconst A: u8 =\n1;\nmod m;\nmacro_rules! n {\n() => {}\n}\nmod o { //! d\n}",
    );
    let lines: Vec<_> = file.items.iter().map(|item| item.lines).collect();
    assert_eq!(lines, [(2, 4), (6, 7), (8, 8), (9, 11), (12, 13)]);
}

#[test]
fn documentation_of_a_file_has_a_digest_of_its_own() {
    let docs = |text: &str| parsed(text).docs;
    assert_eq!(docs("/// a\nfn f() {}"), docs("/// a\nfn g() { 1 }"));
    assert_ne!(docs("/// a\nfn f() {}"), docs("/// b\nfn f() {}"));
    assert_ne!(
        docs("mod m { //! a\n fn f() {} }"),
        docs("mod m { fn f() {} }")
    );
}
