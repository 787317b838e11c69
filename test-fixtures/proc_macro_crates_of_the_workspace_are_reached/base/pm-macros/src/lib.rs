use proc_macro::{TokenStream, TokenTree};

mod text;

#[proc_macro_derive(Named, attributes(named))]
pub fn named(input: TokenStream) -> TokenStream {
    let name = type_name(input);
    let label = text::label(&name);
    format!("impl {name} {{ pub fn name(&self) -> String {{ decorate(\"{label}\") }} }}").parse().unwrap()
}

#[proc_macro_attribute]
pub fn doubled(_: TokenStream, item: TokenStream) -> TokenStream {
    let text = item.to_string();
    let at = text.rfind('}').unwrap();
    let open = text.find('{').unwrap();
    format!("{} {{ 2 * ({}) }}", &text[..open], &text[open + 1..at]).parse().unwrap()
}

/// ```
/// assert_eq!(pm_macros::answer!(), 42);
/// ```
#[proc_macro]
pub fn answer(_: TokenStream) -> TokenStream {
    "42".parse().unwrap()
}

fn type_name(input: TokenStream) -> String {
    let mut tokens = input.into_iter();
    while let Some(token) = tokens.next() {
        if matches!(&token, TokenTree::Ident(word) if word.to_string() == "struct") {
            return tokens.next().unwrap().to_string();
        }
    }
    String::new()
}
