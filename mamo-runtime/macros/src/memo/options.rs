//! The options of a memo, as they are written in its attribute.

use proc_macro2::{Span, TokenStream};
use quote::quote;
use syn::parse::{Parse, ParseStream, Parser as _};
use syn::punctuated::Punctuated;
use syn::{Error, Expr, Ident, LitInt, LitStr, Result, Token, Type, bracketed, parenthesized};

/// What an attribute says.
#[derive(Default)]
pub(crate) struct Options {
    skip: Vec<Ident>,
    /// Does `self` not count?
    pub(crate) skips_self: bool,
    /// What counts in place of the arguments.
    pub(crate) key: Option<Expr>,
    /// Files whose content counts.
    pub(crate) files: Vec<Expr>,
    env: Vec<LitStr>,
    version: Option<LitInt>,
    /// The codec, if it is the user's.
    pub(crate) codec: Option<Type>,
    policy: Option<TokenStream>,
    min_cost_ns: u64,
    /// Is nothing to stand beside the function?
    pub(crate) bare: bool,
}

const KNOWN: &str = "`skip(…)`, `key = …`, `files = […]`, `env = […]`, `version = …`, `codec = …`, `policy = …`, `min_cost = \"…\"`, `bare`";

/// Reads options that commas part, each by `one`.
pub(crate) fn each(
    tokens: TokenStream,
    mut one: impl FnMut(ParseStream<'_>) -> Result<()>,
) -> Result<()> {
    let parser = |input: ParseStream<'_>| {
        while !input.is_empty() {
            one(input)?;
            if !input.is_empty() {
                input.parse::<Token![,]>()?;
            }
        }
        Ok(())
    };
    parser.parse2(tokens)
}

impl Options {
    /// Reads what stands between the attribute's parentheses.
    pub(crate) fn parse(tokens: TokenStream) -> Result<Self> {
        let mut options = Self::default();
        each(tokens, |input| options.one(input))?;
        if let (Some(key), Some(_)) = (&options.key, options.skip.first()) {
            return Err(Error::new_spanned(
                key,
                "`key` says all that counts: remove `skip`",
            ));
        }
        Ok(options)
    }

    /// Is anything said that counts?
    pub(crate) fn says_something(&self) -> bool {
        let lists = self.files.is_empty() && self.env.is_empty();
        !lists || self.version.is_some() || self.codec.is_some()
    }

    /// Is the argument of this name left out?
    pub(crate) fn skips(&self, name: &Ident) -> bool {
        self.skip.contains(name)
    }

    /// Refuses to skip what is no argument.
    pub(crate) fn check_names(&self, names: &[Ident]) -> Result<()> {
        match self.skip.iter().find(|skipped| !names.contains(skipped)) {
            Some(stray) => Err(Error::new_spanned(
                stray,
                "there is no argument of this name to skip",
            )),
            None => Ok(()),
        }
    }

    /// The runtime's form of the options that are the same for every call.
    pub(crate) fn settings(&self) -> TokenStream {
        let env = &self.env;
        let version = self
            .version
            .as_ref()
            .map_or(quote! { 0 }, |version| quote! { #version });
        let policy = self.policy.clone().unwrap_or_else(|| quote! { Stale });
        let min_cost_ns = self.min_cost_ns;
        quote! {
            ::mamo::__private::Settings {
                version: #version,
                variables: &[#(#env),*],
                policy: ::mamo::Policy::#policy,
                min_cost_ns: #min_cost_ns,
            }
        }
    }

    fn one(&mut self, input: ParseStream<'_>) -> Result<()> {
        let name = input.parse()?;
        self.named(&name, input)
    }

    /// Reads the option of this name, what follows it.
    pub(crate) fn named(&mut self, name: &Ident, input: ParseStream<'_>) -> Result<()> {
        if name == "bare" {
            self.bare = true;
            return Ok(());
        }
        if name == "skip" {
            return self.skip(input);
        }
        if !input.peek(Token![=]) {
            return Err(unknown(name.span()));
        }
        input.parse::<Token![=]>()?;
        match name.to_string().as_str() {
            "key" => self.key = Some(input.parse()?),
            "files" => self.files = list(input)?,
            "env" => self.env = list(input)?,
            "version" => self.version = Some(input.parse()?),
            "codec" => self.codec = Some(input.parse()?),
            "policy" => self.policy = Some(policy(input)?),
            "min_cost" => self.min_cost_ns = nanoseconds(&input.parse()?)?,
            _ => return Err(unknown(name.span())),
        }
        Ok(())
    }

    fn skip(&mut self, input: ParseStream<'_>) -> Result<()> {
        let names;
        parenthesized!(names in input);
        while !names.is_empty() {
            if names.peek(Token![self]) {
                names.parse::<Token![self]>()?;
                self.skips_self = true;
            } else {
                self.skip.push(names.parse()?);
            }
            if !names.is_empty() {
                names.parse::<Token![,]>()?;
            }
        }
        Ok(())
    }
}

fn unknown(span: Span) -> Error {
    Error::new(
        span,
        format!("this is no option of a memo; there are {KNOWN}"),
    )
}

fn list<T: Parse>(input: ParseStream<'_>) -> Result<Vec<T>> {
    let items;
    bracketed!(items in input);
    Ok(Punctuated::<T, Token![,]>::parse_terminated(&items)?
        .into_iter()
        .collect())
}

fn policy(input: ParseStream<'_>) -> Result<TokenStream> {
    let name: Ident = input.parse()?;
    match name.to_string().as_str() {
        "stale" if input.peek(syn::token::Paren) => {
            let depth;
            parenthesized!(depth in input);
            let depth: LitInt = depth.parse()?;
            Ok(quote! { StaleTo(#depth) })
        }
        "stale" => Ok(quote! { Stale }),
        "missing" => Ok(quote! { Missing }),
        "always" => Ok(quote! { Always }),
        "never" => Ok(quote! { Never }),
        _ => Err(Error::new_spanned(
            name,
            "this is no policy: write `stale`, `stale(DEPTH)`, `missing`, `always` or `never`",
        )),
    }
}

/// `"20ms"` in nanoseconds.
fn nanoseconds(text: &LitStr) -> Result<u64> {
    let written = text.value();
    let at = written
        .find(|letter: char| !letter.is_ascii_digit())
        .unwrap_or(written.len());
    let (number, unit) = written.split_at(at);
    let scale = match unit.trim() {
        "ns" => Some(1),
        "us" | "µs" => Some(1_000),
        "ms" => Some(1_000_000),
        "s" => Some(1_000_000_000_u64),
        _ => None,
    };
    let number = number.parse::<u64>().ok();
    number
        .zip(scale)
        .and_then(|(number, scale)| number.checked_mul(scale))
        .ok_or_else(|| {
            Error::new_spanned(
                text,
                "write a time as a whole number and its unit: `\"500us\"`, `\"20ms\"`, `\"2s\"`",
            )
        })
}
