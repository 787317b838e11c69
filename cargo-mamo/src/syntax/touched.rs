//! What an edit touched of a file, where that is bodies alone.
//!
//! Items, what they name, macro calls and documentation decide how a program hangs together; the tokens of a body do not, as
//! long as they name the same. Then all that another analysis would find is the digests of these bodies.

use super::ir::{DocumentationPart, File, Item, ItemKind, Lowered, MacroCall, Mention};
use crate::fingerprint::Fingerprint;

/// An item whose body has other tokens, or that stands on other lines.
#[derive(Clone, Debug, PartialEq)]
pub struct Touched {
    /// The item as it was.
    pub before: Item,
    /// As it is.
    pub after: Item,
}

/// Every item that is not exactly as it was, in source order. `None` if more than bodies and lines is different.
pub fn touched(before: &File, after: &File) -> Option<Vec<Touched>> {
    if before.error.is_some() || after.error.is_some() {
        return None;
    }
    let (mut one, mut two) = (before.clone(), after.clone());
    if bare(&mut one) != bare(&mut two) {
        return None;
    }
    let (mut earlier, mut later) = (Vec::new(), Vec::new());
    gather(&before.items, &mut earlier);
    gather(&after.items, &mut later);
    let pairs = earlier.into_iter().zip(later);
    let touched =
        pairs.filter(|(before, after)| before.lines != after.lines || before.body != after.body);
    let touched = touched.map(|(before, after)| Touched {
        before: before.clone(),
        after: after.clone(),
    });
    Some(touched.collect())
}

/// The file without lines, bodies, and what other crates see, which is asked elsewhere.
fn bare(file: &mut File) -> &File {
    file.interface = Fingerprint::NONE;
    strip(&mut file.items);
    // Where tests in documentation stand is part of their names.
    let holds_tests = |part: &DocumentationPart| matches!(part, DocumentationPart::File(_));
    for documentation in &mut file.documentation {
        if documentation.blocks.is_empty() && !documentation.parts.iter().any(holds_tests) {
            documentation.line = 0;
        }
    }
    file
}

fn strip(items: &mut [Item]) {
    for item in items {
        item.lines = (0, 0);
        if matches!(
            item.kind,
            ItemKind::Fn(_) | ItemKind::Const | ItemKind::Static
        ) {
            item.body = Fingerprint::NONE;
        }
        strip_mentions(&mut item.signature_mentions);
        strip_mentions(&mut item.body_mentions);
        strip(&mut item.nested);
        match &mut item.kind {
            ItemKind::Trait { members, .. } => strip(members),
            ItemKind::Impl(shape) => strip(&mut shape.members),
            ItemKind::Mod {
                inline: Some(inner),
            } => strip(inner),
            ItemKind::MacroRules { line, .. } => *line = 0,
            ItemKind::MacroCall(call) => strip_call(call),
            _ => {}
        }
    }
}

fn strip_mentions(mentions: &mut [Mention]) {
    for mention in mentions {
        if let Mention::Macro(call) = mention {
            strip_call(call);
        }
    }
}

fn strip_call(call: &mut MacroCall) {
    call.line = 0;
    if let Some(plain) = &mut call.plain {
        strip_lowered(plain);
    }
}

fn strip_lowered(lowered: &mut Lowered) {
    strip_mentions(&mut lowered.mentions);
    strip(&mut lowered.items);
}

/// Items that stand in the file as they are; what macro calls hold is none of them.
fn gather<'f>(items: &'f [Item], found: &mut Vec<&'f Item>) {
    for item in items {
        found.push(item);
        gather(&item.nested, found);
        match &item.kind {
            ItemKind::Trait { members, .. } => gather(members, found),
            ItemKind::Impl(shape) => gather(&shape.members, found),
            ItemKind::Mod {
                inline: Some(inner),
            } => gather(inner, found),
            _ => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::syntax::parse_file;

    fn names(before: &str, after: &str) -> Option<Vec<String>> {
        let touched = touched(&parse_file(before), &parse_file(after))?;
        let changed = touched
            .into_iter()
            .filter(|one| one.before.body != one.after.body);
        Some(changed.map(|one| one.after.name.to_string()).collect())
    }

    const SOURCE: &str = "use std::fmt;\nfn f(n: u32) -> u32 { g(n) + 1 }\nfn g(n: u32) -> u32 { println!(\"{n}\"); n }\nstruct S;\nimpl S {\n    const C: u32 = 3;\n    fn m(&self) -> u32 { f(1) }\n}\n/// Text.\nmod inner { pub fn h() {} }\n";

    #[test]
    fn bodies_that_name_the_same_are_all_that_is_touched() {
        let after = |from: &str, to: &str| names(SOURCE, &SOURCE.replace(from, to));
        let one = |name: &str| Some(vec![name.to_owned()]);
        assert_eq!(after("+ 1", "+ 2"), one("f"));
        assert_eq!(after("+ 1", "+\n\n 2"), one("f"));
        assert_eq!(after("= 3", "= 4"), one("C"));
        assert_eq!(after("{ f(1) }", "{ f(1) * 2 }"), one("m"));
        assert_eq!(after("+ 1", "/* why */ + 1"), Some(Vec::new()));
    }

    #[test]
    fn whatever_else_differs_is_more() {
        let edits = [
            ("g(n) + 1", "S.m() + 1"),
            ("n: u32) -> u32 { g", "n: u32) -> u64 { g"),
            ("\"{n}\"", "\"{n}!\""),
            ("struct S;", "struct S(u32);"),
            ("use std::fmt;", "use std::io;"),
            ("fn h() {}", "fn i() {}"),
            ("fn h() {}", "fn h() { fn inner() {} }"),
            ("/// Text.", "/// ```\n/// assert!(true);\n/// ```"),
            ("pub fn h", "#[inline] pub fn h"),
            ("fn f(", "fn ("),
        ];
        for (from, to) in edits {
            assert_eq!(names(SOURCE, &SOURCE.replace(from, to)), None, "{to}");
        }
    }
}
