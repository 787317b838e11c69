//! The same source in another layout: blank lines, comments and other indentation, and every token as it was.

use super::{blank_length, token_length};

/// What is put between lines.
const REMARK: &str = "\n    // A remark that was not here.\n";

/// `text` with remarks at its head and end and after lines that end a statement, item or block, and all of it indented
/// otherwise. What stands in literals and documentation stays.
pub fn spread(text: &str) -> String {
    let head = head_length(text);
    let (mut out, rest) = (text.as_bytes()[..head].to_vec(), &text[head..]);
    out.extend(REMARK.trim_start().bytes());
    let bytes = rest.as_bytes();
    let (mut at, mut last, mut whole) = (0, 0, true);
    while at < bytes.len() {
        if bytes[at] == b'\n' {
            let ends = matches!(last, b'{' | b'}' | b';' | b',');
            out.extend(if ends { REMARK } else { "\n" }.bytes());
            last = 0;
            at += 1 + indentation(&rest[at + 1..], &mut out);
            whole = true;
            continue;
        }
        let blank = blank_length(&bytes[at..]);
        let length = if blank > 0 {
            blank
        } else {
            let before = (!whole && at > 0).then(|| bytes[at - 1]);
            let length = token_length(&bytes[at..], before);
            last = if length == 1 { bytes[at] } else { 0 };
            length
        };
        whole = blank > 0;
        out.extend(&bytes[at..at + length]);
        at += length;
    }
    out.extend(REMARK.bytes());
    String::from_utf8(out).expect("a text's bytes in their order are text")
}

/// A byte-order mark and a line for the system's loader come before anything else.
fn head_length(text: &str) -> usize {
    let mark = if text.starts_with('\u{feff}') { 3 } else { 0 };
    let rest = &text[mark..];
    if rest.starts_with("#!") && !rest[2..].trim_start().starts_with('[') {
        return mark + rest.find('\n').map_or(rest.len(), |end| end + 1);
    }
    mark
}

/// Writes other blanks for those that `line` begins with, and gives the number of the old ones.
fn indentation(line: &str, out: &mut Vec<u8>) -> usize {
    let length = line.len() - line.trim_start_matches([' ', '\t']).len();
    out.extend(std::iter::repeat_n(b' ', length * 2));
    length
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::layout::digest;

    #[test]
    fn every_token_stays_and_lines_move() {
        for text in [
            "fn f() -> &'static str {\n    // why\n    let c = '{';\n    \"a;\n b\\\n   c\"\n}\n",
            "#!/usr/bin/env run\nfn main() {}\n",
            "#![allow(dead_code)]\n//! Says;\n//! more {\n\nmod a;\n",
            "const R: &str = r#\"{\n  // no remark;\n\"#;\n/** says;\n   so */\nstruct S {\n\ta: u8,\n}",
            "fn é<'a>(x: &'a str) { /* a;\n b */ x; }\n",
            "",
        ] {
            let spread = spread(text);
            let condensed = |text: &str| digest(text.as_bytes());
            assert_eq!(condensed(&spread), condensed(text), "{spread}");
            assert!(spread.lines().count() > text.lines().count());
        }
    }

    #[test]
    fn lines_inside_blocks_move_and_are_indented_otherwise() {
        let spread = spread("fn f() {\n    g();\n}\n");
        assert!(spread.contains("fn f() {\n    // A remark"), "{spread}");
        assert!(spread.contains("\n        g();\n"), "{spread}");
    }
}
