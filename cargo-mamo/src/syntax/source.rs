//! Where tokens come from: a file, or the expansion of a macro call.
//!
//! Lines and raw text are asked for here alone, since spans mean different things in the two cases: in an expansion
//! only tokens that the invocation gave have a place.

use super::fragment::{self, Kinds};
use proc_macro2::{Span, TokenStream, TokenTree};
use syn::MacroDelimiter;

/// The text that is being lowered.
pub(super) enum Source<'a> {
    /// A file's text as it was lexed.
    File(&'a str),
    /// An expansion of a call that covers these lines.
    Expansion {
        /// First line of the call's arguments.
        first: u32,
        /// Their last line.
        last: u32,
        /// What its invisible groups hold.
        kinds: Kinds,
    },
}

impl Source<'_> {
    /// Is this an expansion, in which names of locals cannot be told from names of the definition?
    pub(super) fn is_expansion(&self) -> bool {
        matches!(self, Self::Expansion { .. })
    }

    /// The lines from the first to the last of `tokens`.
    pub(super) fn lines_of(&self, tokens: &[TokenTree]) -> Option<(u32, u32)> {
        match self {
            Self::File(_) => {
                let (first, last) = (tokens.first()?, tokens.last()?);
                Some((
                    line_number(first.span().start().line),
                    line_number(last.span().end().line),
                ))
            }
            Self::Expansion { first, .. } => {
                let mut covered = None;
                cover(tokens, &mut covered);
                covered.map(|(low, high)| (first + low - 1, first + high - 1))
            }
        }
    }

    /// The lines of what has no token of its own in the file.
    pub(super) fn default_lines(&self) -> (u32, u32) {
        match self {
            Self::File(_) => (1, 1),
            Self::Expansion { first, last, .. } => (*first, *last),
        }
    }

    /// The line of `span`.
    pub(super) fn line(&self, span: Span) -> u32 {
        match self {
            Self::File(_) => line_number(span.start().line),
            Self::Expansion { first, .. } if is_placed(span) => {
                first + line_number(span.start().line) - 1
            }
            Self::Expansion { first, .. } => *first,
        }
    }

    /// The line of `span`, if it lies in the source's file.
    pub(super) fn place(&self, span: Span) -> Option<(u32, u32)> {
        (!self.is_expansion() || is_placed(span)).then(|| (self.line(span), self.line(span)))
    }

    /// The text between the delimiters of a macro call, and the line it starts on.
    pub(super) fn text_between(
        &self,
        delimiter: &MacroDelimiter,
        tokens: &TokenStream,
    ) -> (String, u32) {
        match self {
            Self::File(text) => {
                let span = delimiter.span();
                let range = span.open().byte_range().end..span.close().byte_range().start;
                let slice = text.get(range).unwrap_or_default();
                let trimmed = slice.trim_start();
                let skipped = slice[..slice.len() - trimmed.len()].matches('\n').count();
                (
                    trimmed.trim_end().to_owned(),
                    line_number(span.open().end().line + skipped),
                )
            }
            Self::Expansion { first, kinds, .. } => {
                let (text, line) = fragment::print(tokens, kinds);
                (text, line.map_or(*first, |line| first + line - 1))
            }
        }
    }
}

/// A line as the IR keeps it.
pub(super) fn line_number(line: usize) -> u32 {
    u32::try_from(line).unwrap_or(u32::MAX)
}

/// Does `span` lie in lexed text? Tokens of macro definitions do not.
pub(super) fn is_placed(span: Span) -> bool {
    !span.byte_range().is_empty()
}

fn cover(tokens: &[TokenTree], covered: &mut Option<(u32, u32)>) {
    for token in tokens {
        if let TokenTree::Group(group) = token {
            let inner: Vec<TokenTree> = group.stream().into_iter().collect();
            cover(&inner, covered);
        } else if is_placed(token.span()) {
            let (low, high) = (
                line_number(token.span().start().line),
                line_number(token.span().end().line),
            );
            let (first, last) = covered.get_or_insert((low, high));
            *first = low.min(*first);
            *last = high.max(*last);
        }
    }
}
