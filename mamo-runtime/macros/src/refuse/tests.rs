//! Each refusal: at which words, and what it says to write instead.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on should stop")]

use crate::{fixture, memo};
use proc_macro2::TokenStream;
use syn::Item;

/// What `memo` refuses in a function: the words that an error points at, and its message.
fn refused(source: &str) -> Vec<(String, String)> {
    refused_with("", source)
}

/// What `memo` with these options refuses in an item.
fn refused_with(options: &str, source: &str) -> Vec<(String, String)> {
    let options: TokenStream = syn::parse_str(options).unwrap();
    let item: Item = syn::parse_str(source).unwrap();
    said(memo::item(options, item))
}

/// What `fixture` with these options refuses in a function.
fn faults(options: &str, source: &str) -> Vec<(String, String)> {
    let options: TokenStream = syn::parse_str(options).unwrap();
    said(fixture::fixture(options, &syn::parse_str(source).unwrap()))
}

fn said(expanded: syn::Result<TokenStream>) -> Vec<(String, String)> {
    let Err(error) = expanded else {
        return vec![];
    };
    let words = |error: &syn::Error| error.span().source_text().unwrap();
    error
        .into_iter()
        .map(|fault| (words(&fault), fault.to_string()))
        .collect()
}

#[track_caller]
fn assert_refused(source: &str, words: &str, instead: &str) {
    let faults = refused(source);
    assert_eq!(faults.len(), 1, "{faults:?}");
    assert_eq!(faults[0].0, words);
    assert!(faults[0].1.contains(instead), "{faults:?}");
}

#[test]
fn a_method_is_sent_to_its_impl() {
    assert_refused(
        "fn f(&self) -> u8 { 1 }",
        "&self",
        "write `#[mamo::memo]` there, and `#[memo]` on the method",
    );
    let faults = refused_with("", "impl A { #[memo] fn f(&mut self) -> u8 { 1 } }");
    assert_eq!(faults[0].0, "&mut self");
    assert!(faults[0].1.contains("take `&self`"), "{faults:?}");
    let faults = refused_with("", "impl A { fn f(&self) -> u8 { 1 } }");
    assert!(faults[0].1.contains("write `#[memo]`"), "{faults:?}");
    let faults = refused_with("", "impl T for (A, B) { #[memo] fn f(&self) -> u8 { 1 } }");
    assert_eq!(faults[0].0, "(A, B)");
    let faults = refused_with("version = 1", "impl A { #[memo] fn f(&self) -> u8 { 1 } }");
    assert!(faults[0].1.contains("on each"), "{faults:?}");
    assert_eq!(
        refused_with("", "impl A { #[memo] fn f(&self) -> u8 { 1 } }"),
        []
    );
}

#[test]
fn a_trait_object_that_counts_is_refused() {
    let source = "fn f(x: &dyn Shape) -> u8 { 1 }";
    assert_refused(source, "dyn Shape", "write a type parameter");
    assert_eq!(refused_with("skip(x)", source), []);
}

#[test]
fn only_functions_and_impls_are_memoized() {
    assert!(refused("struct A;")[0].1.contains("only a function"));
}

#[test]
fn options_are_read_and_strange_ones_refused() {
    let source = "fn f(x: u8, y: u8) -> u8 { x }";
    let good = [
        "skip(x, y)",
        "key = x + y",
        "files = [\"a\", x]",
        "env = [\"A\", \"B\"], version = 3, bare",
        "codec = my::Codec<u8>, policy = always, min_cost = \"20ms\",",
    ];
    for options in good {
        assert_eq!(refused_with(options, source), [], "{options}");
    }
    let bad = [
        ("skip(z)", "z", "no argument of this name"),
        ("size = 3", "size", "`skip(…)`"),
        ("size", "size", "`skip(…)`"),
        ("policy = often", "often", "`missing`"),
        ("min_cost = \"20\"", "\"20\"", "`\"20ms\"`"),
        ("skip(x), key = y", "y", "remove `skip`"),
    ];
    for (options, words, instead) in bad {
        let faults = refused_with(options, source);
        assert_eq!((faults.len(), &*faults[0].0), (1, words), "{faults:?}");
        assert!(faults[0].1.contains(instead), "{faults:?}");
    }
}

#[test]
fn fixtures_are_of_one_kind_and_have_what_it_needs() {
    let good = [
        ("", "async fn f() -> Result<u8, ()> { Ok(1) }"),
        (
            "cases(a = (1), b = (\"x\".len()),)",
            "fn f(n: usize) -> u8 { 1 }",
        ),
        (
            "dir, files = [\"a\"], env = [\"A\"], version = 2",
            "fn f(into: &std::path::Path, n: u8) {}",
        ),
        ("per_test, codec = C", "fn f() -> u8 { 1 }"),
        ("per_process", "fn f() -> &'static str { \"a\" }"),
    ];
    for (options, source) in good {
        assert_eq!(faults(options, source), [], "{options}");
    }
    let bad = [
        ("", "fn f<T>() -> T { x }", "T", "one for each type"),
        (
            "",
            "fn f() -> &'static str { x }",
            "&'static str",
            "owned value",
        ),
        ("daily", "fn f() {}", "daily", "`per_test`"),
        ("dir", "fn f() {}", "f", "`into: &Path`"),
        ("dir", "fn f(n: u8, into: &Path) {}", "n: u8", "before this"),
        (
            "dir, per_process",
            "fn f(into: &Path) {}",
            "per_process",
            "a second fixture",
        ),
        (
            "per_process, version = 2",
            "fn f() {}",
            "version",
            "never stored",
        ),
        (
            "version = 2, per_process",
            "fn f() {}",
            "per_process",
            "never stored",
        ),
        (
            "codec = C, dir",
            "fn f(into: &Path) {}",
            "dir",
            "remove `codec`",
        ),
        ("cases(a = (1), a = (2))", "fn f(n: u8) {}", "a", "another"),
        ("cases(a = (1, 2))", "fn f(n: u8) {}", "a", "one argument"),
        ("cases(a = ())", "fn f() {}", "a", "an argument"),
        ("cases(a = 1)", "fn f(n: u8) {}", "1", "in parentheses"),
        (
            "cases = 1",
            "fn f(n: u8) {}",
            "cases",
            "names and arguments",
        ),
        ("", "fn f(n: &dyn Fn()) {}", "dyn Fn()", "type parameter"),
    ];
    for (options, source, words, instead) in bad {
        let faults = faults(options, source);
        assert_eq!((faults.len(), &*faults[0].0), (1, words), "{faults:?}");
        assert!(faults[0].1.contains(instead), "{faults:?}");
    }
}

#[test]
fn impl_trait_is_refused_at_any_depth() {
    assert_refused(
        "fn f(x: impl Fn()) {}",
        "impl Fn()",
        "write a type parameter",
    );
    assert_refused(
        "fn f(x: &[impl Fn()]) {}",
        "impl Fn()",
        "write a type parameter",
    );
    let result = "fn f() -> Option<impl Iterator<Item = u8>> { None }";
    assert_refused(
        result,
        "impl Iterator<Item = u8>",
        "`Vec<T>` for an iterator",
    );
}

#[test]
fn results_that_borrow_are_refused() {
    assert_refused("fn f(x: &str) -> &str { x }", "&str", "`String` for `&str`");
    assert_refused(
        "fn f(x: &str) -> Option<&str> { None }",
        "&str",
        "return an owned value",
    );
    assert_refused(
        "fn f<'a>(x: &'a str) -> Cow<'a, str> { x.into() }",
        "'a",
        "owns what it holds",
    );
    assert_eq!(refused("fn f() -> Cow<'static, str> { todo() }"), []);
}

#[test]
fn arguments_that_change_are_refused() {
    assert_refused("fn f(x: &mut Vec<u8>) {}", "&mut Vec<u8>", "take `&T`");
    assert_eq!(refused("fn f(mut x: Vec<u8>) {}"), []);
}

#[test]
fn modifiers_are_refused() {
    assert_refused("const fn f() {}", "const", "remove `const`");
    assert_refused("unsafe fn f() {}", "unsafe", "memoize a safe function");
    assert_refused(
        "extern \"C\" fn f() {}",
        "extern \"C\"",
        "the function that calls it",
    );
    assert_refused("fn f() -> ! { loop {} }", "!", "no result to remember");
}

#[test]
fn every_fault_is_reported_at_once() {
    assert_eq!(
        refused("const fn f(&self, x: impl Fn()) -> &str { x }").len(),
        4
    );
}
