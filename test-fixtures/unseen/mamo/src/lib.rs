//! mamo's attributes, which do nothing here, and a macro that makes a test.

use proc_macro::TokenStream;

/// Leaves the function as it is.
#[proc_macro_attribute]
pub fn memo(_options: TokenStream, item: TokenStream) -> TokenStream {
    item
}

/// Leaves the function as it is.
#[proc_macro_attribute]
pub fn fixture(_options: TokenStream, item: TokenStream) -> TokenStream {
    item
}

/// Makes a test whose name stands nowhere.
#[proc_macro]
pub fn makes_a_test(_tokens: TokenStream) -> TokenStream {
    let name = ["made", "by", "a", "macro"].join("_");
    format!("#[test] fn {name}() {{}}").parse().unwrap()
}
