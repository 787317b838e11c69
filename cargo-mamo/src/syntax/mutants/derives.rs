//! A derive taken away, or replaced by an impl that does something else.

use super::Kind;
use proc_macro2::Ident;
use quote::{ToTokens, quote};
use syn::punctuated::Punctuated;
use syn::{Attribute, Generics, Path, Token};

/// For each trait of a derive: the kind of change, the attribute without it, and what to put behind the item.
pub(super) fn without_each(
    attribute: &Attribute,
    name: &Ident,
    generics: &Generics,
) -> Vec<(Kind, String, String)> {
    let parser = Punctuated::<Path, Token![,]>::parse_terminated;
    let Ok(all) = attribute.parse_args_with(parser) else {
        return Vec::new();
    };
    let mut found = Vec::new();
    for (at, path) in all.iter().enumerate() {
        let others: Vec<String> = all
            .iter()
            .enumerate()
            .filter(|(n, _)| *n != at)
            .map(|(_, path)| path.to_token_stream().to_string())
            .collect();
        let left = format!("#[derive({})]", others.join(", "));
        found.push((Kind::DeriveRemoved, left.clone(), String::new()));
        if let Some(by_hand) = by_hand(&crate::syntax::names::last(path), name, generics) {
            found.push((Kind::DeriveReplaced, left, format!(" {by_hand}")));
        }
    }
    found
}

/// An impl that compiles and is not what a derive would make.
fn by_hand(derived: &str, name: &Ident, generics: &Generics) -> Option<String> {
    let (before, after, condition) = generics.split_for_impl();
    let (header, body) = match derived {
        "Debug" => (
            quote!(::core::fmt::Debug),
            quote!(
                fn fmt(&self, f: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result {
                    f.write_str("mutant")
                }
            ),
        ),
        "PartialEq" => (
            quote!(::core::cmp::PartialEq),
            quote!(
                fn eq(&self, _: &Self) -> bool {
                    false
                }
            ),
        ),
        "PartialOrd" => (
            quote!(::core::cmp::PartialOrd),
            quote!(
                fn partial_cmp(&self, _: &Self) -> ::core::option::Option<::core::cmp::Ordering> {
                    ::core::option::Option::None
                }
            ),
        ),
        "Ord" => (
            quote!(::core::cmp::Ord),
            quote!(
                fn cmp(&self, _: &Self) -> ::core::cmp::Ordering {
                    ::core::cmp::Ordering::Equal
                }
            ),
        ),
        "Hash" => (
            quote!(::core::hash::Hash),
            quote!(
                fn hash<MutantH: ::core::hash::Hasher>(&self, _: &mut MutantH) {}
            ),
        ),
        _ => return None,
    };
    Some(quote!(impl #before #header for #name #after #condition { #body }).to_string())
}
