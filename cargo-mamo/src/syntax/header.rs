//! The header of an impl: which types it names, and where.
//!
//! Inference chooses a type that nobody names where one impl alone fits, so it matters of a type whether another impl stands
//! beside this one that differs in nothing else: each place has a *hole*, the header without what stands there.

use super::canonical;
use super::ir::{Fill, HeaderType, Role};
use super::names;
use super::source::Source;
use crate::fingerprint::Fingerprint;
use proc_macro2::{Span, TokenStream};
use quote::{ToTokens, quote};
use syn::visit::{self, Visit};
use syn::{GenericArgument, PathArguments, Type};

/// The header around a type that stands in its place.
type Around<'w> = dyn Fn(Type) -> TokenStream + 'w;

/// The types that an impl's header names, without its where clause, and what fills its holes.
pub(super) fn read(source: &Source<'_>, item: &syn::ItemImpl) -> (Vec<HeaderType>, Vec<Fill>) {
    let mut header = Header {
        source,
        types: Vec::new(),
        fills: Vec::new(),
    };
    let (generics, own) = (&item.generics, &item.self_ty);
    let clause = &generics.where_clause;
    if let Some((_, path, _)) = &item.trait_ {
        header.push(path, Role::Trait, Fingerprint::NONE);
        header.arguments(path, &|path| quote!(#generics #path for #own #clause));
    }
    let of_trait = item.trait_.as_ref().map(|(_, path, _)| quote!(#path for));
    header.own(own, &|own| quote!(#generics #of_trait #own #clause));
    (header.types, header.fills)
}

/// What has been read of a header.
struct Header<'s, 'f> {
    source: &'s Source<'f>,
    types: Vec<HeaderType>,
    fills: Vec<Fill>,
}

impl Header<'_, '_> {
    fn push(&mut self, path: &syn::Path, role: Role, hole: Fingerprint) {
        let path = names::path(path);
        let found = HeaderType { path, role, hole };
        if !self.types.contains(&found) {
            self.types.push(found);
        }
    }

    /// The self type: rustc chooses no impl for a type of which it knows nothing.
    fn own(&mut self, ty: &Type, around: &Around<'_>) {
        match ty {
            Type::Path(own) if own.qself.is_none() => {
                self.push(&own.path, Role::Own, Fingerprint::NONE);
                self.parts(ty, around);
            }
            Type::Paren(inner) => self.own(&inner.elem, around),
            Type::Group(inner) => self.own(&inner.elem, around),
            Type::Reference(own) => self.place(&own.elem, Role::Referent, &|elem| {
                around(Type::Reference(syn::TypeReference {
                    elem: Box::new(elem),
                    ..own.clone()
                }))
            }),
            _ => self.parts(ty, around),
        }
    }

    /// The arguments of the trait. One that is the only one may be left out where it has a default, so its hole is the
    /// header without it.
    fn arguments(&mut self, path: &syn::Path, around: &dyn Fn(syn::Path) -> TokenStream) {
        let given = path.segments.last().map(|segment| &segment.arguments);
        let only = match given {
            None | Some(PathArguments::None) => {
                self.fill(around(path.clone()), &TokenStream::new());
                return;
            }
            Some(PathArguments::AngleBracketed(given)) => given.args.len() == 1,
            Some(PathArguments::Parenthesized(_)) => false,
        };
        for (at, ty) in arguments(path) {
            let place = |ty| around(with(path, at, ty));
            let hole = if only {
                self.fill(around(bare(path)), ty)
            } else {
                self.fill(place(blank()), ty)
            };
            self.filled(ty, Role::Argument, hole, &place);
        }
    }

    /// What a type is made of.
    fn parts(&mut self, ty: &Type, around: &Around<'_>) {
        match ty {
            Type::Path(own) if own.qself.is_none() => {
                for (at, part) in arguments(&own.path) {
                    self.place(part, Role::Inside, &|part| {
                        let mut own = own.clone();
                        own.path = with(&own.path, at, part);
                        around(Type::Path(own))
                    });
                }
            }
            Type::Tuple(own) => {
                for (at, part) in own.elems.iter().enumerate() {
                    self.part(part, &|part| {
                        let mut own = own.clone();
                        own.elems[at] = part;
                        around(Type::Tuple(own))
                    });
                }
            }
            Type::Reference(own) => self.part(&own.elem, &|elem| {
                let (elem, own) = (Box::new(elem), own.clone());
                around(Type::Reference(syn::TypeReference { elem, ..own }))
            }),
            Type::Slice(own) => self.part(&own.elem, &|elem| {
                let (elem, own) = (Box::new(elem), own.clone());
                around(Type::Slice(syn::TypeSlice { elem, ..own }))
            }),
            Type::Array(own) => self.part(&own.elem, &|elem| {
                let (elem, own) = (Box::new(elem), own.clone());
                around(Type::Array(syn::TypeArray { elem, ..own }))
            }),
            Type::Paren(inner) => self.parts(&inner.elem, around),
            Type::Group(inner) => self.parts(&inner.elem, around),
            other => self.visit_type(other),
        }
    }

    fn part(&mut self, ty: &Type, around: &Around<'_>) {
        self.place(ty, Role::Part, around);
    }

    fn place(&mut self, ty: &Type, role: Role, around: &Around<'_>) {
        let hole = self.fill(around(blank()), ty);
        self.filled(ty, role, hole, around);
    }

    fn filled(&mut self, ty: &Type, role: Role, hole: Fingerprint, around: &Around<'_>) {
        match ty {
            Type::Path(path) if path.qself.is_none() => {
                self.push(&path.path, role, hole);
                self.parts(ty, around);
            }
            Type::Paren(inner) => self.filled(&inner.elem, role, hole, around),
            Type::Group(inner) => self.filled(&inner.elem, role, hole, around),
            _ => self.parts(ty, around),
        }
    }

    fn fill(&mut self, hole: TokenStream, with: &impl ToTokens) -> Fingerprint {
        let hole = canonical::strict(self.source, hole);
        let with = canonical::strict(self.source, with.to_token_stream());
        self.fills.push(Fill { hole, with });
        hole
    }
}

/// Paths in types without holes.
impl<'ast> Visit<'ast> for Header<'_, '_> {
    fn visit_path(&mut self, path: &'ast syn::Path) {
        self.push(path, Role::Part, Fingerprint::NONE);
        visit::visit_path(self, path);
    }
}

/// The types among a path's arguments, each with its segment and place.
fn arguments(path: &syn::Path) -> Vec<((usize, usize), &Type)> {
    let mut found = Vec::new();
    for (segment, of) in path.segments.iter().enumerate() {
        if let PathArguments::AngleBracketed(given) = &of.arguments {
            for (place, argument) in given.args.iter().enumerate() {
                if let GenericArgument::Type(ty) = argument {
                    found.push(((segment, place), ty));
                }
            }
        }
    }
    found
}

/// The path with another type in that place.
fn with(path: &syn::Path, (segment, place): (usize, usize), ty: Type) -> syn::Path {
    let mut path = path.clone();
    if let PathArguments::AngleBracketed(given) = &mut path.segments[segment].arguments {
        given.args[place] = GenericArgument::Type(ty);
    }
    path
}

/// The path without the arguments of its last segment.
fn bare(path: &syn::Path) -> syn::Path {
    let mut path = path.clone();
    if let Some(last) = path.segments.last_mut() {
        last.arguments = PathArguments::None;
    }
    path
}

/// What stands in a hole.
fn blank() -> Type {
    Type::Infer(syn::TypeInfer {
        underscore_token: syn::Token![_](Span::call_site()),
    })
}
