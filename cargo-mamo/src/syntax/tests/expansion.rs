//! The expander agrees with rustc, or gives up.

use super::{assert_names, assert_silent, expanded, words};
use crate::syntax::ir::{ItemKind, Lowered, Mention, Position};
use crate::syntax::{expand, parse_rules};

fn items(rules: &str, tokens: &str) -> Vec<String> {
    let lowered = expanded(rules, Position::Item, tokens).expect("it expands");
    lowered
        .items
        .iter()
        .map(|item| item.name.to_string())
        .collect()
}

fn expression(rules: &str, tokens: &str) -> Vec<String> {
    words(
        &expanded(rules, Position::Expression, tokens)
            .expect("it expands")
            .mentions,
    )
}

fn call_in(lowered: &Lowered) -> crate::syntax::ir::MacroCall {
    let call = lowered.mentions.iter().find_map(|mention| match mention {
        Mention::Macro(call) => Some((**call).clone()),
        _ => None,
    });
    call.expect("a macro call")
}

#[test]
fn the_first_arm_that_matches_wins() {
    let rules =
        "(a) => { fn one() {} }; ($x:ident) => { fn $x() {} }; ($($t:tt)*) => { fn rest() {} }";
    assert_eq!(items(rules, "a"), ["one"]);
    assert_eq!(items(rules, "b"), ["b"]);
    assert_eq!(items(rules, "b c"), ["rest"]);
    assert_eq!(items(rules, ""), ["rest"]);
}

#[test]
fn every_kind_of_fragment_matches() {
    for (kind, tokens, template, wanted) in [
        ("ident", "a", "$x", "a"),
        ("path", "a::b<C>", "let _: $x;", "a::b C"),
        ("ty", "&[A<B>]", "let _: $x;", "A B"),
        ("expr", "a + b", "$x * c", "a b c"),
        ("expr_2021", "a.b()", "$x", "a .b/0"),
        ("pat", "A | B(_)", "match c { $x => d }", "A B c d"),
        ("pat_param", "A(B)", "match c { $x | C => d }", "A B C d"),
        ("stmt", "let a = B", "$x; C", "B C"),
        ("block", "{ a; b }", "if c $x", "a b c"),
        ("item", "fn f() { A }", "$x f()", "f"),
        ("meta", "x(A::B)", "#[$x] let b = C;", "A::B C"),
        ("tt", "(a, b)", "c $x", "a b c"),
        ("vis", "pub(crate)", "$x struct S;", ""),
        ("lifetime", "'a", "$x: loop { break $x b }", "b"),
        ("literal", "-1", "A[$x]", "A"),
    ] {
        let rules = format!("($x:{kind}) => {{ {template} }}");
        let lowered = expanded(&rules, Position::Expression, tokens);
        let found = words(
            &lowered
                .unwrap_or_else(|| panic!("`{kind}` does not expand"))
                .mentions,
        );
        if !wanted.is_empty() {
            assert_names(&found, wanted);
        }
    }
}

#[test]
fn repetitions_nest_with_separators() {
    let rules = "($($name:ident { $($field:ident : $ty:ty),* $(,)? })+) => { $(struct $name { $($field: $ty),* })+ }";
    let lowered =
        expanded(rules, Position::Item, "A { a: X, b: Y, } B {} C { c: Z }").expect("it expands");
    assert_eq!(lowered.items.len(), 3);
    assert_names(&words(&lowered.items[0].signature_mentions), "X Y");
    assert_names(&words(&lowered.items[2].signature_mentions), "Z");
    assert_eq!(
        items("($($a:ident)=>*) => { $(fn $a() {})* }", "a=>b=>c"),
        ["a", "b", "c"]
    );
    assert_eq!(
        items("($($a:ident)?) => { $(fn $a() {})? fn z() {} }", ""),
        ["z"]
    );
    assert_eq!(
        items("($($a:ident)++) => { $(fn $a() {})+ }", "a+b"),
        ["a", "b"]
    );
    assert_eq!(
        items(
            "($($a:ident),+ ; $b:ident) => { $(fn $a() { $b })+ }",
            "a, b; c"
        ),
        ["a", "b"]
    );
}

#[test]
fn a_list_may_go_on_with_its_separator() {
    assert_eq!(
        items(
            "($($a:ident),* , = $b:ident) => { $(fn $a() {})* fn $b() {} }",
            "a, b, = c"
        ),
        ["a", "b", "c"]
    );
}

#[test]
fn uneven_repetitions_do_not_expand() {
    let rules = "($($a:ident)* ; $($b:ident)*) => { $(fn $a() { $b })* }";
    assert!(expanded(rules, Position::Item, "a b; c d").is_some());
    assert!(expanded(rules, Position::Item, "a b; c").is_none());
}

#[test]
fn what_no_arm_matches_does_not_expand() {
    assert!(expanded("(a) => {}", Position::Item, "b").is_none());
    assert!(expanded("($a:ident) => {}", Position::Item, "a b").is_none());
    assert!(
        expanded("($a:ident) => { $a }", Position::Item, "a").is_none(),
        "no item"
    );
}

#[test]
fn a_fragment_that_breaks_ends_the_search() {
    // rustc stops at `1 +` with an error, and never sees the second arm
    assert!(
        expanded(
            "($e:expr) => { a }; ($($t:tt)*) => { b }",
            Position::Expression,
            "1 +"
        )
        .is_none()
    );
    assert_eq!(
        expression("($e:expr) => { a }; (=> $($t:tt)*) => { b }", "=> 1 +"),
        ["b"]
    );
    assert_eq!(
        expression("($t:ty) => { a }; ($l:literal) => { b }", "1"),
        ["b"]
    );
    assert_eq!(expression("($i:ident) => { a }; (_) => { b }", "_"), ["b"]);
}

#[test]
fn what_hangs_on_the_edition_does_not_expand() {
    assert!(
        expanded(
            "($e:expr) => { a }; (_) => { b }",
            Position::Expression,
            "_"
        )
        .is_none()
    );
    assert_eq!(
        expression("($e:expr_2021) => { a }; (_) => { b }", "_"),
        ["b"]
    );
}

#[test]
fn patterns_before_a_bar_are_of_the_old_kind() {
    assert_names(
        &expression(
            "($($p:pat)|+ => $e:expr) => { match x { $($p)|+ => $e } }",
            "A | B => C",
        ),
        "A B C",
    );
}

#[test]
fn an_operator_is_one_token() {
    let rules =
        "(= >) => { fn apart() {} }; (=>) => { fn joint() {} }; ($a:tt $b:tt) => { fn two() {} }";
    assert_eq!(items(rules, "=>"), ["joint"]);
    assert_eq!(items(rules, "= >"), ["apart"]);
    assert_eq!(items(rules, ":: 'a"), ["two"]);
}

#[test]
fn token_munchers_hand_on_the_rest() {
    let rules = "() => {}; ($name:ident $($rest:tt)*) => { fn $name() {} m!{ $($rest)* } }";
    let lowered = expanded(rules, Position::Item, "a\nb c").expect("it expands");
    assert_eq!(lowered.items[0].name.as_str(), "a");
    let ItemKind::MacroCall(call) = &lowered.items[1].kind else {
        panic!("a call")
    };
    assert_eq!(
        call.tokens.split_whitespace().collect::<Vec<_>>(),
        ["b", "c"]
    );
    assert_eq!((call.line, lowered.items[1].lines), (11, (11, 11)));
}

#[test]
fn dollar_crate_is_one_segment() {
    let found = expression("() => { $crate::a::b() + $crate::c!() }", "");
    assert_names(&found, "__mamo_crate_k::a::b c!");
    let lowered =
        expanded("() => { x!($crate::a) }", Position::Expression, "").expect("it expands");
    assert!(call_in(&lowered).tokens.contains("__mamo_crate_k"));
}

#[test]
fn an_expression_stays_one_when_it_is_handed_on() {
    let lowered =
        expanded("($e:expr) => { inner!($e) }", Position::Expression, "a + b").expect("it expands");
    let call = call_in(&lowered);
    let arms = "($a:ident + $b:ident) => { wrong }; ($e:expr) => { right($e) }";
    let inner = expand(
        &parse_rules(arms).expect("it reads"),
        &call,
        "__mamo_crate_k".into(),
    )
    .expect("it expands");
    let found = words(&inner.mentions);
    assert_names(&found, "right a b");
    assert_silent(&found, "wrong");
    let lowered =
        expanded("($e:expr) => { inner!($e) }", Position::Expression, "a").expect("it expands");
    let inner = expand(
        &parse_rules("($a:ident) => { wrong }; ($t:tt) => { right }").expect("it reads"),
        &call_in(&lowered),
        "__mamo_crate_k".into(),
    );
    assert_eq!(words(&inner.expect("it expands").mentions), ["right"]);
}

#[test]
fn an_identifier_can_be_taken_apart_again() {
    let lowered =
        expanded("($e:ident) => { inner!($e) }", Position::Expression, "a").expect("it expands");
    let inner = expand(
        &parse_rules("(a) => { right }; ($t:tt) => { wrong }").expect("it reads"),
        &call_in(&lowered),
        "__mamo_crate_k".into(),
    );
    assert_eq!(words(&inner.expect("it expands").mentions), ["right"]);
}

#[test]
fn types_can_head_paths() {
    assert_names(
        &expression("($t:ty) => { <$t>::a() + $t::b() }", "A<B>"),
        "A::a B A::b",
    );
    assert_names(&expression("($t:ty) => { $t::b() }", "A::C"), "A::C::b");
    let lowered = expanded(
        "($t:ty) => { impl X for $t { } impl $t { } }",
        Position::Item,
        "A<B>",
    )
    .expect("it expands");
    assert_eq!(lowered.items.len(), 2);
}

#[test]
fn members_types_and_patterns_are_parsed_as_such() {
    let rules = "($n:ident) => { fn $n(&self) {} const C: u8 = D; }";
    assert_eq!(
        expanded(rules, Position::ImplMember, "a")
            .expect("it expands")
            .items
            .len(),
        2
    );
    assert_eq!(
        expanded(
            "($n:ident) => { fn $n(&self); }",
            Position::TraitMember,
            "a"
        )
        .expect("it expands")
        .items
        .len(),
        1
    );
    assert_names(
        &words(
            &expanded("() => { A<B> }", Position::Type, "")
                .expect("it expands")
                .mentions,
        ),
        "A B",
    );
    assert_names(
        &words(
            &expanded("() => { A | B(_) }", Position::Pattern, "")
                .expect("it expands")
                .mentions,
        ),
        "A B",
    );
}

#[test]
fn lines_are_those_of_the_invocation() {
    let rules = "($($n:ident { $e:expr })*) => { $(fn $n() { $e })* fn made() {} }";
    let lowered = expanded(rules, Position::Item, "a {\n 1 }\nb { 2 }").expect("it expands");
    let lines: Vec<_> = lowered.items.iter().map(|item| item.lines).collect();
    assert_eq!(lines, [(10, 11), (12, 12), (10, 12)]);
}

#[test]
fn names_of_definition_and_call_do_not_hide_each_other() {
    assert_names(&expression("($e:expr) => { { let a = 1; $e } }", "a"), "a");
}

#[test]
fn macros_that_define_macros_keep_their_variables() {
    let lowered = expanded(
        "($n:ident) => { macro_rules! $n { ($x:ident) => { fn $x() {} } } }",
        Position::Item,
        "made",
    )
    .expect("it expands");
    let ItemKind::MacroRules { rules, .. } = &lowered.items[0].kind else {
        panic!("a macro")
    };
    assert_eq!(items(rules, "f"), ["f"]);
}

#[test]
fn what_is_not_understood_is_not_read() {
    for rules in [
        "($a:nope) => {}",
        "($$a) => {}",
        "() => { ${count(x)} }",
        "attr() () => {}",
        "a",
    ] {
        assert!(parse_rules(rules).is_none(), "{rules}");
    }
}

#[test]
fn rules_can_be_shared_between_threads() {
    fn shared<T: Send + Sync + Clone>(_: &T) {}
    shared(&parse_rules("() => {}").expect("it reads"));
}
