//! The attributes beside `#[mamo::test]`: when it runs, what it expects, and its cases.

use super::returns;
use crate::refuse::all;
use proc_macro2::Span;
use std::collections::BTreeSet;
use syn::ext::IdentExt as _;
use syn::punctuated::Punctuated;
use syn::spanned::Spanned as _;
use syn::{Attribute, Error, Expr, Ident, ItemFn, Lit, LitStr, Meta, Path, Result, Token};

/// What a test's own attributes say.
#[derive(Default)]
pub(super) struct Marks {
    /// `#[ignore]`, with its reason.
    pub(super) ignore: Option<Mark>,
    /// `#[should_panic]`, with what the message must contain.
    pub(super) should_panic: Option<Mark>,
    /// Its cases, in order.
    pub(super) cases: Vec<Case>,
}

/// An attribute that may have a text.
pub(super) struct Mark(pub(super) Option<LitStr>);

/// One `#[case(..)]` or `#[case::name(..)]`.
pub(super) struct Case {
    pub(super) name: Ident,
    pub(super) values: Punctuated<Expr, Token![,]>,
    pub(super) span: Span,
}

impl Marks {
    /// Takes them from the function, and leaves what is the function's own.
    pub(super) fn take(function: &mut ItemFn) -> Result<Self> {
        let mut marks = Self::default();
        let mut faults = Vec::new();
        let mut left = Vec::new();
        for attribute in std::mem::take(&mut function.attrs) {
            match marks.read(&attribute) {
                Ok(true) => {}
                Ok(false) => left.push(attribute),
                Err(fault) => faults.push(fault),
            }
        }
        function.attrs = left;
        if marks.should_panic.is_some() && returns(&function.sig) {
            faults.push(Error::new_spanned(
                &function.sig.output,
                "a test that should panic must return `()`",
            ));
        }
        marks.refuse_twins(&mut faults);
        all(faults)?;
        Ok(marks)
    }

    /// Reads one attribute; false if it is none of ours.
    fn read(&mut self, attribute: &Attribute) -> Result<bool> {
        let path = attribute.path();
        if path.is_ident("ignore") {
            self.ignore = Some(Mark(reason(attribute)?));
        } else if path.is_ident("should_panic") {
            self.should_panic = Some(Mark(expected(attribute)?));
        } else if path
            .segments
            .first()
            .is_some_and(|first| first.ident == "case")
        {
            let case = self.case(attribute, path)?;
            self.cases.push(case);
        } else if path
            .segments
            .last()
            .is_some_and(|last| last.ident == "test")
        {
            return Err(Error::new_spanned(
                attribute,
                "`#[mamo::test]` makes it a test already: remove this attribute",
            ));
        } else {
            return Ok(false);
        }
        Ok(true)
    }

    fn case(&self, attribute: &Attribute, path: &Path) -> Result<Case> {
        let mut segments = path.segments.iter().skip(1);
        let name = match (segments.next(), segments.next()) {
            (None, _) => Ident::new(&format!("case_{}", self.cases.len() + 1), path.span()),
            (Some(name), None) => name.ident.clone(),
            (Some(_), Some(_)) => {
                return Err(Error::new_spanned(
                    path,
                    "a case has one name: write `#[case::name(..)]`",
                ));
            }
        };
        let Meta::List(_) = &attribute.meta else {
            return Err(Error::new_spanned(
                attribute,
                "a case gives values to the test's parameters: write `#[case(value, ..)]`",
            ));
        };
        Ok(Case {
            name,
            values: attribute.parse_args_with(Punctuated::parse_terminated)?,
            span: attribute.span(),
        })
    }

    /// Refuses cases of one name.
    fn refuse_twins(&self, faults: &mut Vec<Error>) {
        let mut seen = BTreeSet::new();
        for case in &self.cases {
            if !seen.insert(case.name.unraw().to_string()) {
                faults.push(Error::new(
                    case.name.span(),
                    "another case of this test has this name",
                ));
            }
        }
    }
}

/// `#[ignore]` or `#[ignore = "reason"]`.
fn reason(attribute: &Attribute) -> Result<Option<LitStr>> {
    match &attribute.meta {
        Meta::Path(_) => Ok(None),
        Meta::NameValue(pair) => text(&pair.value).map(Some),
        Meta::List(list) => Err(Error::new_spanned(
            list,
            "write `#[ignore]` or `#[ignore = \"reason\"]`",
        )),
    }
}

/// `#[should_panic]`, `#[should_panic(expected = "text")]` or `#[should_panic = "text"]`.
fn expected(attribute: &Attribute) -> Result<Option<LitStr>> {
    match &attribute.meta {
        Meta::Path(_) => Ok(None),
        Meta::NameValue(pair) => text(&pair.value).map(Some),
        Meta::List(list) => {
            let pair: syn::MetaNameValue = list.parse_args()?;
            if pair.path.is_ident("expected") {
                return text(&pair.value).map(Some);
            }
            Err(Error::new_spanned(
                pair.path,
                "write `#[should_panic(expected = \"part of the message\")]`",
            ))
        }
    }
}

fn text(value: &Expr) -> Result<LitStr> {
    match value {
        Expr::Lit(literal) => match &literal.lit {
            Lit::Str(text) => Ok(text.clone()),
            other => Err(Error::new_spanned(other, "this must be a string")),
        },
        other => Err(Error::new_spanned(other, "this must be a string")),
    }
}
