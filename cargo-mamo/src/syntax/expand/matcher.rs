//! Matches an invocation against the arms of a macro.

use super::grammar::{self, Next, Start};
use super::rules::{Arm, Leaf, Node, Rules, Times, leaf};
use crate::syntax::fragment::{Kind, Kinds};
use crate::syntax::ir::Symbol;
use proc_macro2::{Delimiter, TokenStream, TokenTree};
use std::collections::HashMap;
use std::rc::Rc;
use syn::buffer::Cursor;
use syn::parse::discouraged::{AnyDelimiter, Speculative};
use syn::parse::{ParseBuffer, ParseStream, Parser};

/// What metavariables stand for.
pub(super) type Bindings = HashMap<Symbol, Binding>;

/// What one metavariable stands for.
#[derive(Clone, Debug)]
pub(super) enum Binding {
    /// A fragment.
    One(Rc<[TokenTree]>),
    /// One a turn of a repetition.
    Many(Vec<Binding>),
}

/// rustc would not go on to the next arm, or we cannot know.
struct Stop;

/// The first arm that matches, and what it binds.
pub(super) fn first_match<'r>(
    rules: &'r Rules,
    tokens: TokenStream,
    kinds: &mut Kinds,
) -> Option<(&'r Arm, Bindings)> {
    let mut found = None;
    let parser = |input: ParseStream<'_>| {
        for arm in &rules.arms {
            let attempt = input.fork();
            let mut bindings = Bindings::new();
            let outcome = Matcher { kinds: &mut *kinds }.sequence(
                &arm.matcher,
                &attempt,
                None,
                &mut bindings,
            );
            match outcome {
                Ok(true) if attempt.is_empty() => {
                    found = Some((arm, bindings));
                    break;
                }
                Ok(_) => {}
                Err(Stop) => break,
            }
        }
        input.parse::<TokenStream>()
    };
    let _ = parser.parse2(tokens);
    found
}

struct Matcher<'k> {
    kinds: &'k mut Kinds,
}

impl Matcher<'_> {
    /// Matches `nodes` in order. `after`: the token that must follow them, where that is known.
    fn sequence(
        &mut self,
        nodes: &[Node],
        input: &ParseBuffer<'_>,
        after: Option<&Leaf>,
        bindings: &mut Bindings,
    ) -> Result<bool, Stop> {
        for (at, node) in nodes.iter().enumerate() {
            let matched = match node {
                Node::Leaf(wanted) => self.leaf(wanted, input),
                Node::Group(delimiter, nodes) => self.group(*delimiter, nodes, input, bindings)?,
                Node::Declaration(name, kind) => {
                    let follows = match nodes.get(at + 1) {
                        Some(Node::Leaf(leaf)) => Some(leaf),
                        Some(Node::Repetition(inner, _, _)) => match inner.first() {
                            Some(Node::Leaf(leaf)) => Some(leaf),
                            _ => None,
                        },
                        None => after,
                        _ => None,
                    };
                    match self.fragment(*kind, follows, input)? {
                        Some(fragment) => {
                            bindings.insert(*name, Binding::One(fragment));
                            true
                        }
                        None => false,
                    }
                }
                Node::Repetition(nodes, separator, times) => {
                    self.repetition(nodes, separator.as_ref(), *times, input, bindings)?
                }
                // a matcher cannot name the crate of its input
                Node::Variable(_) | Node::Crate => return Err(Stop),
            };
            if !matched {
                return Ok(false);
            }
        }
        Ok(true)
    }

    fn leaf(&self, wanted: &Leaf, input: &ParseBuffer<'_>) -> bool {
        match self.next(input.cursor()) {
            Next::Leaf(found) if found == *wanted => {
                advance(input, width(&found));
                true
            }
            _ => false,
        }
    }

    fn group(
        &mut self,
        delimiter: Delimiter,
        nodes: &[Node],
        input: &ParseBuffer<'_>,
        bindings: &mut Bindings,
    ) -> Result<bool, Stop> {
        if !matches!(self.next(input.cursor()), Next::Open(found) if found == delimiter) {
            return Ok(false);
        }
        let Ok((_, _, content)) = input.parse_any_delimiter() else {
            return Err(Stop);
        };
        Ok(self.sequence(nodes, &content, None, bindings)? && content.is_empty())
    }

    fn repetition(
        &mut self,
        nodes: &[Node],
        separator: Option<&Leaf>,
        times: Times,
        input: &ParseBuffer<'_>,
        bindings: &mut Bindings,
    ) -> Result<bool, Stop> {
        let mut turns: Vec<Bindings> = Vec::new();
        while !input.is_empty() {
            if times == Times::Optional && !turns.is_empty() {
                break;
            }
            let attempt = input.fork();
            if let Some(separator) = separator
                && !turns.is_empty()
                && !self.leaf(separator, &attempt)
            {
                break;
            }
            let mut turn = Bindings::new();
            if !self.sequence(nodes, &attempt, separator, &mut turn)?
                || attempt.cursor() == input.cursor()
            {
                break;
            }
            input.advance_to(&attempt);
            turns.push(turn);
        }
        if times == Times::Some && turns.is_empty() {
            return Ok(false);
        }
        for name in declared(nodes) {
            let each = turns
                .iter()
                .filter_map(|turn| turn.get(&name).cloned())
                .collect();
            bindings.insert(name, Binding::Many(each));
        }
        Ok(true)
    }

    fn fragment(
        &mut self,
        kind: Kind,
        follows: Option<&Leaf>,
        input: &ParseBuffer<'_>,
    ) -> Result<Option<Rc<[TokenTree]>>, Stop> {
        let next = self.next(input.cursor());
        match grammar::can_start(kind, &next) {
            Start::Yes => {}
            Start::No => return Ok(None),
            Start::Unknown => return Err(Stop),
        }
        let start = input.cursor();
        if kind.is_transparent() {
            let width = if let Next::Leaf(leaf) = &next {
                width(leaf)
            } else {
                1
            };
            advance(input, width);
            return Ok(Some(between(start, input.cursor())?.into()));
        }
        // a definition that lets `|` follow a `pat` is older than edition 2021
        let bar = matches!(follows, Some(Leaf::Operator(operator)) if operator == "|");
        let attempt = input.fork();
        grammar::skip(kind, !bar, &attempt).map_err(|_| Stop)?;
        let end = attempt.cursor();
        input.advance_to(&attempt);
        let tokens = between(start, end)?;
        if tokens.is_empty() {
            return Ok(Some(Rc::from([])));
        }
        Ok(Some(Rc::from([self.kinds.wrap(kind, tokens)])))
    }

    fn next(&self, cursor: Cursor<'_>) -> Next {
        if let Some((_, span, _)) = cursor.group(Delimiter::None) {
            return Next::Fragment(self.kinds.of(span.join()));
        }
        let mut ahead = Vec::with_capacity(3);
        let mut rest = cursor;
        while let Some((token, after)) = rest.token_tree() {
            let punct = matches!(token, TokenTree::Punct(_));
            ahead.push(token);
            if !punct || ahead.len() == 3 {
                break;
            }
            rest = after;
        }
        match ahead.first() {
            None => Next::End,
            Some(TokenTree::Group(group)) => Next::Open(group.delimiter()),
            Some(_) => leaf(&ahead).map_or(Next::End, |(leaf, _)| Next::Leaf(leaf)),
        }
    }
}

/// How many token trees a leaf takes.
fn width(leaf: &Leaf) -> usize {
    match leaf {
        Leaf::Ident(_) | Leaf::Literal(_) => 1,
        Leaf::Lifetime(_) => 2,
        Leaf::Operator(operator) => operator.len(),
    }
}

fn advance(input: &ParseBuffer<'_>, count: usize) {
    let moved = input.step(|cursor| {
        let mut rest = *cursor;
        for _ in 0..count {
            rest = rest.token_tree().ok_or_else(|| cursor.error("a token"))?.1;
        }
        Ok(((), rest))
    });
    debug_assert!(moved.is_ok(), "the tokens were seen before");
}

fn between(start: Cursor<'_>, end: Cursor<'_>) -> Result<Vec<TokenTree>, Stop> {
    let mut tokens = Vec::new();
    let mut rest = start;
    while rest != end {
        let (token, after) = rest.token_tree().ok_or(Stop)?;
        tokens.push(token);
        rest = after;
    }
    Ok(tokens)
}

/// Every metavariable that `nodes` declare, at any depth.
fn declared(nodes: &[Node]) -> Vec<Symbol> {
    let mut found = Vec::new();
    for node in nodes {
        match node {
            Node::Declaration(name, _) => found.push(*name),
            Node::Group(_, nodes) | Node::Repetition(nodes, _, _) => found.extend(declared(nodes)),
            Node::Leaf(_) | Node::Variable(_) | Node::Crate => {}
        }
    }
    found
}
