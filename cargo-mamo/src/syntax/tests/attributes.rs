//! What attributes say, `cfg_attr` seen through.

use super::{assert_names, item, parsed, signature, words};
use crate::syntax::cfg::Cfg;
use crate::syntax::ir::{Attributes, Ignore};

fn of(text: &str) -> Attributes {
    item(text).attributes
}

#[test]
fn flags_are_read() {
    assert!(of("#[test] fn f() {}").test);
    assert!(of("#[tokio::test] async fn f() {}").test);
    assert!(of("#[cfg_attr(a, test)] fn f() {}").test);
    let ignore = |text| of(text).ignore;
    assert_eq!(ignore("#[ignore = \"slow\"] fn f() {}"), Ignore::Always);
    assert_eq!(ignore("#[cfg_attr(x, ignore)] fn f() {}"), Ignore::Perhaps);
    assert_eq!(ignore("#[test] fn f() {}"), Ignore::Never);
    assert!(of("#[bench] fn f() {}").bench);
    assert!(of("#[macro_export] macro_rules! m { () => {} }").macro_export);
    assert!(of("#[macro_use] mod m;").macro_use);
    assert!(of("#[track_caller] fn f() {}").track_caller);
    for linked in [
        "no_mangle",
        "unsafe(no_mangle)",
        "used",
        "ctor::ctor",
        "linkme::distributed_slice(X)",
        "export_name = \"x\"",
    ] {
        assert!(of(&format!("#[{linked}] fn f() {{}}")).linked, "{linked}");
    }
}

#[test]
fn our_own_attributes_are_no_foreign_macros() {
    let memo = of("#[mamo::memo] fn f() {}");
    assert!(memo.memo && memo.macros.is_empty());
    assert!(of("#[memo(skip(x))] fn f() {}").memo);
    assert!(of("#[fixture] fn f() {}").fixture);
    let foreign = of("#[rstest::fixture] fn f() {}");
    assert!(!foreign.fixture && foreign.macros.len() == 1);
}

#[test]
fn a_test_of_ours_is_told_from_others_and_may_have_cases() {
    let test = of("#[mamo::test] fn t(corpus: &C) {}");
    assert!(test.test && test.mamo_test && !test.cases && test.macros.is_empty());
    assert!(of("#[cfg_attr(a, mamo::test)] fn t() {}").mamo_test);
    let cases = of("#[mamo::test] #[case(1)] #[case::two(2)] fn t(n: u32) {}");
    assert!(cases.cases && cases.macros.is_empty());
    assert!(of("#[mamo::test] fn t(#[cases] corpus: &C) {}").cases);
    assert!(!of("#[test] fn t() {}").mamo_test);
    assert!(!of("#[rstest] #[case(1)] fn t(n: u32) {}").cases);
    assert!(!of("#[other::mamo::test] fn t() {}").mamo_test);
}

#[test]
fn what_fills_a_test_and_what_options_say_is_mentioned() {
    let mentions = |text: &str| {
        let item = item(text);
        words(&item.signature_mentions)
    };
    let found = mentions(
        "#[mamo::test] #[case(FEW, made(1))] fn t(corpus: &C, #[fixture(place::other)] x: &C, #[with(SIZE)] y: &C) {}",
    );
    for name in ["corpus", "place::other", "SIZE", "FEW", "made"] {
        assert!(
            found.iter().any(|word| word.contains(name)),
            "{name}: {found:?}"
        );
    }
    let found = mentions("#[mamo::fixture(cases(small = (SIZE)))] fn f(n: u32) -> C { n }");
    assert!(found.iter().any(|word| word.contains("SIZE")), "{found:?}");
    let found = mentions(
        "#[mamo::fixture(cases(small = (steps::FEW, x.grown())))] fn f(n: u32) -> C { n }",
    );
    assert!(
        found.contains(&"steps::FEW".to_owned()) && found.iter().any(|word| word.contains("grown"))
    );
    assert!(
        !found
            .iter()
            .any(|word| word.trim_matches(|c: char| !c.is_alphanumeric()) == "steps"),
        "{found:?}"
    );
    let found = mentions("#[mamo::memo(key = digest(x))] fn f(x: &C) -> u32 { 1 }");
    assert!(
        found.iter().any(|word| word.contains("digest")),
        "{found:?}"
    );
}

#[test]
fn only_foreign_macros_and_derives_are_listed() {
    assert!(
        of("#[derive(Debug, std::clone::Clone)] #[inline] #[repr(C)] #[clippy::x] struct S;")
            .macros
            .is_empty()
    );
    assert_eq!(
        of("#[derive(Debug, Serialize)] #[serde(default)] struct S;")
            .macros
            .len(),
        2
    );
    assert_eq!(
        of("#[cfg_attr(a, derive(Serialize))] struct S;")
            .macros
            .len(),
        1
    );
}

#[test]
fn an_item_that_a_macro_gets_is_named_loosely_besides() {
    assert_names(&signature("#[derive(X)] struct S { a: B }"), "B ~B ~a ~S");
    let item = item("#[x] impl S { fn f() { g } }");
    assert_names(&words(&item.signature_mentions), "~g ~f");
    assert_names(&words(&super::members(&item)[0].body_mentions), "g ~g");
}

#[test]
fn arguments_name_paths_in_tokens_and_in_strings() {
    let found = signature(
        "#[derive(X)] struct S { #[serde(with = \"a::b\", default = \"c::d\", bound = \"T: E + F<G>\")] f: u8, #[arg(h = i::j)] k: u8 }",
    );
    assert_names(&found, "a::b c::d E F G i::j");
    assert_names(&signature("#[rstest(case(a::b))] fn f() {}"), "a::b");
}

#[test]
fn paths_carry_their_condition() {
    let path = of("#[cfg_attr(unix, path = \"u.rs\")] #[path = \"o.rs\"] mod m;").path;
    assert_eq!(
        path,
        [
            (Some(Cfg::Flag("unix".into())), "u.rs".into()),
            (None, "o.rs".into())
        ]
    );
}

#[test]
fn conditions_are_read_whole() {
    let cfg = item("#[cfg(all(a, not(feature = \"b\"), any(true, c(d))))] fn f() {}").cfg;
    let wanted = Cfg::All(vec![
        Cfg::Flag("a".into()),
        Cfg::Not(Box::new(Cfg::Value("feature".into(), "b".into()))),
        Cfg::Any(vec![Cfg::Literal(true), Cfg::Unknown]),
    ]);
    assert_eq!(cfg, [wanted]);
    assert_eq!(
        parsed("#![cfg(unix)]\nfn f() {}").cfg,
        [Cfg::Flag("unix".into())]
    );
    let either = item("#[cfg_attr(a, cfg(b))] fn f() {}").cfg;
    assert_eq!(
        either,
        [Cfg::Any(vec![
            Cfg::Not(Box::new(Cfg::Flag("a".into()))),
            Cfg::Flag("b".into())
        ])]
    );
}

#[test]
fn proc_macros_say_how_they_are_used() {
    assert_eq!(
        of("#[proc_macro] pub fn f(a: T) -> T {}").proc_macro,
        Some("f".into())
    );
    assert_eq!(
        of("#[proc_macro_derive(Name, attributes(x))] pub fn f(a: T) -> T {}").proc_macro,
        Some("Name".into())
    );
    assert_eq!(
        of("#[proc_macro_attribute] pub fn f(a: T, b: T) -> T {}").proc_macro,
        Some("f".into())
    );
}
