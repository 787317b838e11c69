//! Changes inside macros, where there are tokens and no syntax.

use super::literals;
use proc_macro2::{Delimiter, Spacing, TokenStream, TokenTree};
use std::ops::Range;

/// The groups behind each `=>` of a `macro_rules!` body.
pub(super) fn right_sides(rules: TokenStream) -> Vec<TokenStream> {
    let tokens: Vec<TokenTree> = rules.into_iter().collect();
    let arrow = |window: &[TokenTree]| is(&window[0], '=') && is(&window[1], '>');
    let sides = tokens
        .windows(3)
        .filter(|window| arrow(window))
        .filter_map(|window| match &window[2] {
            TokenTree::Group(group) => Some(group.stream()),
            _ => None,
        });
    sides.collect()
}

/// Every place in `tokens` that can be something else, and what.
pub(super) fn places(tokens: TokenStream, text: &str, found: &mut Vec<(Range<usize>, String)>) {
    let tokens: Vec<TokenTree> = tokens.into_iter().collect();
    for (at, token) in tokens.iter().enumerate() {
        let range = token.span().byte_range();
        match token {
            TokenTree::Group(group) if !is_attribute(&tokens, at) => {
                places(group.stream(), text, found);
            }
            TokenTree::Literal(literal) => {
                let literal = syn::Lit::new(literal.clone());
                let old = text.get(range.clone()).unwrap_or_default();
                found.extend(literals::other(&literal, old).map(|new| (range, new)));
            }
            TokenTree::Ident(word) if word == "true" => found.push((range, "false".to_string())),
            TokenTree::Ident(word) if word == "false" => found.push((range, "true".to_string())),
            TokenTree::Punct(_) => found.extend(operator(&tokens, at)),
            TokenTree::Group(_) | TokenTree::Ident(_) => {}
        }
    }
}

fn is_attribute(tokens: &[TokenTree], at: usize) -> bool {
    let bracketed =
        matches!(&tokens[at], TokenTree::Group(group) if group.delimiter() == Delimiter::Bracket);
    bracketed && at > 0 && (is(&tokens[at - 1], '#') || is(&tokens[at - 1], '!'))
}

fn is(token: &TokenTree, sign: char) -> bool {
    matches!(token, TokenTree::Punct(punct) if punct.as_char() == sign)
}

/// Operators of two signs; a lone `+` or `-` may be a repetition or an arrow unless it stands between operands.
fn operator(tokens: &[TokenTree], at: usize) -> Option<(Range<usize>, String)> {
    let glued = |n: usize| matches!(&tokens[n], TokenTree::Punct(punct) if punct.spacing() == Spacing::Joint);
    if at > 0 && glued(at - 1) {
        return None;
    }
    let start = tokens[at].span().byte_range();
    if glued(at) {
        let second = tokens.get(at + 1)?;
        let alone = !glued(at + 1);
        let pairs = [
            ('=', '=', "!="),
            ('!', '=', "=="),
            ('&', '&', "||"),
            ('|', '|', "&&"),
            ('<', '=', "<"),
            ('>', '=', ">"),
        ];
        let (.., new) = pairs
            .iter()
            .find(|(a, b, _)| is(&tokens[at], *a) && is(second, *b))
            .filter(|_| alone)?;
        return Some((
            start.start..second.span().byte_range().end,
            (*new).to_string(),
        ));
    }
    let operand = |token: Option<&TokenTree>| {
        matches!(token, Some(TokenTree::Ident(_) | TokenTree::Literal(_)))
    };
    let between = at > 0
        && operand(tokens.get(at - 1))
        && tokens
            .get(at + 1)
            .is_some_and(|next| operand(Some(next)) || is(next, '$'));
    let new = if is(&tokens[at], '+') {
        "-"
    } else if is(&tokens[at], '-') {
        "+"
    } else {
        return None;
    };
    between.then(|| (start, new.to_string()))
}
