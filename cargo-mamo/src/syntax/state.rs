//! What of the tokens before decides how the next one is read, where commas and braces may be layout.

use super::braces::Body;
use super::known;
use proc_macro2::{Delimiter, TokenTree};

/// What stands before a group, as far as a trailing comma in it is concerned.
#[derive(Clone, Copy, PartialEq)]
pub(super) enum Before {
    /// A name or an expression that can be called.
    Callee,
    /// Anything else: parentheses with one element and a comma are a tuple.
    Other,
}

/// What of the tokens before decides how the next is read.
pub(super) struct State {
    pub(super) before: Before,
    /// Inside a `where` clause?
    clause: bool,
    /// The last token was `=>` (1), or the group right after it (2).
    arm: u8,
    /// Open `<` after `::`.
    turbofish: u32,
    path: bool,
    /// Does the body of an arm or a closure come next?
    pub(super) body: Body,
}

impl Default for State {
    fn default() -> Self {
        Self {
            before: Before::Other,
            clause: false,
            arm: 0,
            turbofish: 0,
            path: false,
            body: Body::No,
        }
    }
}

impl State {
    pub(super) fn ident(&mut self, text: &str) {
        self.clause |= text == "where";
        self.before = if known::is_callable_name(text) {
            Before::Callee
        } else {
            Before::Other
        };
        self.arm = 0;
        self.path = false;
        self.pass();
    }

    /// Parameters of a closure may hold anything.
    fn pass(&mut self) {
        if self.body != Body::Parameters {
            self.body = Body::No;
        }
    }

    pub(super) fn group(&mut self, delimiter: Delimiter) {
        self.before = match delimiter {
            Delimiter::Brace => Before::Other,
            _ => Before::Callee,
        };
        self.clause &= delimiter != Delimiter::Brace;
        self.arm = if self.arm == 1 && delimiter == Delimiter::Brace {
            2
        } else {
            0
        };
        self.path = false;
        self.pass();
    }

    pub(super) fn punct(&mut self, text: &str, begins: bool) {
        self.before = Before::Other;
        match text {
            "<" if self.path || self.turbofish > 0 => self.turbofish += 1,
            ">" if self.turbofish > 0 => {
                self.turbofish -= 1;
                self.before = Before::Callee;
            }
            ";" => self.clause = false,
            "=>" => self.turbofish = 0,
            _ => {}
        }
        self.path = text == "::";
        self.arm = u8::from(text == "=>");
        self.body = match (self.body, text) {
            (Body::Parameters, "|") => Body::Closure,
            (Body::Parameters, _) => Body::Parameters,
            (_, "|") if begins => Body::Parameters,
            (_, "||") if begins => Body::Closure,
            (_, "=>") => Body::Arm,
            _ => Body::No,
        };
    }

    /// May a comma here be left out, given what comes after it?
    pub(super) fn comma_is_layout(&self, next: &[TokenTree]) -> bool {
        match next.first() {
            _ if self.arm == 2 => true,
            Some(TokenTree::Punct(punct)) => match punct.as_char() {
                '>' => true,
                ';' => self.clause,
                _ => false,
            },
            Some(TokenTree::Group(group)) => self.clause && group.delimiter() == Delimiter::Brace,
            // a signature that ends in its where clause
            None => self.clause,
            _ => false,
        }
    }
}
