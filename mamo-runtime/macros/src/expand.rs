//! What a fixture becomes.

use crate::refuse;
use proc_macro2::TokenStream;
use quote::{quote, quote_spanned};
use syn::spanned::Spanned;
use syn::{Ident, ItemFn, Result, ReturnType, Signature, Type};

/// A function that makes its value at the first call in a process and lends it ever after.
pub(crate) fn fixture(function: ItemFn) -> Result<TokenStream> {
    refuse::arguments(&function.sig.inputs)?;
    refuse::signature(&function.sig)?;
    let ItemFn {
        attrs,
        vis,
        sig,
        block,
    } = function;
    let answer = answer(&sig, &TokenStream::new(), &quote! { __mamo_body });
    let body = body(&sig, &block);
    let ident = &sig.ident;
    let returned = returned(&sig.output);
    let value = quote_spanned! { returned.span()=>
        static __MAMO_VALUE: ::std::sync::OnceLock<#returned> = ::std::sync::OnceLock::new();
    };
    let guard = free_function_guard();
    Ok(quote! {
        #(#attrs)*
        #vis fn #ident() -> &'static #returned {
            #value
            #body
            __MAMO_VALUE.get_or_init(|| #answer)
        }
        #guard
    })
}

/// The user's function, under a name of ours. A call of its own name inside it is a call of the memo.
fn body(sig: &Signature, block: &syn::Block) -> TokenStream {
    let Signature {
        generics,
        inputs,
        output,
        ..
    } = sig;
    let where_clause = &generics.where_clause;
    quote! {
        #[inline]
        fn __mamo_body #generics (#inputs) #output #where_clause #block
    }
}

/// The expression that serves or computes.
fn answer(sig: &Signature, additions: &TokenStream, compute: &TokenStream) -> TokenStream {
    let name = sig.ident.to_string();
    let name = name.strip_prefix("r#").unwrap_or(&name);
    let returned = returned(&sig.output);
    let rule = quote_spanned! { returned.span()=>
        ::mamo::__private::Returned::<#returned>::TYPE.rule()
    };
    let site = crate::site::of(&quote! { "::", #name });
    // Errors about the result's type point at it.
    let method = Ident::new("answer", returned.span());
    quote! {{
        use ::mamo::__private::WholeRule as _;
        static __MAMO_SITE: ::mamo::__private::Site = #site;
        __MAMO_SITE
            .ask(::core::any::type_name_of_val(&__mamo_body), |__mamo_arguments| { #additions ::core::result::Result::Ok(()) })
            .#method(#rule, #compute)
    }}
}

/// The type that a function returns, `()` written out.
fn returned(output: &ReturnType) -> Type {
    match output {
        ReturnType::Default => syn::parse_quote! { () },
        ReturnType::Type(_, ty) => (**ty).clone(),
    }
}

/// An item that an `impl` or `trait` refuses: an associated function has the key of a free one of its name.
pub(crate) fn free_function_guard() -> TokenStream {
    quote! {
        const _: () = {};
    }
}
