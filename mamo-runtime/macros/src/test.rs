//! What a test becomes: a function that makes its arguments and calls the user's, and a note of it for the harness.
//!
//! The note is for `mamo::harness!`; where libtest runs the target, the same function is called from a `#[test]`. rustc drops
//! whichever of the two does not apply, so no test is lost because a manifest lacks `harness = false`.

mod marks;
mod parameters;

use crate::refuse::all;
use marks::{Case, Mark, Marks};
use parameters::{Filled, Parameter};
use proc_macro2::{Literal, Span, TokenStream};
use quote::{ToTokens, format_ident, quote};
use syn::ext::IdentExt as _;
use syn::{Error, Ident, ItemFn, Result, ReturnType, Signature};

/// A function marked `#[mamo::test]`.
pub(crate) fn test(options: &TokenStream, mut function: ItemFn) -> Result<TokenStream> {
    if !options.is_empty() {
        return Err(Error::new_spanned(
            options,
            "this attribute takes no options: `#[ignore]`, `#[should_panic]` and `#[case(..)]` stand beside it",
        ));
    }
    refuse(&function.sig)?;
    let marks = Marks::take(&mut function)?;
    let parameters = Parameter::read(&mut function.sig, &marks)?;
    Ok(Test {
        function,
        marks,
        parameters,
    }
    .expanded())
}

/// Refuses functions that nobody could call.
fn refuse(signature: &Signature) -> Result<()> {
    let mut faults = Vec::new();
    if let Some(receiver) = signature.receiver() {
        faults.push(Error::new_spanned(
            receiver,
            "a test is a free function: it cannot take `self`",
        ));
    }
    if !signature.generics.params.is_empty() {
        faults.push(Error::new_spanned(
            &signature.generics,
            "a test cannot be generic: write one for each type, or a generic function that each calls",
        ));
    }
    if let Some(token) = &signature.constness {
        faults.push(Error::new_spanned(
            token,
            "a test cannot be `const`: remove `const`",
        ));
    }
    if let Some(token) = &signature.unsafety {
        faults.push(Error::new_spanned(
            token,
            "a test cannot be unsafe: write `unsafe` in its body",
        ));
    }
    if let Some(token) = &signature.abi {
        faults.push(Error::new_spanned(
            token,
            "a test cannot have a foreign ABI: remove it",
        ));
    }
    all(faults)
}

/// A test, taken apart.
struct Test {
    function: ItemFn,
    marks: Marks,
    parameters: Vec<Parameter>,
}

impl Test {
    fn expanded(&self) -> TokenStream {
        let run = self.run();
        let declared = self.declared();
        let libtest = self.libtest();
        let (runner, note) = (self.runner(), self.note());
        quote! {
            #[cfg(test)]
            #[doc(hidden)]
            fn #runner(
                __mamo_stage: &::mamo::__private::harness::Stage,
                __mamo_case: ::mamo::__private::harness::Case,
            ) -> ::mamo::__private::harness::Ending {
                #run
            }

            #[cfg(test)]
            #[doc(hidden)]
            const #note: ::mamo::__private::harness::Declared = #declared;

            #[cfg(test)]
            ::mamo::__private::inventory::submit! { #note }

            #libtest
        }
    }

    fn name(&self) -> String {
        self.function.sig.ident.unraw().to_string()
    }

    fn runner(&self) -> Ident {
        format_ident!("__mamo_test_{}", self.name(), span = Span::call_site())
    }

    fn note(&self) -> Ident {
        format_ident!("__MAMO_TEST_{}", self.name(), span = Span::call_site())
    }

    /// The user's function, and the call of it with its arguments made.
    fn run(&self) -> TokenStream {
        let function = &self.function;
        let is_async = function.sig.asyncness.is_some();
        let made = self
            .parameters
            .iter()
            .map(|parameter| parameter.made(is_async));
        let call = self.call(is_async);
        let body = quote! {
            #(#made)*
            __mamo_stage.begin();
            ::core::result::Result::Ok(::mamo::__private::harness::ending(#call))
        };
        let run = if is_async {
            quote! { ::mamo::__private::harness::block_on(async move { #body }) }
        } else {
            quote! { (move || { #body })() }
        };
        quote! {
            #[allow(unused_imports, reason = "which of them applies, the fixture decides")]
            use ::mamo::__private::harness::{ByFuture as _, ByValue as _, Lent as _, Owned as _};
            #function
            let __mamo_ended: ::core::result::Result<
                ::mamo::__private::harness::Ending,
                ::mamo::__private::harness::Failure,
            > = #run;
            match __mamo_ended {
                ::core::result::Result::Ok(__mamo_ending) => __mamo_ending,
                ::core::result::Result::Err(__mamo_failure) => __mamo_failure.into_ending(),
            }
        }
    }

    /// The call; one for each case.
    fn call(&self, is_async: bool) -> TokenStream {
        let ident = &self.function.sig.ident;
        let one = |case: Option<&Case>| {
            let mut values = case.map(|case| case.values.iter()).into_iter().flatten();
            let arguments = self
                .parameters
                .iter()
                .map(|parameter| match parameter.filled {
                    Filled::ByCase => values.next().map(|value| quote! { #value }),
                    Filled::ByFixture(_) => Some(parameter.passed()),
                });
            let call = quote! { #ident(#(#arguments),*) };
            if is_async {
                quote! { #call.await }
            } else {
                call
            }
        };
        if self.marks.cases.is_empty() {
            return one(None);
        }
        let (last, others) = self.marks.cases.split_last().expect("there are cases");
        let arms = others.iter().enumerate().map(|(index, case)| {
            let call = one(Some(case));
            quote! { #index => #call, }
        });
        let last = one(Some(last));
        quote! {
            match __mamo_case.own {
                #(#arms)*
                _ => #last,
            }
        }
    }

    fn declared(&self) -> TokenStream {
        let name = self.name();
        let runner = self.runner();
        // Of the name itself: `file!()` and `line!()` are those of a macro that it may come from.
        let span = self.function.sig.ident.span().unwrap();
        let (file, line, column) = (span.file(), span.line(), span.column());
        let (line, column) = (
            Literal::usize_unsuffixed(line),
            Literal::usize_unsuffixed(column),
        );
        let place = quote! {
            ::mamo::__private::harness::Place { file: #file, line: #line, column: #column }
        };
        let ignore = self.marks.ignore.as_ref();
        let ignore = option(ignore.map(|Mark(reason)| option(reason.as_ref())).as_ref());
        let panics = match &self.marks.should_panic {
            None => quote! { No },
            Some(Mark(None)) => quote! { Yes },
            Some(Mark(Some(expected))) => quote! { With(#expected) },
        };
        let cases = self
            .marks
            .cases
            .iter()
            .map(|case| case.name.unraw().to_string());
        let fixture_cases = self.parameters.iter().find_map(Parameter::cases);
        let names = fixture_cases.map(|cases| {
            quote! { || #cases.iter().map(|(name, _)| *name).collect() }
        });
        let fixture_cases = option(names.as_ref());
        quote! {
            ::mamo::__private::harness::Declared {
                module: ::core::module_path!(),
                name: #name,
                place: #place,
                ignore: #ignore,
                panics: ::mamo::__private::harness::Panics::#panics,
                cases: &[#(#cases),*],
                fixture_cases: #fixture_cases,
                run: #runner,
            }
        }
    }

    /// What libtest finds: this function, or a module of its name with one for each case.
    fn libtest(&self) -> TokenStream {
        let (ident, note) = (&self.function.sig.ident, self.note());
        let ignore = self.marks.ignore.as_ref().map(|Mark(reason)| {
            let reason = reason.as_ref().map(|reason| quote! { = #reason });
            quote! { #[ignore #reason] }
        });
        let judged_here = self
            .parameters
            .iter()
            .any(|parameter| parameter.cases().is_some());
        let should_panic = self.marks.should_panic.as_ref().filter(|_| !judged_here);
        let should_panic = should_panic.map(|Mark(expected)| {
            let expected = expected
                .as_ref()
                .map(|expected| quote! { (expected = #expected) });
            quote! { #[should_panic #expected] }
        });
        let one = |name: &Ident, index: usize, note: TokenStream| {
            quote! {
                #[test]
                #ignore
                #should_panic
                fn #name() {
                    ::mamo::__private::harness::under_libtest(&#note, #index);
                }
            }
        };
        if self.marks.cases.is_empty() {
            return one(ident, 0, quote! { #note });
        }
        let cases = self.marks.cases.iter().enumerate();
        let cases = cases.map(|(index, case)| one(&case.name, index, quote! { super::#note }));
        quote! {
            #[cfg(test)]
            mod #ident {
                #(#cases)*
            }
        }
    }
}

/// The expression of an `Option`.
fn option(value: Option<&impl ToTokens>) -> TokenStream {
    if let Some(value) = value {
        quote! { ::core::option::Option::Some(#value) }
    } else {
        quote! { ::core::option::Option::None }
    }
}

/// Does a function return something?
fn returns(signature: &Signature) -> bool {
    match &signature.output {
        ReturnType::Default => false,
        ReturnType::Type(_, ty) => {
            !matches!(&**ty, syn::Type::Tuple(tuple) if tuple.elems.is_empty())
        }
    }
}
