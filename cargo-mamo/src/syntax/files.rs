//! Arguments of `include*!` and `env!`.

use super::ir::{FileArgument, Symbol};
use syn::parse::Parser;
use syn::punctuated::Punctuated;
use syn::{Expr, Lit, Token};

/// The file that `include_str!(tokens)` reads.
pub(super) fn argument(tokens: proc_macro2::TokenStream) -> FileArgument {
    match arguments(tokens).as_slice() {
        [only] => of_expression(only),
        _ => FileArgument::Unknown,
    }
}

/// The first argument, if it is a string literal.
pub(super) fn literal(tokens: proc_macro2::TokenStream) -> Option<Symbol> {
    let first = arguments(tokens).into_iter().next()?;
    text(&first).map(|text| Symbol::from(text.as_str()))
}

/// The value of an expression that is a string literal.
pub(super) fn text(expression: &Expr) -> Option<String> {
    match expression {
        Expr::Lit(literal) => match &literal.lit {
            Lit::Str(text) => Some(text.value()),
            _ => None,
        },
        Expr::Group(group) => text(&group.expr),
        _ => None,
    }
}

/// The value of a string literal's text.
pub(super) fn literal_text(literal: &str) -> Option<String> {
    syn::parse_str::<syn::LitStr>(literal)
        .ok()
        .map(|text| text.value())
}

/// The file that an expression names.
pub(super) fn of_expression(expression: &Expr) -> FileArgument {
    if let Some(text) = text(expression) {
        return FileArgument::Literal(text);
    }
    let Expr::Macro(call) = expression else {
        return FileArgument::Unknown;
    };
    if super::names::last(&call.mac.path) != "concat" {
        return FileArgument::Unknown;
    }
    let parts = arguments(call.mac.tokens.clone());
    let (variable, rest) = match parts.as_slice() {
        [Expr::Macro(env), rest @ ..] if super::names::last(&env.mac.path) == "env" => {
            match literal(env.mac.tokens.clone()) {
                Some(variable) => (Some(variable), rest),
                None => return FileArgument::Unknown,
            }
        }
        rest => (None, rest),
    };
    let Some(rest) = rest.iter().map(text).collect::<Option<String>>() else {
        return FileArgument::Unknown;
    };
    match variable {
        Some(variable) => FileArgument::UnderEnv(variable, rest),
        None => FileArgument::Literal(rest),
    }
}

fn arguments(tokens: proc_macro2::TokenStream) -> Vec<Expr> {
    let parser = Punctuated::<Expr, Token![,]>::parse_terminated;
    parser
        .parse2(tokens)
        .map(|arguments| arguments.into_iter().collect())
        .unwrap_or_default()
}
