//! What a memoized function becomes.
//!
//! A free function `f` stays one of its name and signature. Behind it stands `__mamo_memo_f`, which holds the user's body
//! and performs any *operation* on the call: answering it, or a question about it. Beside it stands a type `f` without
//! values, whose associated functions ask these questions; a type, and not a module, so that every path in the
//! signature means what it means to the user.

mod arguments;
mod member;
pub(crate) mod options;

use crate::refuse;
pub(crate) use arguments::{additions, argument};
use options::Options;
use proc_macro2::TokenStream;
use quote::{ToTokens, format_ident, quote, quote_spanned};
use syn::ext::IdentExt as _;
use syn::spanned::Spanned;
use syn::{
    Attribute, Error, FnArg, GenericParam, Generics, Ident, Item, ItemFn, Pat, Result, ReturnType,
    Signature, Type,
};

/// A memoized function, or an `impl` with memoized methods.
pub(crate) fn item(options: TokenStream, item: Item) -> Result<TokenStream> {
    match item {
        Item::Fn(function) => self::function(&Options::parse(options)?, &function),
        Item::Impl(block) => member::block(&options, block),
        other => Err(Error::new_spanned(
            other,
            "only a function can be memoized, or an `impl` whose methods are marked `#[memo]`",
        )),
    }
}

fn function(options: &Options, function: &ItemFn) -> Result<TokenStream> {
    refuse::memo(&function.sig)?;
    let parts = Parts::of(&function.sig, options)?;
    let hidden = hidden(function, &parts, options);
    let outer = outer(function, &parts);
    let questions = if options.bare {
        TokenStream::new()
    } else {
        questions(function, &parts)
    };
    let guard = crate::fixture::free_function_guard();
    Ok(quote! { #outer #hidden #questions #guard })
}

/// What is taken from a signature.
struct Parts {
    /// Arguments as `name: Type`.
    inputs: Vec<TokenStream>,
    /// Their names.
    names: Vec<Ident>,
    /// Statements that add them to a call's arguments.
    additions: TokenStream,
    /// Type and const arguments, for a turbofish.
    arguments: Vec<Ident>,
    returned: Type,
    asyncness: Option<syn::Token![async]>,
    wait: Option<TokenStream>,
}

impl Parts {
    fn of(sig: &Signature, options: &Options) -> Result<Self> {
        let (inputs, names): (Vec<_>, Vec<_>) = sig
            .inputs
            .iter()
            .enumerate()
            .filter_map(outer_argument)
            .unzip();
        options.check_names(&names)?;
        if options.key.is_none() {
            let typed = sig
                .inputs
                .iter()
                .filter(|input| matches!(input, FnArg::Typed(_)));
            let counting = names
                .iter()
                .zip(typed)
                .filter(|(name, _)| !options.skips(name));
            refuse::trait_objects(counting.map(|(_, input)| input))?;
        }
        Ok(Self {
            additions: additions(sig, options, &names),
            inputs,
            names,
            arguments: generic_arguments(&sig.generics),
            returned: returned(&sig.output),
            asyncness: sig.asyncness,
            wait: sig.asyncness.map(|_| quote! { .await }),
        })
    }
}

/// The function that the user calls.
fn outer(function: &ItemFn, parts: &Parts) -> TokenStream {
    let ItemFn {
        attrs, vis, sig, ..
    } = function;
    let attrs = attrs
        .iter()
        .filter(|attribute| !attribute.path().is_ident("expect"));
    let Signature {
        ident,
        generics,
        output,
        ..
    } = sig;
    let where_clause = &generics.where_clause;
    let hidden = hidden_name(ident);
    let Parts {
        inputs,
        names,
        arguments,
        asyncness,
        wait,
        ..
    } = parts;
    quote! {
        #(#attrs)*
        #vis #asyncness fn #ident #generics (#(#inputs),*) #output #where_clause {
            #hidden::<#(#arguments,)* _>(::mamo::__private::Answer, #(#names),*) #wait
        }
    }
}

/// The function that performs operations.
fn hidden(function: &ItemFn, parts: &Parts, options: &Options) -> TokenStream {
    let ItemFn {
        attrs, sig, block, ..
    } = function;
    let lints = attrs.iter().filter(|attribute| passes(attribute, true));
    let hidden = hidden_name(&sig.ident);
    let mut generics = sig.generics.clone();
    generics
        .params
        .push(syn::parse_quote! { __MamoOperation: ::mamo::__private::Operation });
    let where_clause = &generics.where_clause;
    let Parts {
        inputs,
        names,
        additions,
        arguments,
        returned,
        asyncness,
        wait,
    } = parts;
    let body = body(sig, block);
    let key = quote! { "::", };
    let name = unraw(&sig.ident);
    let site = site(&quote! { #key #name }, options);
    let way = way(returned, options, &quote! { __mamo_kept.tier() });
    let turbofish = (!arguments.is_empty()).then(|| quote! { ::<#(#arguments),*> });
    // Errors about the result's type point at it.
    let perform = Ident::new(
        if wait.is_some() {
            "perform_later"
        } else {
            "perform"
        },
        returned.span(),
    );
    quote! {
        #(#lints)*
        #[doc(hidden)]
        #[inline]
        #[allow(non_snake_case, clippy::too_many_arguments, clippy::used_underscore_binding, reason = "generated by mamo")]
        #asyncness fn #hidden #generics (
            __mamo_operation: __MamoOperation, #(#inputs),*
        ) -> __MamoOperation::Answer<#returned> #where_clause {
            #body
            #site
            let __mamo_call = __MAMO_SITE.ask(
                ::core::any::type_name_of_val(&__mamo_body #turbofish),
                |__mamo_arguments| { #additions ::core::result::Result::Ok(()) },
            );
            let __mamo_way = #way;
            __mamo_operation.#perform(__mamo_call, __mamo_way, move || __mamo_body #turbofish (#(#names),*)) #wait
        }
    }
}

/// The type `f` whose associated functions ask about calls of the function `f`.
fn questions(function: &ItemFn, parts: &Parts) -> TokenStream {
    let ItemFn {
        attrs, vis, sig, ..
    } = function;
    let Signature {
        ident, generics, ..
    } = sig;
    let conditions: Vec<_> = attrs
        .iter()
        .filter(|attribute| passes(attribute, false))
        .collect();
    let where_clause = &generics.where_clause;
    let hidden = hidden_name(ident);
    let Parts {
        inputs,
        names,
        arguments,
        returned,
        asyncness,
        wait,
        ..
    } = parts;
    let asked = |name: &TokenStream,
                 more: &TokenStream,
                 operation: &TokenStream,
                 answer: &TokenStream,
                 text: &str| {
        quote! {
            #[doc = #text]
            #vis #asyncness fn #name #generics (#more #(#inputs),*) -> #answer #where_clause {
                #hidden::<#(#arguments,)* _>(::mamo::__private::#operation, #(#names),*) #wait
            }
        }
    };
    let question =
        |name: &TokenStream, operation: &TokenStream, answer: &TokenStream, text: &str| {
            asked(name, &TokenStream::new(), operation, answer, text)
        };
    let all = [
        question(
            &quote! { is_cached },
            &quote! { IsCached },
            &quote! { bool },
            "Is there a value of this code for these arguments, so that a call would not compute?",
        ),
        question(
            &quote! { is_stale },
            &quote! { IsStale },
            &quote! { bool },
            "Is there a value for these arguments, but only of other code; or is an argument a stale `Value`?",
        ),
        asked(
            &quote! { is_stale_to },
            &quote! { __mamo_depth: u32, },
            &quote! { IsStaleTo(__mamo_depth) },
            &quote! { bool },
            "The same, looking up no more than so many steps from argument to argument: 0 asks about this call alone.",
        ),
        question(
            &quote! { forget },
            &quote! { Forget },
            &quote! { () },
            "Forgets the value for these arguments, in memory and on disk.",
        ),
        question(
            &quote! { metadata },
            &quote! { MetadataOf },
            &quote! { ::core::option::Option<::mamo::Metadata> },
            "What is known of the stored value for these arguments.",
        ),
        question(
            &quote! { why },
            &quote! { WhyOf },
            &quote! { ::mamo::Why },
            "Whether a call with these arguments would compute, and why.",
        ),
        question(
            &quote! { value },
            &quote! { ValueOf },
            &quote! { ::mamo::Value<#returned> },
            "The result as a lazy value: computed if it is not known, but read only where it is looked at.",
        ),
    ];
    let text = format!(
        "Questions about calls of the memoized function `{}`.",
        unraw(ident)
    );
    quote! {
        #(#conditions)*
        #[doc = #text]
        #[allow(non_camel_case_types, dead_code, clippy::all, clippy::pedantic, reason = "generated by mamo")]
        #vis enum #ident {}

        #(#conditions)*
        #[allow(dead_code, clippy::all, clippy::pedantic, reason = "generated by mamo")]
        impl #ident {
            #(#all)*
        }
    }
}

/// The user's function, under a name of ours. A call of its own name inside it is a call of the memo.
pub(crate) fn body(sig: &Signature, block: &syn::Block) -> TokenStream {
    let Signature {
        generics,
        inputs,
        output,
        asyncness,
        ..
    } = sig;
    let where_clause = &generics.where_clause;
    quote! {
        #[inline]
        #asyncness fn __mamo_body #generics (#inputs) #output #where_clause #block
    }
}

/// The static that knows the function; `rest` is what follows the module's path in its key.
pub(crate) fn site(rest: &TokenStream, options: &Options) -> TokenStream {
    let settings = options.settings();
    let site = crate::site::of(rest);
    quote! {
        static __MAMO_SITE: ::mamo::__private::Site = #site.with(#settings);
    }
}

/// The expression that chooses how results are treated; `tier` is how memory keeps them.
pub(crate) fn way(returned: &Type, options: &Options, tier: &TokenStream) -> TokenStream {
    let codec = if let Some(codec) = &options.codec {
        quote! { ::mamo::__private::Named::<#codec>::NEW }
    } else {
        quote! { __mamo_kept.codec() }
    };
    let rule =
        quote_spanned! { returned.span()=> ::mamo::__private::Returned::<#returned>::TYPE.rule() };
    let way = quote_spanned! { returned.span()=>
        ::mamo::__private::way(&__mamo_rule, &#codec, &#tier, &__mamo_kept.comparison(), &__mamo_kept.look())
    };
    quote! {{
        #[allow(unused_imports, reason = "which of them is used, the type decides")]
        use ::mamo::__private::{AnyCodec as _, AnyComparison as _, AnyLook as _, AnyTier as _, WholeRule as _};
        let __mamo_rule = #rule;
        let __mamo_kept = __mamo_rule.stored();
        #way
    }}
}

/// Type and const parameters by name.
fn generic_arguments(generics: &Generics) -> Vec<Ident> {
    let name = |parameter: &GenericParam| match parameter {
        GenericParam::Type(parameter) => Some(parameter.ident.clone()),
        GenericParam::Const(parameter) => Some(parameter.ident.clone()),
        GenericParam::Lifetime(_) => None,
    };
    generics.params.iter().filter_map(name).collect()
}

/// The argument of the outer function for one of the user's, and its name: the user's where it is a plain one.
pub(crate) fn outer_argument((index, input): (usize, &FnArg)) -> Option<(TokenStream, Ident)> {
    let FnArg::Typed(typed) = input else {
        return None;
    };
    let name = match &*typed.pat {
        Pat::Ident(pattern) if pattern.subpat.is_none() && pattern.by_ref.is_none() => {
            pattern.ident.clone()
        }
        _ => format_ident!("argument{index}"),
    };
    let ty = &typed.ty;
    Some((quote! { #name: #ty }, name))
}

/// The type that a function returns, `()` written out.
pub(crate) fn returned(output: &ReturnType) -> Type {
    match output {
        ReturnType::Default => syn::parse_quote! { () },
        ReturnType::Type(_, ty) => (**ty).clone(),
    }
}

/// Does an attribute of the function hold for what is made from it? Conditions always, lints for its body.
pub(crate) fn passes(attribute: &Attribute, lints: bool) -> bool {
    let is = |name| attribute.path().is_ident(name);
    let condition = is("cfg") || is("cfg_attr") && names_condition(attribute);
    condition
        || lints
            && ["allow", "expect", "warn", "deny", "forbid"]
                .into_iter()
                .any(is)
}

/// Is this a `cfg_attr` of a lint or a condition?
fn names_condition(attribute: &Attribute) -> bool {
    let text = attribute.meta.to_token_stream().to_string();
    ["cfg (", "allow (", "expect ("]
        .iter()
        .any(|name| text.contains(name))
}

fn hidden_name(ident: &Ident) -> Ident {
    format_ident!("__mamo_memo_{}", unraw(ident))
}

pub(crate) fn unraw(ident: &Ident) -> String {
    ident.unraw().to_string()
}
