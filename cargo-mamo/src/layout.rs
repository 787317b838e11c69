//! A source file without its layout: what the compiler sees of it, but for places.
//!
//! Two texts that condense to the same bytes compile or fail to compile alike: blanks and plain comments are left out,
//! everything else counts, documentation and lint attributes too. In doubt a text differs.

pub mod spread;

use crate::fingerprint::Fingerprint;

/// The digest of `text` without blanks and plain comments.
pub fn digest(text: &[u8]) -> Fingerprint {
    Fingerprint::of(&condensed(text, APART))
}

/// The digest of `text` without plain comments, every run of blanks as one: how its tokens are written.
pub fn spelling(text: &[u8]) -> Fingerprint {
    Fingerprint::of(&condensed(text, &[]))
}

/// Bytes beside which a blank never matters.
const APART: &[u8] = b"(){}[];,";

/// `text` without plain comments; blanks as one, and none beside the bytes of `apart`.
fn condensed(text: &[u8], apart: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(text.len());
    let mut at = 0;
    let mut blank = false;
    while at < text.len() {
        let rest = &text[at..];
        let skipped = blank_length(rest);
        if skipped > 0 {
            blank = true;
            at += skipped;
            continue;
        }
        let length = token_length(rest, out.last().copied().filter(|_| !blank));
        let close = |byte: Option<&u8>| byte.is_none_or(|byte| apart.contains(byte));
        if blank && !close(out.last()) && !close(rest.first()) {
            out.push(b' ');
        }
        blank = false;
        out.extend_from_slice(&rest[..length]);
        at += length;
        if rest.starts_with(b"//") {
            // A line of documentation ends at its line's end.
            out.push(b'\n');
        }
    }
    out
}

/// How many bytes of blanks or of one plain comment `text` begins with.
fn blank_length(text: &[u8]) -> usize {
    match text {
        [byte, ..] if byte.is_ascii_whitespace() => 1,
        [b'/', b'/', rest @ ..] if !is_documentation(rest, b'/') => line_length(text),
        [b'/', b'*', rest @ ..] if !is_documentation(rest, b'*') => block_length(text),
        _ => 0,
    }
}

/// `///` and `/**` document, and so do `//!` and `/*!`; `////`, `/***` and `/**/` do not.
fn is_documentation(after: &[u8], mark: u8) -> bool {
    match after {
        [b'!', ..] => true,
        [first, second, ..] if *first == mark => {
            *second != mark && !(mark == b'*' && *second == b'/')
        }
        [first] => *first == mark,
        _ => false,
    }
}

/// The length of what must be copied whole: a literal, documentation, or a byte. `before` is the byte that the text
/// follows at once.
fn token_length(text: &[u8], before: Option<u8>) -> usize {
    let in_word =
        before.is_some_and(|byte| byte.is_ascii_alphanumeric() || byte == b'_' || byte >= 0x80);
    match text {
        [b'/', b'/', ..] => line_length(text),
        [b'/', b'*', ..] => block_length(text),
        [b'"', ..] => quoted_length(text),
        [b'\'', ..] => character_length(text),
        [b'r', ..] if !in_word => raw_length(text, 1),
        [b'b' | b'c', b'r', ..] if !in_word => raw_length(text, 2),
        _ => 1,
    }
}

fn line_length(text: &[u8]) -> usize {
    text.iter()
        .position(|byte| *byte == b'\n')
        .unwrap_or(text.len())
}

/// Block comments nest. One without an end reaches to the end of the file.
pub(crate) fn block_length(text: &[u8]) -> usize {
    let (mut depth, mut at) = (0_usize, 0);
    while at + 1 < text.len() {
        match &text[at..at + 2] {
            b"/*" => depth += 1,
            b"*/" => depth -= 1,
            _ => {
                at += 1;
                continue;
            }
        }
        at += 2;
        if depth == 0 {
            return at;
        }
    }
    text.len()
}

/// A text in quotes, with them. One without an end reaches to the end of the file.
pub(crate) fn quoted_length(text: &[u8]) -> usize {
    let mut at = 1;
    while at < text.len() {
        match text[at] {
            b'\\' => at += 2,
            b'"' => return at + 1,
            _ => at += 1,
        }
    }
    text.len()
}

/// A character literal, or the quote of a lifetime or label.
fn character_length(text: &[u8]) -> usize {
    if text.get(1) == Some(&b'\\') {
        let end = text.iter().skip(3).position(|byte| *byte == b'\'');
        return end.map_or(text.len(), |end| end + 4);
    }
    let first = std::str::from_utf8(&text[1..text.len().min(5)]);
    let valid = first.unwrap_or_else(|error| {
        std::str::from_utf8(&text[1..=error.valid_up_to()]).unwrap_or_default()
    });
    let width = valid.chars().next().map_or(1, char::len_utf8);
    if text.get(1 + width) == Some(&b'\'') {
        width + 2
    } else {
        1
    }
}

/// `r"…"`, `r#"…"#`; a raw identifier or a plain `r` is one byte of its word.
fn raw_length(text: &[u8], prefix: usize) -> usize {
    let hashes = text[prefix..]
        .iter()
        .take_while(|byte| **byte == b'#')
        .count();
    let open = prefix + hashes;
    if text.get(open) != Some(&b'"') {
        return 1;
    }
    let mut end = vec![b'"'];
    end.resize(hashes + 1, b'#');
    let close = text[open + 1..]
        .windows(end.len())
        .position(|window| window == end);
    close.map_or(text.len(), |at| open + 1 + at + end.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn same(a: &str, b: &str) -> bool {
        digest(a.as_bytes()) == digest(b.as_bytes())
    }

    #[test]
    fn comments_and_blanks_are_left_out() {
        let text = "fn f(a: &'static str) -> char { let x = 'x'; g(x, \"a // b\") }";
        for layout in [
            "// remark\n\nfn f(a: &'static str) -> char {\n    let x = 'x'; // why\n    g(x, \"a // b\")\n}\n",
            "fn f( a: &'static str ) -> char { /* a /* nested */ one */ let x = 'x'; g( x , \"a // b\" ) }",
            "//// no documentation\n/**/ /*** nor this */ fn f(a: &'static str) -> char { let x = 'x'; g(x, \"a // b\") }",
        ] {
            assert!(same(text, layout), "{layout}");
        }
    }

    #[test]
    fn what_the_compiler_may_mind_counts() {
        for (a, b) in [
            ("let s = \"a b\";", "let s = \"a  b\";"),
            ("let s = r#\"a // b\"#;", "let s = r#\"a // c\"#;"),
            ("/// says\nfn f() {}", "fn f() {}"),
            ("/// says\nfn f() {}", "/// says fn f() {}"),
            ("//! says", "// says"),
            ("#![deny(warnings)] fn f() {}", "fn f() {}"),
            ("a > > b", "a >> b"),
            ("ab", "a b"),
            ("let c = '\"'; // x\"", "let c = '\"'; let d = \"// x\";"),
            ("let c = b'\\''; f(); // x", "let c = b'\\''; g(); // x"),
            ("'a: loop { break 'a } // '", "'a: loop { break 'b } // '"),
            ("let r = c\"x//\"; f()", "let r = c\"x//\"; g()"),
            ("let r#fn = \"//\"; f()", "let r#fn = \"//\"; g()"),
            ("'é' // a\n; f()", "'é' // a\n; g()"),
        ] {
            assert!(!same(a, b), "{a} / {b}");
        }
    }

    #[test]
    fn spelling_minds_blanks_but_not_how_many() {
        let of = |text: &str| spelling(text.as_bytes());
        assert_eq!(of("f( a + b )"), of("f(  a /* c */ +\n b ) // d\n"));
        assert_ne!(of("f(a + b)"), of("f(a+b)"));
        assert_ne!(of("f(a)"), of("f( a)"));
    }

    #[test]
    fn text_that_ends_early_is_read_to_its_end() {
        for text in ["\"", "'", "'\\", "/*", "r#\"", "/", "b'", "'\u{e9}", "\"\\"] {
            assert!(!same(text, "x"), "{text}");
        }
    }
}
