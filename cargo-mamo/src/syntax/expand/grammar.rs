//! Which tokens can start a fragment, and how far it goes.
//!
//! rustc decides by the first token alone whether a fragment is tried; having tried, it does not go back. So
//! [`can_start`] follows rustc's own lists, and what then does not parse ends the expansion.

#![expect(
    clippy::match_same_arms,
    reason = "one arm a kind of fragment, in the order of rustc's lists"
)]

use super::rules::Leaf;
use crate::syntax::fragment::Kind;
use proc_macro2::Delimiter;
use syn::parse::{ParseBuffer, ParseStream};
use syn::{Expr, Lit, LitBool, Pat, Token, Type};

/// May a fragment begin here?
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Start {
    /// It does.
    Yes,
    /// It does not.
    No,
    /// That depends on what we do not know.
    Unknown,
}

/// The next token of the input.
pub(super) enum Next {
    /// A token that is no group.
    Leaf(Leaf),
    /// A delimited group.
    Open(Delimiter),
    /// An invisible group of this kind.
    Fragment(Option<Kind>),
    /// The end of the group.
    End,
}

const EXPRESSION_KEYWORDS: &[&str] = &[
    "async", "break", "continue", "false", "for", "if", "loop", "match", "move", "return", "true",
    "unsafe", "while", "yield", "static", "do", "box", "try", "self", "Self", "super", "crate",
];
const TYPE_KEYWORDS: &[&str] = &[
    "_", "for", "impl", "fn", "unsafe", "extern", "dyn", "self", "Self", "super", "crate", "typeof",
];
const RESERVED: &[&str] = &[
    "as", "break", "const", "continue", "crate", "else", "enum", "extern", "false", "fn", "for",
    "if", "impl", "in", "let", "loop", "match", "mod", "move", "mut", "pub", "ref", "return",
    "self", "Self", "static", "struct", "super", "trait", "true", "type", "unsafe", "use", "where",
    "while", "async", "await", "dyn", "abstract", "become", "box", "do", "final", "macro",
    "override", "priv", "typeof", "unsized", "virtual", "yield", "try", "_",
];
const EXPRESSION_OPERATORS: &[&str] = &[
    "!", "-", "*", "|", "||", "&", "&&", "..", "...", "..=", "<", "<<", "::", "#",
];
const TYPE_OPERATORS: &[&str] = &["!", "*", "&", "&&", "?", "<", "<<", "::"];
const PATTERN_OPERATORS: &[&str] = &["&", "&&", "-", "..", "...", "::", "<", "<<"];

/// May `kind` begin with `next`?
pub(super) fn can_start(kind: Kind, next: &Next) -> Start {
    match next {
        Next::End => Start::No,
        Next::Fragment(have) => from_fragment(kind, *have),
        Next::Open(delimiter) => decided(opens(kind, *delimiter)),
        Next::Leaf(leaf) => from_leaf(kind, leaf),
    }
}

fn decided(yes: bool) -> Start {
    if yes { Start::Yes } else { Start::No }
}

fn opens(kind: Kind, delimiter: Delimiter) -> bool {
    match kind {
        Kind::Block => delimiter == Delimiter::Brace,
        Kind::Expr | Kind::Expr2021 | Kind::Tt | Kind::Stmt | Kind::Item => true,
        Kind::Ty | Kind::Pat | Kind::PatParam | Kind::Vis => delimiter != Delimiter::Brace,
        Kind::Ident | Kind::Lifetime | Kind::Literal | Kind::Meta | Kind::Path => false,
    }
}

fn from_fragment(kind: Kind, have: Option<Kind>) -> Start {
    let Some(have) = have else {
        return Start::Unknown;
    };
    match (kind, have) {
        (Kind::Tt | Kind::Item | Kind::Stmt | Kind::Vis, _) => Start::Yes,
        (Kind::Ident | Kind::Lifetime, _) => Start::No,
        _ if kind == have => Start::Yes,
        (
            Kind::Expr | Kind::Expr2021,
            Kind::Expr | Kind::Expr2021 | Kind::Literal | Kind::Path | Kind::Block,
        ) => Start::Yes,
        (Kind::Ty, Kind::Path)
        | (Kind::Pat | Kind::PatParam, Kind::Pat | Kind::PatParam | Kind::Literal) => Start::Yes,
        (Kind::Expr | Kind::Expr2021 | Kind::Ty, Kind::Item | Kind::Vis) => Start::No,
        (
            Kind::Literal,
            Kind::Ty
            | Kind::Item
            | Kind::Vis
            | Kind::Block
            | Kind::Pat
            | Kind::PatParam
            | Kind::Stmt,
        ) => Start::No,
        _ => Start::Unknown,
    }
}

fn from_leaf(kind: Kind, leaf: &Leaf) -> Start {
    match (kind, leaf) {
        (Kind::Tt | Kind::Item | Kind::Stmt, _) => Start::Yes,
        (Kind::Ident, Leaf::Ident(name)) => decided(name != "_"),
        (Kind::Lifetime | Kind::Block, Leaf::Lifetime(_)) => decided(kind == Kind::Lifetime),
        (Kind::Literal, Leaf::Ident(name)) => decided(name == "true" || name == "false"),
        (Kind::Literal, Leaf::Literal(_)) => Start::Yes,
        (Kind::Literal, Leaf::Operator(operator)) => decided(operator == "-"),
        (Kind::Expr | Kind::Expr2021, _) => starts_expression(kind, leaf),
        (Kind::Ty, _) => decided(starts_type(leaf)),
        (Kind::Vis, Leaf::Ident(_)) => Start::Yes,
        (Kind::Vis, Leaf::Operator(operator)) if operator == "," => Start::Yes,
        (Kind::Vis, _) => decided(starts_type(leaf)),
        (Kind::Path | Kind::Meta, Leaf::Ident(_)) => Start::Yes,
        (Kind::Path | Kind::Meta, Leaf::Operator(operator)) => decided(operator == "::"),
        (Kind::Pat | Kind::PatParam, Leaf::Ident(_) | Leaf::Literal(_)) => Start::Yes,
        (Kind::Pat, Leaf::Operator(operator)) if operator == "|" => Start::Unknown,
        (Kind::Pat | Kind::PatParam, Leaf::Operator(operator)) => {
            decided(PATTERN_OPERATORS.contains(&operator.as_str()))
        }
        _ => Start::No,
    }
}

fn starts_expression(kind: Kind, leaf: &Leaf) -> Start {
    match leaf {
        // since edition 2024 for `expr`, never for `expr_2021`
        Leaf::Ident(name) if name == "_" || name == "const" => {
            if kind == Kind::Expr {
                Start::Unknown
            } else {
                Start::No
            }
        }
        Leaf::Ident(name) => decided(
            EXPRESSION_KEYWORDS.contains(&name.as_str()) || !RESERVED.contains(&name.as_str()),
        ),
        Leaf::Literal(_) | Leaf::Lifetime(_) => Start::Yes,
        Leaf::Operator(operator) => decided(EXPRESSION_OPERATORS.contains(&operator.as_str())),
    }
}

fn starts_type(leaf: &Leaf) -> bool {
    match leaf {
        Leaf::Ident(name) => {
            TYPE_KEYWORDS.contains(&name.as_str()) || !RESERVED.contains(&name.as_str())
        }
        Leaf::Lifetime(_) => true,
        Leaf::Literal(_) => false,
        Leaf::Operator(operator) => TYPE_OPERATORS.contains(&operator.as_str()),
    }
}

/// Moves `input` over one fragment. `alternatives`: may a pattern hold `|` at its top?
pub(super) fn skip(kind: Kind, alternatives: bool, input: &ParseBuffer<'_>) -> syn::Result<()> {
    match kind {
        Kind::Expr | Kind::Expr2021 => drop(input.parse::<Expr>()?),
        Kind::Ty => drop(input.parse::<Type>()?),
        Kind::Pat if alternatives => drop(Pat::parse_multi_with_leading_vert(input)?),
        Kind::Pat | Kind::PatParam => drop(Pat::parse_single(input)?),
        Kind::Path => drop(input.parse::<syn::Path>()?),
        Kind::Meta => drop(input.parse::<syn::Meta>()?),
        Kind::Item => drop(input.parse::<syn::Item>()?),
        Kind::Block => drop(input.parse::<syn::Block>()?),
        Kind::Vis => drop(input.parse::<syn::Visibility>()?),
        Kind::Stmt => statement(input)?,
        Kind::Literal if input.peek(LitBool) => {
            input.parse::<LitBool>()?;
        }
        Kind::Literal => {
            input.parse::<Option<Token![-]>>()?;
            drop(input.parse::<Lit>()?);
        }
        Kind::Ident | Kind::Lifetime | Kind::Tt => return Err(input.error("a single token")),
    }
    Ok(())
}

/// A statement without its semicolon.
fn statement(input: ParseStream<'_>) -> syn::Result<()> {
    let ahead = input.fork();
    ahead.call(syn::Attribute::parse_outer)?;
    if ahead.peek(Token![let]) {
        input.call(syn::Attribute::parse_outer)?;
        return binding(input);
    }
    let item = input.fork();
    match item.parse::<syn::Item>() {
        Ok(syn::Item::Macro(_)) | Err(_) => drop(input.parse::<Expr>()?),
        Ok(_) => drop(input.parse::<syn::Item>()?),
    }
    Ok(())
}

fn binding(input: ParseStream<'_>) -> syn::Result<()> {
    input.parse::<Token![let]>()?;
    Pat::parse_single(input)?;
    if input.parse::<Option<Token![:]>>()?.is_some() {
        input.parse::<Type>()?;
    }
    if input.parse::<Option<Token![=]>>()?.is_some() {
        input.parse::<Expr>()?;
        if input.parse::<Option<Token![else]>>()?.is_some() {
            input.parse::<syn::Block>()?;
        }
    }
    Ok(())
}
