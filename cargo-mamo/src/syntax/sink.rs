//! Mentions as they are found, each once.

use super::ir::{MacroCall, Mention, Path, Symbol};
use super::known;
use std::collections::HashSet;

/// Collects mentions in the order of their first occurrence.
#[derive(Default)]
pub(super) struct Sink {
    found: Vec<Mention>,
    paths: HashSet<Path>,
    methods: HashSet<(Symbol, u8)>,
    loose: HashSet<Symbol>,
    texts: HashSet<String>,
}

impl Sink {
    /// All mentions so far, taken out.
    pub(super) fn take(&mut self) -> Vec<Mention> {
        std::mem::take(self).found
    }

    /// A path.
    pub(super) fn path(&mut self, path: Path) {
        if !path.segments.is_empty() && !self.paths.contains(&path) {
            self.paths.insert(path.clone());
            self.found.push(Mention::Path(path));
        }
    }

    /// A method call.
    pub(super) fn method(&mut self, name: Symbol, arity: usize) {
        let arity = u8::try_from(arity).unwrap_or(u8::MAX);
        if self.methods.insert((name, arity)) {
            self.found.push(Mention::Method { name, arity });
        }
    }

    /// An identifier that may be anything.
    pub(super) fn loose(&mut self, name: Symbol) {
        if !known::is_keyword(name.as_str()) && self.loose.insert(name) {
            self.found.push(Mention::Loose(name));
        }
    }

    /// A string literal.
    pub(super) fn text(&mut self, text: String) {
        let says_something = text
            .chars()
            .any(|letter| letter.is_alphanumeric() || letter == '.');
        if says_something && !self.texts.contains(&text) {
            self.texts.insert(text.clone());
            self.found.push(Mention::Text(text));
        }
    }

    /// A macro call.
    pub(super) fn call(&mut self, call: MacroCall) {
        self.found.push(Mention::Macro(Box::new(call)));
    }

    /// Any other mention.
    pub(super) fn other(&mut self, mention: Mention) {
        if !self.found.contains(&mention) {
            self.found.push(mention);
        }
    }
}
