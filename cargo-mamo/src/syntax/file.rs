//! One file: lexed, parsed, lowered; never refused.

use super::attributes;
use super::ir::{Attributes, File, FileArgument, Item, ItemKind, ParseError, Symbol};
use super::items;
use super::sink::Sink;
use super::source::{Source, line_number};
use super::{canonical, docs, files, interface, opaque};
use crate::fingerprint::Fingerprint;
use proc_macro2::{Delimiter, TokenStream, TokenTree};
use quote::quote;
use syn::buffer::Cursor;
use syn::parse::{ParseStream, Parser};

/// Lowers a file's text.
pub(super) fn lower(text: &str) -> File {
    let body = without_shebang(text.strip_prefix('\u{feff}').unwrap_or(text));
    let file = match body.parse::<TokenStream>() {
        Ok(tokens) => lexed(body, tokens),
        Err(error) => {
            let line = line_number(error.span().start().line);
            let mut file = empty(Some(ParseError {
                message: error.to_string(),
                line,
            }));
            file.items
                .push(unread(text, Vec::new(), (1, last_line(text))));
            file
        }
    };
    proc_macro2::extra::invalidate_current_thread_spans();
    file
}

fn lexed(text: &str, tokens: TokenStream) -> File {
    let source = Source::File(text);
    let mut docs = Docs::default();
    let parser = |input: ParseStream<'_>| {
        docs.gather(input.cursor());
        input.parse::<syn::File>()
    };
    let mut file = match parser.parse2(tokens) {
        Ok(parsed) => lowered(&source, &parsed),
        Err(error) => {
            let line = line_number(error.span().start().line);
            let mut file = empty(Some(ParseError {
                message: error.to_string(),
                line,
            }));
            let tokens = text.parse::<TokenStream>().unwrap_or_default();
            let mentions = opaque::lower(&tokens).mentions;
            file.items
                .push(unread(text, mentions, (1, last_line(text))));
            file
        }
    };
    file.docs = Fingerprint::of_parts(docs.texts.iter().map(String::as_bytes));
    file.doc_includes = docs.includes;
    if !docs.settings.is_empty() {
        file.doc_settings = Fingerprint::of_parts(docs.settings.iter().map(String::as_bytes));
    }
    file
}

fn lowered(source: &Source<'_>, parsed: &syn::File) -> File {
    let mut file = empty(None);
    let read = attributes::read(&parsed.attrs, false, &mut Sink::default());
    let attrs = parsed
        .attrs
        .iter()
        .filter(|attribute| !attribute.path().is_ident("cfg"));
    file.attributes = canonical::rust(source, quote!(#(#attrs)*), false).fingerprint;
    file.inner = read.attributes;
    file.cfg = read.cfg;
    file.items = parsed
        .items
        .iter()
        .flat_map(|item| items::lower(source, item, false))
        .collect();
    file.documentation = docs::of_file(source, parsed);
    file.interface = interface::of_file(source, parsed);
    file
}

fn empty(error: Option<ParseError>) -> File {
    File {
        items: Vec::new(),
        cfg: Vec::new(),
        attributes: Fingerprint::NONE,
        inner: Attributes::default(),
        interface: Fingerprint::NONE,
        docs: Fingerprint::NONE,
        doc_settings: Fingerprint::NONE,
        doc_includes: Vec::new(),
        documentation: Vec::new(),
        error,
    }
}

/// A whole file as one opaque item.
fn unread(text: &str, body_mentions: Vec<super::ir::Mention>, lines: (u32, u32)) -> Item {
    Item {
        name: Symbol::default(),
        kind: ItemKind::Opaque,
        lines,
        cfg: Vec::new(),
        attributes: Attributes::default(),
        signature: Fingerprint::of(text.as_bytes()),
        body: Fingerprint::NONE,
        generics: Vec::new(),
        signature_mentions: Vec::new(),
        body_mentions,
        nested: Vec::new(),
    }
}

fn last_line(text: &str) -> u32 {
    line_number(text.lines().count().max(1))
}

/// The text from the end of the shebang's line on, so that lines stay.
fn without_shebang(text: &str) -> &str {
    let Some(rest) = text.strip_prefix("#!") else {
        return text;
    };
    // `#![..]` is an attribute, with whatever space or comments before the bracket
    let next = syn_free_start(rest);
    if next.starts_with('[') {
        text
    } else {
        &text[text.find('\n').unwrap_or(text.len())..]
    }
}

fn syn_free_start(mut text: &str) -> &str {
    loop {
        text = text.trim_start();
        if let Some(rest) = text.strip_prefix("//") {
            text = rest.find('\n').map_or("", |end| &rest[end..]);
        } else if let Some(rest) = text.strip_prefix("/*") {
            text = rest.find("*/").map_or("", |end| &rest[end + 2..]);
        } else {
            return text;
        }
    }
}

/// All documentation of a file.
#[derive(Default)]
struct Docs {
    texts: Vec<String>,
    /// `doc(test(attr(..)))` changes doctests, too.
    settings: Vec<String>,
    includes: Vec<FileArgument>,
}

impl Docs {
    fn gather(&mut self, mut cursor: Cursor<'_>) {
        let mut attribute = false;
        while !cursor.eof() {
            if let Some((inside, delimiter, span, after)) = cursor.any_group() {
                if attribute && delimiter == Delimiter::Bracket {
                    self.attribute(&inside.token_stream());
                } else {
                    self.gather(inside);
                }
                let _ = span;
                (attribute, cursor) = (false, after);
            } else if let Some((punct, after)) = cursor.punct() {
                attribute = punct.as_char() == '#' || (attribute && punct.as_char() == '!');
                cursor = after;
            } else if let Some((_, after)) = cursor.token_tree() {
                (attribute, cursor) = (false, after);
            }
        }
    }

    fn attribute(&mut self, tokens: &TokenStream) {
        let tokens: Vec<TokenTree> = tokens.clone().into_iter().collect();
        for (at, token) in tokens.iter().enumerate() {
            match token {
                TokenTree::Group(group) => self.attribute(&group.stream()),
                TokenTree::Ident(ident) if ident == "doc" => self.doc(&tokens[at + 1..]),
                _ => {}
            }
        }
    }

    fn doc(&mut self, tokens: &[TokenTree]) {
        if let [TokenTree::Group(group), ..] = tokens {
            let text = group.to_string();
            if text.contains("test") {
                self.settings.push(text.clone());
            }
            self.texts.push(text);
        }
        let [TokenTree::Punct(equals), value, rest @ ..] = tokens else {
            return;
        };
        if equals.as_char() != '=' {
            return;
        }
        match (value, rest) {
            (TokenTree::Literal(literal), _) => {
                self.texts
                    .push(opaque::string_value(literal).unwrap_or_else(|| literal.to_string()));
            }
            (TokenTree::Ident(name), [TokenTree::Punct(_), TokenTree::Group(group), ..])
                if name == "include_str" =>
            {
                self.includes.push(files::argument(group.stream()));
            }
            (other, _) => self.texts.push(other.to_string()),
        }
    }
}
