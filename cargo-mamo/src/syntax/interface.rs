//! What of a file the compilations of other crates can see.
//!
//! All of it but the bodies of plain functions: not generic, `const`, `async`, `#[inline]` or of a type that `impl`
//! hides, with nothing inside that reaches out (an `impl`, a macro that is not std's). Of those rustc hands on the
//! signature alone. What stands under `#[cfg(test)]` is in no library.

use super::canonical;
use super::known::{EXPRESSIONS, FORMAT, NAMELESS};
use super::source::Source;
use crate::fingerprint::Fingerprint;
use proc_macro2::{TokenStream, TokenTree};
use quote::{ToTokens, quote};
use syn::{Attribute, Generics, ImplItem, Item, Meta, Signature};

/// Attributes that leave a function's body to itself.
const INERT: &[&str] = &[
    "allow",
    "cfg",
    "cold",
    "deny",
    "deprecated",
    "doc",
    "expect",
    "forbid",
    "ignore",
    "must_use",
    "should_panic",
    "test",
    "track_caller",
    "warn",
];

/// Words in a body that may make something which is seen from outside it.
const OPEN: &[&str] = &[
    "asm",
    "async",
    "const",
    "extern",
    "global_asm",
    "impl",
    "include",
    "macro",
    "macro_rules",
    "naked_asm",
    "static",
];

/// Macros of std, besides those that are [known](super::known) by their arguments, that make an expression.
const PLAIN: &[&str] = &[
    "matches",
    "env",
    "option_env",
    "stringify",
    "include_str",
    "include_bytes",
];

/// The digest of what other crates can see of a file.
pub(super) fn of_file(source: &Source<'_>, file: &syn::File) -> Fingerprint {
    let mut seen = TokenStream::new();
    let attrs = &file.attrs;
    seen.extend(quote!(#(#attrs)*));
    items(&file.items, &mut seen);
    canonical::rust(source, seen, false).fingerprint
}

fn items(all: &[Item], seen: &mut TokenStream) {
    for item in all {
        match item {
            Item::Fn(item) if is_for_tests(&item.attrs) => {}
            Item::Mod(item) if is_for_tests(&item.attrs) => {}
            Item::Impl(item) if is_for_tests(&item.attrs) => {}
            Item::Fn(item) if is_plain(&item.attrs, &item.sig, &item.block) => {
                let (attrs, vis, sig) = (&item.attrs, &item.vis, &item.sig);
                seen.extend(quote!(#(#attrs)* #vis #sig {}));
            }
            Item::Impl(item) if is_inert(&item.attrs) && !is_generic(&item.generics) => {
                members(item, seen);
            }
            Item::Mod(item) if is_inert(&item.attrs) => match &item.content {
                Some((_, within)) => {
                    let (attrs, vis, name) = (&item.attrs, &item.vis, &item.ident);
                    let mut inner = TokenStream::new();
                    items(within, &mut inner);
                    seen.extend(quote!(#(#attrs)* #vis mod #name { #inner }));
                }
                None => item.to_tokens(seen),
            },
            item => item.to_tokens(seen),
        }
    }
}

fn members(item: &syn::ItemImpl, seen: &mut TokenStream) {
    let mut header = item.clone();
    header.items.clear();
    let mut inner = TokenStream::new();
    for member in &item.items {
        match member {
            ImplItem::Fn(member) if is_plain(&member.attrs, &member.sig, &member.block) => {
                let (attrs, vis, sig) = (&member.attrs, &member.vis, &member.sig);
                let default = &member.defaultness;
                inner.extend(quote!(#(#attrs)* #vis #default #sig {}));
            }
            member => member.to_tokens(&mut inner),
        }
    }
    seen.extend(quote!(#header { #inner }));
}

/// Does no library hold it?
fn is_for_tests(attrs: &[Attribute]) -> bool {
    attrs.iter().any(|attribute| match &attribute.meta {
        Meta::List(list) if list.path.is_ident("cfg") => list.tokens.to_string() == "test",
        _ => false,
    })
}

fn is_inert(attrs: &[Attribute]) -> bool {
    attrs
        .iter()
        .all(|attribute| INERT.iter().any(|name| attribute.path().is_ident(name)))
}

fn is_generic(generics: &Generics) -> bool {
    generics.type_params().next().is_some() || generics.const_params().next().is_some()
}

/// Does rustc hand on the signature of the function alone?
fn is_plain(attrs: &[Attribute], sig: &Signature, body: &syn::Block) -> bool {
    let hides = |tokens: TokenStream| !is_closed(tokens, &["impl"]);
    sig.constness.is_none()
        && sig.asyncness.is_none()
        && is_inert(attrs)
        && !is_generic(&sig.generics)
        && !hides(sig.to_token_stream())
        && is_closed(body.to_token_stream(), OPEN)
}

/// Is none of `words` in the tokens, no attribute, and no macro but std's?
fn is_closed(tokens: TokenStream, words: &[&str]) -> bool {
    let tokens: Vec<_> = tokens.into_iter().collect();
    let is_punct = |at: Option<&TokenTree>, mark: char| matches!(at, Some(TokenTree::Punct(punct)) if punct.as_char() == mark);
    tokens.iter().enumerate().all(|(at, token)| match token {
        TokenTree::Group(group) => {
            let attribute = at > 0 && is_punct(tokens.get(at - 1), '#');
            !attribute && is_closed(group.stream(), words)
        }
        TokenTree::Ident(word) => {
            let word = word.to_string();
            let lifetime = at > 0 && is_punct(tokens.get(at - 1), '\'');
            let called = is_punct(tokens.get(at + 1), '!')
                && matches!(tokens.get(at + 2), Some(TokenTree::Group(_)));
            lifetime || (!words.contains(&word.as_str()) && (!called || is_of_std(&word)))
        }
        TokenTree::Punct(_) | TokenTree::Literal(_) => true,
    })
}

fn is_of_std(name: &str) -> bool {
    [FORMAT, EXPRESSIONS, NAMELESS, PLAIN]
        .iter()
        .any(|list| list.contains(&name))
}

#[cfg(test)]
mod tests {
    use crate::fingerprint::Fingerprint;
    use crate::syntax::parse_file;

    fn of(text: &str) -> Fingerprint {
        let file = parse_file(text);
        assert!(file.error.is_none(), "{text}");
        file.interface
    }

    fn hidden(one: &str, other: &str) {
        assert_eq!(of(one), of(other), "{one} / {other}");
    }

    fn seen(one: &str, other: &str) {
        assert_ne!(of(one), of(other), "{one} / {other}");
    }

    #[test]
    fn bodies_of_plain_functions_are_hidden() {
        hidden("pub fn f() -> u8 { 1 }", "pub fn f() -> u8 { g(); 2 }");
        hidden(
            "fn f<'a>(x: &'a str) -> &'a str { x }",
            "fn f<'a>(x: &'a str) -> &'a str { &x[1..] }",
        );
        hidden(
            "struct S; impl S { fn f(&self) { 1; } }",
            "struct S; impl S { fn f(&self) { println!(\"{}\", vec![1].len()); } }",
        );
        hidden(
            "mod m { impl T for S { fn f() { 1; } } }",
            "mod m { impl T for S { fn f() { 2; } } }",
        );
        hidden(
            "fn f() { let x: &'static str = \"a\"; }",
            "fn f() { let x: &'static str = \"b\"; }",
        );
        hidden(
            "fn f() {} #[cfg(test)] mod tests { #[test] fn t() {} }",
            "fn f() {} #[cfg(test)] mod tests {}",
        );
        hidden("/// one\nfn f() {}", "/// two\nfn f() {  }");
    }

    #[test]
    fn everything_else_is_seen() {
        for (one, other) in [
            ("fn f() {}", "fn f(x: u8) {}"),
            ("fn f() {}", "pub fn f() {}"),
            ("fn f() {}", "fn g() {}"),
            ("fn f<T>() { 1; }", "fn f<T>() { 2; }"),
            ("fn f<const N: u8>() { 1; }", "fn f<const N: u8>() { 2; }"),
            ("fn f(x: impl T) { 1; }", "fn f(x: impl T) { 2; }"),
            ("fn f() -> impl T { 1 }", "fn f() -> impl T { 2 }"),
            ("const fn f() -> u8 { 1 }", "const fn f() -> u8 { 2 }"),
            ("async fn f() { 1; }", "async fn f() { 2; }"),
            ("#[inline] fn f() { 1; }", "#[inline] fn f() { 2; }"),
            ("#[traced] fn f() { 1; }", "#[traced] fn f() { 2; }"),
            (
                "fn f() { impl T for S {} }",
                "fn f() { impl T for S { const X: u8 = 1; } }",
            ),
            ("fn f() { make!(1) }", "fn f() { make!(2) }"),
            (
                "fn f() { { { make! {1} } } }",
                "fn f() { { { make! {2} } } }",
            ),
            (
                "fn f() { #[derive(M)] struct S; }",
                "fn f() { #[derive(M)] struct S(u8); }",
            ),
            ("fn f() { const { g(1) } }", "fn f() { const { g(2) } }"),
            (
                "impl<T> S<T> { fn f() { 1; } }",
                "impl<T> S<T> { fn f() { 2; } }",
            ),
            (
                "#[m] impl S { fn f() { 1; } }",
                "#[m] impl S { fn f() { 2; } }",
            ),
            (
                "#[m] mod n { fn f() { 1; } }",
                "#[m] mod n { fn f() { 2; } }",
            ),
            ("trait T { fn f() { 1; } }", "trait T { fn f() { 2; } }"),
            ("const X: u8 = 1;", "const X: u8 = 2;"),
            ("static X: u8 = 1;", "static X: u8 = 2;"),
            ("struct S(u8);", "struct S(u16);"),
            (
                "macro_rules! m { () => { 1 } }",
                "macro_rules! m { () => { 2 } }",
            ),
            ("make! { 1 }", "make! { 2 }"),
            (
                "#[cfg(not(test))] fn f() {}",
                "#[cfg(not(test))] fn f(x: u8) {}",
            ),
            ("#![no_std] fn f() {}", "fn f() {}"),
        ] {
            seen(one, other);
        }
    }
}
