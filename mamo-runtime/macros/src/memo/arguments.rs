//! Which statements add the arguments of a call.

use super::Options;
use proc_macro2::TokenStream;
use quote::{quote, quote_spanned};
use syn::spanned::Spanned;
use syn::{Expr, FnArg, GenericParam, Generics, Ident, Signature};

/// Adds everything that counts.
pub(crate) fn additions(sig: &Signature, options: &Options, names: &[Ident]) -> TokenStream {
    let typed = sig
        .inputs
        .iter()
        .filter(|input| matches!(input, FnArg::Typed(_)));
    let mut additions = generic_additions(&sig.generics);
    if let Some(key) = &options.key {
        additions.extend(addition(key));
    } else {
        for (name, input) in names
            .iter()
            .zip(typed)
            .filter(|(name, _)| !options.skips(name))
        {
            let span = match input {
                FnArg::Typed(typed) => typed.ty.span(),
                FnArg::Receiver(receiver) => receiver.span(),
            };
            additions.extend(argument(&quote! { #name }, span));
        }
    }
    for file in &options.files {
        additions.extend(quote_spanned! { file.span()=> {
            let __mamo_file = &(#file);
            __mamo_arguments.add_file(::core::env!("CARGO_MANIFEST_DIR"), __mamo_file)?;
        }});
    }
    additions
}

/// Adds what a place holds.
pub(crate) fn argument(place: &TokenStream, span: proc_macro2::Span) -> TokenStream {
    let add = quote_spanned! { span=>
        __mamo_arguments.add(::mamo::__private::Argument(&#place).way(), &#place)?;
    };
    quote! {{
        #[allow(unused_imports, reason = "whether it is used, the type decides")]
        use ::mamo::__private::AnyArgument as _;
        #add
    }}
}

fn addition(key: &Expr) -> TokenStream {
    let add = argument(&quote! { __mamo_key }, key.span());
    quote_spanned! { key.span()=> { let __mamo_key = &(#key); #add } }
}

/// Adds what tells one instance of a generic function from another.
pub(super) fn generic_additions(generics: &Generics) -> TokenStream {
    let mut additions = TokenStream::new();
    for parameter in &generics.params {
        match parameter {
            GenericParam::Type(parameter) => {
                let ident = &parameter.ident;
                additions.extend(quote! {
                    __mamo_arguments.add_type::<::core::marker::PhantomData<#ident>>();
                });
            }
            GenericParam::Const(parameter) => {
                let ident = &parameter.ident;
                let place = quote! { __mamo_constant };
                let add = argument(&place, ident.span());
                additions.extend(quote! {{ let __mamo_constant = #ident; #add }});
            }
            GenericParam::Lifetime(_) => {}
        }
    }
    additions
}
