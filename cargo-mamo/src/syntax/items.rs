//! From syn's items to the IR's.
//!
//! No item is dropped: what syn keeps verbatim becomes opaque. Signature and body are hashed apart.

use super::draft::{Draft, is_outer};
use super::ir::{FnShape, Item, ItemKind, Position, Symbol};
use super::source::Source;
use super::{calls, canonical, members, names, opaque, uses};
use proc_macro2::{TokenStream, TokenTree};
use quote::{ToTokens, quote};
use syn::Attribute;
use syn::parse::{ParseStream, Parser};
use syn::visit::Visit;

/// The items that `item` makes; more than one for a foreign block.
pub(super) fn lower(source: &Source<'_>, item: &syn::Item, owned: bool) -> Vec<Item> {
    if let syn::Item::ForeignMod(block) = item {
        return members::foreign(source, block, owned);
    }
    vec![one(source, item, owned)]
}

/// The items that `tokens` hold.
pub(super) fn parse(source: &Source<'_>, tokens: TokenStream) -> syn::Result<Vec<Item>> {
    let parser = |input: ParseStream<'_>| {
        input.call(Attribute::parse_inner)?;
        let mut found = Vec::new();
        while !input.is_empty() {
            if input.parse::<Option<syn::Token![;]>>()?.is_none() {
                found.push(input.parse::<syn::Item>()?);
            }
        }
        Ok(found)
    };
    Ok(parser
        .parse2(tokens)?
        .iter()
        .flat_map(|item| lower(source, item, false))
        .collect())
}

fn one(source: &Source<'_>, item: &syn::Item, owned: bool) -> Item {
    match item {
        syn::Item::Fn(item) => function(
            source,
            &Function {
                attributes: &item.attrs,
                before: item.vis.to_token_stream(),
                signature: &item.sig,
                body: Some(&item.block),
            },
            owned,
        ),
        syn::Item::Const(item) => {
            let (vis, keyword, ident) = (&item.vis, &item.const_token, &item.ident);
            let (generics, ty) = (&item.generics, &item.ty);
            let mut draft = Draft::new(source, &item.attrs, owned);
            draft.generics(generics);
            draft.reader.visit_type(ty);
            draft.value(&item.expr);
            draft.finish(
                names::symbol(ident),
                ItemKind::Const,
                &quote!(#vis #keyword #ident #generics: #ty),
                Some(item.expr.to_token_stream()),
            )
        }
        syn::Item::Static(item) => {
            let (vis, keyword, ident) = (&item.vis, &item.static_token, &item.ident);
            let (mutability, ty) = (&item.mutability, &item.ty);
            let mut draft = Draft::new(source, &item.attrs, owned);
            draft.reader.visit_type(ty);
            draft.value(&item.expr);
            draft.finish(
                names::symbol(ident),
                ItemKind::Static,
                &quote!(#vis #keyword #mutability #ident: #ty),
                Some(item.expr.to_token_stream()),
            )
        }
        syn::Item::Struct(_) | syn::Item::Enum(_) | syn::Item::Union(_) => {
            data(source, item, owned)
        }
        syn::Item::Type(alias) => {
            let mut draft = Draft::new(source, &alias.attrs, owned);
            draft.generics(&alias.generics);
            draft.reader.visit_type(&alias.ty);
            let kind = ItemKind::Alias {
                target: names::plain_type(&alias.ty),
            };
            draft.finish(
                names::symbol(&alias.ident),
                kind,
                &bare(item, &alias.attrs),
                None,
            )
        }
        syn::Item::Trait(item) => members::of_trait(source, item, owned),
        syn::Item::TraitAlias(alias) => {
            let mut draft = Draft::new(source, &alias.attrs, owned);
            draft.generics(&alias.generics);
            alias
                .bounds
                .iter()
                .for_each(|bound| draft.reader.visit_type_param_bound(bound));
            let kind = ItemKind::Trait {
                members: Vec::new(),
                supertraits: members::bounds(&alias.bounds),
            };
            draft.finish(
                names::symbol(&alias.ident),
                kind,
                &bare(item, &alias.attrs),
                None,
            )
        }
        syn::Item::Impl(item) => members::of_impl(source, item, owned),
        syn::Item::Use(item) => uses::lower(source, item, owned),
        syn::Item::ExternCrate(krate) => {
            let draft = Draft::new(source, &krate.attrs, owned);
            let name = names::symbol(&krate.ident);
            let alias = krate
                .rename
                .as_ref()
                .map_or(name, |(_, alias)| names::symbol(alias));
            draft.finish(
                alias,
                ItemKind::ExternCrate { krate: name, alias },
                &bare(item, &krate.attrs),
                None,
            )
        }
        syn::Item::Mod(item) => module(source, item, owned),
        syn::Item::Macro(item) => macro_item(source, item, owned),
        other => verbatim(source, other.to_token_stream()),
    }
}

/// A function in any place.
pub(super) struct Function<'a> {
    /// Its attributes.
    pub(super) attributes: &'a [Attribute],
    /// Visibility, `default`.
    pub(super) before: TokenStream,
    /// All between.
    pub(super) signature: &'a syn::Signature,
    /// Its block.
    pub(super) body: Option<&'a syn::Block>,
}

/// Lowers a function.
pub(super) fn function(source: &Source<'_>, function: &Function<'_>, owned: bool) -> Item {
    let signature = function.signature;
    let mut draft = Draft::new(source, function.attributes, owned);
    draft.reader.scope.enter(false);
    draft.generics(&signature.generics);
    for input in &signature.inputs {
        match input {
            syn::FnArg::Receiver(receiver) => draft.reader.visit_receiver(receiver),
            syn::FnArg::Typed(input) => {
                draft.argument(input);
                input
                    .attrs
                    .iter()
                    .for_each(|attribute| draft.reader.visit_attribute(attribute));
                if names_impl(&input.ty) {
                    draft.nameless_generic();
                }
                draft.reader.irrefutable(&input.pat);
                draft.reader.visit_type(&input.ty);
            }
        }
    }
    draft.reader.visit_return_type(&signature.output);
    if let Some(block) = function.body {
        draft.body();
        draft.reader.visit_block(block);
    }
    let receiver = signature.receiver().is_some();
    let arity = signature.inputs.len() - usize::from(receiver);
    let shape = FnShape {
        receiver,
        arity: if signature.variadic.is_some() {
            None
        } else {
            u8::try_from(arity).ok()
        },
        has_body: function.body.is_some(),
    };
    let before = &function.before;
    let body = function.body.map(ToTokens::to_token_stream);
    draft.finish(
        names::symbol(&signature.ident),
        ItemKind::Fn(shape),
        &quote!(#before #signature),
        body,
    )
}

/// Does `impl Trait` stand in an argument's type?
fn names_impl(ty: &syn::Type) -> bool {
    struct Finder(bool);
    impl Visit<'_> for Finder {
        fn visit_type_impl_trait(&mut self, _: &syn::TypeImplTrait) {
            self.0 = true;
        }
    }
    let mut finder = Finder(false);
    finder.visit_type(ty);
    finder.0
}

fn data(source: &Source<'_>, item: &syn::Item, owned: bool) -> Item {
    let (attrs, name, generics) = match item {
        syn::Item::Struct(item) => (&item.attrs, &item.ident, &item.generics),
        syn::Item::Enum(item) => (&item.attrs, &item.ident, &item.generics),
        syn::Item::Union(item) => (&item.attrs, &item.ident, &item.generics),
        _ => return verbatim(source, item.to_token_stream()),
    };
    let mut draft = Draft::new(source, attrs, owned);
    draft.generics(generics);
    let mut variants = Vec::new();
    match item {
        syn::Item::Struct(item) => draft.reader.visit_fields(&item.fields),
        syn::Item::Union(item) => draft.reader.visit_fields_named(&item.fields),
        syn::Item::Enum(item) => {
            for variant in &item.variants {
                variants.push(names::symbol(&variant.ident));
                draft.reader.visit_variant(variant);
            }
        }
        _ => {}
    }
    draft.finish(
        names::symbol(name),
        ItemKind::Type { variants },
        &bare(item, attrs),
        None,
    )
}

fn module(source: &Source<'_>, item: &syn::ItemMod, owned: bool) -> Item {
    let draft = Draft::new(source, &item.attrs, owned);
    let owned = draft.reader.owned;
    let (vis, keyword, ident) = (&item.vis, &item.mod_token, &item.ident);
    let inline = item.content.as_ref().map(|(_, items)| {
        items
            .iter()
            .flat_map(|item| lower(source, item, owned))
            .collect()
    });
    let mut tokens = quote!(#vis #keyword #ident);
    if owned && let Some((_, items)) = &item.content {
        tokens.extend(quote!({ #(#items)* }));
    }
    let mut lowered = draft.finish(
        names::symbol(ident),
        ItemKind::Mod { inline },
        &tokens,
        None,
    );
    if let Some((brace, _)) = &item.content {
        lowered.lines.1 = lowered.lines.1.max(source.line(brace.span.close()));
    }
    lowered
}

fn macro_item(source: &Source<'_>, item: &syn::ItemMacro, owned: bool) -> Item {
    let call = &item.mac;
    let name = item.ident.as_ref().map(names::symbol).unwrap_or_default();
    if call.path.is_ident("macro_rules") {
        let draft = Draft::new(source, &item.attrs, owned);
        let (rules, line) = source.text_between(&call.delimiter, &call.tokens);
        let (path, ident) = (&call.path, &item.ident);
        let mut lowered = draft.finish(
            name,
            ItemKind::MacroRules { rules, line },
            &quote!(#path #ident),
            None,
        );
        lowered.body = canonical::strict(source, call.tokens.clone());
        lowered.lines.1 = lowered
            .lines
            .1
            .max(source.line(call.delimiter.span().close()));
        return lowered;
    }
    let mut draft = Draft::new(source, &item.attrs, owned);
    let lowered = calls::lower(&mut draft.reader, call, Position::Item);
    let tokens = after(item.to_token_stream(), &item.attrs);
    draft.finish(name, ItemKind::MacroCall(Box::new(lowered)), &tokens, None)
}

/// The tokens of an item without its outer attributes.
fn bare(item: &syn::Item, attributes: &[Attribute]) -> TokenStream {
    after(item.to_token_stream(), attributes)
}

/// `tokens` without the attributes that they start with.
pub(super) fn after(tokens: TokenStream, attributes: &[Attribute]) -> TokenStream {
    let count: usize = attributes
        .iter()
        .filter(|attribute| is_outer(attribute))
        .count()
        * 2;
    tokens.into_iter().skip(count).collect()
}

/// What syn could not take apart.
pub(super) fn verbatim(source: &Source<'_>, tokens: TokenStream) -> Item {
    let attributes = Attribute::parse_outer
        .parse2(tokens.clone())
        .unwrap_or_default();
    let parts = (|input: ParseStream<'_>| {
        let attributes = input.call(Attribute::parse_outer)?;
        let rest: TokenStream = input.parse()?;
        Ok((attributes, rest))
    })
    .parse2(tokens.clone());
    let (attributes, rest) = parts.unwrap_or((attributes, tokens));
    let mut draft = Draft::new(source, &attributes, false);
    draft.body();
    opaque::scan(&rest, &mut draft.reader.mentions, true);
    let (name, kind) = match declarative_macro(&rest) {
        Some(name) => (
            name,
            ItemKind::MacroRules {
                rules: String::new(),
                line: 0,
            },
        ),
        None => (defined(&rest), ItemKind::Opaque),
    };
    draft.finish(name, kind, &rest, None)
}

/// The name after the first keyword that defines one; a path to it then finds the item.
fn defined(tokens: &TokenStream) -> Symbol {
    let defining = |token: &TokenTree| matches!(token, TokenTree::Ident(ident) if ["fn", "const", "static", "type", "struct", "enum", "union", "trait", "mod"].iter().any(|keyword| ident == keyword));
    let mut tokens = tokens.clone().into_iter().peekable();
    while let Some(token) = tokens.next() {
        if defining(&token)
            && let Some(TokenTree::Ident(name)) = tokens.peek()
            && !super::known::is_keyword(&name.to_string())
        {
            return names::symbol(name);
        }
    }
    Symbol::default()
}

/// The name in `pub macro name(..) {..}`.
fn declarative_macro(tokens: &TokenStream) -> Option<Symbol> {
    let mut tokens = tokens
        .clone()
        .into_iter()
        .filter(|token| !matches!(token, TokenTree::Group(_)));
    let is =
        |token: &TokenTree, text: &str| matches!(token, TokenTree::Ident(ident) if ident == text);
    let mut first = tokens.next()?;
    if is(&first, "pub") {
        first = tokens.next()?;
    }
    match (is(&first, "macro"), tokens.next()?) {
        (true, TokenTree::Ident(name)) => Some(names::symbol(&name)),
        _ => None,
    }
}
