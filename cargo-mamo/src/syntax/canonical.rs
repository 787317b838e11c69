//! Canonical tokens: what of source counts for a fingerprint.
//!
//! Layout, comments, lint and doc attributes do not; a trailing comma does not where Rust ignores it. Arguments of
//! macros that are not well known count token by token, since a macro can see every comma. Two sequences that
//! Rust tells apart must never have one digest.

use super::braces::{self, Body};
use super::source::Source;
use super::state::{Before, State};
use super::{known, operators};
use crate::fingerprint::Fingerprint;
use proc_macro2::{Delimiter, Punct, Spacing, TokenStream, TokenTree};
use std::io::Write;

/// A digest, and the lines its tokens cover.
pub(super) struct Canonical {
    /// Digest of the canonical tokens.
    pub(super) fingerprint: Fingerprint,
    /// First and last line, if any token lies in the source's file.
    pub(super) lines: Option<(u32, u32)>,
}

/// The canonical form of `tokens` as Rust source. `docs`: keep doc comments?
pub(super) fn rust(source: &Source<'_>, tokens: TokenStream, docs: bool) -> Canonical {
    run(source, tokens, Mode::Rust { docs })
}

/// The canonical form of the arguments of the macro called `name`.
pub(super) fn arguments(source: &Source<'_>, name: &str, tokens: TokenStream) -> Fingerprint {
    run(source, tokens, Mode::of_macro(name)).fingerprint
}

/// The digest of `tokens`, each of which counts.
pub(super) fn strict(source: &Source<'_>, tokens: TokenStream) -> Fingerprint {
    run(source, tokens, Mode::Strict).fingerprint
}

fn run(source: &Source<'_>, tokens: TokenStream, mode: Mode) -> Canonical {
    let mut tokens: Vec<TokenTree> = tokens.into_iter().collect();
    let lines = source.lines_of(&tokens);
    let mut writer = Writer {
        bytes: Vec::with_capacity(tokens.len() * 8),
    };
    writer.sequence(&mut tokens, mode, None);
    let fingerprint = if tokens.is_empty() {
        Fingerprint::NONE
    } else {
        Fingerprint::of(&writer.bytes)
    };
    Canonical { fingerprint, lines }
}

/// How tokens are read.
#[derive(Clone, Copy)]
enum Mode {
    /// As Rust: trailing commas and lint attributes are layout.
    Rust { docs: bool },
    /// As a macro could see them.
    Strict,
}

impl Mode {
    fn of_macro(name: &str) -> Self {
        if known::ignores_trailing_comma(name) {
            Self::Rust { docs: false }
        } else {
            Self::Strict
        }
    }
}

struct Writer {
    bytes: Vec<u8>,
}

impl Writer {
    fn sequence(
        &mut self,
        tokens: &mut [TokenTree],
        mode: Mode,
        group: Option<(Delimiter, Before)>,
    ) {
        let length = match mode {
            Mode::Rust { .. } => without_trailing_comma(tokens, group),
            Mode::Strict => tokens.len(),
        };
        let tokens = &mut tokens[..length];
        let mut state = State::default();
        let mut at = 0;
        while at < tokens.len() {
            if let Mode::Rust { docs } = mode
                && let Some(length) = self.attribute(&mut tokens[at..], docs)
            {
                at += length;
                state.before = Before::Other;
                continue;
            }
            at += match &tokens[at] {
                TokenTree::Ident(ident) => {
                    state.ident(self.tagged(b'I', ident));
                    self.macro_call(&mut tokens[at..], mode, &mut state) + 1
                }
                TokenTree::Literal(literal) => {
                    self.tagged(b'L', literal);
                    state.before = Before::Other;
                    1
                }
                block @ TokenTree::Group(_)
                    if matches!(mode, Mode::Rust { .. })
                        && braces::are_looks(state.body, block, tokens.get(at + 1)) =>
                {
                    self.bare(&mut tokens[at..], mode, &mut state);
                    1
                }
                TokenTree::Group(_) => {
                    let delimiter = self.group(&mut tokens[at], mode, state.before);
                    state.group(delimiter);
                    1
                }
                TokenTree::Punct(punct) => {
                    let begins = at.checked_sub(1).map(|before| &tokens[before]);
                    let begins = braces::may_begin(begins);
                    self.punct(punct, &tokens[at..], mode, &mut state, begins)
                }
            };
        }
    }

    /// Writes a token framed by its length; its text.
    fn tagged(&mut self, tag: u8, token: &impl std::fmt::Display) -> &str {
        self.bytes.push(tag);
        let start = self.bytes.len();
        write!(self.bytes, "{token}").expect("writing to a vector does not fail");
        let end = self.bytes.len();
        self.bytes.extend_from_slice(&(end - start).to_le_bytes());
        std::str::from_utf8(&self.bytes[start..end]).expect("a token's text is UTF-8")
    }

    fn group(&mut self, token: &mut TokenTree, mode: Mode, before: Before) -> Delimiter {
        let (delimiter, mut tokens) = taken(token);
        let (open, close) = match delimiter {
            Delimiter::Parenthesis => (b'(', b')'),
            Delimiter::Brace => (b'{', b'}'),
            Delimiter::Bracket => (b'[', b']'),
            Delimiter::None => (b'N', b'n'),
        };
        self.bytes.push(open);
        self.sequence(&mut tokens, mode, Some((delimiter, before)));
        self.bytes.push(close);
        delimiter
    }

    /// Writes the block that `tokens` start with as if it had no braces.
    fn bare(&mut self, tokens: &mut [TokenTree], mode: Mode, state: &mut State) {
        let (_, mut expression) = taken(&mut tokens[0]);
        self.sequence(&mut expression, mode, None);
        let next = tokens.get(1);
        let comma = matches!(next, Some(TokenTree::Punct(punct)) if punct.as_char() == ',');
        if state.body == Body::Arm && next.is_some() && !comma {
            self.bytes.extend_from_slice(b"P,\0");
        }
        state.group(Delimiter::Parenthesis);
    }

    fn punct(
        &mut self,
        punct: &Punct,
        tokens: &[TokenTree],
        mode: Mode,
        state: &mut State,
        begins: bool,
    ) -> usize {
        let next = &tokens[1..];
        if matches!(mode, Mode::Rust { .. })
            && punct.as_char() == ','
            && state.comma_is_layout(next)
        {
            state.before = Before::Other;
            return 1;
        }
        let (text, length) = glued(punct, next);
        self.bytes.push(b'P');
        self.bytes.extend_from_slice(text.as_bytes());
        self.bytes.push(0);
        state.punct(&text, begins);
        length
    }

    /// Writes what follows the identifier `tokens[0]` if that calls a macro, and says how many tokens that were.
    fn macro_call(&mut self, tokens: &mut [TokenTree], mode: Mode, state: &mut State) -> usize {
        let [TokenTree::Ident(name), TokenTree::Punct(bang), rest @ ..] = tokens else {
            return 0;
        };
        let name = name.to_string();
        // `if !f(a)` calls no macro
        if bang.as_char() != '!' || matches!(mode, Mode::Strict) || known::is_keyword(&name) {
            return 0;
        }
        match rest {
            [TokenTree::Ident(defined), group @ TokenTree::Group(_), ..] => {
                self.bytes.push(b'!');
                self.tagged(b'I', defined);
                self.group(group, Mode::Strict, Before::Other);
                state.before = Before::Other;
                3
            }
            [group @ TokenTree::Group(_), ..] => {
                self.bytes.push(b'!');
                // a call's parentheses never make a tuple
                self.group(group, Mode::of_macro(&name), Before::Callee);
                state.before = Before::Callee;
                2
            }
            _ => 0,
        }
    }

    /// Writes the attribute that `tokens` start with, if it counts; its length in tokens, if there is one.
    fn attribute(&mut self, tokens: &mut [TokenTree], docs: bool) -> Option<usize> {
        if !matches!(tokens.first()?, TokenTree::Punct(hash) if hash.as_char() == '#') {
            return None;
        }
        let (inner, at) = match tokens.get(1)? {
            TokenTree::Punct(bang) if bang.as_char() == '!' => (true, 2),
            _ => (false, 1),
        };
        let group = tokens.get_mut(at)?;
        if !matches!(group, TokenTree::Group(group) if group.delimiter() == Delimiter::Bracket) {
            return None;
        }
        let (_, mut content) = taken(group);
        if !known::is_layout_attribute(&content, docs) {
            self.attribute_content(&mut content, inner);
        }
        Some(at + 1)
    }

    fn attribute_content(&mut self, content: &mut [TokenTree], inner: bool) {
        if let [TokenTree::Ident(name), list @ TokenTree::Group(_)] = content
            && name == "derive"
        {
            let (_, mut paths) = taken(list);
            let comma =
                |token: &TokenTree| matches!(token, TokenTree::Punct(p) if p.as_char() == ',');
            for path in paths.split_mut(comma).filter(|path| !path.is_empty()) {
                self.bytes.extend_from_slice(b"#derive");
                self.sequence(path, Mode::Strict, None);
            }
            return;
        }
        self.bytes
            .extend_from_slice(if inner { b"#![" } else { b"#[" });
        let mode = Mode::Rust { docs: true };
        self.sequence(content, mode, Some((Delimiter::Bracket, Before::Other)));
        self.bytes.push(b']');
    }
}

/// The content of a group, moved out of it: what is only looked at would be copied token by token.
fn taken(token: &mut TokenTree) -> (Delimiter, Vec<TokenTree>) {
    let placeholder = TokenTree::Punct(Punct::new(',', Spacing::Alone));
    match std::mem::replace(token, placeholder) {
        TokenTree::Group(group) => {
            let (delimiter, stream) = (group.delimiter(), group.stream());
            drop(group);
            (delimiter, stream.into_iter().collect())
        }
        other => (Delimiter::None, vec![other]),
    }
}

fn glued(punct: &Punct, next: &[TokenTree]) -> (String, usize) {
    let following = next.iter().map_while(|token| match token {
        TokenTree::Punct(punct) => Some(punct.clone()),
        _ => None,
    });
    let text = operators::glue(punct, following);
    let length = text.len();
    (text, length)
}

/// How many of `tokens` count: all, or all but a trailing comma.
fn without_trailing_comma(tokens: &[TokenTree], group: Option<(Delimiter, Before)>) -> usize {
    let (Some((delimiter, before)), [rest @ .., TokenTree::Punct(last)]) = (group, tokens) else {
        return tokens.len();
    };
    if last.as_char() != ',' || rest.is_empty() {
        return tokens.len();
    }
    let ignored = match delimiter {
        Delimiter::Bracket | Delimiter::Brace => true,
        Delimiter::Parenthesis => before == Before::Callee || has_comma(rest) || is_parameter(rest),
        Delimiter::None => false,
    };
    if ignored { rest.len() } else { tokens.len() }
}

/// Does `(a, b,)` have two elements for sure? Commas in `<..>` or between `|..|` do not tell.
fn has_comma(tokens: &[TokenTree]) -> bool {
    let mut comma = false;
    for token in tokens {
        if let TokenTree::Punct(punct) = token {
            match punct.as_char() {
                '<' | '|' => return false,
                ',' => comma = true,
                _ => {}
            }
        }
    }
    comma
}

/// Is this `pattern: type`, or a receiver?
fn is_parameter(tokens: &[TokenTree]) -> bool {
    tokens.windows(2).any(|pair| match pair {
        [
            TokenTree::Ident(_) | TokenTree::Group(_),
            TokenTree::Punct(punct),
        ] => punct.as_char() == ':' && punct.spacing() == Spacing::Alone,
        _ => false,
    })
}
