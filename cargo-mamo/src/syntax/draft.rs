//! An item while its parts are gathered: attributes first, then signature, then body.

use super::attributes::{self, Read};
use super::body::Reader;
use super::ir::{Item, ItemKind, Mention, Symbol};
use super::source::Source;
use super::{canonical, names, opaque};
use crate::fingerprint::Fingerprint;
use proc_macro2::{Span, TokenStream};
use quote::quote;
use syn::visit::Visit;
use syn::{Attribute, Generics};

/// An item while its parts are gathered.
pub(super) struct Draft<'a> {
    pub(super) reader: Reader<'a>,
    read: Read,
    /// Where the attributes start.
    first: Option<Span>,
    outer: TokenStream,
    inner: TokenStream,
    generics: Vec<Symbol>,
    /// Mentions of the signature, once the body is being read.
    signature: Option<Vec<Mention>>,
}

impl<'a> Draft<'a> {
    /// A draft whose attributes are read.
    pub(super) fn new(source: &'a Source<'a>, attributes: &[Attribute], owned: bool) -> Self {
        let mut reader = Reader::new(source, owned);
        let read = attributes::read(attributes, owned, &mut reader.mentions);
        reader.owned |= !read.attributes.macros.is_empty();
        let first = attributes.iter().find(|attribute| is_outer(attribute));
        let first = first.map(|attribute| attribute.pound_token.span);
        // doc comments are most of a file's attributes, and their tokens are costly
        let counted = attributes
            .iter()
            .filter(|attribute| reader.owned || !attribute.path().is_ident("doc"));
        let (outer, inner): (Vec<_>, Vec<_>) = counted.partition(|attribute| is_outer(attribute));
        Self {
            reader,
            read,
            first,
            outer: quote!(#(#outer)*),
            inner: quote!(#(#inner)*),
            generics: Vec::new(),
            signature: None,
        }
    }

    /// Reads the generics.
    pub(super) fn generics(&mut self, generics: &Generics) {
        self.generics.extend(declared(generics));
        self.reader.visit_generics(generics);
    }

    /// Notes what the parameter of a `#[mamo::test]` is filled with: the fixture of its name, or what its attributes name.
    pub(super) fn argument(&mut self, input: &syn::PatType) {
        let says = &mut self.read.attributes;
        if !says.mamo_test {
            return;
        }
        for attribute in &input.attrs {
            says.cases |= attribute.path().is_ident("cases");
            attributes::expressions(&attribute.meta, &mut self.reader.mentions);
        }
        if let syn::Pat::Ident(name) = &*input.pat {
            let fixture = names::single(names::symbol(&name.ident));
            self.reader.mentions.path(fixture);
        }
    }

    /// Notes `impl Trait` in an argument: a type parameter without a name.
    pub(super) fn nameless_generic(&mut self) {
        self.generics.push(Symbol::from("impl"));
    }

    /// From here on the body is read.
    pub(super) fn body(&mut self) {
        self.signature = Some(self.reader.mentions.take());
    }

    /// Reads a value as the body.
    pub(super) fn value(&mut self, value: &syn::Expr) {
        self.body();
        self.reader.visit_expr(value);
    }

    /// The item. `signature`: the tokens of all but the attributes and the body.
    pub(super) fn finish(
        mut self,
        name: Symbol,
        kind: ItemKind,
        signature: &TokenStream,
        body: Option<TokenStream>,
    ) -> Item {
        let (outer, inner) = (&self.outer, &self.inner);
        let owned = self.reader.owned;
        let head = canonical::rust(self.reader.source, quote!(#outer #signature #inner), owned);
        if owned {
            opaque::scan(
                &quote!(#outer #signature #inner #body),
                &mut self.reader.mentions,
                true,
            );
        }
        let body = body.map(|body| canonical::rust(self.reader.source, body, owned));
        let last = body.as_ref().and_then(|body| body.lines);
        let lines = join(
            self.first.and_then(|span| self.reader.source.place(span)),
            join(head.lines, last),
        );
        let found = self.reader.mentions.take();
        let (signature_mentions, body_mentions) = match self.signature {
            Some(signature) => (signature, found),
            None => (found, Vec::new()),
        };
        if self
            .read
            .attributes
            .proc_macro
            .is_some_and(|name| name.is_empty())
        {
            self.read.attributes.proc_macro = Some(name);
        }
        Item {
            name,
            kind,
            lines: lines.unwrap_or_else(|| self.reader.source.default_lines()),
            cfg: self.read.cfg,
            attributes: self.read.attributes,
            signature: head.fingerprint,
            body: body.map_or(Fingerprint::NONE, |body| body.fingerprint),
            generics: self.generics,
            signature_mentions,
            body_mentions,
            nested: self.reader.nested,
        }
    }
}

/// Does it stand before its item?
pub(super) fn is_outer(attribute: &Attribute) -> bool {
    matches!(attribute.style, syn::AttrStyle::Outer)
}

/// The lines that both cover.
fn join(first: Option<(u32, u32)>, last: Option<(u32, u32)>) -> Option<(u32, u32)> {
    match (first, last) {
        (Some(first), Some(last)) => Some((first.0.min(last.0), first.1.max(last.1))),
        (lines, None) | (None, lines) => lines,
    }
}

/// Type and const parameters.
pub(super) fn declared(generics: &Generics) -> Vec<Symbol> {
    generics
        .params
        .iter()
        .filter_map(|parameter| match parameter {
            syn::GenericParam::Type(parameter) => Some(names::symbol(&parameter.ident)),
            syn::GenericParam::Const(parameter) => Some(names::symbol(&parameter.ident)),
            syn::GenericParam::Lifetime(_) => None,
        })
        .collect()
}
