//! Each refusal: at which words, and what it says to write instead.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on should stop")]

use crate::expand;
use syn::ItemFn;

/// What `memo` refuses in a function: the words that an error points at, and its message.
fn refused(source: &str) -> Vec<(String, String)> {
    faults(source, expand::memo)
}

fn faults(
    source: &str,
    expand: fn(ItemFn) -> syn::Result<proc_macro2::TokenStream>,
) -> Vec<(String, String)> {
    let Err(error) = expand(syn::parse_str(source).unwrap()) else {
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
fn methods_are_refused() {
    assert_refused(
        "fn f(&self) -> u8 { 1 }",
        "&self",
        "memoize a free function",
    );
}

#[test]
fn generics_are_refused_but_lifetimes_are_not() {
    assert_refused(
        "fn f<T: Serialize>(t: T) {}",
        "T: Serialize",
        "for each type that you need",
    );
    assert_refused(
        "fn f<const N: usize>() {}",
        "const N: usize",
        "for each type that you need",
    );
    assert_eq!(
        refused("fn f<'a>(x: &'a str, y: &'a [u8]) -> String { x.into() }"),
        []
    );
}

#[test]
fn impl_trait_is_refused_at_any_depth() {
    assert_refused("fn f(x: impl Fn()) {}", "impl Fn()", "name a concrete type");
    assert_refused(
        "fn f(x: &[impl Fn()]) {}",
        "impl Fn()",
        "name a concrete type",
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
    assert_refused(
        "async fn f() {}",
        "async",
        "memoize the synchronous function",
    );
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
        refused("async fn f(&self, x: impl Fn()) -> &str { x }").len(),
        4
    );
}

#[test]
fn fixtures_take_no_arguments() {
    let faults = faults("fn f(x: u8) -> u8 { x }", expand::fixture);
    assert_eq!(faults[0].0, "x: u8");
    assert!(
        faults[0].1.contains("call other fixtures in its body"),
        "{faults:?}"
    );
}

#[test]
fn options_are_refused() {
    let error = super::options(&syn::parse_str("skip(x)").unwrap()).unwrap_err();
    assert!(error.to_string().contains("without parentheses"));
    assert!(super::options(&proc_macro2::TokenStream::new()).is_ok());
}
