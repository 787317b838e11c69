//! Methods: an `impl` marked `#[mamo::memo]` whose functions to remember are marked `#[memo]`.
//!
//! Only the `impl` shows whose method it is, so the attribute stands there. A method keeps its signature; its body
//! becomes a closure, which can name `Self` and work in an impl of a trait. Where the impl is of no trait, this closure
//! stands in a method of its own, which also answers `f_memo` and `f_value` beside the user's `f`. Its key is `module::Type::method`, or
//! `module::Type::Trait::method`; beside the `impl` stands an empty function whose path shows that the module is right
//! and whose name lets no two methods share a key.

use super::arguments::{additions, argument, generic_additions};
use super::{Options, Parts, returned, site, unraw, way};
use crate::refuse;
use proc_macro2::TokenStream;
use quote::{format_ident, quote};
use syn::spanned::Spanned;
use syn::{
    Attribute, Error, FnArg, Ident, ImplItem, ImplItemFn, ItemImpl, Meta, Receiver, Result, Type,
};

/// The `impl` with its marked functions memoized.
pub(super) fn block(options: &TokenStream, mut block: ItemImpl) -> Result<TokenStream> {
    if !options.is_empty() {
        return Err(Error::new_spanned(
            options,
            "options belong to the methods: write them as `#[memo(…)]` on each",
        ));
    }
    let around = Around {
        owner: owner(&block)?,
        types: generic_additions(&block.generics),
        inherent: block.trait_.is_none(),
    };
    let mut witnesses = TokenStream::new();
    let mut beside = Vec::new();
    let mut any = false;
    for item in &mut block.items {
        if let ImplItem::Fn(method) = item
            && let Some(mark) = take_mark(&mut method.attrs)
        {
            any = true;
            witnesses.extend(self::method(&around, &mark, method, &mut beside)?);
        }
    }
    if !any {
        return Err(Error::new_spanned(
            &block.self_ty,
            "no method is marked: write `#[memo]` on those to remember",
        ));
    }
    block.items.extend(beside);
    Ok(quote! { #block #witnesses })
}

/// The `impl` around a method.
struct Around {
    /// What goes between module and method in a key.
    owner: Vec<String>,
    /// Statements that add its type arguments to a call's arguments.
    types: TokenStream,
    /// Is it of no trait, so that functions can be put beside the user's?
    inherent: bool,
}

/// What goes between module and method in a key: the type's last name, and the trait's.
fn owner(block: &ItemImpl) -> Result<Vec<String>> {
    let Type::Path(path) = bare(&block.self_ty) else {
        return Err(Error::new_spanned(
            &block.self_ty,
            "methods of this type cannot be memoized: memoize a free function that takes it as an argument",
        ));
    };
    let of_trait = block
        .trait_
        .as_ref()
        .and_then(|(_, path, _)| path.segments.last());
    let last = path.path.segments.last().into_iter().chain(of_trait);
    Ok(last.map(|segment| unraw(&segment.ident)).collect())
}

fn bare(ty: &Type) -> &Type {
    match ty {
        Type::Reference(inner) => bare(&inner.elem),
        Type::Paren(inner) => bare(&inner.elem),
        Type::Group(inner) => bare(&inner.elem),
        other => other,
    }
}

/// Takes the attribute `memo` off a method.
fn take_mark(attributes: &mut Vec<Attribute>) -> Option<Attribute> {
    let is_mark = |attribute: &Attribute| {
        let path = attribute.path();
        let first = path.segments.first().map(|segment| segment.ident == "mamo");
        path.is_ident("memo")
            || first == Some(true) && path.segments.len() == 2 && path.segments[1].ident == "memo"
    };
    let place = attributes.iter().position(is_mark)?;
    Some(attributes.remove(place))
}

/// Memoizes a method in place; the empty function that witnesses its key. What asks about the method goes `beside` it.
fn method(
    around: &Around,
    mark: &Attribute,
    method: &mut ImplItemFn,
    beside: &mut Vec<ImplItem>,
) -> Result<TokenStream> {
    let options = Options::parse(match &mark.meta {
        Meta::List(list) => list.tokens.clone(),
        _ => TokenStream::new(),
    })?;
    refuse::method(&method.sig)?;
    let parts = Parts::of(&method.sig, &options)?;
    let name = unraw(&method.sig.ident);
    let path = [&around.owner[..], &[name]].concat();
    let witness = format_ident!("__mamo_member_{}", path.join("_"));
    let body = body(around, &path, &witness, method, &parts, &options);
    // The user's names stand in the body; the arguments themselves have plain ones.
    let others = parts.inputs.iter();
    let others = others
        .map(|input| syn::parse2(input.clone()))
        .collect::<Result<Vec<FnArg>>>()?;
    let selves = method.sig.receiver().cloned().map(FnArg::Receiver);
    method.sig.inputs = selves.into_iter().chain(others).collect();
    if around.inherent && !options.bare {
        beside.extend(questions(method, &parts, &body));
    } else {
        method.block = syn::parse_quote! {{
            let __mamo_operation = ::mamo::__private::Answer;
            #body
        }};
    }
    Ok(quote! {
        #[doc(hidden)]
        #[allow(non_snake_case, dead_code, reason = "generated by mamo")]
        fn #witness() {}
    })
}

/// The statements that perform `__mamo_operation` on a call.
fn body(
    around: &Around,
    path: &[String],
    witness: &Ident,
    method: &ImplItemFn,
    parts: &Parts,
    options: &Options,
) -> TokenStream {
    let rest = format!("::{}", path.join("::"));
    let site = site(&quote! { #rest }, options);
    let additions = [
        around.types.clone(),
        receiver(&method.sig.inputs, options),
        additions(&method.sig, options, &parts.names),
    ];
    let perform = perform(method, parts, options);
    quote! {
        #site
        let __mamo_call = __MAMO_SITE.ask(
            ::core::any::type_name_of_val(&#witness),
            |__mamo_arguments| { #(#additions)* ::core::result::Result::Ok(()) },
        );
        #perform
    }
}

/// The method `__mamo_memo_f` that performs any operation, `f_memo` and `f_value`. The user's method becomes a call of the
/// first.
fn questions(method: &mut ImplItemFn, parts: &Parts, body: &TokenStream) -> [ImplItem; 3] {
    let hidden = super::hidden_name(&method.sig.ident);
    let lints = method
        .attrs
        .iter()
        .filter(|attribute| super::passes(attribute, true));
    let conditions = method
        .attrs
        .iter()
        .filter(|attribute| super::passes(attribute, false));
    let conditions: Vec<_> = conditions.collect();
    let Parts {
        names,
        arguments,
        returned,
        asyncness,
        wait,
        ..
    } = parts;
    let (vis, name) = (&method.vis, unraw(&method.sig.ident));
    let this = method.sig.receiver().map(|_| quote! { self, });
    let receiver = method.sig.receiver().map(|receiver| quote! { #receiver, });
    let others = method
        .sig
        .inputs
        .iter()
        .filter(|input| matches!(input, FnArg::Typed(_)));
    let others: Vec<_> = others.collect();
    let generics = &method.sig.generics;
    let where_clause = &generics.where_clause;
    let mut wider = generics.clone();
    wider
        .params
        .push(syn::parse_quote! { __MamoOperation: ::mamo::__private::Operation });
    let performing = syn::parse_quote! {
        #(#lints)*
        #[doc(hidden)]
        #[inline]
        #[allow(non_snake_case, clippy::too_many_arguments, clippy::used_underscore_binding, reason = "generated by mamo")]
        #asyncness fn #hidden #wider (
            #receiver __mamo_operation: __MamoOperation, #(#others),*
        ) -> __MamoOperation::Answer<#returned> #where_clause { #body }
    };
    let plain = receiver_of_call(method.sig.receiver());
    let asking = |asking: &Ident, operation: &TokenStream, answer: &TokenStream, text: &str| {
        let text = format!("{text} of a call of the memoized method `{name}`.");
        syn::parse_quote! {
            #(#conditions)*
            #[doc = #text]
            #[allow(dead_code, clippy::all, clippy::pedantic, reason = "generated by mamo")]
            #vis #asyncness fn #asking #generics (#plain #(#others),*) -> #answer #where_clause {
                Self::#hidden::<#(#arguments,)* _>(#this ::mamo::__private::#operation, #(#names),*) #wait
            }
        }
    };
    let memo = asking(
        &format_ident!("{name}_memo"),
        &quote! { AskedOf },
        &quote! { ::mamo::Asked },
        "What is known",
    );
    let value = asking(
        &format_ident!("{name}_value"),
        &quote! { ValueOf },
        &quote! { ::mamo::Value<#returned> },
        "The result, as a lazy value,",
    );
    let call = quote! {
        Self::#hidden::<#(#arguments,)* _>(#this ::mamo::__private::Answer, #(#names),*) #wait
    };
    method.block = syn::parse_quote! {{ #call }};
    method
        .attrs
        .retain(|attribute| !attribute.path().is_ident("expect"));
    if let Some(FnArg::Receiver(receiver)) = method.sig.inputs.first_mut()
        && receiver.reference.is_none()
    {
        receiver.mutability = None;
    }
    [performing, memo, value]
}

/// The receiver as a parameter that is only handed on.
fn receiver_of_call(receiver: Option<&Receiver>) -> Option<TokenStream> {
    let mut receiver = receiver?.clone();
    if receiver.reference.is_none() {
        receiver.mutability = None;
    }
    Some(quote! { #receiver, })
}

/// Adds `self`, unless the options say what counts.
fn receiver<'a>(inputs: impl IntoIterator<Item = &'a FnArg>, options: &Options) -> TokenStream {
    let found = inputs.into_iter().find_map(|input| match input {
        FnArg::Receiver(receiver) => Some(receiver),
        FnArg::Typed(_) => None,
    });
    match found {
        Some(receiver) if options.key.is_none() && !options.skips_self => {
            argument(&self_of(receiver), receiver.span())
        }
        _ => TokenStream::new(),
    }
}

/// `Self` as a place, behind no reference or pointer.
fn self_of(receiver: &Receiver) -> TokenStream {
    match &*receiver.ty {
        Type::Path(path) if path.path.is_ident("Self") => quote! { self },
        _ => quote! { *self },
    }
}

/// The expression that performs an operation.
fn perform(method: &ImplItemFn, parts: &Parts, options: &Options) -> TokenStream {
    let returned = returned(&method.sig.output);
    let way = way(&returned, options, &quote! { __mamo_kept.tier() });
    let typed = method.sig.inputs.iter().filter_map(|input| match input {
        FnArg::Typed(typed) => Some(typed),
        FnArg::Receiver(_) => None,
    });
    let bindings = typed.zip(&parts.names).filter_map(|(typed, name)| {
        let (pattern, ty) = (&typed.pat, &typed.ty);
        match &**pattern {
            // A plain name is bound already; binding it again would lose elided lifetimes for nothing.
            syn::Pat::Ident(plain)
                if plain.mutability.is_none()
                    && plain.by_ref.is_none()
                    && plain.subpat.is_none() =>
            {
                None
            }
            _ if mentions_elided(ty) => Some(quote! { let #pattern = #name; }),
            _ => Some(quote! { let #pattern: #ty = #name; }),
        }
    });
    // Without the user's own braces, of which rustc would say that they are not needed.
    let statements = &method.block.stmts;
    let body = quote! {{ #(#bindings)* #(#statements)* }};
    if parts.wait.is_some() {
        return quote! {
            let __mamo_way = #way;
            ::mamo::__private::Operation::perform_later(
                __mamo_operation,
                __mamo_call,
                __mamo_way,
                move || ::mamo::__private::output::<#returned, _>(async move #body),
            )
            .await
        };
    }
    quote! {
        let __mamo_way = #way;
        ::mamo::__private::Operation::perform(
            __mamo_operation,
            __mamo_call,
            __mamo_way,
            move || -> #returned #body,
        )
    }
}

/// May the type hold a lifetime that is not written?
fn mentions_elided(ty: &Type) -> bool {
    !matches!(ty, Type::Tuple(tuple) if tuple.elems.iter().all(|elem| matches!(elem, Type::Path(_))))
}
