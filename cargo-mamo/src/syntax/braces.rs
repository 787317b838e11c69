//! Braces that a formatter puts around a single expression, or takes away: `=> { a }` and `|x| { a }`.
//!
//! The body of a match arm and of a closure is a scope of its own, so that a block around it changes neither its value
//! nor when temporaries are dropped. Only where that is certain from tokens alone do the braces not count.

use proc_macro2::{Delimiter, TokenTree};

/// What stands before a group, as far as braces around an expression are concerned.
#[derive(Clone, Copy, Default, PartialEq)]
pub(super) enum Body {
    /// Something else.
    #[default]
    No,
    /// `=>`
    Arm,
    /// `|`, after which a closure's parameters follow.
    Parameters,
    /// The `|` behind them.
    Closure,
}

/// May a closure begin after this token? Not everywhere that one may: only where nothing else can.
pub(super) fn may_begin(before: Option<&TokenTree>) -> bool {
    match before {
        None => true,
        Some(TokenTree::Punct(punct)) => matches!(punct.as_char(), ',' | '=' | ';'),
        Some(TokenTree::Ident(ident)) => ident == "move" || ident == "return",
        Some(TokenTree::Group(_) | TokenTree::Literal(_)) => false,
    }
}

/// Are the braces of a block that is the body of `body` and has `next` after it only there for looks?
pub(super) fn are_looks(body: Body, block: &TokenTree, next: Option<&TokenTree>) -> bool {
    let TokenTree::Group(block) = block else {
        return false;
    };
    let ends = match body {
        Body::Arm => true,
        Body::Closure => match next {
            None => true,
            Some(TokenTree::Punct(punct)) => matches!(punct.as_char(), ',' | ';'),
            Some(_) => false,
        },
        Body::No | Body::Parameters => false,
    };
    ends && block.delimiter() == Delimiter::Brace && {
        let tokens: Vec<TokenTree> = block.stream().into_iter().collect();
        is_expression(&tokens)
    }
}

/// Are these tokens one expression for sure, and no statement?
fn is_expression(tokens: &[TokenTree]) -> bool {
    let is_end = |token: &TokenTree| matches!(token, TokenTree::Punct(p) if p.as_char() == ';');
    if tokens.iter().any(is_end) {
        return false;
    }
    match tokens {
        [] => false,
        [TokenTree::Punct(first), ..] => !matches!(first.as_char(), '#' | '\''),
        [TokenTree::Group(first), ..] => first.delimiter() == Delimiter::Parenthesis,
        [TokenTree::Literal(_), ..] => true,
        [TokenTree::Ident(first), rest @ ..] => starts_expression(&first.to_string(), rest),
    }
}

fn starts_expression(first: &str, rest: &[TokenTree]) -> bool {
    match (first, rest) {
        ("match", _) => rest.iter().position(is_block) == rest.len().checked_sub(1),
        ("return" | "break", _) => true,
        _ if super::known::is_keyword(first)
            && !matches!(
                first,
                "self" | "Self" | "crate" | "super" | "true" | "false"
            ) =>
        {
            false
        }
        // an item that starts with a word that is no keyword
        (_, [TokenTree::Ident(second), ..]) => second == "as",
        // a macro in a block may end in a semicolon, and is a statement of its own if it is called with braces
        (name, [TokenTree::Punct(bang), call @ ..]) if bang.as_char() == '!' => {
            super::known::ignores_trailing_comma(name) && !call.first().is_some_and(is_block)
        }
        // so may one that is called by a path
        (_, [TokenTree::Punct(colon), ..]) if colon.as_char() == ':' => !rest.windows(2).any(
            |pair| matches!(pair, [TokenTree::Punct(p), TokenTree::Group(_)] if p.as_char() == '!'),
        ),
        _ => true,
    }
}

fn is_block(token: &TokenTree) -> bool {
    matches!(token, TokenTree::Group(group) if group.delimiter() == Delimiter::Brace)
}
