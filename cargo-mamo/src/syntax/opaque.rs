//! Tokens that could not be read as Rust: every identifier in them may mean anything.

use super::fragment::RESERVED;
use super::ir::{Lowered, Mention, Path, Symbol};
use super::sink::Sink;
use super::{files, known, paste};
use proc_macro2::{Delimiter, TokenStream, TokenTree};

/// Longest string literal that is tried as a path.
const LONGEST_PATH: usize = 300;

/// What `tokens` may name.
pub(super) fn lower(tokens: &TokenStream) -> Lowered {
    let mut sink = Sink::default();
    scan(tokens, &mut sink, true);
    Lowered {
        mentions: sink.take(),
        items: Vec::new(),
    }
}

/// Adds a mention for every identifier in `tokens`, and for what they read if they are expanded as they stand.
pub(super) fn scan(tokens: &TokenStream, sink: &mut Sink, strings: bool) {
    scan_by(tokens, sink, strings, false);
}

/// The same of tokens that are expressions: a word within a path stands for nothing but that path.
pub(super) fn expressions(tokens: &TokenStream, sink: &mut Sink) {
    scan_by(tokens, sink, true, true);
}

fn scan_by(tokens: &TokenStream, sink: &mut Sink, strings: bool, in_paths: bool) {
    let tokens: Vec<TokenTree> = tokens.clone().into_iter().collect();
    paths(&tokens, &mut |path| {
        if path.segments.len() > 1 {
            sink.path(path);
        }
    });
    for (at, token) in tokens.iter().enumerate() {
        match token {
            TokenTree::Ident(ident) => {
                let name = super::names::symbol(ident);
                let of_path = in_paths && is_of_path(&tokens, at);
                if !of_path && !name.as_str().starts_with(RESERVED) {
                    sink.loose(name);
                }
                reads(name, &tokens[at + 1..], sink);
            }
            TokenTree::Literal(literal) => {
                if let Some(text) = string_value(literal) {
                    if strings {
                        string(&text, sink);
                    }
                    sink.text(text);
                }
            }
            TokenTree::Group(group) => {
                joined(group, &tokens[at + 1..], sink);
                scan_by(&group.stream(), sink, strings, in_paths);
            }
            TokenTree::Punct(_) => {}
        }
        if let Some(pattern) = paste::numbered(&tokens[at..]) {
            sink.other(Mention::Like(Symbol::from(&pattern)));
        }
    }
}

/// Is the word at `at` one of several that `::` joins?
fn is_of_path(tokens: &[TokenTree], at: usize) -> bool {
    let is_word = |at: usize| matches!(tokens.get(at), Some(TokenTree::Ident(_)));
    let joins_next = is_colons(&tokens[at + 1..]) && is_word(at + 3);
    let joins_last = at >= 3 && is_colons(&tokens[at - 2..at]) && is_word(at - 3);
    joins_next || joins_last
}

/// Names that `[<..>]` makes, and what follows it in a path: whatever is called so is meant, since nobody knows in which
/// module.
fn joined(group: &proc_macro2::Group, next: &[TokenTree], sink: &mut Sink) {
    let Some(pattern) = paste::pattern(group) else {
        return;
    };
    sink.other(Mention::Like(Symbol::from(&pattern)));
    let mut next = next;
    while is_colons(next) {
        let name = match next.get(2) {
            Some(TokenTree::Ident(ident)) => {
                super::normalized(super::names::symbol(ident).as_str())
            }
            _ => "*".to_owned(),
        };
        sink.other(Mention::Like(Symbol::from(&name)));
        next = &next[3.min(next.len())..];
    }
}

/// More than one token?
pub(super) fn is_several(tokens: &TokenStream) -> bool {
    let mut tokens = tokens.clone().into_iter();
    match (tokens.next(), tokens.next()) {
        (Some(TokenTree::Group(group)), None) => {
            group.delimiter() != Delimiter::None || is_several(&group.stream())
        }
        (_, second) => second.is_some(),
    }
}

/// The value of a string literal.
pub(super) fn string_value(literal: &proc_macro2::Literal) -> Option<String> {
    match syn::Lit::new(literal.clone()) {
        syn::Lit::Str(text) => Some(text.value()),
        _ => None,
    }
}

/// What the macro or function `name`, followed by `next`, reads from outside the source.
fn reads(name: Symbol, next: &[TokenTree], sink: &mut Sink) {
    let (bang, arguments) = match next {
        [TokenTree::Punct(bang), TokenTree::Group(group), ..] if bang.as_char() == '!' => {
            (true, group)
        }
        [TokenTree::Group(group), ..] if group.delimiter() == Delimiter::Parenthesis => {
            (false, group)
        }
        _ => return,
    };
    match (bang, name.as_str()) {
        (true, "include_str" | "include_bytes") => {
            sink.other(Mention::File(files::argument(arguments.stream())));
        }
        (true, "include") => sink.other(Mention::Code(files::argument(arguments.stream()))),
        (true, "stringify") if is_several(&arguments.stream()) => sink.other(Mention::Spelling),
        (true, "env" | "option_env") => {
            sink.other(Mention::BuildEnv(files::literal(arguments.stream())));
        }
        (false, "var" | "var_os") => {
            sink.other(Mention::RunEnv(files::literal(arguments.stream())));
        }
        (false, "vars" | "vars_os") => sink.other(Mention::RunEnv(None)),
        _ => {}
    }
}

/// Adds the paths that a string literal may hold (`serde(with = "m::f")`, `bound = "T: Foo"`).
pub(super) fn string(text: &str, sink: &mut Sink) {
    if text.is_empty() || text.len() > LONGEST_PATH || text.contains('/') {
        return;
    }
    let Ok(tokens) = text.parse::<TokenStream>() else {
        return;
    };
    if !is_prose(&tokens) {
        every_path(&tokens, 1, sink);
    }
}

/// Do two words follow each other, as they do in no path, type or expression?
fn is_prose(tokens: &TokenStream) -> bool {
    let mut word = false;
    tokens.clone().into_iter().any(|token| {
        let was = word;
        word = match &token {
            TokenTree::Ident(ident) => !known::is_keyword(&ident.to_string()),
            TokenTree::Literal(_) => true,
            _ => false,
        };
        was && word
    })
}

/// Adds every path in an attribute's arguments. Words of one segment are keys there, or identifiers that a macro gets
/// as such; in its strings they are paths.
pub(super) fn attribute_paths(tokens: &TokenStream, sink: &mut Sink) {
    every_path(tokens, 2, sink);
}

/// Adds the paths of `#[derive(..)]`.
pub(super) fn derive_paths(tokens: &TokenStream, sink: &mut Sink) {
    every_path(tokens, 1, sink);
}

/// Adds every path in `tokens` of at least so many segments, and those of any length in its strings.
fn every_path(tokens: &TokenStream, shortest: usize, sink: &mut Sink) {
    let tokens: Vec<TokenTree> = tokens.clone().into_iter().collect();
    paths(&tokens, &mut |path| {
        if path.segments.len() >= shortest {
            sink.path(path);
        }
    });
    for token in &tokens {
        match token {
            TokenTree::Group(group) => every_path(&group.stream(), shortest, sink),
            TokenTree::Literal(literal) => {
                if let Some(text) = string_value(literal) {
                    string(&text, sink);
                }
            }
            _ => {}
        }
    }
}

/// Calls `found` for every longest `a::b::c` at the top level of `tokens`.
fn paths(tokens: &[TokenTree], found: &mut dyn FnMut(Path)) {
    let mut at = 0;
    while at < tokens.len() {
        let global = is_colons(&tokens[at..]);
        let mut next = at + if global { 2 } else { 0 };
        let mut segments = Vec::new();
        while let Some(TokenTree::Ident(ident)) = tokens.get(next) {
            segments.push(super::names::symbol(ident));
            next += 1;
            if !is_colons(&tokens[next..])
                || !matches!(tokens.get(next + 2), Some(TokenTree::Ident(_)))
            {
                break;
            }
            next += 2;
        }
        let usable = match segments.as_slice() {
            [] => false,
            [only] => !known::is_keyword(only.as_str()),
            _ => true,
        };
        if usable {
            found(Path { global, segments });
        }
        at = next.max(at + 1);
    }
}

fn is_colons(tokens: &[TokenTree]) -> bool {
    matches!(tokens, [TokenTree::Punct(a), TokenTree::Punct(b), ..] if a.as_char() == ':' && b.as_char() == ':')
}
