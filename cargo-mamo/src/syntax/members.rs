//! Traits, impls and foreign blocks, and their members.

use super::attributes;
use super::draft::{self, Draft};
use super::ir::{ImplShape, Item, ItemKind, Path, Position, Symbol};
use super::items::{self, Function};
use super::source::Source;
use super::{calls, header, names};
use proc_macro2::TokenTree;
use quote::{ToTokens, quote};
use syn::punctuated::Punctuated;
use syn::visit::Visit;
use syn::{ImplItem, Token, TraitItem, TypeParamBound};

/// Lowers a trait.
pub(super) fn of_trait(source: &Source<'_>, item: &syn::ItemTrait, owned: bool) -> Item {
    let mut draft = Draft::new(source, &item.attrs, owned);
    draft.generics(&item.generics);
    item.supertraits
        .iter()
        .for_each(|bound| draft.reader.visit_type_param_bound(bound));
    let owned = draft.reader.owned;
    let members = item
        .items
        .iter()
        .map(|member| trait_member(source, member, owned))
        .collect();
    let kind = ItemKind::Trait {
        members,
        supertraits: bounds(&item.supertraits),
    };
    let (vis, unsafety, auto, keyword) = (
        &item.vis,
        &item.unsafety,
        &item.auto_token,
        &item.trait_token,
    );
    let (ident, generics, colon, supertraits) = (
        &item.ident,
        &item.generics,
        &item.colon_token,
        &item.supertraits,
    );
    let clause = &item.generics.where_clause;
    let mut header =
        quote!(#vis #unsafety #auto #keyword #ident #generics #colon #supertraits #clause);
    if owned {
        let members = &item.items;
        header.extend(quote!({ #(#members)* }));
    }
    let mut lowered = draft.finish(names::symbol(&item.ident), kind, &header, None);
    lowered.lines.1 = lowered
        .lines
        .1
        .max(source.line(item.brace_token.span.close()));
    lowered
}

/// Lowers an impl.
pub(super) fn of_impl(source: &Source<'_>, item: &syn::ItemImpl, owned: bool) -> Item {
    let mut draft = Draft::new(source, &item.attrs, owned);
    draft.generics(&item.generics);
    if let Some((_, path, _)) = &item.trait_ {
        draft.reader.visit_path(path);
    }
    draft.reader.visit_type(&item.self_ty);
    let owned = draft.reader.owned;
    let parameters = draft::declared(&item.generics);
    let self_type = names::head(&item.self_ty);
    let (header_types, fills) = header::read(source, item);
    let shape = ImplShape {
        of_trait: item.trait_.as_ref().map(|(_, path, _)| names::path(path)),
        negative: item
            .trait_
            .as_ref()
            .is_some_and(|(bang, ..)| bang.is_some()),
        blanket: self_type
            .as_ref()
            .is_some_and(|path| is_parameter(path, &parameters)),
        self_type,
        header_types,
        fills,
        members: item
            .items
            .iter()
            .map(|member| impl_member(source, member, owned))
            .collect(),
    };
    let (defaultness, unsafety, keyword) = (&item.defaultness, &item.unsafety, &item.impl_token);
    let (generics, ty, clause) = (&item.generics, &item.self_ty, &item.generics.where_clause);
    let of_trait = item
        .trait_
        .as_ref()
        .map(|(bang, path, preposition)| quote!(#bang #path #preposition));
    let mut header = quote!(#defaultness #unsafety #keyword #generics #of_trait #ty #clause);
    if owned {
        let members = &item.items;
        header.extend(quote!({ #(#members)* }));
    }
    let mut lowered = draft.finish(
        Symbol::default(),
        ItemKind::Impl(Box::new(shape)),
        &header,
        None,
    );
    lowered.lines.1 = lowered
        .lines
        .1
        .max(source.line(item.brace_token.span.close()));
    lowered
}

fn is_parameter(path: &Path, parameters: &[Symbol]) -> bool {
    matches!(path.segments.as_slice(), [name] if parameters.contains(name))
}

/// The paths among bounds.
pub(super) fn bounds(bounds: &Punctuated<TypeParamBound, Token![+]>) -> Vec<Path> {
    bounds
        .iter()
        .filter_map(|bound| match bound {
            TypeParamBound::Trait(bound) => Some(names::path(&bound.path)),
            _ => None,
        })
        .collect()
}

/// Lowers a member of a trait.
pub(super) fn trait_member(source: &Source<'_>, member: &TraitItem, owned: bool) -> Item {
    match member {
        TraitItem::Fn(item) => {
            let function = Function {
                attributes: &item.attrs,
                before: quote!(),
                signature: &item.sig,
                body: item.default.as_ref(),
            };
            items::function(source, &function, owned)
        }
        TraitItem::Const(item) => {
            let (keyword, ident, generics, ty) =
                (&item.const_token, &item.ident, &item.generics, &item.ty);
            let mut draft = Draft::new(source, &item.attrs, owned);
            draft.generics(generics);
            draft.reader.visit_type(ty);
            let value = item.default.as_ref().map(|(_, value)| value);
            if let Some(value) = value {
                draft.value(value);
            }
            let signature = quote!(#keyword #ident #generics: #ty);
            draft.finish(
                names::symbol(ident),
                ItemKind::Const,
                &signature,
                value.map(ToTokens::to_token_stream),
            )
        }
        TraitItem::Type(item) => {
            let mut draft = Draft::new(source, &item.attrs, owned);
            draft.generics(&item.generics);
            item.bounds
                .iter()
                .for_each(|bound| draft.reader.visit_type_param_bound(bound));
            let default = item.default.as_ref().map(|(_, ty)| ty);
            if let Some(ty) = default {
                draft.reader.visit_type(ty);
            }
            let kind = ItemKind::Alias {
                target: default.and_then(names::plain_type),
            };
            draft.finish(
                names::symbol(&item.ident),
                kind,
                &items::after(item.to_token_stream(), &item.attrs),
                None,
            )
        }
        TraitItem::Macro(item) => {
            let rest = items::after(item.to_token_stream(), &item.attrs);
            call(
                source,
                &item.attrs,
                &item.mac,
                &rest,
                Position::TraitMember,
                owned,
            )
        }
        other => items::verbatim(source, other.to_token_stream()),
    }
}

/// Lowers a member of an impl.
pub(super) fn impl_member(source: &Source<'_>, member: &ImplItem, owned: bool) -> Item {
    match member {
        ImplItem::Fn(item) => {
            let (vis, defaultness) = (&item.vis, &item.defaultness);
            let before = quote!(#vis #defaultness);
            let function = Function {
                attributes: &item.attrs,
                before,
                signature: &item.sig,
                body: Some(&item.block),
            };
            items::function(source, &function, owned)
        }
        ImplItem::Const(item) => {
            let (vis, defaultness, keyword) = (&item.vis, &item.defaultness, &item.const_token);
            let (ident, generics, ty) = (&item.ident, &item.generics, &item.ty);
            let mut draft = Draft::new(source, &item.attrs, owned);
            draft.generics(generics);
            draft.reader.visit_type(ty);
            draft.value(&item.expr);
            let signature = quote!(#vis #defaultness #keyword #ident #generics: #ty);
            draft.finish(
                names::symbol(ident),
                ItemKind::Const,
                &signature,
                Some(item.expr.to_token_stream()),
            )
        }
        ImplItem::Type(item) => {
            let mut draft = Draft::new(source, &item.attrs, owned);
            draft.generics(&item.generics);
            draft.reader.visit_type(&item.ty);
            let kind = ItemKind::Alias {
                target: names::plain_type(&item.ty),
            };
            draft.finish(
                names::symbol(&item.ident),
                kind,
                &items::after(item.to_token_stream(), &item.attrs),
                None,
            )
        }
        ImplItem::Macro(item) => {
            let rest = items::after(item.to_token_stream(), &item.attrs);
            call(
                source,
                &item.attrs,
                &item.mac,
                &rest,
                Position::ImplMember,
                owned,
            )
        }
        other => items::verbatim(source, other.to_token_stream()),
    }
}

fn call(
    source: &Source<'_>,
    attributes: &[syn::Attribute],
    call: &syn::Macro,
    tokens: &proc_macro2::TokenStream,
    position: Position,
    owned: bool,
) -> Item {
    let mut draft = Draft::new(source, attributes, owned);
    let lowered = calls::lower(&mut draft.reader, call, position);
    draft.finish(
        Symbol::default(),
        ItemKind::MacroCall(Box::new(lowered)),
        tokens,
        None,
    )
}

/// Lowers the members of `extern "C" { .. }`, each with what the block's attributes say.
pub(super) fn foreign(source: &Source<'_>, block: &syn::ItemForeignMod, owned: bool) -> Vec<Item> {
    let abi = &block.abi;
    let unsafety = &block.unsafety;
    let outer = &block.attrs;
    let linked = outer
        .iter()
        .any(|attribute| attribute.path().is_ident("link"));
    let mut sink = super::sink::Sink::default();
    let read = attributes::read(outer, owned, &mut sink);
    let before = quote!(#(#outer)* #unsafety #abi);
    let mut found: Vec<Item> = block
        .items
        .iter()
        .map(|member| foreign_member(source, member, &before, owned))
        .collect();
    for item in &mut found {
        item.cfg.splice(0..0, read.cfg.iter().cloned());
        item.attributes.linked |= linked || read.attributes.linked;
        item.attributes
            .macros
            .extend(read.attributes.macros.iter().cloned());
    }
    if linked && found.is_empty() {
        let mut item = items::verbatim(source, block.to_token_stream());
        item.attributes.linked = true;
        found.push(item);
    }
    found
}

fn foreign_member(
    source: &Source<'_>,
    member: &syn::ForeignItem,
    before: &proc_macro2::TokenStream,
    owned: bool,
) -> Item {
    let placed = |mut item: Item| {
        // the block's own tokens are hashed with the member, but lie elsewhere
        let tokens: Vec<_> = member.to_token_stream().into_iter().collect();
        item.lines = source
            .lines_of(&tokens)
            .unwrap_or_else(|| source.default_lines());
        item
    };
    match member {
        syn::ForeignItem::Fn(item) => {
            let vis = &item.vis;
            let function = Function {
                attributes: &item.attrs,
                before: quote!(#before #vis),
                signature: &item.sig,
                body: None,
            };
            placed(items::function(source, &function, owned))
        }
        syn::ForeignItem::Static(item) => {
            let mut draft = Draft::new(source, &item.attrs, owned);
            draft.reader.visit_type(&item.ty);
            let rest = items::after(item.to_token_stream(), &item.attrs);
            placed(draft.finish(
                names::symbol(&item.ident),
                ItemKind::Static,
                &quote!(#before #rest),
                None,
            ))
        }
        syn::ForeignItem::Type(item) => {
            let mut draft = Draft::new(source, &item.attrs, owned);
            draft.generics(&item.generics);
            let rest = items::after(item.to_token_stream(), &item.attrs);
            let kind = ItemKind::Type {
                variants: Vec::new(),
            };
            placed(draft.finish(
                names::symbol(&item.ident),
                kind,
                &quote!(#before #rest),
                None,
            ))
        }
        syn::ForeignItem::Macro(item) => {
            let rest = items::after(item.to_token_stream(), &item.attrs);
            placed(call(
                source,
                &item.attrs,
                &item.mac,
                &quote!(#before #rest),
                Position::Item,
                owned,
            ))
        }
        syn::ForeignItem::Verbatim(tokens) => match without_safe(tokens) {
            Some(member) => foreign_member(source, &member, &quote!(#before safe), owned),
            None => items::verbatim(source, tokens.clone()),
        },
        other => items::verbatim(source, other.to_token_stream()),
    }
}

/// `safe fn f();` and `safe static S: T;` of edition 2024, which syn keeps verbatim, without their `safe`.
fn without_safe(tokens: &proc_macro2::TokenStream) -> Option<syn::ForeignItem> {
    let is_safe = |token: &TokenTree| matches!(token, TokenTree::Ident(ident) if ident == "safe");
    let mut found = false;
    let rest = tokens.clone().into_iter().filter(|token| {
        let first = !found && is_safe(token);
        found |= first;
        !first
    });
    match syn::parse2(rest.collect()) {
        Ok(syn::ForeignItem::Verbatim(_)) | Err(_) => None,
        Ok(member) => found.then_some(member),
    }
}
