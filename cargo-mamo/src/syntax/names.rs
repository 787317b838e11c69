//! From syn's identifiers and paths to symbols and [`Path`]s.

use super::ir::{Path, Symbol};
use syn::{Ident, Type};

/// The symbol of an identifier, raw or not.
pub(super) fn symbol(ident: &Ident) -> Symbol {
    let text = ident.to_string();
    Symbol::from(text.strip_prefix("r#").unwrap_or(&text))
}

/// A path without its generic arguments.
pub(super) fn path(path: &syn::Path) -> Path {
    Path {
        global: path.leading_colon.is_some(),
        segments: path
            .segments
            .iter()
            .map(|segment| symbol(&segment.ident))
            .collect(),
    }
}

/// A path of one segment.
pub(super) fn single(name: Symbol) -> Path {
    Path {
        global: false,
        segments: vec![name],
    }
}

/// The last segment of a path.
pub(super) fn last(path: &syn::Path) -> String {
    path.segments
        .last()
        .map(|segment| symbol(&segment.ident).to_string())
        .unwrap_or_default()
}

/// The path that a type is, behind references, pointers, slices and parentheses.
pub(super) fn head(ty: &Type) -> Option<Path> {
    match ty {
        Type::Path(ty) if ty.qself.is_none() => Some(path(&ty.path)),
        Type::Paren(ty) => head(&ty.elem),
        Type::Group(ty) => head(&ty.elem),
        Type::Reference(ty) => head(&ty.elem),
        Type::Ptr(ty) => head(&ty.elem),
        Type::Slice(ty) => head(&ty.elem),
        Type::Array(ty) => head(&ty.elem),
        _ => None,
    }
}

/// The path that a type is as it stands.
pub(super) fn plain_type(ty: &Type) -> Option<Path> {
    match ty {
        Type::Path(ty) if ty.qself.is_none() => Some(path(&ty.path)),
        Type::Paren(ty) => plain_type(&ty.elem),
        Type::Group(ty) => plain_type(&ty.elem),
        _ => None,
    }
}
