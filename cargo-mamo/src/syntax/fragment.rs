//! What a macro matcher took as one fragment, and text that keeps it one.
//!
//! An `$e:expr` that is handed on to another macro stays one expression there. Rust keeps it in invisible delimiters,
//! which text does not have; so the text of such a call reads `__mamo_fragment_expr(..)`, and lexing it again gives
//! the invisible group back. Nothing outside `syntax` may look into that.

use super::source::{is_placed, line_number};
use proc_macro2::{Delimiter, Group, Spacing, Span, TokenStream, TokenTree};
use std::collections::HashMap;
use std::fmt::Write;

/// What identifiers that mamo itself makes start with.
pub(super) const RESERVED: &str = "__mamo_";
const MARK: &str = "__mamo_fragment_";

/// A fragment specifier.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// `block`.
    Block,
    /// `expr`.
    Expr,
    /// `expr_2021`.
    Expr2021,
    /// `ident`.
    Ident,
    /// `item`.
    Item,
    /// `lifetime`.
    Lifetime,
    /// `literal`.
    Literal,
    /// `meta`.
    Meta,
    /// `pat`.
    Pat,
    /// `pat_param`.
    PatParam,
    /// `path`.
    Path,
    /// `stmt`.
    Stmt,
    /// `tt`.
    Tt,
    /// `ty`.
    Ty,
    /// `vis`.
    Vis,
}

const NAMES: [(Kind, &str); 15] = [
    (Kind::Block, "block"),
    (Kind::Expr, "expr"),
    (Kind::Expr2021, "expr_2021"),
    (Kind::Ident, "ident"),
    (Kind::Item, "item"),
    (Kind::Lifetime, "lifetime"),
    (Kind::Literal, "literal"),
    (Kind::Meta, "meta"),
    (Kind::Pat, "pat"),
    (Kind::PatParam, "pat_param"),
    (Kind::Path, "path"),
    (Kind::Stmt, "stmt"),
    (Kind::Tt, "tt"),
    (Kind::Ty, "ty"),
    (Kind::Vis, "vis"),
];

impl Kind {
    /// The specifier called `name`.
    pub(super) fn of(name: &str) -> Option<Self> {
        NAMES
            .iter()
            .find(|(_, known)| *known == name)
            .map(|(kind, _)| *kind)
    }

    fn name(self) -> &'static str {
        NAMES
            .iter()
            .find(|(kind, _)| *kind == self)
            .map_or("tt", |(_, name)| name)
    }

    /// May a later matcher look inside what this took?
    pub(super) fn is_transparent(self) -> bool {
        matches!(self, Self::Ident | Self::Lifetime | Self::Tt)
    }
}

/// The kinds of invisible groups, by the place of their content.
#[derive(Default)]
pub(super) struct Kinds(HashMap<(usize, usize), Kind>);

impl Kinds {
    /// The kind of the invisible group that has this span.
    pub(super) fn of(&self, span: Span) -> Option<Kind> {
        let range = span.byte_range();
        self.0.get(&(range.start, range.end)).copied()
    }

    /// Makes `tokens` one fragment.
    pub(super) fn wrap(&mut self, kind: Kind, tokens: Vec<TokenTree>) -> TokenTree {
        if let [TokenTree::Group(group)] = tokens.as_slice()
            && group.delimiter() == Delimiter::None
        {
            return tokens
                .into_iter()
                .next()
                .expect("a slice of one has a first");
        }
        let span = match (tokens.first(), tokens.last()) {
            (Some(first), Some(last)) => first.span().join(last.span()).unwrap_or(first.span()),
            _ => Span::call_site(),
        };
        let range = span.byte_range();
        self.0.insert((range.start, range.end), kind);
        let mut group = Group::new(Delimiter::None, tokens.into_iter().collect());
        group.set_span(span);
        group.into()
    }
}

/// Text that lexes to `tokens` by [`lex`], laid out on the lines that they have, and its first line.
pub(super) fn print(tokens: &TokenStream, kinds: &Kinds) -> (String, Option<u32>) {
    let mut printer = Printer {
        kinds,
        text: String::new(),
        first: None,
        line: 0,
    };
    printer.stream(tokens);
    (printer.text, printer.first)
}

struct Printer<'a> {
    kinds: &'a Kinds,
    text: String,
    first: Option<u32>,
    line: u32,
}

impl Printer<'_> {
    fn stream(&mut self, tokens: &TokenStream) {
        let mut joint = false;
        for token in tokens.clone() {
            if !joint {
                self.place(&token);
                self.text.push(' ');
            }
            joint = false;
            match token {
                TokenTree::Group(group) => self.group(&group),
                TokenTree::Punct(punct) => {
                    self.text.push(punct.as_char());
                    joint = punct.spacing() == Spacing::Joint;
                }
                other => write!(self.text, "{other}").expect("writing to a string does not fail"),
            }
        }
    }

    /// Starts as many new lines as lie between the last token and this one.
    fn place(&mut self, token: &TokenTree) {
        let span = match token {
            TokenTree::Group(group) => group.span_open(),
            other => other.span(),
        };
        if !is_placed(span) {
            return;
        }
        let line = line_number(span.start().line);
        if self.first.is_none() {
            self.first = Some(line);
            self.line = line;
        }
        while self.line < line {
            self.text.push('\n');
            self.line += 1;
        }
    }

    fn group(&mut self, group: &Group) {
        let (open, close) = match group.delimiter() {
            Delimiter::Parenthesis => ("(", ')'),
            Delimiter::Brace => ("{", '}'),
            Delimiter::Bracket => ("[", ']'),
            Delimiter::None => match self.kinds.of(group.span()) {
                Some(kind) => {
                    self.text.push_str(MARK);
                    self.text.push_str(kind.name());
                    ("(", ')')
                }
                None => (" ", ' '),
            },
        };
        self.text.push_str(open);
        self.stream(&group.stream());
        self.text.push(' ');
        self.text.push(close);
    }
}

/// Lexes text that [`print`] may have written.
pub(super) fn lex(text: &str) -> Option<(TokenStream, Kinds)> {
    let tokens: TokenStream = text.parse().ok()?;
    let mut kinds = Kinds::default();
    let tokens = if text.contains(MARK) {
        restore(tokens, &mut kinds)
    } else {
        tokens
    };
    Some((tokens, kinds))
}

fn restore(tokens: TokenStream, kinds: &mut Kinds) -> TokenStream {
    let mut out: Vec<TokenTree> = Vec::new();
    let mut mark = None;
    for token in tokens {
        match token {
            TokenTree::Ident(ident) => {
                mark = ident.to_string().strip_prefix(MARK).and_then(Kind::of);
                if mark.is_none() {
                    out.push(ident.into());
                }
            }
            TokenTree::Group(group) => {
                let content = restore(group.stream(), kinds);
                out.push(match mark.take() {
                    Some(kind) => kinds.wrap(kind, content.into_iter().collect()),
                    None => rebuilt(&group, content),
                });
            }
            token => out.push(token),
        }
    }
    out.into_iter().collect()
}

/// `group` with other content in the same place.
pub(super) fn rebuilt(group: &Group, content: TokenStream) -> TokenTree {
    let mut inner = Group::new(group.delimiter(), content);
    inner.set_span(group.span());
    inner.into()
}
