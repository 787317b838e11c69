//! What cannot be memoized, and what to write instead.

#[cfg(test)]
mod tests;

use proc_macro2::TokenStream;
use syn::punctuated::Punctuated;
use syn::spanned::Spanned;
use syn::visit::{self, Visit};
use syn::{Error, FnArg, GenericParam, Result, ReturnType, Signature, Type};

/// Refuses options: there are none yet.
pub(crate) fn options(options: &TokenStream) -> Result<()> {
    if options.is_empty() {
        return Ok(());
    }
    Err(Error::new(
        options.span(),
        "this attribute takes no options yet: write it without parentheses",
    ))
}

/// Refuses what neither memos nor fixtures can be. Every fault is reported at once.
pub(crate) fn signature(signature: &Signature) -> Result<()> {
    let mut faults = Vec::new();
    modifiers(signature, &mut faults);
    for parameter in &signature.generics.params {
        if !matches!(parameter, GenericParam::Lifetime(_)) {
            faults.push(Error::new(
                parameter.span(),
                "a generic function cannot be memoized yet: memoize one function for each type that you need, and let it call this one",
            ));
        }
    }
    signature
        .inputs
        .iter()
        .for_each(|input| argument(input, &mut faults));
    result(&signature.output, &mut faults);
    all(faults)
}

/// Refuses a fixture's arguments.
pub(crate) fn arguments(inputs: &Punctuated<FnArg, syn::Token![,]>) -> Result<()> {
    if inputs.is_empty() {
        return Ok(());
    }
    Err(Error::new(
        inputs.span(),
        "a fixture takes no arguments: call other fixtures in its body, or use `#[mamo::memo]` for a function of its arguments",
    ))
}

fn modifiers(signature: &Signature, faults: &mut Vec<Error>) {
    if let Some(token) = &signature.asyncness {
        faults.push(Error::new(
            token.span(),
            "an async function cannot be memoized yet: memoize the synchronous function that does the work, and await around it",
        ));
    }
    if let Some(token) = &signature.constness {
        faults.push(Error::new(
            token.span(),
            "a memoized function looks at files, so it cannot be `const`: remove `const`",
        ));
    }
    if let Some(token) = &signature.unsafety {
        faults.push(Error::new(
            token.span(),
            "an unsafe function cannot be memoized: memoize a safe function that calls it",
        ));
    }
    if let Some(token) = &signature.abi {
        faults.push(Error::new(
            token.span(),
            "a function with a foreign ABI cannot be memoized: memoize the function that calls it",
        ));
    }
}

fn argument(input: &FnArg, faults: &mut Vec<Error>) {
    match input {
        FnArg::Receiver(receiver) => faults.push(Error::new(
            receiver.span(),
            "a method cannot be memoized yet: memoize a free function that takes `&Self`'s type, and call it from the method",
        )),
        FnArg::Typed(typed) => match &*typed.ty {
            Type::Reference(reference) if reference.mutability.is_some() => faults.push(Error::new(
                typed.ty.span(),
                "a memoized function cannot change its arguments, since a served call would not: take `&T` and return the new value",
            )),
            ty => impl_trait(ty, "an `impl Trait` argument cannot be memoized yet: name a concrete type", faults),
        },
    }
}

fn result(output: &ReturnType, faults: &mut Vec<Error>) {
    let ReturnType::Type(_, ty) = output else {
        return;
    };
    impl_trait(
        ty,
        "an `impl Trait` result cannot be stored: name a concrete type, such as `Vec<T>` for an iterator",
        faults,
    );
    if let Type::Never(never) = &**ty {
        faults.push(Error::new(
            never.span(),
            "a function that never returns has no result to remember",
        ));
    }
    let mut borrows = Borrows { faults };
    borrows.visit_type(ty);
}

fn impl_trait(ty: &Type, message: &'static str, faults: &mut Vec<Error>) {
    struct Finder<'a>(&'static str, &'a mut Vec<Error>);
    impl Visit<'_> for Finder<'_> {
        fn visit_type_impl_trait(&mut self, found: &syn::TypeImplTrait) {
            self.1.push(Error::new(found.span(), self.0));
        }
    }
    Finder(message, faults).visit_type(ty);
}

/// Finds what a result borrows. A stored value outlives every borrow.
struct Borrows<'a> {
    faults: &'a mut Vec<Error>,
}

impl Visit<'_> for Borrows<'_> {
    fn visit_type_reference(&mut self, reference: &syn::TypeReference) {
        self.faults.push(Error::new(
            reference.span(),
            "a stored result cannot be a reference: return an owned value, such as `String` for `&str` or `Vec<T>` for `&[T]`",
        ));
    }

    fn visit_lifetime(&mut self, lifetime: &syn::Lifetime) {
        if lifetime.ident != "static" {
            self.faults.push(Error::new(
                lifetime.span(),
                "a stored result cannot borrow: return a type that owns what it holds",
            ));
        }
    }

    fn visit_type_bare_fn(&mut self, _: &syn::TypeBareFn) {
        // not storable, which the type checker says better
    }

    fn visit_type(&mut self, ty: &Type) {
        visit::visit_type(self, ty);
    }
}

fn all(faults: Vec<Error>) -> Result<()> {
    let combined = faults.into_iter().reduce(|mut all, fault| {
        all.combine(fault);
        all
    });
    combined.map_or(Ok(()), Err)
}
