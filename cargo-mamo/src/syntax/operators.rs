//! Rust's operators, glued from punctuation as the compiler's lexer does.

use proc_macro2::{Punct, Spacing};

/// Operators of more than one character.
const OPERATORS: [&str; 25] = [
    "<<=", ">>=", "...", "..=", "::", "->", "=>", "==", "!=", "<=", ">=", "&&", "||", "+=", "-=",
    "*=", "/=", "%=", "^=", "&=", "|=", "<<", ">>", "..", "<-",
];

/// The longest operator that starts with `first`, given the punctuation after it.
pub(super) fn glue(first: &Punct, next: impl Iterator<Item = Punct>) -> String {
    let mut text = String::from(first.as_char());
    let mut spacing = first.spacing();
    for punct in next.take(2) {
        if spacing != Spacing::Joint {
            break;
        }
        text.push(punct.as_char());
        spacing = punct.spacing();
    }
    while text.chars().count() > 1 && !OPERATORS.contains(&text.as_str()) {
        text.pop();
    }
    text
}
