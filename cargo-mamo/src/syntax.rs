//! From a file's text to its [`ir::File`]: the only part of mamo that names `syn`.
//!
//! Everything here over-approximates: what is not understood becomes loose identifiers, never nothing. No function
//! fails, reads a file (but for [`Cache`]) or knows of any other file.

mod attributes;
mod body;
mod braces;
mod cache;
mod calls;
mod canonical;
mod cells;
pub mod cfg;
mod codeblock;
mod docs;
mod draft;
mod expand;
mod expanded;
mod file;
mod files;
mod format;
mod fragment;
mod header;
mod interface;
pub mod ir;
mod items;
mod known;
mod lists;
mod macro_reads;
mod members;
pub mod mutants;
mod names;
mod opaque;
mod operators;
mod paste;
mod predicate;
mod scope;
mod sink;
mod source;
mod stack;
mod state;
pub mod tokens;
mod touched;
mod uses;
mod words;

#[cfg(test)]
mod tests;

pub use cache::Cache;
pub(crate) use cache::replace;
pub use calls::is_mamo_harness;
pub use cells::is_cell;
pub use docs::composed;
pub use expand::{Rules, expand, parse_rules};
pub use expanded::Expanded;
pub use macro_reads::reads_of_text;
pub use paste::{fits, normalized};
pub use touched::{Touched, touched};
pub use words::{ASSEMBLY, declared_functions, has_word, links, only_marks};

/// Lowers the text of a file. Never fails: what does not parse is one opaque item.
pub fn parse_file(text: &str) -> ir::File {
    stack::with_room(text, || file::lower(text))
}

/// What tokens that could not be read as Rust may name: every identifier, every path, every file and variable read.
pub fn opaque(tokens: &str) -> ir::Lowered {
    let lowered = fragment::lex(tokens)
        .map(|(tokens, _)| opaque::lower(&tokens))
        .unwrap_or_default();
    proc_macro2::extra::invalidate_current_thread_spans();
    lowered
}
