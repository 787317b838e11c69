//! Reads what cargo does not know of.

use proc_macro::TokenStream;

#[proc_macro]
pub fn mode(_: TokenStream) -> TokenStream {
    let mode = std::env::var("ECOSYSTEM_MODE").unwrap_or_else(|_| "plain".into());
    format!("{mode:?}").parse().unwrap()
}

#[proc_macro]
pub fn text(_: TokenStream) -> TokenStream {
    let dir = std::env::var("CARGO_MANIFEST_DIR").unwrap();
    let text = std::fs::read_to_string(format!("{dir}/mode.txt")).unwrap();
    format!("{text:?}").parse().unwrap()
}

/// `handled!(a)` calls `crate::handle_a()`.
#[proc_macro]
pub fn handled(word: TokenStream) -> TokenStream {
    format!("crate::handle_{word}()").parse().unwrap()
}

/// Derives `described`, by a function beside the type.
#[proc_macro_derive(Described, attributes(described))]
pub fn described(item: TokenStream) -> TokenStream {
    let text = item.to_string();
    let name = text.split("struct ").nth(1).unwrap();
    let name = name.split(|c: char| !c.is_alphanumeric()).next().unwrap();
    let function = format!("describe_{}", name.to_lowercase());
    format!("impl {name} {{ pub fn described(&self) -> String {{ {function}() }} }}").parse().unwrap()
}
