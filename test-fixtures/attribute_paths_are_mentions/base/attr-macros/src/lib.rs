use proc_macro::{TokenStream, TokenTree};

/// `#[show(with = "path")]` on a struct makes `fn show(&self) -> String` call `path::show`.
#[proc_macro_derive(Show, attributes(show))]
pub fn show(input: TokenStream) -> TokenStream {
    let text = input.to_string();
    let path = text.split('"').nth(1).unwrap().to_owned();
    let mut tokens = input.into_iter().skip_while(|t| !matches!(t, TokenTree::Ident(w) if w.to_string() == "struct"));
    let name = tokens.nth(1).unwrap().to_string();
    format!("impl {name} {{ pub fn show(&self) -> String {{ {path}::show(self.0) }} }}").parse().unwrap()
}
