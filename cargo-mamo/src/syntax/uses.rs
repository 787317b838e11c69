//! `use` declarations, one entry a bound name.

use super::draft::Draft;
use super::ir::{Item, ItemKind, Path, Symbol, UseEntry};
use super::items;
use super::names;
use super::source::Source;
use crate::fingerprint::Fingerprint;
use quote::ToTokens;
use syn::{ItemUse, UseTree, Visibility};

/// Lowers a `use`. Order and nesting are layout: the entries count as a set.
pub(super) fn lower(source: &Source<'_>, item: &ItemUse, owned: bool) -> Item {
    let draft = Draft::new(source, &item.attrs, owned);
    let mut entries = Vec::new();
    flatten(
        &item.tree,
        &Path {
            global: item.leading_colon.is_some(),
            segments: Vec::new(),
        },
        &mut entries,
    );
    let mut lines: Vec<String> = entries.iter().map(written).collect();
    lines.sort_unstable();
    let public = !matches!(item.vis, Visibility::Inherited);
    let tokens = items::after(item.to_token_stream(), &item.attrs);
    let set = Fingerprint::of_parts(lines.iter().map(String::as_bytes));
    let mut lowered = draft.finish(
        Symbol::default(),
        ItemKind::Use { entries, public },
        &tokens,
        None,
    );
    let head = super::canonical::rust(
        source,
        {
            let (attrs, vis) = (&item.attrs, &item.vis);
            quote::quote!(#(#attrs)* #vis use)
        },
        owned,
    );
    lowered.signature = Fingerprint::of_parts([&head.fingerprint.0[..], &set.0[..]]);
    lowered
}

fn written(entry: &UseEntry) -> String {
    let path: Vec<&str> = entry.path.segments.iter().map(Symbol::as_str).collect();
    format!(
        "{}{} {} {}",
        if entry.path.global { "::" } else { "" },
        path.join("::"),
        entry.alias,
        entry.glob
    )
}

fn flatten(tree: &UseTree, prefix: &Path, entries: &mut Vec<UseEntry>) {
    let with = |name: Symbol| {
        let mut path = prefix.clone();
        path.segments.push(name);
        path
    };
    match tree {
        UseTree::Path(tree) => flatten(&tree.tree, &with(names::symbol(&tree.ident)), entries),
        UseTree::Name(tree) => entries.push(bound(with(names::symbol(&tree.ident)), None)),
        UseTree::Rename(tree) => entries.push(bound(
            with(names::symbol(&tree.ident)),
            Some(names::symbol(&tree.rename)),
        )),
        UseTree::Glob(_) => entries.push(UseEntry {
            path: prefix.clone(),
            alias: Symbol::default(),
            glob: true,
        }),
        UseTree::Group(tree) => tree
            .items
            .iter()
            .for_each(|tree| flatten(tree, prefix, entries)),
    }
}

/// `use a::{self}` binds `a`.
fn bound(mut path: Path, alias: Option<Symbol>) -> UseEntry {
    if path.segments.len() > 1
        && path
            .segments
            .last()
            .is_some_and(|last| last.as_str() == "self")
    {
        path.segments.pop();
    }
    let alias = alias
        .or_else(|| path.segments.last().copied())
        .unwrap_or_default();
    UseEntry {
        path,
        alias,
        glob: false,
    }
}
