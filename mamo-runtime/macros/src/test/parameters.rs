//! A test's parameters: what fills each, and in which form.

use super::marks::Marks;
use crate::refuse::all;
use proc_macro2::{Span, TokenStream};
use quote::{format_ident, quote, quote_spanned};
use syn::ext::IdentExt as _;
use syn::punctuated::Punctuated;
use syn::spanned::Spanned as _;
use syn::{
    Attribute, Error, Expr, FnArg, Ident, Meta, Pat, PatType, Path, Result, Signature, Token, Type,
};

/// One parameter.
pub(super) struct Parameter {
    /// Its place among the others.
    index: usize,
    /// Its type.
    ty: Type,
    /// What fills it.
    pub(super) filled: Filled,
}

/// What fills a parameter.
pub(super) enum Filled {
    /// A value of the test's case.
    ByCase,
    /// A fixture.
    ByFixture(Fixture),
}

/// A fixture in a parameter.
pub(super) struct Fixture {
    path: Path,
    arguments: Punctuated<Expr, Token![,]>,
    /// Each of its cases is a test.
    cases: bool,
    /// It is a directory, of which the test gets a copy.
    dir: bool,
}

/// What a parameter's attributes say.
#[derive(Default)]
struct Said {
    case: bool,
    /// Is a fixture asked for in so many words?
    fixture: bool,
    path: Option<Path>,
    with: Option<Punctuated<Expr, Token![,]>>,
    cases: Option<Attribute>,
    dir: bool,
}

impl Parameter {
    /// Reads all of a test's, and leaves a signature without our attributes.
    pub(super) fn read(signature: &mut Signature, marks: &Marks) -> Result<Vec<Self>> {
        let mut faults = Vec::new();
        let mut said = Vec::new();
        for input in &mut signature.inputs {
            let FnArg::Typed(input) = input else { continue };
            match Said::take(input) {
                Ok(one) => said.push((one, input.clone())),
                Err(fault) => faults.push(fault),
            }
        }
        all(faults)?;
        let marked = said.iter().any(|(said, _)| said.case);
        let has_cases = !marks.cases.is_empty();
        let by_case =
            |said: &Said| said.case || (has_cases && !marked && !said.asks_for_a_fixture());
        let mut faults = Vec::new();
        let mut parameters = Vec::new();
        let count = said.iter().filter(|(said, _)| by_case(said)).count();
        for (index, (said, input)) in said.into_iter().enumerate() {
            let filled = if by_case(&said) {
                said.value(&input)
            } else {
                said.fixture(&input)
            };
            match filled {
                Ok(filled) => parameters.push(Self {
                    index,
                    ty: (*input.ty).clone(),
                    filled,
                }),
                Err(fault) => faults.push(fault),
            }
        }
        if marked && !has_cases {
            faults.push(Error::new_spanned(
                &signature.inputs,
                "a parameter is marked `#[case]`, and the test has no `#[case(..)]`",
            ));
        }
        count_values(marks, count, &mut faults);
        refuse_several_cases(&parameters, &mut faults);
        all(faults)?;
        Ok(parameters)
    }

    /// Statements that make it.
    pub(super) fn made(&self, is_async: bool) -> TokenStream {
        let Filled::ByFixture(fixture) = &self.filled else {
            return TokenStream::new();
        };
        // What does not fit is said of the parameter's type.
        let span = Span::mixed_site().located_at(self.ty.span());
        let given = format_ident!("__mamo_given_{}", self.index, span = span);
        let argument = self.argument();
        let call = fixture.call(is_async);
        let name = fixture.name();
        let ty = &self.ty;
        if fixture.dir {
            let copied = quote_spanned! { span=>
                ::mamo::__private::harness::private_copy(&#given, #name)?
            };
            return quote! {
                let #given = #call;
                let #given = #copied;
                #[allow(unused_mut, reason = "one form for all")]
                let mut #argument = ::std::path::PathBuf::from(#given.path());
            };
        }
        match ty {
            Type::Reference(reference) if reference.mutability.is_none() => {
                let lent = &reference.elem;
                let made = quote_spanned! { span=>
                    ::mamo::__private::harness::Lent::<#lent>::lent(&#given, #name)?
                };
                quote! {
                    let #given = #call;
                    let #argument = #made;
                }
            }
            _ => {
                let owned = match ty {
                    Type::Reference(reference) => &*reference.elem,
                    ty => ty,
                };
                let made = quote_spanned! { span=>
                    ::mamo::__private::harness::Owned::<#owned>::owned(#given, #name)?
                };
                quote! {
                    let #given = #call;
                    #[allow(unused_mut, reason = "one form for all")]
                    let mut #argument = #made;
                }
            }
        }
    }

    /// How it is passed on.
    pub(super) fn passed(&self) -> TokenStream {
        let argument = self.argument();
        let is_dir = matches!(&self.filled, Filled::ByFixture(fixture) if fixture.dir);
        match &self.ty {
            Type::Reference(reference) if reference.mutability.is_some() => {
                quote! { &mut #argument }
            }
            Type::Reference(_) if is_dir => quote! { &#argument },
            _ => quote! { #argument },
        }
    }

    /// The slice of a fixture's cases, if this parameter takes each of them.
    pub(super) fn cases(&self) -> Option<TokenStream> {
        match &self.filled {
            Filled::ByFixture(Fixture {
                path, cases: true, ..
            }) => Some(quote! { #path::CASES }),
            _ => None,
        }
    }

    fn argument(&self) -> Ident {
        format_ident!("__mamo_argument_{}", self.index)
    }
}

impl Fixture {
    /// The expression for what it gives, waited for.
    fn call(&self, is_async: bool) -> TokenStream {
        let Self {
            path, arguments, ..
        } = self;
        let call = if self.cases {
            quote! { (#path::CASES[__mamo_case.fixture].1)() }
        } else {
            quote_spanned! { path.span()=> #path(#arguments) }
        };
        let unsettled = quote! { (&::mamo::__private::harness::Unsettled::new(#call)) };
        if is_async {
            quote! { #unsettled.settled().await }
        } else {
            quote! { #unsettled.settle() }
        }
    }

    fn name(&self) -> String {
        let segments = self.path.segments.iter();
        let names: Vec<_> = segments
            .map(|segment| segment.ident.unraw().to_string())
            .collect();
        names.join("::")
    }
}

impl Said {
    /// Takes what a parameter's attributes say, and leaves the others.
    fn take(input: &mut PatType) -> Result<Self> {
        let mut said = Self::default();
        let mut left = Vec::new();
        for attribute in std::mem::take(&mut input.attrs) {
            let path = attribute.path();
            if path.is_ident("case") {
                attribute.meta.require_path_only()?;
                said.case = true;
            } else if path.is_ident("fixture") {
                said.fixture = true;
                if let Meta::List(_) = &attribute.meta {
                    said.path = Some(attribute.parse_args_with(Path::parse_mod_style)?);
                }
            } else if path.is_ident("with") {
                said.with = Some(attribute.parse_args_with(Punctuated::parse_terminated)?);
            } else if path.is_ident("cases") {
                attribute.meta.require_path_only()?;
                said.cases = Some(attribute);
            } else if path.is_ident("dir") {
                attribute.meta.require_path_only()?;
                said.dir = true;
            } else {
                left.push(attribute);
            }
        }
        input.attrs = left;
        Ok(said)
    }

    fn asks_for_a_fixture(&self) -> bool {
        self.fixture || self.with.is_some() || self.cases.is_some() || self.dir
    }

    /// A parameter that a case fills.
    fn value(self, input: &PatType) -> Result<Filled> {
        if self.asks_for_a_fixture() {
            return Err(Error::new_spanned(
                input,
                "a parameter is filled by a case or by a fixture: remove one of the attributes",
            ));
        }
        Ok(Filled::ByCase)
    }

    /// A parameter that a fixture fills.
    fn fixture(self, input: &PatType) -> Result<Filled> {
        if let (Some(_), Some(cases)) = (&self.with, &self.cases) {
            return Err(Error::new_spanned(
                cases,
                "the cases of a fixture have their arguments: remove `#[with(..)]` or `#[cases]`",
            ));
        }
        if let Type::ImplTrait(ty) = &*input.ty {
            return Err(Error::new_spanned(
                ty,
                "write the type that the fixture gives in place of `impl Trait`",
            ));
        }
        let path = match self.path {
            Some(path) => path,
            None => named(&input.pat)?,
        };
        Ok(Filled::ByFixture(Fixture {
            path,
            arguments: self.with.unwrap_or_default(),
            cases: self.cases.is_some(),
            dir: self.dir,
        }))
    }
}

/// The fixture that a parameter names.
fn named(pattern: &Pat) -> Result<Path> {
    match pattern {
        Pat::Ident(name) if name.subpat.is_none() => Ok(name.ident.clone().into()),
        other => Err(Error::new_spanned(
            other,
            "a test's parameter is called as its fixture: write a name, or `#[fixture(path)]` before it",
        )),
    }
}

/// Every case has as many values as there are parameters for them.
fn count_values(marks: &Marks, count: usize, faults: &mut Vec<Error>) {
    for case in &marks.cases {
        let given = case.values.len();
        if given != count {
            let plural =
                |n: usize, one: &str| format!("{n} {one}{}", if n == 1 { "" } else { "s" });
            faults.push(Error::new(
                case.span,
                format!(
                    "this case has {}, and the test {} without a fixture: mark parameters that cases fill with `#[case]`, \
                     or those that fixtures fill with `#[fixture]`",
                    plural(given, "value"),
                    plural(count, "parameter"),
                ),
            ));
        }
    }
}

/// One parameter at most takes each case of its fixture.
fn refuse_several_cases(parameters: &[Parameter], faults: &mut Vec<Error>) {
    let with_cases = parameters
        .iter()
        .filter(|parameter| parameter.cases().is_some());
    for parameter in with_cases.skip(1) {
        faults.push(Error::new_spanned(
            &parameter.ty,
            "only one parameter of a test can take each case of its fixture: remove `#[cases]`",
        ));
    }
}
