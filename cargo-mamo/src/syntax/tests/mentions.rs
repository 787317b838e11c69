//! Every position in which source names something gives a mention.

use super::{assert_names, assert_silent, body, item, members, parsed, signature, words};
use crate::syntax::ir::{FileArgument, ItemKind, Mention};

#[test]
fn signatures_name_types_bounds_and_constants() {
    let found = signature(
        "fn f<T: A + B<C>, const N: usize>(a: &mut D, b: [E; F], c: impl G, d: &dyn H) -> I::J where T: K<L = M> {}",
    );
    assert_names(&found, "A B C D E F G H I::J K M");
    assert_names(
        &signature("struct S<T = A> { b: B, #[x(key = C::F)] c: [D; { E }] }"),
        "A B C::F D E",
    );
    assert_names(
        &signature("enum S { A(B), C { d: D }, E = F::G }"),
        "B D F::G",
    );
    assert_names(
        &signature("impl<T: A> B<C> for D<E> where F: G {}"),
        "A B C D E F G",
    );
    assert_names(&signature("trait T: A + B where Self: C {}"), "A B C");
    assert_names(&signature("type T<X: A> = B<C>;"), "A B C");
}

#[test]
fn bodies_name_expressions_patterns_and_types() {
    let found = body(
        "fn f() { a::b(C); x.d(1, 2)?; let e: E = F { g: G, ..H }; match i { J => 1, K::L(..) => 2, M { n: N, .. } => 3, O..=P => 4, Q | R => 5 }; \
         s as T; U::<V>::w(); &X; || Y; async { Z }; [A1; B1]; for c in D1 {} while let E1 = F1 {} const { G1 } }",
    );
    assert_names(
        &found,
        "a::b C x .d/2 E F G H i J K::L M N O P Q R s T U::w V X Y Z A1 B1 D1 E1 F1 G1",
    );
}

#[test]
fn qualified_paths_name_type_and_member() {
    let found = body("fn f() { <A as B>::c(); <D>::e(); <[F]>::g(); <H as I>::J::k() }");
    assert_names(&found, "A B::c D D::e F <>::g H I::J::k");
}

#[test]
fn a_lowercase_constant_in_a_pattern_is_named() {
    assert_names(&body("fn f() { match 1 { limit => 1, _ => 2 } }"), "limit");
    assert_names(&body("fn f() { if let limit = 1 {} }"), "limit");
    assert_names(&body("fn f() { let Unit = 1; }"), "Unit");
}

#[test]
fn format_strings_name_what_they_capture() {
    let found =
        body("fn f() { println!(\"{A} {B:?} {:C$} {0:.D$} {{E}} {F:>G$.H$} {i}\", 1, i = J) }");
    assert_names(&found, "A B C D F G H J");
    assert_silent(&found, "E i");
    assert_names(&body("fn f() { assert!(x, \"{A}\") }"), "x A");
    assert_names(&body("fn f() { write!(W, \"{A}\") }"), "W A");
}

#[test]
fn plain_macros_are_read_as_rust() {
    let found = body(
        "fn f() { vec![A; B]; vec![C, D::e()]; matches!(G, H::I if J); dbg!(x.k(1)); assert_eq!(L, vec![M], \"{}\", N); concat!(\"a\", O!()) }",
    );
    assert_names(&found, "A B C D::e G H::I J .k/1 L M N O!");
    let found = body("fn f() { stringify!(A b) }");
    assert_names(&found, "~A ~b");
}

#[test]
fn an_unknown_macro_is_a_call_with_its_tokens() {
    let function = item("fn f() {\n  a::m!(\n    b, c\n  );\n}");
    let Mention::Macro(call) = &function.body_mentions[0] else {
        panic!("a macro")
    };
    assert_eq!((call.tokens.as_str(), call.line), ("b, c", 3));
    assert_eq!(call.plain, None);
    assert_eq!(call.path.segments.len(), 2);
}

#[test]
fn files_and_variables_are_named() {
    let function = item(
        "fn f() { include_str!(\"a.txt\"); include_bytes!(concat!(env!(\"OUT_DIR\"), \"/b\")); include!(c!()); env!(\"D\"); option_env!(\"E\"); \
         std::env::var(\"F\"); env::var_os(g); std::env::vars(); }",
    );
    let mut all = Vec::new();
    for mention in &function.body_mentions {
        match mention {
            Mention::Macro(call) => {
                all.extend(call.plain.iter().flat_map(|plain| plain.mentions.clone()));
            }
            other => all.push(other.clone()),
        }
    }
    for wanted in [
        Mention::File(FileArgument::Literal("a.txt".into())),
        Mention::File(FileArgument::UnderEnv("OUT_DIR".into(), "/b".into())),
        Mention::Code(FileArgument::Unknown),
        Mention::BuildEnv(Some("D".into())),
        Mention::BuildEnv(Some("E".into())),
        Mention::RunEnv(Some("F".into())),
        Mention::RunEnv(None),
    ] {
        assert!(all.contains(&wanted), "{wanted:?} is not in {all:?}");
    }
}

#[test]
fn a_function_of_the_environment_counts_when_passed_as_a_value() {
    let function = item("fn f() { [\"A\"].map(std::env::var) }");
    assert!(function.body_mentions.contains(&Mention::RunEnv(None)));
}

#[test]
fn items_in_bodies_are_nested_flat() {
    let function = item(
        "fn f() { const A: u8 = B; if x { fn g() { use h::i; struct J; } } let _ = || { macro_rules! m { () => {} } }; m!(); }",
    );
    let names: Vec<_> = function
        .nested
        .iter()
        .map(|item| item.name.as_str())
        .collect();
    assert_eq!(names, ["A", "g", "m"]);
    assert_eq!(function.nested[1].nested.len(), 2);
    let array = item("struct S([u8; { const N: usize = 1; N }]);");
    assert_eq!(array.nested[0].name.as_str(), "N");
}

#[test]
fn members_of_conditional_lists_carry_their_conditions() {
    let call = item(
        "cfg_if::cfg_if! { if #[cfg(a)] { fn f() {} } else if #[cfg(b)] { fn g() {} } else { fn h() {} } }",
    );
    let ItemKind::MacroCall(call) = call.kind else {
        panic!("a call")
    };
    let conditions: Vec<usize> = call
        .plain
        .expect("it is known")
        .items
        .iter()
        .map(|item| item.cfg.len())
        .collect();
    assert_eq!(conditions, [1, 2, 2]);
}

#[test]
fn statics_of_lists_are_items() {
    for text in [
        "thread_local! { static A: B = const { C }; pub static D: E = F }",
        "lazy_static! { static ref A: B = C; pub static ref D: E = F; }",
    ] {
        let ItemKind::MacroCall(call) = item(text).kind else {
            panic!("a call")
        };
        let items = call.plain.expect("it is known").items;
        assert_eq!(items.len(), 2);
        assert_names(&words(&items[0].body_mentions), "C");
        assert_names(&words(&items[1].signature_mentions), "E");
    }
}

#[test]
fn an_impl_says_what_it_is_for() {
    let of = |text: &str| match item(text).kind {
        ItemKind::Impl(shape) => *shape,
        other => panic!("{other:?}"),
    };
    let shape =
        of("impl<T> A<B> for &C<T> { const X: u8 = 1; type Y = D; fn z(&self, a: u8) {} m!(); }");
    assert_eq!(shape.header_types.len(), 4);
    assert!(!shape.blanket);
    assert_eq!(shape.members.len(), 4);
    let ItemKind::Fn(z) = &shape.members[2].kind else {
        panic!("a function")
    };
    assert_eq!((z.receiver, z.arity, z.has_body), (true, Some(1), true));
    assert!(of("impl<T: X> A for &T {}").blanket);
    assert!(of("impl !A for B {}").negative);
}

#[test]
fn members_of_traits_and_foreign_blocks_are_items() {
    let of_trait = item("trait T { const A: u8; type B: C = D; fn e(self) { F } m!(); }");
    assert_eq!(members(&of_trait).len(), 4);
    assert_names(&words(&members(&of_trait)[2].body_mentions), "F");
    let foreign = super::parsed(
        "#[cfg(x)] #[link(name = \"m\")] extern \"C\" { fn a(b: C, ...); static D: E; }",
    )
    .items;
    assert_eq!(foreign.len(), 2);
    assert!(
        foreign
            .iter()
            .all(|item| item.attributes.linked && item.cfg.len() == 1)
    );
    let ItemKind::Fn(a) = foreign[0].kind else {
        panic!("a function")
    };
    assert_eq!((a.arity, a.has_body), (None, false));
}

#[test]
fn uses_are_flattened() {
    let ItemKind::Use { entries, public } =
        item("pub use ::a::{self, b as c, d::*, e::{self as f, _g as _}};").kind
    else {
        panic!("a use")
    };
    let written: Vec<String> = entries
        .iter()
        .map(|entry| {
            format!(
                "{} {} {}",
                entry.path.segments.len(),
                entry.alias,
                entry.glob
            )
        })
        .collect();
    assert!(public && entries.iter().all(|entry| entry.path.global));
    assert_eq!(
        written,
        [
            "1 a false",
            "2 c false",
            "2  true",
            "2 f false",
            "3 _ false"
        ]
    );
}

#[test]
fn pasted_identifiers_are_names() {
    let found = body(
        "fn f() { paste::paste! { [<get_ a>](B); [<Foo bar:camel>]::[<c D:snake>](); [<x 1 \"y\">]!(z) } }",
    );
    assert_names(&found, "get_a B FooBar::cd x1y!");
    assert_silent(&found, "~get_ ~B get_");
    let items =
        parsed("paste! { #[doc = \"a\" b] pub fn [<make_ It:snake:upper>]() { [<g o>]() } }").items;
    let ItemKind::MacroCall(call) = &items[0].kind else {
        panic!("a call");
    };
    let made = &call.plain.as_ref().expect("it reads").items[0];
    assert_eq!(made.name.as_str(), "make_IT");
    assert_names(&words(&made.body_mentions), "go");
}

#[test]
fn joined_identifiers_of_unknown_words_are_patterns() {
    let found = words(&crate::syntax::opaque("[<get_ $name _x>]::inner::<T>(); seq~N").mentions);
    assert_names(
        &found,
        "Like(u!(\"get*x\")) Like(u!(\"inner\")) Like(u!(\"seq*\"))",
    );
    let fits = crate::syntax::fits;
    for (pattern, name) in [
        ("get*x", "getbax"),
        ("get*x", "getx"),
        ("*", "a"),
        ("a", "a"),
        ("*b*", "abc"),
    ] {
        assert!(fits(pattern, name), "{pattern} {name}");
    }
    for (pattern, name) in [("get*x", "getba"), ("a", "ab"), ("a*", "ba"), ("*b*", "ac")] {
        assert!(!fits(pattern, name), "{pattern} {name}");
    }
    assert_eq!(crate::syntax::normalized("Get_Ba"), "getba");
}

#[test]
fn stringified_tokens_are_spelled() {
    assert_names(&body("fn f() { stringify!(a+b) }"), "Spelling");
    assert_silent(&body("fn f() { stringify!(a) }"), "Spelling");
    assert_names(
        &words(&crate::syntax::opaque("stringify!($($t)*)").mentions),
        "Spelling",
    );
}
