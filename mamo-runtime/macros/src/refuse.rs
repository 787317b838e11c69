//! What cannot be memoized, and what to write instead.

#[cfg(test)]
mod tests;

use syn::visit::{self, Visit};
use syn::{Error, FnArg, GenericParam, Result, ReturnType, Signature, Type};

/// Refuses what a memoized function cannot be. Every fault is reported at once.
pub(crate) fn memo(signature: &Signature) -> Result<()> {
    let mut faults = Vec::new();
    if let Some(FnArg::Receiver(receiver)) = signature.receiver().map(|_| &signature.inputs[0]) {
        faults.push(Error::new_spanned(receiver,
            "whose method this is shows only at the `impl`: write `#[mamo::memo]` there, and `#[memo]` on the method",
        ));
    }
    memoized(signature, &mut faults);
    all(faults)
}

/// Refuses what a memoized method cannot be.
pub(crate) fn method(signature: &Signature) -> Result<()> {
    let mut faults = Vec::new();
    if let Some(receiver) = signature.receiver()
        && (receiver.mutability.is_some() && receiver.reference.is_some()
            || matches!(&*receiver.ty, Type::Reference(reference) if reference.mutability.is_some()))
    {
        faults.push(Error::new_spanned(receiver,
            "a memoized method cannot change `self`, since a served call would not: take `&self` and return the new value",
        ));
    }
    memoized(signature, &mut faults);
    all(faults)
}

/// Refuses arguments whose code their type does not tell.
pub(crate) fn trait_objects<'a>(inputs: impl Iterator<Item = &'a FnArg>) -> Result<()> {
    struct Finder(Vec<Error>);
    impl Visit<'_> for Finder {
        fn visit_type_trait_object(&mut self, found: &syn::TypeTraitObject) {
            self.0.push(Error::new_spanned(found,
                "which code a trait object runs cannot be known: write a type parameter, or an enum of what it can be",
            ));
        }
    }
    let mut finder = Finder(Vec::new());
    inputs.for_each(|input| finder.visit_fn_arg(input));
    all(finder.0)
}

fn memoized(signature: &Signature, faults: &mut Vec<Error>) {
    modifiers(signature, faults);
    let typed = signature
        .inputs
        .iter()
        .filter(|input| matches!(input, FnArg::Typed(_)));
    typed.for_each(|input| argument(input, faults));
    result(&signature.output, faults);
}

/// Refuses what fixtures cannot be. Every fault is reported at once. What is never stored may borrow for ever.
pub(crate) fn fixture(signature: &Signature, unstored: bool) -> Result<()> {
    let mut faults = Vec::new();
    modifiers(signature, &mut faults);
    for parameter in &signature.generics.params {
        if !matches!(parameter, GenericParam::Lifetime(_)) {
            faults.push(Error::new_spanned(
                parameter,
                "a fixture cannot be generic: write one for each type that you need",
            ));
        }
    }
    signature
        .inputs
        .iter()
        .for_each(|input| argument(input, &mut faults));
    if !unstored {
        result(&signature.output, &mut faults);
    }
    all(faults)
}

/// Refuses a directory's fixture without a directory to fill.
pub(crate) fn filling(signature: &Signature) -> Result<()> {
    let is_path = |ty: &Type| match ty {
        Type::Reference(reference) => match &*reference.elem {
            Type::Path(path) => path
                .path
                .segments
                .last()
                .is_some_and(|last| last.ident == "Path"),
            _ => false,
        },
        _ => false,
    };
    match signature.inputs.first() {
        Some(FnArg::Typed(typed)) if is_path(&typed.ty) => Ok(()),
        Some(first) => Err(Error::new_spanned(
            first,
            "the first parameter of a `dir` fixture is the empty directory that it fills: write `into: &Path` before this",
        )),
        None => Err(Error::new_spanned(
            &signature.ident,
            "a `dir` fixture fills a directory that it is given: write a parameter `into: &Path`",
        )),
    }
}

fn modifiers(signature: &Signature, faults: &mut Vec<Error>) {
    if let Some(token) = &signature.constness {
        faults.push(Error::new_spanned(
            token,
            "a memoized function looks at files, so it cannot be `const`: remove `const`",
        ));
    }
    if let Some(token) = &signature.unsafety {
        faults.push(Error::new_spanned(
            token,
            "an unsafe function cannot be memoized: memoize a safe function that calls it",
        ));
    }
    if let Some(token) = &signature.abi {
        faults.push(Error::new_spanned(
            token,
            "a function with a foreign ABI cannot be memoized: memoize the function that calls it",
        ));
    }
}

fn argument(input: &FnArg, faults: &mut Vec<Error>) {
    match input {
        FnArg::Receiver(receiver) => faults.push(Error::new_spanned(receiver,
            "a method cannot be memoized yet: memoize a free function that takes `&Self`'s type, and call it from the method",
        )),
        FnArg::Typed(typed) => match &*typed.ty {
            Type::Reference(reference) if reference.mutability.is_some() => faults.push(Error::new_spanned(&typed.ty,
                "a memoized function cannot change its arguments, since a served call would not: take `&T` and return the new value",
            )),
            ty => impl_trait(ty, "an `impl Trait` argument cannot be memoized: write a type parameter, as in `fn f<T: Trait>(x: T)`", faults),
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
        faults.push(Error::new_spanned(
            never,
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
            self.1.push(Error::new_spanned(found, self.0));
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
        self.faults.push(Error::new_spanned(reference,
            "a stored result cannot be a reference: return an owned value, such as `String` for `&str` or `Vec<T>` for `&[T]`",
        ));
    }

    fn visit_lifetime(&mut self, lifetime: &syn::Lifetime) {
        if lifetime.ident != "static" {
            self.faults.push(Error::new_spanned(
                lifetime,
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

/// All faults as one.
pub(crate) fn all(faults: Vec<Error>) -> Result<()> {
    let combined = faults.into_iter().reduce(|mut all, fault| {
        all.combine(fault);
        all
    });
    combined.map_or(Ok(()), Err)
}
