//! Identifiers that a macro makes by joining words: `[<get_ $name>]` of `paste!`, `name~N` of `seq!`.
//!
//! Where the words are known the joined identifier is put in its place, and the rest reads as Rust. Where they are not
//! (a macro's own rules, say), a [`Pattern`] stands for every name that could come out. It must never miss one.

use super::fragment::rebuilt;
use proc_macro2::{Delimiter, Ident, Span, TokenStream, TokenTree};

/// What a joined identifier can be: letters in lower case without underscores, `*` for what is not known.
pub(super) type Pattern = String;

/// The arguments of `paste!` with every `[<..>]` replaced by what it makes; `None` where that cannot be told.
pub(super) fn pasted(tokens: TokenStream) -> Option<TokenStream> {
    let mut out: Vec<TokenTree> = Vec::new();
    let mut hash = false;
    for token in tokens {
        let attribute = hash;
        hash = matches!(&token, TokenTree::Punct(punct) if punct.as_char() == '#');
        let TokenTree::Group(group) = token else {
            out.push(token);
            continue;
        };
        match words_of(&group) {
            Some(words) => out.push(joined(&words)?.into()),
            None if attribute && is_doc(&group) => {
                out.push(rebuilt(&group, quote::quote!(doc = "")));
            }
            None => out.push(rebuilt(&group, pasted(group.stream())?)),
        }
    }
    Some(out.into_iter().collect())
}

/// What the group makes, if it is `[<..>]`.
pub(super) fn pattern(group: &proc_macro2::Group) -> Option<Pattern> {
    words_of(group).map(|words| {
        words
            .iter()
            .map(|word| normal(word.text.as_deref()))
            .collect()
    })
}

/// What `prefix~N` makes.
pub(super) fn numbered(tokens: &[TokenTree]) -> Option<Pattern> {
    match tokens {
        [
            TokenTree::Ident(prefix),
            TokenTree::Punct(tilde),
            TokenTree::Ident(_),
            ..,
        ] if tilde.as_char() == '~' => Some(normal(Some(&prefix.to_string())) + "*"),
        _ => None,
    }
}

/// A name as patterns are compared with: in lower case, without underscores.
pub fn normalized(name: &str) -> String {
    let letters = name.chars().filter(|letter| *letter != '_');
    letters.flat_map(char::to_lowercase).collect()
}

/// Can `name`, normalized, come out of `pattern`?
pub fn fits(pattern: &str, name: &str) -> bool {
    match pattern.split_once('*') {
        None => pattern == name,
        Some((start, rest)) => name.strip_prefix(start).is_some_and(|name| {
            let ends = name.char_indices().map(|(at, _)| at).chain([name.len()]);
            ends.into_iter().any(|at| fits(rest, &name[at..]))
        }),
    }
}

fn normal(word: Option<&str>) -> Pattern {
    word.map_or_else(|| "*".to_owned(), normalized)
}

/// One part of a joined identifier.
struct Word {
    /// Its letters, modifiers applied; `None` if only the compiler knows them.
    text: Option<String>,
    span: Span,
}

fn words_of(group: &proc_macro2::Group) -> Option<Vec<Word>> {
    let tokens: Vec<TokenTree> = group.stream().into_iter().collect();
    let is = |token: &TokenTree, mark: char| matches!(token, TokenTree::Punct(punct) if punct.as_char() == mark);
    match tokens.as_slice() {
        [open, inner @ .., close]
            if group.delimiter() == Delimiter::Bracket
                && is(open, '<')
                && is(close, '>')
                && !inner.is_empty() =>
        {
            Some(words(inner))
        }
        _ => None,
    }
}

fn words(tokens: &[TokenTree]) -> Vec<Word> {
    let mut found: Vec<Word> = Vec::new();
    let mut at = 0;
    while at < tokens.len() {
        let span = tokens[at].span();
        let (text, taken) = match &tokens[at..] {
            [TokenTree::Punct(colon), TokenTree::Ident(modifier), ..] if colon.as_char() == ':' => {
                if let Some(word) = found.last_mut() {
                    word.text = word
                        .text
                        .take()
                        .and_then(|text| modified(&text, &modifier.to_string()));
                }
                at += 2;
                continue;
            }
            // `$name`, `env!("NAME")`, `#name`
            [TokenTree::Punct(mark), TokenTree::Ident(_), ..]
                if matches!(mark.as_char(), '$' | '#') =>
            {
                (None, 2)
            }
            [
                TokenTree::Ident(_),
                TokenTree::Punct(bang),
                TokenTree::Group(_),
                ..,
            ] if bang.as_char() == '!' => (None, 3),
            [TokenTree::Ident(ident), ..] => (Some(super::names::symbol(ident).to_string()), 1),
            [TokenTree::Literal(literal), ..] => (letters(literal), 1),
            [TokenTree::Punct(quote), ..] if quote.as_char() == '\'' => (Some(String::new()), 1),
            [TokenTree::Group(group), ..] if group.delimiter() == Delimiter::None => {
                let inner: Vec<TokenTree> = group.stream().into_iter().collect();
                found.extend(words(&inner));
                at += 1;
                continue;
            }
            _ => (None, 1),
        };
        found.push(Word { text, span });
        at += taken;
    }
    found
}

/// The letters that a literal gives.
fn letters(literal: &proc_macro2::Literal) -> Option<String> {
    match syn::Lit::new(literal.clone()) {
        syn::Lit::Str(text) => Some(text.value()),
        syn::Lit::Char(letter) => Some(letter.value().to_string()),
        syn::Lit::Int(number) => Some(number.to_string()),
        _ => None,
    }
    .map(|text| text.replace('-', "_"))
}

fn modified(text: &str, modifier: &str) -> Option<String> {
    match modifier {
        "lower" => Some(text.to_lowercase()),
        "upper" => Some(text.to_uppercase()),
        "snake" => Some(snake(text)),
        "camel" => Some(camel(text)),
        _ => None,
    }
}

/// `fooBar` to `foo_bar`, as `paste` does it.
fn snake(text: &str) -> String {
    let mut out = String::new();
    let mut before = '_';
    for letter in text.chars() {
        if letter.is_uppercase() && before != '_' {
            out.push('_');
        }
        out.push(letter);
        before = letter;
    }
    out.to_lowercase()
}

/// `foo_bar` to `FooBar`, as `paste` does it.
fn camel(text: &str) -> String {
    let mut out = String::new();
    let mut before = '_';
    for letter in text.chars() {
        if letter != '_' {
            if before == '_' {
                out.extend(letter.to_uppercase());
            } else if before.is_uppercase() {
                out.extend(letter.to_lowercase());
            } else {
                out.push(letter);
            }
        }
        before = letter;
    }
    out
}

fn joined(words: &[Word]) -> Option<Ident> {
    let parts: Option<Vec<&str>> = words.iter().map(|word| word.text.as_deref()).collect();
    let span = words.first()?.span;
    let mut ident = syn::parse_str::<Ident>(&parts?.concat()).ok()?;
    ident.set_span(span);
    Some(ident)
}

fn is_doc(group: &proc_macro2::Group) -> bool {
    let mut tokens = group.stream().into_iter();
    let doc = matches!(tokens.next(), Some(TokenTree::Ident(ident)) if ident == "doc");
    let equals = matches!(tokens.next(), Some(TokenTree::Punct(punct)) if punct.as_char() == '=');
    doc && equals && tokens.count() > 1
}
