//! The documentation of a file's items, as rustdoc puts it together: what its doctests are found in.
//!
//! Only documentation that stands in the file as written is read: what a macro makes, what a `cfg_attr` adds, block
//! comments and computed texts are left out, and a doctest in them is traced to no block.

use super::codeblock;
use super::ir::{CodeBlock, Documentation, DocumentationPart, Symbol};
use super::source::{Source, line_number};
use super::{files, names};
use proc_macro2::{TokenStream, TokenTree};
use quote::ToTokens;
use syn::visit::{self, Visit};
use syn::{Attribute, Expr, Meta};

/// The documentation of `file` that holds code blocks or names files.
pub(super) fn of_file(source: &Source<'_>, file: &syn::File) -> Vec<Documentation> {
    let Source::File(text) = source else {
        return Vec::new();
    };
    let mut finder = Finder {
        text,
        owner: Vec::new(),
        found: Vec::new(),
    };
    finder.note(&file.attrs, Some(Symbol::default()));
    finder.visit_file(file);
    finder.found
}

/// The code blocks of documentation whose files have been read: `None` for one that could not be.
pub fn composed(
    documentation: &Documentation,
    read: impl Fn(&super::ir::FileArgument) -> Option<String>,
) -> Option<Vec<CodeBlock>> {
    let mut fragments = Vec::new();
    for part in &documentation.parts {
        fragments.push(match part {
            DocumentationPart::Comment(text) => Fragment::new(text, true),
            DocumentationPart::Text(text) => Fragment::new(text, false),
            DocumentationPart::File(argument) => Fragment::new(&read(argument)?, false),
        });
    }
    Some(codeblock::find(&joined(&fragments), documentation.line))
}

/// A stretch of documentation, and whether `///` makes it.
struct Fragment {
    text: String,
    comment: bool,
}

impl Fragment {
    fn new(text: &str, comment: bool) -> Self {
        Self {
            text: text.to_owned(),
            comment,
        }
    }
}

/// The fragments as one text, without the indentation that they share; as rustdoc does it.
fn joined(fragments: &[Fragment]) -> String {
    let mixed = fragments
        .windows(2)
        .any(|pair| pair[0].comment != pair[1].comment);
    let extra = usize::from(mixed && fragments.iter().any(|fragment| fragment.comment));
    let indents = fragments.iter().filter_map(|fragment| {
        let add = if fragment.comment { 0 } else { extra };
        let lines = fragment.text.lines().filter(|line| !is_blank(line));
        lines.map(|line| indent_of(line) + add).min()
    });
    let least = indents.min().unwrap_or(0);
    let mut text = String::new();
    for fragment in fragments {
        let cut = if fragment.comment {
            least
        } else {
            least.saturating_sub(extra)
        };
        if fragment.text.is_empty() {
            text.push('\n');
        }
        for line in fragment.text.lines() {
            let rest = if is_blank(line) {
                line
            } else {
                line.get(cut..).unwrap_or(line)
            };
            text.push_str(rest);
            text.push('\n');
        }
    }
    text.pop();
    text
}

fn is_blank(line: &str) -> bool {
    line.chars().all(char::is_whitespace)
}

fn indent_of(line: &str) -> usize {
    line.chars()
        .take_while(|letter| matches!(letter, ' ' | '\t'))
        .count()
}

/// Walks a file for documentation.
struct Finder<'a> {
    text: &'a str,
    owner: Vec<String>,
    found: Vec<Documentation>,
}

impl Finder<'_> {
    /// Notes the documentation that `attributes` hold.
    fn note(&mut self, attributes: &[Attribute], name: Option<Symbol>) {
        let Some((line, parts)) = self.parts(attributes) else {
            return;
        };
        let owner = self.owner.join("::");
        let has_files = parts
            .iter()
            .any(|part| matches!(part, DocumentationPart::File(_)));
        let mut documentation = Documentation {
            owner,
            name,
            line,
            blocks: Vec::new(),
            parts,
        };
        if has_files {
            self.found.push(documentation);
            return;
        }
        documentation.blocks = composed(&documentation, |_| None).unwrap_or_default();
        documentation.parts.clear();
        if !documentation.blocks.is_empty() {
            self.found.push(documentation);
        }
    }

    /// The parts of an item's documentation and the first one's line; `None` if it has none, or one that is not read.
    fn parts(&self, attributes: &[Attribute]) -> Option<(u32, Vec<DocumentationPart>)> {
        let mut parts = Vec::new();
        let mut first = None;
        for attribute in attributes {
            match &attribute.meta {
                Meta::NameValue(pair) if pair.path.is_ident("doc") => {
                    parts.push(self.part(attribute, &pair.value)?);
                    first.get_or_insert(line_number(attribute.pound_token.span.start().line));
                }
                Meta::List(list)
                    if list.path.is_ident("cfg_attr") && sets_doc(list.tokens.clone()) =>
                {
                    return None;
                }
                _ => {}
            }
        }
        Some((first?, parts))
    }

    fn part(&self, attribute: &Attribute, value: &Expr) -> Option<DocumentationPart> {
        if let Expr::Macro(call) = value {
            let includes = call.mac.path.is_ident("include_str");
            return includes
                .then(|| DocumentationPart::File(files::argument(call.mac.tokens.clone())));
        }
        let text = files::text(value)?;
        let at = attribute.pound_token.span.byte_range().start;
        let written = self.text.get(at..).unwrap_or_default();
        match () {
            () if written.starts_with("//") => Some(DocumentationPart::Comment(text)),
            () if written.starts_with('#') => Some(DocumentationPart::Text(text)),
            () => None,
        }
    }

    /// Notes documentation, and walks what lies within under the owner's name.
    fn within(
        &mut self,
        attributes: &[Attribute],
        shown: String,
        name: Option<Symbol>,
        walk: impl FnOnce(&mut Self),
    ) {
        self.owner.push(shown);
        self.note(attributes, name);
        walk(self);
        self.owner.pop();
    }

    fn named(
        &mut self,
        attributes: &[Attribute],
        ident: &syn::Ident,
        walk: impl FnOnce(&mut Self),
    ) {
        let name = names::symbol(ident);
        self.within(attributes, name.to_string(), Some(name), walk);
    }
}

/// Does a `cfg_attr` add documentation?
fn sets_doc(tokens: TokenStream) -> bool {
    let mut tokens = tokens.into_iter().peekable();
    while let Some(token) = tokens.next() {
        let found = match &token {
            TokenTree::Group(group) => sets_doc(group.stream()),
            TokenTree::Ident(ident) if ident == "doc" => {
                matches!(tokens.peek(), Some(TokenTree::Punct(punct)) if punct.as_char() == '=')
            }
            _ => false,
        };
        if found {
            return true;
        }
    }
    false
}

/// The name of an item that is called something, its attributes, and where it is an impl its self type.
fn parts_of(item: &syn::Item) -> Option<(&[Attribute], &syn::Ident)> {
    Some(match item {
        syn::Item::Const(item) => (&item.attrs, &item.ident),
        syn::Item::Enum(item) => (&item.attrs, &item.ident),
        syn::Item::Fn(item) => (&item.attrs, &item.sig.ident),
        syn::Item::Static(item) => (&item.attrs, &item.ident),
        syn::Item::Struct(item) => (&item.attrs, &item.ident),
        syn::Item::Trait(item) => (&item.attrs, &item.ident),
        syn::Item::TraitAlias(item) => (&item.attrs, &item.ident),
        syn::Item::Type(item) => (&item.attrs, &item.ident),
        syn::Item::Union(item) => (&item.attrs, &item.ident),
        _ => return None,
    })
}

impl<'ast> Visit<'ast> for Finder<'_> {
    fn visit_item(&mut self, item: &'ast syn::Item) {
        match item {
            syn::Item::Mod(module) => {
                // the documentation before `mod name;` goes on in the module's file
                let attributes: &[Attribute] = match module.content {
                    Some(_) => &module.attrs,
                    None => &[],
                };
                self.named(attributes, &module.ident, |finder| {
                    visit::visit_item_mod(finder, module);
                });
            }
            syn::Item::Impl(block) => {
                let shown = block.self_ty.to_token_stream().to_string();
                self.within(&block.attrs, shown, None, |finder| {
                    visit::visit_item_impl(finder, block);
                });
            }
            syn::Item::Macro(item) => {
                if let Some(ident) = &item.ident {
                    self.named(&item.attrs, ident, |_| {});
                }
            }
            _ => match parts_of(item) {
                Some((attributes, ident)) => {
                    self.named(attributes, ident, |finder| visit::visit_item(finder, item));
                }
                None => visit::visit_item(self, item),
            },
        }
    }

    fn visit_impl_item(&mut self, item: &'ast syn::ImplItem) {
        let (attributes, ident): (&[Attribute], _) = match item {
            syn::ImplItem::Const(item) => (&item.attrs, &item.ident),
            syn::ImplItem::Fn(item) => (&item.attrs, &item.sig.ident),
            syn::ImplItem::Type(item) => (&item.attrs, &item.ident),
            _ => return,
        };
        self.named(attributes, ident, |finder| {
            visit::visit_impl_item(finder, item);
        });
    }

    fn visit_trait_item(&mut self, item: &'ast syn::TraitItem) {
        let (attributes, ident): (&[Attribute], _) = match item {
            syn::TraitItem::Const(item) => (&item.attrs, &item.ident),
            syn::TraitItem::Fn(item) => (&item.attrs, &item.sig.ident),
            syn::TraitItem::Type(item) => (&item.attrs, &item.ident),
            _ => return,
        };
        self.named(attributes, ident, |finder| {
            visit::visit_trait_item(finder, item);
        });
    }

    fn visit_foreign_item(&mut self, item: &'ast syn::ForeignItem) {
        let (attributes, ident): (&[Attribute], _) = match item {
            syn::ForeignItem::Fn(item) => (&item.attrs, &item.sig.ident),
            syn::ForeignItem::Static(item) => (&item.attrs, &item.ident),
            syn::ForeignItem::Type(item) => (&item.attrs, &item.ident),
            _ => return,
        };
        self.named(attributes, ident, |_| {});
    }

    fn visit_variant(&mut self, variant: &'ast syn::Variant) {
        self.named(&variant.attrs, &variant.ident, |finder| {
            visit::visit_variant(finder, variant);
        });
    }

    fn visit_field(&mut self, field: &'ast syn::Field) {
        if let Some(ident) = &field.ident {
            self.named(&field.attrs, ident, |_| {});
        }
    }
}
