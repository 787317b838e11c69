//! From the tokens of a cfg attribute to a [`Cfg`].

use super::cfg::Cfg;
use super::names;
use syn::parse::{ParseStream, Parser};
use syn::{Lit, LitBool, Token, ext::IdentExt, punctuated::Punctuated};

/// The predicate that `tokens` write.
pub(super) fn read(tokens: proc_macro2::TokenStream) -> Cfg {
    parse.parse2(tokens).unwrap_or(Cfg::Unknown)
}

/// The predicate of `cfg_attr(predicate, ..)` and what follows it.
pub(super) fn read_with_rest(input: ParseStream<'_>) -> syn::Result<Cfg> {
    parse(input)
}

fn parse(input: ParseStream<'_>) -> syn::Result<Cfg> {
    if input.peek(LitBool) {
        let truth = input.parse::<LitBool>()?.value;
        let _ = input.parse::<Option<Token![,]>>()?;
        return Ok(Cfg::Literal(truth));
    }
    let path = input.call(syn::Path::parse_mod_style)?;
    let name = path
        .segments
        .last()
        .map(|segment| names::symbol(&segment.ident))
        .unwrap_or_default();
    if path.segments.len() > 1 {
        input.parse::<proc_macro2::TokenStream>()?;
        return Ok(Cfg::Unknown);
    }
    if input.peek(syn::token::Paren) {
        let content;
        syn::parenthesized!(content in input);
        let parts: Vec<Cfg> = Punctuated::<Nested, Token![,]>::parse_terminated(&content)?
            .into_iter()
            .map(|part| part.0)
            .collect();
        return Ok(combine(name.as_str(), parts));
    }
    if input.peek(Token![=]) {
        input.parse::<Token![=]>()?;
        let value = match input.parse::<Lit>()? {
            Lit::Str(text) => text.value().as_str().into(),
            _ => return Ok(Cfg::Unknown),
        };
        return Ok(Cfg::Value(name, value));
    }
    Ok(Cfg::Flag(name))
}

struct Nested(Cfg);

impl syn::parse::Parse for Nested {
    fn parse(input: ParseStream<'_>) -> syn::Result<Self> {
        if input.peek(syn::Ident::peek_any) || input.peek(LitBool) {
            parse_one(input).map(Self)
        } else {
            Err(input.error("a predicate"))
        }
    }
}

fn parse_one(input: ParseStream<'_>) -> syn::Result<Cfg> {
    if input.peek(LitBool) {
        Ok(Cfg::Literal(input.parse::<LitBool>()?.value))
    } else {
        parse(input)
    }
}

fn combine(name: &str, mut parts: Vec<Cfg>) -> Cfg {
    match name {
        "all" => Cfg::All(parts),
        "any" => Cfg::Any(parts),
        "not" if parts.len() == 1 => Cfg::Not(Box::new(parts.remove(0))),
        _ => Cfg::Unknown,
    }
}
