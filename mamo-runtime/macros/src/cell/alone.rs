//! A cell that names nothing but std and its parameters, so that its own text says which code it is.
//!
//! The block becomes a function in a module of its own, where nothing of the user's is in scope, neither functions nor
//! types nor traits with their methods. What could lead out of that module nevertheless is refused here: paths of other
//! crates, macros that are not std's, and what reads the machine.

use proc_macro2::{Delimiter, Group, Ident, Punct, TokenStream, TokenTree};
use quote::{ToTokens, format_ident, quote};
use std::collections::BTreeSet;
use syn::visit::Visit;
use syn::{Error, ExprClosure, LitStr, Pat, PatType, Result, ReturnType, Type};

/// First words of paths that std's prelude knows. Any other that is written in capitals is refused, too.
const PRELUDE: [&str; 44] = [
    "std",
    "core",
    "alloc",
    "Self",
    "Vec",
    "String",
    "Option",
    "Some",
    "None",
    "Result",
    "Ok",
    "Err",
    "Box",
    "Iterator",
    "IntoIterator",
    "DoubleEndedIterator",
    "ExactSizeIterator",
    "Extend",
    "FromIterator",
    "Into",
    "From",
    "TryFrom",
    "TryInto",
    "Default",
    "Clone",
    "ToString",
    "ToOwned",
    "AsRef",
    "bool",
    "char",
    "str",
    "u8",
    "u16",
    "u32",
    "u64",
    "u128",
    "usize",
    "i8",
    "i16",
    "i32",
    "i64",
    "isize",
    "f32",
    "f64",
];

/// Macros of std that do nothing but compute or print.
const MACROS: [&str; 22] = [
    "vec",
    "format",
    "write",
    "writeln",
    "print",
    "println",
    "eprint",
    "eprintln",
    "dbg",
    "assert",
    "assert_eq",
    "assert_ne",
    "debug_assert",
    "debug_assert_eq",
    "debug_assert_ne",
    "panic",
    "unreachable",
    "todo",
    "unimplemented",
    "matches",
    "format_args",
    "stringify",
];

/// What of std reads more than its arguments, or reaches outside.
const OUTSIDE: [&str; 14] = [
    "fs",
    "env",
    "process",
    "net",
    "os",
    "thread",
    "io",
    "Instant",
    "SystemTime",
    "RandomState",
    "HashMap",
    "HashSet",
    "backtrace",
    "panic",
];

const ROOTS: [&str; 3] = ["std", "core", "alloc"];
const NOT_STD: &str = "this is neither of std nor brought in from it by `use std::…` in the block";
const READS: &str = "a block that stands alone computes from its parameters: read the machine before it, and sort what has no order";
const NOTHING_ELSE: &str =
    "a block that stands alone names nothing but std: pass what it needs as a parameter";

/// The expression that serves or computes.
pub(super) fn cell(name: &LitStr, block: &ExprClosure) -> Result<TokenStream> {
    let parameters = block
        .inputs
        .iter()
        .map(parameter)
        .collect::<Result<Vec<_>>>()?;
    let ReturnType::Type(_, result) = &block.output else {
        return Err(Error::new_spanned(
            block,
            "write the types of a block that stands alone: `|x: &[f64]| -> f64 { … }`",
        ));
    };
    let body = &block.body;
    let types = parameters
        .iter()
        .map(|(_, ty)| ty.to_token_stream())
        .chain([result.to_token_stream()]);
    let mut known = PRELUDE.iter().map(ToString::to_string).collect();
    defined(body, &mut known)?;
    for tokens in types {
        checked(tokens, &known)?;
    }
    let statements = checked(body.to_token_stream(), &known)?;
    let text = block.to_token_stream().to_string();
    let (names, types): (Vec<_>, Vec<_>) = parameters.into_iter().unzip();
    let places: Vec<_> = (0..names.len())
        .map(|at| format_ident!("__mamo_{at}"))
        .collect();
    let values = names.iter().zip(&types).map(|(name, ty)| {
        let borrowed = matches!(ty, Type::Reference(_)).then(|| quote! { & });
        quote! { #borrowed #name }
    });
    let adds = places.iter().zip(&names).map(|(place, name)| {
        let add = crate::memo::argument(&quote! { #place }, name.span());
        quote! { __mamo_arguments.add_type_of(&#place); #add }
    });
    Ok(quote! {{
        mod __mamo_alone {
            pub(super) fn block(#(#names: #types),*) -> #result #statements
        }
        static __MAMO_SITE: ::mamo::__private::Site = ::mamo::__private::Site::new(
            ::core::concat!("alone/cell(", #name, ")"),
            ::core::file!(),
            ::core::line!(),
        );
        #(let #places: #types = #values;)*
        let __mamo_call = __MAMO_SITE.ask_alone(#text, ::core::cfg!(debug_assertions), |__mamo_arguments| {
            #(#adds)*
            ::core::result::Result::Ok(())
        });
        #[allow(unused_imports, reason = "which of them is used, the type decides")]
        let __mamo_way = {
            use ::mamo::__private::{AnyCodec as _, AnyComparison as _, AnyLook as _, AnyTier as _, WholeRule as _};
            let __mamo_rule = ::mamo::__private::Returned::<#result>::TYPE.rule();
            let __mamo_kept = __mamo_rule.stored();
            ::mamo::__private::way(&__mamo_rule, &__mamo_kept.codec(), &__mamo_kept.tier(), &__mamo_kept.comparison(), &__mamo_kept.look())
        };
        __mamo_call.answer_by(__mamo_way, || __mamo_alone::block(#(#places),*))
    }})
}

fn parameter(parameter: &Pat) -> Result<(Ident, Type)> {
    if let Pat::Type(PatType { pat, ty, .. }) = parameter
        && let Pat::Ident(name) = &**pat
        && name.by_ref.is_none()
        && name.subpat.is_none()
    {
        return Ok((name.ident.clone(), (**ty).clone()));
    }
    Err(Error::new_spanned(
        parameter,
        "a block that stands alone names each variable with its type: `|x: &[f64], n: u32|`",
    ))
}

/// Adds what the block defines or brings in from std itself: the names that its paths may begin with.
fn defined(body: &syn::Expr, known: &mut BTreeSet<String>) -> Result<()> {
    struct Finder<'a>(&'a mut BTreeSet<String>, Vec<Error>);
    impl Finder<'_> {
        fn import(&mut self, item: &syn::ItemUse) {
            match &item.tree {
                syn::UseTree::Path(path)
                    if item.leading_colon.is_none()
                        && ROOTS.contains(&&*path.ident.to_string()) =>
                {
                    self.brought(&path.tree);
                }
                _ => self.1.push(Error::new_spanned(item, NOT_STD)),
            }
        }

        fn brought(&mut self, tree: &syn::UseTree) {
            match tree {
                syn::UseTree::Path(path) => self.brought(&path.tree),
                syn::UseTree::Name(syn::UseName { ident })
                | syn::UseTree::Rename(syn::UseRename { ident, .. })
                    if OUTSIDE.contains(&&*ident.to_string()) =>
                {
                    self.1.push(Error::new_spanned(ident, READS));
                }
                syn::UseTree::Name(name) => drop(self.0.insert(name.ident.to_string())),
                syn::UseTree::Rename(name) => drop(self.0.insert(name.rename.to_string())),
                syn::UseTree::Group(group) => {
                    group.items.iter().for_each(|tree| self.brought(tree));
                }
                syn::UseTree::Glob(glob) => self.1.push(Error::new_spanned(
                    glob,
                    "name what the block takes from std, one by one",
                )),
            }
        }
    }
    impl Visit<'_> for Finder<'_> {
        fn visit_item(&mut self, item: &syn::Item) {
            match item {
                syn::Item::Use(item) => self.import(item),
                syn::Item::Struct(item) => drop(self.0.insert(item.ident.to_string())),
                syn::Item::Enum(item) => drop(self.0.insert(item.ident.to_string())),
                syn::Item::Type(item) => drop(self.0.insert(item.ident.to_string())),
                syn::Item::Trait(item) => drop(self.0.insert(item.ident.to_string())),
                syn::Item::Fn(_) | syn::Item::Impl(_) | syn::Item::Const(_) => {}
                other => self.1.push(Error::new_spanned(
                    other,
                    "this has no place in a block that stands alone",
                )),
            }
            syn::visit::visit_item(self, item);
        }
    }
    let mut finder = Finder(known, Vec::new());
    finder.visit_expr(body);
    finder.1.into_iter().next().map_or(Ok(()), Err)
}

/// The tokens with std's macros called by their full paths, if nothing in them leads elsewhere.
fn checked(tokens: TokenStream, known: &BTreeSet<String>) -> Result<TokenStream> {
    let tokens: Vec<TokenTree> = tokens.into_iter().collect();
    let mut made = TokenStream::new();
    for (at, token) in tokens.iter().enumerate() {
        match token {
            TokenTree::Group(group) => {
                let mut inner = Group::new(group.delimiter(), checked(group.stream(), known)?);
                inner.set_span(group.span());
                inner.to_tokens(&mut made);
            }
            TokenTree::Ident(ident) => {
                if word(ident, &Around(&tokens, at), known)? {
                    made.extend(quote! { ::std:: });
                }
                ident.to_tokens(&mut made);
            }
            TokenTree::Punct(punct) if punct.as_char() == '#' => {
                attribute(punct, tokens.get(at + 1))?;
                punct.to_tokens(&mut made);
            }
            other => other.to_tokens(&mut made),
        }
    }
    Ok(made)
}

/// A token and its neighbours.
struct Around<'a>(&'a [TokenTree], usize);

impl Around<'_> {
    fn is(&self, offset: isize, wanted: char) -> bool {
        let at = self.1.checked_add_signed(offset);
        let token = at.and_then(|at| self.0.get(at));
        matches!(token, Some(TokenTree::Punct(punct)) if punct.as_char() == wanted)
    }

    /// Is it a further word of a path?
    fn follows_path(&self) -> bool {
        self.after_colons()
            && self.1 >= 3
            && match &self.0[self.1 - 3] {
                TokenTree::Ident(ident) => {
                    is_name(ident)
                        || ["Self", "self", "super", "crate"].contains(&&*ident.to_string())
                }
                // The end of type arguments; or of a comparison with a path that starts with `::`.
                TokenTree::Punct(punct) => punct.as_char() == '>' && !self.leads_path(),
                _ => false,
            }
    }

    fn after_colons(&self) -> bool {
        self.is(-1, ':') && self.is(-2, ':')
    }

    fn leads_path(&self) -> bool {
        self.is(1, ':') && self.is(2, ':')
    }

    fn calls_macro(&self) -> bool {
        self.is(1, '!') && matches!(self.0.get(self.1 + 2), Some(TokenTree::Group(_)))
    }
}

/// Is it no keyword?
fn is_name(ident: &Ident) -> bool {
    syn::parse_str::<syn::Ident>(&ident.to_string()).is_ok()
}

/// Refuses a word that leads out of std; is it a macro to be called by its full path?
fn word(ident: &Ident, around: &Around<'_>, known: &BTreeSet<String>) -> Result<bool> {
    let name = ident.to_string();
    let refuse = |said: &str| Err(Error::new_spanned(ident, said));
    if around.is(-1, '.') && !around.is(-2, '.') {
        return Ok(false); // a method or field
    }
    let in_path = around.leads_path() || around.after_colons();
    let leads_out = ["crate", "super", "extern", "unsafe"].contains(&&*name)
        || name == "self" && around.leads_path();
    if leads_out {
        return refuse(NOTHING_ELSE);
    }
    if around.calls_macro() && is_name(ident) {
        return if around.after_colons() || !MACROS.contains(&&*name) {
            refuse(
                "a block that stands alone calls no macros but those of std that compute or print",
            )
        } else {
            Ok(true)
        };
    }
    let is_type = name.starts_with(char::is_uppercase);
    if OUTSIDE.contains(&&*name) && (in_path || is_type) {
        return refuse(READS);
    }
    let first = in_path && !around.follows_path();
    let known = if around.after_colons() {
        ROOTS.contains(&&*name)
    } else {
        known.contains(&name)
    };
    if first && !known {
        return refuse(NOT_STD);
    }
    Ok(false)
}

fn attribute(punct: &Punct, group: Option<&TokenTree>) -> Result<()> {
    let allowed = match group {
        Some(TokenTree::Group(group)) if group.delimiter() == Delimiter::Bracket => {
            let first = group
                .stream()
                .into_iter()
                .next()
                .map(|token| token.to_string());
            matches!(first.as_deref(), Some("derive" | "allow" | "inline"))
        }
        _ => true,
    };
    if allowed {
        Ok(())
    } else {
        Err(Error::new_spanned(
            punct,
            "a block that stands alone has no attributes but `derive`, `allow`, `inline`",
        ))
    }
}
