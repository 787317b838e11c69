//! Our own expander of `macro_rules!`.
//!
//! Arms are tried in order as rustc does. Where rustc would commit to a fragment that we cannot parse, or the answer
//! hangs on the edition of the definition, there is no expansion at all: another arm would be a guess.

mod grammar;
mod matcher;
mod rules;
mod transcriber;

pub use rules::Rules;

use super::body::Reader;
use super::fragment;
use super::ir::{Lowered, MacroCall, Position, Symbol};
use super::source::{Source, line_number};
use super::{items, members, stack};
use proc_macro2::TokenStream;
use syn::parse::{Parse, ParseStream, Parser};
use syn::visit::Visit;

/// Longest invocation that is expanded, in bytes.
const LONGEST: usize = 1 << 20;

/// Reads the rules of a `macro_rules!`; `None` if they hold what we do not expand.
pub fn parse_rules(text: &str) -> Option<Rules> {
    if text.len() > LONGEST {
        return None;
    }
    stack::with_room(text, || {
        let rules = Rules::read(text);
        proc_macro2::extra::invalidate_current_thread_spans();
        rules
    })
}

/// Expands `call` by `rules`, and lowers what comes out; `$crate` becomes `dollar_crate`.
pub fn expand(rules: &Rules, call: &MacroCall, dollar_crate: Symbol) -> Option<Lowered> {
    if call.tokens.len() > LONGEST {
        return None;
    }
    stack::with_room(&call.tokens, || {
        let lowered = expanded(rules, call, dollar_crate);
        proc_macro2::extra::invalidate_current_thread_spans();
        lowered
    })
}

fn expanded(rules: &Rules, call: &MacroCall, dollar_crate: Symbol) -> Option<Lowered> {
    // a key that is no identifier could not be written into tokens
    syn::parse_str::<syn::Ident>(dollar_crate.as_str()).ok()?;
    let (tokens, mut kinds) = fragment::lex(&call.tokens)?;
    let (arm, bindings) = matcher::first_match(rules, tokens, &mut kinds)?;
    let tokens = transcriber::transcribe(&arm.template, &bindings, dollar_crate, &kinds)?;
    let last = call.line + line_number(call.tokens.matches('\n').count());
    let source = Source::Expansion {
        first: call.line,
        last,
        kinds,
    };
    lower(&source, call.position, tokens)
}

/// Lowers tokens that stand at `position`.
fn lower(source: &Source<'_>, position: Position, tokens: TokenStream) -> Option<Lowered> {
    let mut reader = Reader::new(source, false);
    reader.scope.enter(true);
    read(&mut reader, position, tokens)?;
    Some(Lowered {
        mentions: reader.mentions.take(),
        items: reader.nested,
    })
}

/// Reads tokens that stand at `position`; `None` if they do not parse as what must stand there.
pub(super) fn read(reader: &mut Reader<'_>, position: Position, tokens: TokenStream) -> Option<()> {
    let source = reader.source;
    match position {
        Position::Item => reader.nested.extend(items::parse(source, tokens).ok()?),
        Position::ImplMember => {
            let found = all::<syn::ImplItem>(tokens)?;
            let members = found
                .iter()
                .map(|member| members::impl_member(source, member, false));
            reader.nested.extend(members);
        }
        Position::TraitMember => {
            let found = all::<syn::TraitItem>(tokens)?;
            let members = found
                .iter()
                .map(|member| members::trait_member(source, member, false));
            reader.nested.extend(members);
        }
        Position::Expression => {
            for statement in syn::Block::parse_within.parse2(tokens).ok()? {
                reader.visit_stmt(&statement);
            }
        }
        Position::Type => reader.visit_type(&syn::parse2(tokens).ok()?),
        Position::Pattern => reader.refutable(
            &syn::Pat::parse_multi_with_leading_vert
                .parse2(tokens)
                .ok()?,
        ),
    }
    Some(())
}

fn all<T: Parse>(tokens: TokenStream) -> Option<Vec<T>> {
    let parser = |input: ParseStream<'_>| {
        let mut found = Vec::new();
        while !input.is_empty() {
            found.push(input.parse()?);
        }
        Ok(found)
    };
    parser.parse2(tokens).ok()
}
