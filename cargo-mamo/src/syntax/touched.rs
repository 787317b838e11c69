//! What an edit touched of a file, where that is bodies alone.
//!
//! Items, what they name, macro calls and documentation decide how a program hangs together; the tokens of a body do not, as
//! long as they name the same. Then all that another analysis would find is the digests of these bodies.

use super::ir::{DocumentationPart, File, Item, ItemKind, Lowered, MacroCall, Mention};
use super::source::line_number;
use crate::fingerprint::Fingerprint;
use std::collections::HashMap;

/// What an edit touched of a file.
#[derive(Debug, Default)]
pub struct Touched {
    /// Items whose bodies have other tokens, as they were and as they are, in source order.
    pub bodies: Vec<(Item, Item)>,
    /// Where all stands that stood elsewhere.
    pub moved: Moved,
}

/// The lines on which things stand now, by those on which they stood.
#[derive(Debug, Default)]
pub struct Moved {
    /// First and last lines of items.
    items: HashMap<(u32, u32), (u32, u32)>,
    /// What lies between the delimiters of macro calls: first and last line, and the first one now.
    calls: Vec<((u32, u32), u32)>,
    /// The lines of code blocks in documentation, as rustdoc counts.
    blocks: HashMap<u32, u32>,
}

impl Moved {
    /// The lines of an item that had `lines`. One that is not in the file stands in the call of the macro that made it.
    pub fn item(&self, lines: (u32, u32)) -> (u32, u32) {
        if let Some(moved) = self.items.get(&lines) {
            return *moved;
        }
        let around =
            |((first, last), _): &&((u32, u32), u32)| *first <= lines.0 && lines.1 <= *last;
        let innermost = self
            .calls
            .iter()
            .filter(around)
            .min_by_key(|((first, last), _)| last - first);
        innermost.map_or(lines, |((first, _), now)| {
            (lines.0 - first + now, lines.1 - first + now)
        })
    }

    /// The line of a code block that was on `line`.
    pub fn block(&self, line: u32) -> u32 {
        self.blocks.get(&line).copied().unwrap_or(line)
    }
}

/// What is not exactly as it was. `None` if more than bodies and lines is different.
pub fn touched(before: &File, after: &File) -> Option<Touched> {
    if before.error.is_some() || after.error.is_some() {
        return None;
    }
    let (mut one, mut two) = (before.clone(), after.clone());
    if bare(&mut one) != bare(&mut two) {
        return None;
    }
    let (earlier, later) = (Gathered::of(before), Gathered::of(after));
    let mut touched = Touched::default();
    for (before, after) in earlier.items.iter().zip(later.items) {
        // Two on the same lines that now stand apart cannot be told from each other by their lines.
        let known = touched.moved.items.insert(before.lines, after.lines);
        if known.is_some_and(|known| known != after.lines) {
            return None;
        }
        if before.body != after.body {
            touched.bodies.push(((*before).clone(), after.clone()));
        }
    }
    for (before, after) in earlier.calls.iter().zip(later.calls) {
        let last = before.line + line_number(before.tokens.matches('\n').count());
        touched.moved.calls.push(((before.line, last), after.line));
    }
    for (before, after) in earlier.blocks.into_iter().zip(later.blocks) {
        let known = touched.moved.blocks.insert(before, after);
        if known.is_some_and(|known| known != after) {
            return None;
        }
    }
    Some(touched)
}

/// The file without lines, bodies, and what other crates see, which is asked elsewhere.
fn bare(file: &mut File) -> &File {
    file.interface = Fingerprint::NONE;
    strip(&mut file.items);
    // Tests of a file that documentation includes are counted from where it does.
    let holds_tests = |part: &DocumentationPart| matches!(part, DocumentationPart::File(_));
    for documentation in &mut file.documentation {
        if !documentation.parts.iter().any(holds_tests) {
            documentation.line = 0;
        }
        for block in &mut documentation.blocks {
            block.code.iter_mut().for_each(strip_lowered);
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

/// All of a file that has lines, in its order.
#[derive(Default)]
struct Gathered<'f> {
    /// Items that stand there as they are; what macro calls hold is none of them.
    items: Vec<&'f Item>,
    calls: Vec<&'f MacroCall>,
    /// Lines of code blocks.
    blocks: Vec<u32>,
}

impl<'f> Gathered<'f> {
    fn of(file: &'f File) -> Self {
        let mut gathered = Self::default();
        gathered.add(&file.items);
        for documentation in &file.documentation {
            for block in &documentation.blocks {
                gathered.blocks.push(documentation.line + block.line);
                let code = block.code.iter();
                code.for_each(|code| gathered.add(&code.items));
            }
        }
        gathered
    }

    fn add(&mut self, items: &'f [Item]) {
        for item in items {
            self.items.push(item);
            let mentions = item.signature_mentions.iter().chain(&item.body_mentions);
            self.calls
                .extend(mentions.filter_map(|mention| match mention {
                    Mention::Macro(call) => Some(&**call),
                    _ => None,
                }));
            self.add(&item.nested);
            match &item.kind {
                ItemKind::Trait { members, .. } => self.add(members),
                ItemKind::Impl(shape) => self.add(&shape.members),
                ItemKind::Mod {
                    inline: Some(inner),
                } => self.add(inner),
                ItemKind::MacroCall(call) => self.calls.push(call),
                _ => {}
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::syntax::parse_file;

    fn names(before: &str, after: &str) -> Option<Vec<String>> {
        let touched = touched(&parse_file(before), &parse_file(after))?;
        let bodies = touched.bodies.iter();
        Some(bodies.map(|(_, now)| now.name.to_string()).collect())
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
    fn items_that_shared_their_lines_and_now_do_not_are_more() {
        let line = "mod m { fn f() -> u8 { 1 } }\n";
        let apart = "mod m {\n    fn f() -> u8 { 1 }\n}\n";
        assert_eq!(names(line, apart), None);
        assert_eq!(names(line, &format!("\n{line}")), Some(Vec::new()));
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
