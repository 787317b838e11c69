//! Constants of rustc that hold positions in source: panic locations and descriptors of tests.
//!
//! Both are recognized by their form, so strictly that what is not one of them is hardly taken for one. What is not
//! recognized keeps its positions, which costs a reuse when lines move, and is never wrong.

use std::ops::Range;

use super::raw::{RawNode, RawObject, RawReference, RawTarget};

/// The file that a panic location names, if the node is one: pointer and length of a source file's name, line, and column.
///
/// The name is a string of a mergeable section, ended by NUL: rustc stores only locations so, plain `&str`s have no NUL. A
/// toolchain that stores them otherwise has its positions counted.
pub(super) fn panic_location<'d>(object: &RawObject<'d>, node: &RawNode<'d>) -> Option<&'d [u8]> {
    let [reference] = node.references.as_slice() else {
        return None;
    };
    let is_candidate = node.bytes.len() == 24
        && !node.has_global
        && node.unwind.is_empty()
        && reference.place == 0
        && object.is_pointer(reference.kind);
    let RawTarget::Node(target) = reference.target else {
        return None;
    };
    let name = &object.nodes[target.0 as usize];
    if !is_candidate || !name.is_string {
        return None;
    }
    let file = name.bytes.get(usize::try_from(reference.addend).ok()?..)?;
    let is_position = word(node.bytes, 8)? == file.len() as u64
        && half_word(node.bytes, 16)? > 0
        && half_word(node.bytes, 20)? > 0;
    (is_position && file.ends_with(b".rs")).then(|| without_home(file))
}

/// A registry's or repository's file without the directory of the user's cargo.
fn without_home(file: &[u8]) -> &[u8] {
    for folder in [b"/registry/src/".as_slice(), b"/git/checkouts/".as_slice()] {
        let found = file.windows(folder.len()).position(|part| part == folder);
        if let Some(at) = found {
            return &file[at + folder.len()..];
        }
    }
    file
}

/// What the descriptor of a test consists of.
pub(super) struct RecognizedTest<'d> {
    pub(super) strings: Vec<&'d str>,
    /// The lines and columns of the test itself.
    pub(super) position: Option<Range<usize>>,
}

/// The descriptor of a test, if the node may be one: its name, the name of its source file, and a function.
///
/// Data that merely looks like one does no harm: a test's root is all that is found under its name.
pub(super) fn test_descriptor<'d>(
    object: &RawObject<'d>,
    node: &RawNode<'d>,
) -> Option<RecognizedTest<'d>> {
    if node.is_text || node.bytes.len() < 64 || node.bytes.len() > 512 || node.references.len() < 3
    {
        return None;
    }
    let strings: Vec<(u64, &str)> = node
        .references
        .iter()
        .filter_map(|reference| Some((reference.place, string(object, node, reference)?)))
        .collect();
    let is_known = strings
        .iter()
        .any(|(_, text)| text.as_bytes().ends_with(b".rs"))
        && strings.len() >= 2;
    let has_function = node
        .references
        .iter()
        .any(|reference| is_function(object, reference));
    (is_known && has_function).then(|| RecognizedTest {
        position: position(node, &strings),
        strings: strings.into_iter().map(|(_, text)| text).collect(),
    })
}

fn is_function(object: &RawObject<'_>, reference: &RawReference) -> bool {
    object.is_pointer(reference.kind)
        && match reference.target {
            RawTarget::Node(target) => object.nodes[target.0 as usize].is_text,
            RawTarget::Symbol(_) => true,
            RawTarget::Nothing => false,
        }
}

/// The text that a pointer and the length behind it stand for.
fn string<'d>(
    object: &RawObject<'d>,
    node: &RawNode<'d>,
    reference: &RawReference,
) -> Option<&'d str> {
    let RawTarget::Node(target) = reference.target else {
        return None;
    };
    let target = &object.nodes[target.0 as usize];
    let length = word(
        node.bytes,
        usize::try_from(reference.place).ok()?.checked_add(8)?,
    )?;
    let start = usize::try_from(reference.addend).ok()?;
    let end = start.checked_add(usize::try_from(length).ok()?)?;
    if target.is_text || !target.references.is_empty() || !object.is_pointer(reference.kind) {
        return None;
    }
    let text = std::str::from_utf8(target.bytes.get(start..end)?).ok()?;
    (!text.is_empty()).then_some(text)
}

/// The four words with the test's first line, first column, last line and last column, if only one place may hold them.
fn position(node: &RawNode<'_>, strings: &[(u64, &str)]) -> Option<Range<usize>> {
    let is_taken = |at: usize| {
        let at = at as u64;
        let pointer = node
            .references
            .iter()
            .any(|reference| reference.place == at);
        pointer || strings.iter().any(|(place, _)| place + 8 == at)
    };
    let words = node.bytes.len() / 8;
    let mut found = (0..words.saturating_sub(3))
        .map(|first| first * 8)
        .filter(|at| {
            let free = (0..4).all(|next| !is_taken(at + next * 8));
            free && is_position(node.bytes, *at).unwrap_or(false)
        });
    let first = found.next()?;
    found.next().is_none().then_some(first..first + 32)
}

fn is_position(bytes: &[u8], at: usize) -> Option<bool> {
    let [line, column, last_line, last_column] = [
        word(bytes, at)?,
        word(bytes, at + 8)?,
        word(bytes, at + 16)?,
        word(bytes, at + 24)?,
    ];
    let limit = 1..1 << 28;
    let is_range = (line, column) < (last_line, last_column);
    Some(
        is_range
            && [line, column, last_line, last_column]
                .iter()
                .all(|n| limit.contains(n)),
    )
}

fn word(bytes: &[u8], at: usize) -> Option<u64> {
    let found = bytes.get(at..at.checked_add(8)?)?;
    Some(u64::from_le_bytes(found.try_into().ok()?))
}

fn half_word(bytes: &[u8], at: usize) -> Option<u32> {
    let found = bytes.get(at..at.checked_add(4)?)?;
    Some(u32::from_le_bytes(found.try_into().ok()?))
}
