//! What a fixture becomes: a function of its name that makes it at the first call in a process, and hands it out.
//!
//! What is made lives in a static inside of the function. `cases` stand in a type of the function's name beside it, which
//! is another namespace.

mod options;

use crate::memo::{self, additions};
use crate::refuse;
use options::{Kind, Options};
use proc_macro2::TokenStream;
use quote::{quote, quote_spanned};
use syn::spanned::Spanned;
use syn::{Error, Ident, ItemFn, Result, Signature, Type};

/// A fixture of any kind.
pub(crate) fn fixture(options: TokenStream, function: &ItemFn) -> Result<TokenStream> {
    let options = Options::parse(options)?;
    refuse::fixture(&function.sig, options.kind == Kind::PerProcess)?;
    if options.kind == Kind::Dir {
        refuse::filling(&function.sig)?;
    }
    let parts = Parts::of(&function.sig, &options)?;
    let body = memo::body(&function.sig, &function.block);
    let statements = parts.statements(&options);
    let cases = cases(function, &parts, &options)?;
    let guard = free_function_guard();
    let (inputs, handed) = (&parts.inputs, &parts.handed);
    let (attrs, vis) = (&function.attrs, &function.vis);
    let Signature {
        ident,
        generics,
        asyncness,
        ..
    } = &function.sig;
    let where_clause = &generics.where_clause;
    Ok(quote! {
        #(#attrs)*
        #vis #asyncness fn #ident #generics (#(#inputs),*) -> #handed #where_clause {
            #body
            #statements
        }
        #cases
        #guard
    })
}

/// What is taken from a signature.
struct Parts {
    /// Arguments of the outer function, as `name: Type`.
    inputs: Vec<TokenStream>,
    names: Vec<Ident>,
    /// Statements that add them to a call's arguments.
    additions: TokenStream,
    name: String,
    returned: Type,
    /// What the outer function returns.
    handed: TokenStream,
    is_async: bool,
}

impl Parts {
    fn of(signature: &Signature, options: &Options) -> Result<Self> {
        let mut own = signature.clone();
        if options.kind == Kind::Dir {
            own.inputs = own.inputs.into_iter().skip(1).collect();
        }
        refuse::trait_objects(own.inputs.iter())?;
        let arguments = own.inputs.iter().enumerate();
        let (inputs, names): (Vec<_>, Vec<_>) = arguments.filter_map(memo::outer_argument).unzip();
        let returned = memo::returned(&own.output);
        Ok(Self {
            additions: additions(&own, &options.counting, &names),
            inputs,
            names,
            name: memo::unraw(&own.ident),
            handed: handed(options.kind, &returned),
            returned,
            is_async: own.asyncness.is_some(),
        })
    }

    /// The outer function's body, but for the user's function.
    fn statements(&self, options: &Options) -> TokenStream {
        let (returned, name, additions) = (&self.returned, &self.name, &self.additions);
        let span = returned.span();
        let site = memo::site(&quote! { "::", #name }, &options.counting);
        let keeper = match options.kind {
            Kind::Lent => quote_spanned! { span=> Lent<#returned> },
            Kind::PerTest => quote! { Copies },
            Kind::PerProcess => quote_spanned! { span=> Resources<#returned> },
            Kind::Dir => quote_spanned! { span=> Directories<#returned> },
        };
        let ask = if options.kind == Kind::PerProcess {
            quote! { ask_of_resource }
        } else {
            quote! { ask_of_fixture }
        };
        let method = if self.is_async {
            "hand_out_later"
        } else {
            "hand_out"
        };
        // Errors about the result's type point at it.
        let method = Ident::new(method, span);
        let (way, how) = self.how(options);
        let compute = self.compute(options.kind);
        let wait = self.is_async.then(|| quote! { .await });
        let has_arguments = !self.names.is_empty();
        quote! {
            #site
            static __MAMO_MADE: ::mamo::__private::#keeper = <::mamo::__private::#keeper>::new();
            let __mamo_request = __MAMO_SITE.#ask(
                #has_arguments,
                ::core::any::type_name_of_val(&__mamo_body),
                |__mamo_arguments| { #additions ::core::result::Result::Ok(()) },
            );
            #way
            __MAMO_MADE.#method(__mamo_request, #how #compute) #wait
        }
    }

    /// How a result is treated, and what it says if it is a failure: a statement, and arguments.
    fn how(&self, options: &Options) -> (TokenStream, TokenStream) {
        let none = TokenStream::new();
        let returned = &self.returned;
        let told = quote! {
            |__mamo_returned: &#returned| {
                #[allow(unused_imports, reason = "which of them is used, the type decides")]
                use ::mamo::__private::{AnyOutcome as _, DebugOutcome as _};
                (&::mamo::__private::Outcome(__mamo_returned)).told()
            }
        };
        let tier = quote! { ::mamo::__private::Nowhere };
        match options.kind {
            Kind::PerProcess => (none, TokenStream::new()),
            Kind::Dir => (none, quote! { #told, }),
            Kind::Lent | Kind::PerTest => {
                let way = memo::way(returned, &options.counting, &tier);
                (
                    quote! { let __mamo_way = #way; },
                    quote! { __mamo_way, #told, },
                )
            }
        }
    }

    /// The function that computes.
    fn compute(&self, kind: Kind) -> TokenStream {
        let names = &self.names;
        match (kind, self.is_async) {
            (Kind::Dir, false) => quote! {
                move |__mamo_into: &::std::path::Path| __mamo_body(__mamo_into, #(#names),*)
            },
            (Kind::Dir, true) => quote! {
                async move |__mamo_into: &::std::path::Path| __mamo_body(__mamo_into, #(#names),*).await
            },
            _ => quote! { move || __mamo_body(#(#names),*) },
        }
    }
}

/// What the fixture's function returns, where the user's returns `returned`.
fn handed(kind: Kind, returned: &Type) -> TokenStream {
    let span = returned.span();
    match kind {
        Kind::Lent => quote! { &'static #returned },
        Kind::PerTest => quote! { #returned },
        Kind::PerProcess => quote! { ::mamo::Resource<#returned> },
        Kind::Dir if matches!(returned, Type::Tuple(tuple) if tuple.elems.is_empty()) => {
            quote! { &'static ::mamo::Directory }
        }
        Kind::Dir => {
            quote_spanned! { span=> &'static <#returned as ::mamo::__private::Filled>::Made }
        }
    }
}

/// The type of the function's name that has the cases.
fn cases(function: &ItemFn, parts: &Parts, options: &Options) -> Result<TokenStream> {
    if options.cases.is_empty() {
        return Ok(TokenStream::new());
    }
    let (ident, vis) = (&function.sig.ident, &function.vis);
    let handed = &parts.handed;
    let mut lenders = Vec::new();
    for case in &options.cases {
        let (given, wanted) = (case.arguments.len(), parts.names.len());
        if given != wanted || wanted == 0 {
            let fault = match wanted {
                0 => "a fixture without arguments has no cases: give it an argument that tells them apart".to_owned(),
                1 => format!("the fixture takes one argument, and this case has {given}"),
                _ => format!("the fixture takes {wanted} arguments, and this case has {given}"),
            };
            return Err(Error::new_spanned(&case.name, fault));
        }
        let name = memo::unraw(&case.name);
        let arguments = &case.arguments;
        lenders.push(if parts.is_async {
            quote! { (#name, || ::std::boxed::Box::pin(#ident(#(#arguments),*))) }
        } else {
            quote! { (#name, || #ident(#(#arguments),*)) }
        });
    }
    let given = if parts.is_async {
        quote! { ::std::pin::Pin<::std::boxed::Box<dyn ::core::future::Future<Output = #handed>>> }
    } else {
        handed.clone()
    };
    let conditions = function.attrs.iter();
    let conditions = conditions.filter(|attribute| memo::passes(attribute, false));
    let conditions: Vec<_> = conditions.collect();
    let text = format!("The cases of the fixture `{}`.", parts.name);
    Ok(quote! {
        #(#conditions)*
        #[doc = #text]
        #[allow(non_camel_case_types, dead_code, clippy::all, clippy::pedantic, reason = "generated by mamo")]
        #vis enum #ident {}

        #(#conditions)*
        #[allow(dead_code, clippy::all, clippy::pedantic, reason = "generated by mamo")]
        impl #ident {
            /// The name of each case, and what hands out its fixture.
            #vis const CASES: &'static [(&'static str, fn() -> #given)] = &[#(#lenders),*];
        }
    })
}

/// An item that an `impl` or `trait` refuses: an associated function has the key of a free one of its name.
pub(crate) fn free_function_guard() -> TokenStream {
    quote! {
        const _: () = {};
    }
}
