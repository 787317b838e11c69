//! Writes out a template with what its metavariables stand for.
//!
//! Tokens of the template have no place in any file, so that only what the invocation gave decides lines.

use super::matcher::{Binding, Bindings};
use super::rules::{Leaf, Node};
use crate::syntax::fragment::{Kind, Kinds, rebuilt};
use crate::syntax::ir::Symbol;
use proc_macro2::{Delimiter, Group, Ident, Literal, Punct, Spacing, Span, TokenStream, TokenTree};

/// Most tokens that an expansion may have.
const MOST: usize = 400_000;

/// The tokens that `template` makes; `None` if it cannot be written.
pub(super) fn transcribe(
    template: &[Node],
    bindings: &Bindings,
    dollar_crate: Symbol,
    kinds: &Kinds,
) -> Option<TokenStream> {
    let mut writer = Writer {
        dollar_crate,
        written: 0,
    };
    let mut tokens = Vec::new();
    writer.nodes(template, bindings, &mut tokens)?;
    Some(settle(tokens, kinds))
}

struct Writer {
    dollar_crate: Symbol,
    written: usize,
}

impl Writer {
    fn nodes(
        &mut self,
        nodes: &[Node],
        bindings: &Bindings,
        out: &mut Vec<TokenTree>,
    ) -> Option<()> {
        for node in nodes {
            self.written += 1;
            if self.written > MOST {
                return None;
            }
            match node {
                Node::Leaf(leaf) => push(leaf, out)?,
                Node::Crate => {
                    out.push(Ident::new(self.dollar_crate.as_str(), Span::call_site()).into());
                }
                Node::Group(delimiter, nodes) => {
                    let mut inner = Vec::new();
                    self.nodes(nodes, bindings, &mut inner)?;
                    out.push(Group::new(*delimiter, inner.into_iter().collect()).into());
                }
                Node::Variable(name) => self.variable(*name, bindings, out)?,
                Node::Repetition(nodes, separator, _) => {
                    self.repetition(nodes, separator.as_ref(), bindings, out)?;
                }
                Node::Declaration(..) => return None,
            }
        }
        Some(())
    }

    fn variable(
        &mut self,
        name: Symbol,
        bindings: &Bindings,
        out: &mut Vec<TokenTree>,
    ) -> Option<()> {
        match bindings.get(&name) {
            Some(Binding::One(tokens)) => {
                self.written += tokens.len();
                out.extend(tokens.iter().cloned());
                Some(())
            }
            Some(Binding::Many(_)) => None,
            // not ours: a metavariable of a macro that the template defines
            None => {
                out.push(Punct::new('$', Spacing::Alone).into());
                push(&Leaf::Ident(name.to_string()), out)
            }
        }
    }

    fn repetition(
        &mut self,
        nodes: &[Node],
        separator: Option<&Leaf>,
        bindings: &Bindings,
        out: &mut Vec<TokenTree>,
    ) -> Option<()> {
        let mut repeated: Vec<(Symbol, &Vec<Binding>)> = Vec::new();
        for name in used(nodes) {
            if let Some(Binding::Many(each)) = bindings.get(&name) {
                repeated.push((name, each));
            }
        }
        let turns = repeated.first()?.1.len();
        if repeated.iter().any(|(_, each)| each.len() != turns) {
            return None;
        }
        let mut inner = bindings.clone();
        for turn in 0..turns {
            for (name, each) in &repeated {
                inner.insert(*name, each[turn].clone());
            }
            if turn > 0
                && let Some(separator) = separator
            {
                push(separator, out)?;
            }
            self.nodes(nodes, &inner, out)?;
        }
        Some(())
    }
}

fn used(nodes: &[Node]) -> Vec<Symbol> {
    let mut found = Vec::new();
    for node in nodes {
        match node {
            Node::Variable(name) => found.push(*name),
            Node::Group(_, nodes) | Node::Repetition(nodes, _, _) => found.extend(used(nodes)),
            Node::Leaf(_) | Node::Declaration(..) | Node::Crate => {}
        }
    }
    found
}

fn push(leaf: &Leaf, out: &mut Vec<TokenTree>) -> Option<()> {
    let site = Span::call_site();
    match leaf {
        Leaf::Ident(text) => out.push(match text.strip_prefix("r#") {
            Some(raw) => Ident::new_raw(raw, site).into(),
            None => Ident::new(text, site).into(),
        }),
        Leaf::Lifetime(text) => {
            out.push(Punct::new('\'', Spacing::Joint).into());
            push(&Leaf::Ident(text.clone()), out)?;
        }
        Leaf::Literal(text) => {
            let mut literal: Literal = text.parse().ok()?;
            literal.set_span(site);
            out.push(literal.into());
        }
        Leaf::Operator(text) => {
            let last = text.len() - 1;
            for (at, char) in text.chars().enumerate() {
                out.push(
                    Punct::new(
                        char,
                        if at == last {
                            Spacing::Alone
                        } else {
                            Spacing::Joint
                        },
                    )
                    .into(),
                );
            }
        }
    }
    Some(())
}

/// Takes invisible groups away where syn reads the bare tokens just as well, and keeps them where they hold
/// precedence or another macro will ask what they were.
fn settle(tokens: Vec<TokenTree>, kinds: &Kinds) -> TokenStream {
    let mut out: Vec<TokenTree> = Vec::new();
    let mut tokens = tokens.into_iter().peekable();
    while let Some(token) = tokens.next() {
        let TokenTree::Group(group) = token else {
            out.push(token);
            continue;
        };
        if is_macro_input(&out) {
            out.push(group.into());
        } else if group.delimiter() != Delimiter::None {
            let inner = settle(group.stream().into_iter().collect(), kinds);
            out.push(rebuilt(&group, inner));
        } else {
            let path_follows = matches!(tokens.peek(), Some(TokenTree::Punct(punct)) if punct.as_char() == ':' && punct.spacing() == Spacing::Joint);
            fragment(&group, path_follows, kinds, &mut out);
        }
    }
    out.into_iter().collect()
}

fn fragment(group: &Group, path_follows: bool, kinds: &Kinds, out: &mut Vec<TokenTree>) {
    let inner: Vec<TokenTree> = settle(group.stream().into_iter().collect(), kinds)
        .into_iter()
        .collect();
    let simple = inner.iter().all(|token| match token {
        TokenTree::Ident(_) => true,
        TokenTree::Punct(punct) => punct.as_char() == ':',
        _ => false,
    });
    match kinds.of(group.span()) {
        Some(Kind::Ty) if simple => out.extend(inner),
        Some(Kind::Ty) if path_follows => {
            out.push(Punct::new('<', Spacing::Alone).into());
            out.extend(inner);
            out.push(Punct::new('>', Spacing::Alone).into());
        }
        Some(Kind::Expr | Kind::Expr2021 | Kind::Ty | Kind::Literal) | None => {
            out.push(rebuilt(group, inner.into_iter().collect()));
        }
        Some(_) => out.extend(inner),
    }
}

/// Do the tokens so far end in `name!` or `name! name`?
fn is_macro_input(before: &[TokenTree]) -> bool {
    let before = match before {
        [before @ .., TokenTree::Ident(_)]
            if matches!(before.last(), Some(TokenTree::Punct(_))) =>
        {
            before
        }
        _ => before,
    };
    matches!(before, [.., TokenTree::Ident(_), TokenTree::Punct(bang)] if bang.as_char() == '!')
}
