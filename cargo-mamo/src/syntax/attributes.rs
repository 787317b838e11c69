//! What attributes say of an item, `cfg_attr` seen through.
//!
//! Everything under a `cfg_attr` counts as if it were there; its predicate is among the signature's tokens.

use super::cfg::Cfg;
use super::ir::{Attributes, Ignore, Mention, Path, Symbol};
use super::sink::Sink;
use super::{files, known, names, opaque, predicate};
use proc_macro2::{TokenStream, TokenTree};
use syn::{Attribute, Expr, Meta, Token, parse::Parser};

/// Attributes read.
#[derive(Default)]
pub(super) struct Read {
    /// What they say.
    pub(super) attributes: Attributes,
    /// Under which conditions the item exists.
    pub(super) cfg: Vec<Cfg>,
    /// Files of `#[doc = include_str!(..)]`.
    docs: Vec<Mention>,
}

/// Reads the attributes of an item; what their arguments name goes to `sink`. `owned`: is the item within one that a
/// macro gets to see?
pub(super) fn read(attributes: &[Attribute], owned: bool, sink: &mut Sink) -> Read {
    let mut read = Read::default();
    for attribute in attributes {
        read.meta(&attribute.meta, None, sink);
    }
    if owned || !read.attributes.macros.is_empty() {
        for file in read.docs.drain(..) {
            sink.other(file);
        }
    }
    read
}

/// Mentions of an attribute on something that is no item: a field, a variant, a parameter, a statement.
pub(super) fn mention(attribute: &Attribute, sink: &mut Sink) {
    read(std::slice::from_ref(attribute), false, sink);
}

impl Read {
    fn meta(&mut self, meta: &Meta, condition: Option<&Cfg>, sink: &mut Sink) {
        let path = names::path(meta.path());
        let last = path.segments.last().copied().unwrap_or_default();
        match (last.as_str(), meta) {
            ("cfg_attr", Meta::List(group)) => {
                self.conditional(group.tokens.clone(), condition, sink);
            }
            ("unsafe", Meta::List(group)) => self.list(group.tokens.clone(), condition, sink),
            ("cfg", Meta::List(group)) if path.segments.len() == 1 => {
                let cfg = predicate::read(group.tokens.clone());
                self.cfg.push(match condition {
                    Some(condition) => Cfg::Any(vec![Cfg::Not(Box::new(condition.clone())), cfg]),
                    None => cfg,
                });
            }
            ("derive", Meta::List(group)) if path.segments.len() == 1 => {
                self.derive(group.tokens.clone(), sink);
            }
            ("ignore", _) if path.segments.len() == 1 => {
                let ignore = match condition {
                    None => Ignore::Always,
                    Some(_) => Ignore::Perhaps,
                };
                self.attributes.ignore = self.attributes.ignore.max(ignore);
            }
            ("path", Meta::NameValue(pair)) => {
                if let Some(file) = files::text(&pair.value) {
                    self.attributes.path.push((condition.cloned(), file));
                }
            }
            ("doc", Meta::NameValue(pair)) => self.doc(&pair.value),
            _ => self.named(&path, last, meta, sink),
        }
    }

    fn conditional(&mut self, tokens: TokenStream, outer: Option<&Cfg>, sink: &mut Sink) {
        let parser = |input: syn::parse::ParseStream<'_>| {
            let condition = predicate::read_with_rest(input)?;
            let _ = input.parse::<Option<Token![,]>>()?;
            Ok((condition, input.parse::<TokenStream>()?))
        };
        let (condition, rest) = parser
            .parse2(tokens.clone())
            .unwrap_or((Cfg::Unknown, tokens));
        let condition = match outer {
            Some(outer) => Cfg::All(vec![outer.clone(), condition]),
            None => condition,
        };
        self.list(rest, Some(&condition), sink);
    }

    fn list(&mut self, tokens: TokenStream, condition: Option<&Cfg>, sink: &mut Sink) {
        for part in split(tokens) {
            if let Ok(meta) = syn::parse2::<Meta>(part.clone()) {
                self.meta(&meta, condition, sink);
                continue;
            }
            opaque::scan(&part, sink, true);
            let name = part.into_iter().find_map(|token| match token {
                TokenTree::Ident(ident) => Some(names::single(names::symbol(&ident))),
                _ => None,
            });
            self.attributes.macros.extend(name);
        }
    }

    fn derive(&mut self, tokens: TokenStream, sink: &mut Sink) {
        for part in split(tokens) {
            if let Ok(path) = syn::parse2::<syn::Path>(part.clone()) {
                let path = names::path(&path);
                sink.path(path.clone());
                if !known::is_std_derive(&path.segments) {
                    self.attributes.macros.push(path);
                }
            } else {
                opaque::scan(&part, sink, true);
                self.attributes
                    .macros
                    .push(names::single(Symbol::from("derive")));
            }
        }
    }

    fn doc(&mut self, value: &Expr) {
        if let Expr::Macro(call) = value {
            self.docs
                .push(Mention::File(files::argument(call.mac.tokens.clone())));
        }
    }

    fn named(&mut self, path: &Path, last: Symbol, meta: &Meta, sink: &mut Sink) {
        let bare = path.segments.len() == 1;
        let ours = bare
            || path
                .segments
                .first()
                .is_some_and(|first| first.as_str() == "mamo");
        let says = &mut self.attributes;
        says.test |= known::TESTS.contains(&last.as_str());
        let mamo_test = !bare && ours && path.segments.len() == 2 && last.as_str() == "test";
        says.mamo_test |= mamo_test;
        // Below `#[mamo::test]`, which takes it away.
        let case = says.mamo_test && path.segments[0].as_str() == "case";
        says.cases |= case;
        says.linked |= known::LINKED.contains(&last.as_str())
            || known::LINKED.contains(&path.segments[0].as_str());
        match last.as_str() {
            "bench" => says.bench = true,
            "macro_export" => says.macro_export = true,
            "macro_use" => says.macro_use = true,
            "track_caller" => says.track_caller = true,
            "memo" if ours => says.memo = true,
            "fixture" if ours => says.fixture = true,
            "proc_macro" | "proc_macro_attribute" if bare => {
                says.proc_macro = Some(Symbol::default());
            }
            "proc_macro_derive" => says.proc_macro = first_name(meta),
            _ => {}
        }
        // a bare name of std's may be shadowed by a `use`; the resolver looks
        let shadowed = matches!(last.as_str(), "test" | "bench" | "memo" | "fixture");
        if shadowed || !known::is_built_in_attribute(&path.segments) {
            // One word is a macro of `macros`, or a helper attribute, which names nothing.
            if shadowed || path.segments.len() > 1 {
                sink.path(path.clone());
            }
            arguments(meta, sink);
        }
        let memo = ours && matches!(last.as_str(), "memo" | "fixture");
        if memo || case {
            expressions(meta, sink);
        } else if !mamo_test && !known::is_built_in_attribute(&path.segments) {
            self.attributes.macros.push(path.clone());
        }
    }
}

/// Everything that an attribute's arguments may name.
fn arguments(meta: &Meta, sink: &mut Sink) {
    match meta {
        Meta::Path(_) => {}
        Meta::List(group) if group.path.is_ident("derive") => {
            opaque::derive_paths(&group.tokens, sink);
        }
        Meta::List(group) => opaque::attribute_paths(&group.tokens, sink),
        Meta::NameValue(pair) => {
            opaque::attribute_paths(&quote::ToTokens::to_token_stream(&pair.value), sink);
        }
    }
}

/// Everything that arguments may name in which there are expressions.
pub(super) fn expressions(meta: &Meta, sink: &mut Sink) {
    match meta {
        Meta::Path(_) => {}
        Meta::List(group) => opaque::expressions(&group.tokens, sink),
        Meta::NameValue(pair) => {
            opaque::expressions(&quote::ToTokens::to_token_stream(&pair.value), sink);
        }
    }
}

fn first_name(meta: &Meta) -> Option<Symbol> {
    let Meta::List(group) = meta else { return None };
    group
        .tokens
        .clone()
        .into_iter()
        .find_map(|token| match token {
            TokenTree::Ident(ident) => Some(names::symbol(&ident)),
            _ => None,
        })
}

/// The parts of `tokens` between top-level commas.
fn split(tokens: TokenStream) -> Vec<TokenStream> {
    let tokens: Vec<TokenTree> = tokens.into_iter().collect();
    tokens
        .split(|token| matches!(token, TokenTree::Punct(punct) if punct.as_char() == ','))
        .filter(|part| !part.is_empty())
        .map(|part| part.iter().cloned().collect())
        .collect()
}
