//! The item lists of `thread_local!`, `lazy_static!` and `cfg_if!`.

use super::body::Reader;
use super::cfg::Cfg;
use super::ir::Item;
use super::source::Source;
use super::{items, predicate};
use proc_macro2::{Delimiter, TokenStream, TokenTree};
use quote::quote;
use syn::parse::{ParseStream, Parser};
use syn::{Attribute, Expr, Ident, Token, Type, Visibility};

/// One branch of `cfg_if!`.
pub(super) struct Branch {
    cfg: Vec<Cfg>,
    /// What stands between its braces.
    pub(super) tokens: TokenStream,
}

/// The statics of `thread_local! { static NAME: T = value; .. }`.
pub(super) fn thread_local(source: &Source<'_>, tokens: TokenStream) -> syn::Result<Vec<Item>> {
    statics(source, tokens, false)
}

/// The statics of `lazy_static! { static ref NAME: T = value; .. }`.
pub(super) fn lazy_static(source: &Source<'_>, tokens: TokenStream) -> syn::Result<Vec<Item>> {
    statics(source, tokens, true)
}

fn statics(source: &Source<'_>, tokens: TokenStream, by_ref: bool) -> syn::Result<Vec<Item>> {
    let parser = |input: ParseStream<'_>| {
        let mut found = Vec::new();
        while !input.is_empty() {
            found.extend(items::lower(source, &one_static(input, by_ref)?, false));
        }
        Ok(found)
    };
    parser.parse2(tokens)
}

fn one_static(input: ParseStream<'_>, by_ref: bool) -> syn::Result<syn::Item> {
    let attributes = input.call(Attribute::parse_outer)?;
    let visibility: Visibility = input.parse()?;
    let keyword: Token![static] = input.parse()?;
    if by_ref {
        input.parse::<Token![ref]>()?;
    }
    let name: Ident = input.parse()?;
    input.parse::<Token![:]>()?;
    let ty: Type = input.parse()?;
    input.parse::<Token![=]>()?;
    let value: Expr = input.parse()?;
    if !input.is_empty() {
        input.parse::<Token![;]>()?;
    }
    syn::parse2(quote!(#(#attributes)* #visibility #keyword #name: #ty = #value;))
}

/// The branches of `cfg_if! { if #[cfg(a)] { .. } else if #[cfg(b)] { .. } else { .. } }`.
pub(super) fn branches(tokens: TokenStream) -> syn::Result<Vec<Branch>> {
    let parser = |input: ParseStream<'_>| {
        let mut found = Vec::new();
        let mut refused = Vec::new();
        while !input.is_empty() {
            let mut cfg = refused.clone();
            if input.parse::<Option<Token![else]>>()?.is_none() || input.peek(Token![if]) {
                input.parse::<Token![if]>()?;
                let attributes = input.call(Attribute::parse_outer)?;
                let [attribute] = attributes.as_slice() else {
                    return Err(input.error("one cfg"));
                };
                let condition = predicate::read(attribute.meta.require_list()?.tokens.clone());
                refused.push(Cfg::Not(Box::new(condition.clone())));
                cfg.push(condition);
            }
            let TokenTree::Group(group) = input.parse::<TokenTree>()? else {
                return Err(input.error("a block"));
            };
            if group.delimiter() != Delimiter::Brace {
                return Err(input.error("a block"));
            }
            found.push(Branch {
                cfg,
                tokens: group.stream(),
            });
        }
        Ok(found)
    };
    parser.parse2(tokens)
}

/// The items of a branch, each under its conditions.
pub(super) fn conditional_items(reader: &Reader<'_>, branch: Branch) -> syn::Result<Vec<Item>> {
    let mut found = items::parse(reader.source, branch.tokens)?;
    for item in &mut found {
        item.cfg.splice(0..0, branch.cfg.iter().cloned());
    }
    Ok(found)
}
