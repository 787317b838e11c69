//! Code blocks in documentation: found as rustdoc finds them, and read as the programs that it makes of them.
//!
//! The line counting, with its quirks, is rustdoc's, since a block is told from others by its line. What is no plain
//! program here has no `code`: it is not guessed at.

use super::ir::{CodeBlock, Item, ItemKind, Lowered};
use super::source::Source;
use super::{canonical, items};
use crate::fingerprint::Fingerprint;
use proc_macro2::{TokenStream, TokenTree};
use pulldown_cmark::{CodeBlockKind, Event, Options, Parser, Tag};
use std::borrow::Cow;

/// The code blocks of `docs` that may be tests. `line`: where the documentation starts in its file.
pub(super) fn find(docs: &str, line: u32) -> Vec<CodeBlock> {
    let mut found = Vec::new();
    if !docs.contains("```")
        && !docs.contains("~~~")
        && !docs.contains("    ")
        && !docs.contains('\t')
    {
        return found;
    }
    let mut events = Parser::new_ext(docs, options()).into_offset_iter();
    let (mut before, mut lines) = (0, 0);
    while let Some((event, range)) = events.next() {
        let Event::Start(Tag::CodeBlock(kind)) = event else {
            continue;
        };
        let marks = match &kind {
            CodeBlockKind::Fenced(text) => text.to_string(),
            CodeBlockKind::Indented => String::new(),
        };
        if !is_rust(&marks) {
            continue;
        }
        let mut text = String::new();
        while let Some((Event::Text(part), _)) = events.next() {
            text.push_str(&part);
        }
        let between = &docs[before..range.start];
        lines += between.lines().count();
        if lines != 0 && !between.ends_with('\n') {
            lines -= 1;
        }
        before = range.start;
        let closed = match kind {
            CodeBlockKind::Fenced(_) => is_closed(&docs[range]),
            CodeBlockKind::Indented => true,
        };
        let offset = u32::try_from(lines).unwrap_or(u32::MAX);
        found.push(read(&marks, &code(&text), offset, line, closed));
    }
    found
}

/// What rustdoc reads documentation with.
fn options() -> Options {
    Options::ENABLE_TABLES
        | Options::ENABLE_FOOTNOTES
        | Options::ENABLE_STRIKETHROUGH
        | Options::ENABLE_TASKLISTS
        | Options::ENABLE_SMART_PUNCTUATION
}

/// A block that ends with the documentation, not by a fence, may go on elsewhere.
fn is_closed(block: &str) -> bool {
    let last = block.trim_end().lines().skip(1).last().unwrap_or_default();
    let last = last.trim_start_matches(|letter: char| letter.is_whitespace() || letter == '>');
    last.starts_with("```") || last.starts_with("~~~")
}

fn marks_of(marks: &str) -> impl Iterator<Item = &str> {
    let separators =
        |letter: char| letter == ',' || letter.is_whitespace() || matches!(letter, '{' | '}');
    marks.split(separators).filter(|mark| !mark.is_empty())
}

/// May rustdoc take a block with these marks for Rust?
fn is_rust(marks: &str) -> bool {
    let known = |mark: &str| {
        matches!(
            mark,
            "rust"
                | "should_panic"
                | "no_run"
                | "ignore"
                | "allow_fail"
                | "compile_fail"
                | "test_harness"
        ) || mark.starts_with("ignore-")
            || mark.starts_with("standalone")
            || mark.starts_with("edition")
            || (mark.starts_with('E') && mark.len() == 5)
    };
    marks.contains('(') || marks_of(marks).next().is_none() || marks_of(marks).any(known)
}

/// What is compiled of a block's text: hidden lines are shown, `##` is `#`.
fn code(text: &str) -> String {
    let lines = text.lines().map(|line| {
        let trimmed = line.trim();
        if trimmed.starts_with("##") {
            Cow::Owned(line.replacen("##", "#", 1))
        } else if let Some(hidden) = trimmed.strip_prefix("# ") {
            Cow::Borrowed(hidden)
        } else if trimmed == "#" {
            Cow::Borrowed("")
        } else {
            Cow::Borrowed(line)
        }
    });
    lines.collect::<Vec<_>>().join("\n")
}

fn read(marks: &str, text: &str, offset: u32, line: u32, closed: bool) -> CodeBlock {
    let all: Vec<_> = marks_of(marks).collect();
    let source = Source::File(text);
    let tokens = text.parse::<TokenStream>().ok();
    let canonical = tokens
        .as_ref()
        .map(|tokens| canonical::rust(&source, tokens.clone(), true).fingerprint);
    let own = canonical.unwrap_or_else(|| Fingerprint::of(text.as_bytes()));
    let digest = Fingerprint::of_parts(
        all.iter()
            .map(|mark| mark.as_bytes())
            .chain([own.0.as_slice()]),
    );
    let plain = closed && !marks.contains('(') && !all.contains(&"compile_fail");
    let plain = plain && tokens.is_some_and(|tokens| stands_alone(&tokens));
    // so that lines are the file's
    let above = "\n".repeat(usize::try_from(line + offset).unwrap_or_default());
    let code = plain.then(|| program(&above, text)).flatten();
    CodeBlock {
        line: offset,
        ignored: all.contains(&"ignore"),
        digest,
        code,
    }
}

/// Does the code name neither its own crate, nor files, nor what only rustdoc's attributes give it a meaning by?
fn stands_alone(tokens: &TokenStream) -> bool {
    let mut before = String::new();
    for token in tokens.clone() {
        match token {
            TokenTree::Group(group) if !stands_alone(&group.stream()) => return false,
            TokenTree::Ident(ident) => {
                let name = ident.to_string();
                let own = name == "crate" && before != "extern";
                if own || matches!(name.as_str(), "include" | "include_str" | "include_bytes") {
                    return false;
                }
                before = name;
                continue;
            }
            _ => {}
        }
        before.clear();
    }
    true
}

/// The items of the program that rustdoc makes: the block itself if it has a `main`, else a `main` around it.
fn program(above: &str, text: &str) -> Option<Lowered> {
    let whole = format!("{above}{text}");
    let parsed = syn::parse_file(&whole).ok();
    let is_main =
        |item: &syn::Item| matches!(item, syn::Item::Fn(item) if item.sig.ident == "main");
    if let Some(file) = parsed.filter(|file| file.items.iter().any(is_main)) {
        return lowered(&whole, &file.items);
    }
    let wrapped = format!("{above}fn main() {{ {text}\n}}");
    let file = syn::parse_file(&wrapped).ok()?;
    let [only] = file.items.as_slice() else {
        return None;
    };
    lowered(&wrapped, std::slice::from_ref(only))
}

fn lowered(text: &str, parsed: &[syn::Item]) -> Option<Lowered> {
    let source = Source::File(text);
    let items: Vec<Item> = parsed
        .iter()
        .flat_map(|item| items::lower(&source, item, false))
        .collect();
    let whole = items.iter().all(in_one_piece);
    whole.then(|| Lowered {
        mentions: Vec::new(),
        items,
    })
}

/// Has it no module in another file?
fn in_one_piece(item: &Item) -> bool {
    let inner = match &item.kind {
        ItemKind::Mod { inline: None } => return false,
        ItemKind::Mod {
            inline: Some(items),
        } => items.as_slice(),
        _ => &[],
    };
    inner.iter().chain(&item.nested).all(in_one_piece)
}
