//! The rules of a `macro_rules!`, as plain values that threads can share.

use crate::syntax::fragment::{self, Kind};
use crate::syntax::ir::Symbol;
use crate::syntax::names;
use crate::syntax::operators;
use proc_macro2::{Delimiter, Spacing, TokenStream, TokenTree};

/// The arms of a `macro_rules!`.
#[derive(Clone, Debug)]
pub struct Rules {
    pub(super) arms: Vec<Arm>,
}

/// One `(matcher) => { template }`.
#[derive(Clone, Debug)]
pub(super) struct Arm {
    pub(super) matcher: Vec<Node>,
    pub(super) template: Vec<Node>,
}

/// A token tree of a matcher or template.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Node {
    /// A token that stands for itself.
    Leaf(Leaf),
    /// A delimited group.
    Group(Delimiter, Vec<Node>),
    /// `$name:kind` in a matcher.
    Declaration(Symbol, Kind),
    /// `$name` in a template.
    Variable(Symbol),
    /// `$crate`.
    Crate,
    /// `$(..) separator op`.
    Repetition(Vec<Node>, Option<Leaf>, Times),
}

/// A single token, operators and lifetimes whole.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Leaf {
    /// An identifier as written.
    Ident(String),
    /// An operator.
    Operator(String),
    /// A lifetime without its quote.
    Lifetime(String),
    /// A literal as written.
    Literal(String),
}

/// How often a repetition matches.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Times {
    /// `?`
    Optional,
    /// `*`
    Any,
    /// `+`
    Some,
}

impl Rules {
    /// Reads the text of the rules; `None` where they hold what is not expanded.
    pub(super) fn read(text: &str) -> Option<Self> {
        let (tokens, _) = fragment::lex(text)?;
        let tokens: Vec<TokenTree> = tokens.into_iter().collect();
        let mut arms = Vec::new();
        let mut rest = tokens.as_slice();
        while !rest.is_empty() {
            let [
                TokenTree::Group(matcher),
                TokenTree::Punct(equals),
                TokenTree::Punct(arrow),
                TokenTree::Group(template),
                after @ ..,
            ] = rest
            else {
                return None;
            };
            if (equals.as_char(), arrow.as_char()) != ('=', '>') {
                return None;
            }
            arms.push(Arm {
                matcher: nodes(matcher.stream(), true)?,
                template: nodes(template.stream(), false)?,
            });
            rest = match after {
                [TokenTree::Punct(semicolon), after @ ..] if semicolon.as_char() == ';' => after,
                [] => after,
                _ => return None,
            };
        }
        Some(Self { arms })
    }
}

fn nodes(tokens: TokenStream, matcher: bool) -> Option<Vec<Node>> {
    let tokens: Vec<TokenTree> = tokens.into_iter().collect();
    let mut found = Vec::new();
    let mut at = 0;
    while at < tokens.len() {
        let (node, length) = match &tokens[at] {
            TokenTree::Punct(punct) if punct.as_char() == '$' => {
                dollar(&tokens[at + 1..], matcher)?
            }
            TokenTree::Group(group) if group.delimiter() == Delimiter::None => return None,
            TokenTree::Group(group) => (
                Node::Group(group.delimiter(), nodes(group.stream(), matcher)?),
                1,
            ),
            _ => {
                let (leaf, length) = leaf(&tokens[at..])?;
                (Node::Leaf(leaf), length)
            }
        };
        found.push(node);
        at += length;
    }
    Some(found)
}

/// The token at the start of `tokens`, and how many token trees it takes.
pub(super) fn leaf(tokens: &[TokenTree]) -> Option<(Leaf, usize)> {
    match tokens.first()? {
        TokenTree::Ident(ident) => Some((Leaf::Ident(ident.to_string()), 1)),
        TokenTree::Literal(literal) => Some((Leaf::Literal(literal.to_string()), 1)),
        TokenTree::Punct(punct) if punct.as_char() == '\'' && punct.spacing() == Spacing::Joint => {
            match tokens.get(1)? {
                TokenTree::Ident(ident) => Some((Leaf::Lifetime(ident.to_string()), 2)),
                _ => None,
            }
        }
        TokenTree::Punct(punct) => {
            let next = tokens[1..].iter().map_while(|token| match token {
                // a metavariable never glues to what stands before it
                TokenTree::Punct(punct) if punct.as_char() != '$' => Some(punct.clone()),
                _ => None,
            });
            let operator = operators::glue(punct, next);
            let length = operator.len();
            Some((Leaf::Operator(operator), length))
        }
        TokenTree::Group(_) => None,
    }
}

/// What follows a `$`, and its length with the `$`.
fn dollar(tokens: &[TokenTree], matcher: bool) -> Option<(Node, usize)> {
    match tokens {
        [TokenTree::Ident(name), ..] if name == "crate" => Some((Node::Crate, 2)),
        [
            TokenTree::Ident(name),
            TokenTree::Punct(colon),
            TokenTree::Ident(kind),
            ..,
        ] if matcher && colon.as_char() == ':' => Some((
            Node::Declaration(names::symbol(name), Kind::of(&kind.to_string())?),
            4,
        )),
        [TokenTree::Ident(name), ..] if !matcher => Some((Node::Variable(names::symbol(name)), 2)),
        [TokenTree::Group(group), after @ ..] if group.delimiter() == Delimiter::Parenthesis => {
            let (separator, times, length) = repetition(after)?;
            Some((
                Node::Repetition(nodes(group.stream(), matcher)?, separator, times),
                length + 2,
            ))
        }
        _ => None,
    }
}

fn repetition(tokens: &[TokenTree]) -> Option<(Option<Leaf>, Times, usize)> {
    let times = |token: Option<&TokenTree>| match token? {
        TokenTree::Punct(punct) => match punct.as_char() {
            '?' => Some(Times::Optional),
            '*' => Some(Times::Any),
            '+' => Some(Times::Some),
            _ => None,
        },
        _ => None,
    };
    // `$(..)+*`: a separator that could be an operator is one only if an operator follows it
    let separated = || {
        let (mut separator, mut length) = leaf(tokens)?;
        if times(tokens.get(length)).is_none()
            && let TokenTree::Punct(punct) = tokens.first()?
        {
            (separator, length) = (Leaf::Operator(punct.as_char().to_string()), 1);
        }
        Some((separator, times(tokens.get(length))?, length + 1))
    };
    match times(tokens.first()) {
        Some(Times::Optional) => Some((None, Times::Optional, 1)),
        Some(found) => match separated() {
            Some((separator, after, length)) if tokens_touch(tokens) => {
                Some((Some(separator), after, length))
            }
            _ => Some((None, found, 1)),
        },
        None => separated().map(|(separator, found, length)| (Some(separator), found, length)),
    }
}

/// Is `+*` or `*+` written in one?
fn tokens_touch(tokens: &[TokenTree]) -> bool {
    matches!(tokens.first(), Some(TokenTree::Punct(punct)) if punct.spacing() == Spacing::Joint)
}
