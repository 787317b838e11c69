//! Named blocks that the runtime remembers: `mamo::cell!("name", || ..)` as an item inside the body it stands in.
//!
//! What the block names is looked up where it stands, locals of the surrounding body known.

use super::body::Reader;
use super::canonical;
use super::ir::{Attributes, FnShape, Item, ItemKind, Path, Symbol};
use crate::fingerprint::Fingerprint;
use proc_macro2::TokenStream;
use quote::ToTokens;
use syn::parse::{ParseStream, Parser};
use syn::{ExprClosure, LitStr, Token};

/// Reads the arguments of `cell!`. `ours`: is the macro certainly the runtime's?
pub(super) fn lower(reader: &mut Reader<'_>, tokens: &TokenStream, ours: bool) -> syn::Result<()> {
    let parser = |input: ParseStream<'_>| {
        let name = input.parse::<LitStr>()?;
        input.parse::<Token![,]>()?;
        if input.peek(syn::Ident) && input.peek2(Token![,]) {
            input.parse::<syn::Ident>()?; // `alone`
            input.parse::<Token![,]>()?;
        }
        let block = input.parse::<ExprClosure>()?;
        input.parse::<Option<Token![,]>>()?;
        Ok((name, block))
    };
    let (name, block) = parser.parse2(tokens.clone())?;
    let found = reader.apart(|reader| {
        reader.closure(&block);
        Ok(())
    })?;
    let canonical = canonical::rust(reader.source, block.to_token_stream(), reader.owned);
    let name = Symbol::from(&name_of(&name.value()));
    reader.nested.push(Item {
        name,
        kind: ItemKind::Fn(FnShape {
            receiver: false,
            arity: Some(0),
            has_body: true,
        }),
        lines: canonical
            .lines
            .unwrap_or_else(|| reader.source.default_lines()),
        cfg: Vec::new(),
        attributes: Attributes {
            memo: true,
            ..Attributes::default()
        },
        signature: Fingerprint::NONE,
        body: canonical.fingerprint,
        generics: Vec::new(),
        signature_mentions: Vec::new(),
        body_mentions: found.mentions,
        nested: found.items,
    });
    reader.mentions.path(Path {
        global: false,
        segments: vec![name],
    });
    if !ours {
        super::opaque::scan(tokens, &mut reader.mentions, true);
    }
    Ok(())
}

/// The name of a cell's item, as it stands in the runtime's key.
fn name_of(name: &str) -> String {
    format!("cell({name})")
}

/// Is this the name of a cell's item?
pub fn is_cell(item: &Item) -> bool {
    item.name.starts_with("cell(")
}
