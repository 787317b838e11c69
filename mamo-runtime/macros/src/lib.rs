//! The attribute macros of `mamo-runtime`, which documents them where it re-exports them.
//!
//! A memo stays a function of the same name and signature whose body asks the runtime first; the user's body becomes a
//! function inside it. What cannot work is refused here, at its place in source, with what to write instead.

mod cell;
mod embedded;
mod fixture;
mod memo;
mod refuse;
mod site;
#[cfg(feature = "harness")]
mod test;

use proc_macro::TokenStream;
use syn::parse_macro_input;

#[expect(missing_docs, reason = "documented where `mamo` re-exports it")]
#[proc_macro_attribute]
pub fn memo(options: TokenStream, item: TokenStream) -> TokenStream {
    let item = parse_macro_input!(item as syn::Item);
    answer(memo::item(options.into(), item))
}

#[expect(missing_docs, reason = "documented where `mamo` re-exports it")]
#[proc_macro]
pub fn cell(input: TokenStream) -> TokenStream {
    let parsed = parse_macro_input!(input as cell::Cell);
    answer(cell::cell(&parsed))
}

#[expect(missing_docs, reason = "documented where `mamo` re-exports it")]
#[proc_macro_attribute]
pub fn fixture(options: TokenStream, item: TokenStream) -> TokenStream {
    let function = parse_macro_input!(item as syn::ItemFn);
    answer(fixture::fixture(options.into(), &function))
}

#[cfg(feature = "harness")]
#[expect(missing_docs, reason = "documented where `mamo` re-exports it")]
#[proc_macro_attribute]
pub fn test(options: TokenStream, item: TokenStream) -> TokenStream {
    let function = parse_macro_input!(item as syn::ItemFn);
    answer(test::test(&options.into(), function))
}

fn answer(expanded: syn::Result<proc_macro2::TokenStream>) -> TokenStream {
    expanded
        .unwrap_or_else(syn::Error::into_compile_error)
        .into()
}
