//! Macro calls, and the arguments of well-known macros read as Rust.

use super::body::Reader;
use super::ir::{Lowered, MacroCall, Mention, Path, Position, Symbol};
use super::{canonical, cells, expand, files, format, known, lists, names, opaque, paste};
use proc_macro2::TokenStream;
use syn::parse::{ParseStream, Parser};
use syn::punctuated::Punctuated;
use syn::visit::Visit;
use syn::{Expr, Macro, Pat, Token};

/// The call as the IR keeps it.
pub(super) fn lower(reader: &mut Reader<'_>, call: &Macro, position: Position) -> MacroCall {
    let name = names::last(&call.path);
    let (tokens, line) = reader.source.text_between(&call.delimiter, &call.tokens);
    MacroCall {
        path: names::path(&call.path),
        tokens,
        line,
        position,
        digest: canonical::arguments(reader.source, &name, call.tokens.clone()),
        include: (name == "include").then(|| files::argument(call.tokens.clone())),
        plain: plain(reader, call, &name, position),
    }
}

/// The arguments of the well-known macro `name`; `None` if it is not one, or they do not parse.
fn plain(reader: &mut Reader<'_>, call: &Macro, name: &str, position: Position) -> Option<Lowered> {
    let tokens = call.tokens.clone();
    let read = |reader: &mut Reader<'_>| -> syn::Result<()> {
        match name {
            _ if known::NAMELESS.contains(&name) => Ok(()),
            _ if known::FORMAT.contains(&name) => format_arguments(reader, tokens),
            "matches" | "assert_matches" | "debug_assert_matches" => matched(reader, tokens),
            "vec" => vector(reader, tokens),
            _ if known::EXPRESSIONS.contains(&name) => expressions(reader, tokens),
            "env" | "option_env" => {
                reader
                    .mentions
                    .other(Mention::BuildEnv(files::literal(tokens)));
                Ok(())
            }
            "include" if position != Position::Item => {
                reader
                    .mentions
                    .other(Mention::Code(files::argument(tokens)));
                Ok(())
            }
            "include_str" | "include_bytes" => {
                reader
                    .mentions
                    .other(Mention::File(files::argument(tokens)));
                Ok(())
            }
            "stringify" => {
                if opaque::is_several(&tokens) {
                    reader.mentions.other(Mention::Spelling);
                }
                opaque::scan(&tokens, &mut reader.mentions, false);
                Ok(())
            }
            "thread_local" => {
                reader
                    .nested
                    .extend(lists::thread_local(reader.source, tokens)?);
                Ok(())
            }
            "lazy_static" => {
                reader
                    .nested
                    .extend(lists::lazy_static(reader.source, tokens)?);
                Ok(())
            }
            "cfg_if" => branches(reader, tokens, position),
            "paste" => pasted(reader, tokens, position),
            "cell" if position == Position::Expression => {
                let ours = call.path.segments.len() == 2 && call.path.segments[0].ident == "mamo";
                cells::lower(reader, &tokens, ours)
            }
            _ if position == Position::Item && is_mamo_harness(&names::path(&call.path)) => {
                expressions(reader, tokens)
            }
            _ => Err(syn::Error::new(
                proc_macro2::Span::call_site(),
                "not a well-known macro",
            )),
        }
    };
    reader.apart(read).ok()
}

/// Is it `mamo::harness`, the `main` of a test program?
pub fn is_mamo_harness(path: &Path) -> bool {
    matches!(path.segments.as_slice(), [krate, name] if krate.as_str() == "mamo" && name.as_str() == "harness")
}

fn comma_separated(tokens: TokenStream) -> syn::Result<Vec<Expr>> {
    let arguments = Punctuated::<Expr, Token![,]>::parse_terminated.parse2(tokens)?;
    Ok(arguments.into_iter().collect())
}

fn expressions(reader: &mut Reader<'_>, tokens: TokenStream) -> syn::Result<()> {
    for expression in comma_separated(tokens)? {
        reader.visit_expr(&expression);
    }
    Ok(())
}

fn format_arguments(reader: &mut Reader<'_>, tokens: TokenStream) -> syn::Result<()> {
    formatted(reader, &comma_separated(tokens)?);
    Ok(())
}

/// Reads arguments of which string literals may hold inline captures, and `name = value` names nothing but its value.
fn formatted(reader: &mut Reader<'_>, arguments: &[Expr]) {
    let given: Vec<Symbol> = arguments
        .iter()
        .filter_map(|argument| named(argument).map(|(name, _)| name))
        .collect();
    for argument in arguments {
        if let Some(text) = files::text(argument) {
            for name in format::captures(&text) {
                if !given.contains(&name) {
                    reader.value(name);
                }
            }
        }
        reader.visit_expr(named(argument).map_or(argument, |(_, value)| value));
    }
}

fn named(argument: &Expr) -> Option<(Symbol, &Expr)> {
    let Expr::Assign(assign) = argument else {
        return None;
    };
    let Expr::Path(path) = &*assign.left else {
        return None;
    };
    Some((names::symbol(path.path.get_ident()?), &assign.right))
}

fn vector(reader: &mut Reader<'_>, tokens: TokenStream) -> syn::Result<()> {
    let parser = |input: ParseStream<'_>| {
        let element = input.parse::<Expr>()?;
        input.parse::<Token![;]>()?;
        Ok((element, input.parse::<Expr>()?))
    };
    if let Ok((element, count)) = parser.parse2(tokens.clone()) {
        reader.visit_expr(&element);
        reader.visit_expr(&count);
        return Ok(());
    }
    expressions(reader, tokens)
}

fn matched(reader: &mut Reader<'_>, tokens: TokenStream) -> syn::Result<()> {
    let parser = |input: ParseStream<'_>| {
        let value = input.parse::<Expr>()?;
        input.parse::<Token![,]>()?;
        let pattern = input.call(Pat::parse_multi_with_leading_vert)?;
        let guard = match input.parse::<Option<Token![if]>>()? {
            Some(_) => Some(input.parse::<Expr>()?),
            None => None,
        };
        let _ = input.parse::<Option<Token![,]>>()?;
        let rest = Punctuated::<Expr, Token![,]>::parse_terminated(input)?;
        Ok((value, pattern, guard, rest))
    };
    let (value, pattern, guard, rest) = parser.parse2(tokens)?;
    reader.visit_expr(&value);
    reader.scope.enter(false);
    reader.refutable(&pattern);
    if let Some(guard) = guard {
        reader.visit_expr(&guard);
    }
    reader.scope.leave();
    formatted(reader, &rest.into_iter().collect::<Vec<_>>());
    Ok(())
}

/// The arguments of `paste!`, with its joined identifiers as it makes them.
fn pasted(reader: &mut Reader<'_>, tokens: TokenStream, position: Position) -> syn::Result<()> {
    let unknown = || syn::Error::new(proc_macro2::Span::call_site(), "joined of unknown words");
    let tokens = paste::pasted(tokens).ok_or_else(unknown)?;
    reader.scope.enter(true);
    let read = expand::read(reader, position, tokens);
    reader.scope.leave();
    read.ok_or_else(unknown)
}

fn branches(reader: &mut Reader<'_>, tokens: TokenStream, position: Position) -> syn::Result<()> {
    for branch in lists::branches(tokens)? {
        if position == Position::Item {
            let found = lists::conditional_items(reader, branch)?;
            reader.nested.extend(found);
        } else {
            reader.scope.enter(true);
            for statement in syn::Block::parse_within.parse2(branch.tokens)? {
                reader.visit_stmt(&statement);
            }
            reader.scope.leave();
        }
    }
    Ok(())
}
