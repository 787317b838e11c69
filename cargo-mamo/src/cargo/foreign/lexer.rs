//! Rust source as words, whatever it is: names, texts of literals, and single marks. Comments and characters are none.

use crate::layout::{block_length, quoted_length};

/// A word of Rust.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Word<'t> {
    /// A name, a keyword or a number.
    Name(&'t str),
    /// What stands between the quotes of a literal.
    Text(&'t str),
    /// Any other byte.
    Mark(u8),
}

/// The words of `text`.
pub(super) fn words(text: &str) -> Vec<Word<'_>> {
    let bytes = text.as_bytes();
    let (mut found, mut at) = (Vec::new(), 0);
    while at < bytes.len() {
        let rest = &bytes[at..];
        let (word, length) = match rest {
            [b'/', b'/', ..] => (None, length_until(rest, |byte| byte == b'\n')),
            [b'/', b'*', ..] => (None, block_length(rest)),
            [b'"', ..] => {
                let length = quoted_length(rest);
                let inside = text.get(at + 1..at + length.max(2) - 1);
                (Some(Word::Text(inside.unwrap_or_default())), length)
            }
            [b'\'', ..] => (None, character_length(rest)),
            [byte, ..] if is_letter(*byte) => named(text, at),
            [byte, ..] if !byte.is_ascii_whitespace() => (Some(Word::Mark(*byte)), 1),
            _ => (None, 1),
        };
        found.extend(word);
        at += length;
    }
    found
}

/// A name, or the raw literal whose prefix it is, and its length.
fn named(text: &str, at: usize) -> (Option<Word<'_>>, usize) {
    let rest = &text.as_bytes()[at..];
    let length = length_until(rest, |byte| !is_letter(byte));
    let name = text.get(at..at + length).unwrap_or_default();
    match raw_text(rest, name) {
        Some((start, end, length)) => {
            let inside = text.get(at + start..at + end);
            (Some(Word::Text(inside.unwrap_or_default())), length)
        }
        None => (Some(Word::Name(name)), length),
    }
}

fn is_letter(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_' || byte >= 0x80
}

fn length_until(text: &[u8], is_end: impl Fn(u8) -> bool) -> usize {
    text.iter()
        .position(|byte| is_end(*byte))
        .unwrap_or(text.len())
}

/// A character, or the mark of a lifetime.
fn character_length(text: &[u8]) -> usize {
    const LONGEST: usize = 6;
    if text.get(1) == Some(&b'\\') {
        let end = text.iter().skip(3).position(|byte| *byte == b'\'');
        return end.map_or(1, |end| end + 4);
    }
    let near = text.get(2..text.len().min(LONGEST)).unwrap_or_default();
    let is_wide = text.get(1).is_some_and(|byte| *byte >= 0x80);
    match near.iter().position(|byte| *byte == b'\'') {
        Some(0) => 3,
        Some(end) if is_wide => end + 3,
        _ => 1,
    }
}

/// Where the text of a raw literal with this prefix begins and ends, and how long the literal is.
fn raw_text(rest: &[u8], prefix: &str) -> Option<(usize, usize, usize)> {
    if !matches!(prefix, "r" | "br" | "cr") {
        return None;
    }
    let hashes = length_until(&rest[prefix.len()..], |byte| byte != b'#');
    let start = prefix.len() + hashes + 1;
    if rest.get(start - 1) != Some(&b'"') {
        return None;
    }
    let end = [b"\"".as_slice(), &vec![b'#'; hashes]].concat();
    let mut windows = rest[start..].windows(end.len());
    let found = windows.position(|window| window == end);
    let stop = start + found.unwrap_or(rest.len() - start);
    Some((start, stop, (stop + end.len()).min(rest.len())))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_and_names_are_told_from_comments_and_characters() {
        let text = "a/*\"x\"*/'\"' b\"y\\\"z\" r#\"q\"r\"# 'l é // \"w\"\n\"\"";
        let expected = [
            Word::Name("a"),
            Word::Name("b"),
            Word::Text("y\\\"z"),
            Word::Text("q\"r"),
            Word::Name("l"),
            Word::Name("é"),
            Word::Text(""),
        ];
        assert_eq!(words(text), expected);
        for end in 0..text.len() {
            words(&String::from_utf8_lossy(&text.as_bytes()[..end]));
        }
    }
}
