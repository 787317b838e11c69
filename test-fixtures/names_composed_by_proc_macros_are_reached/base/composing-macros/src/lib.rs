use proc_macro::{TokenStream, TokenTree};

#[proc_macro_derive(Visit)]
pub fn visit(input: TokenStream) -> TokenStream {
    let name = type_name(input);
    let method = format!("visit_{}", snake(&name));
    format!("impl {name} {{ pub fn visit(&self) -> u32 {{ {method}() }} }}").parse().unwrap()
}

#[proc_macro]
pub fn call(input: TokenStream) -> TokenStream {
    format!("{}_now()", input.to_string().to_lowercase()).parse().unwrap()
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

fn snake(name: &str) -> String {
    let mut out = String::new();
    for letter in name.chars() {
        if letter.is_uppercase() && !out.is_empty() {
            out.push('_');
        }
        out.extend(letter.to_lowercase());
    }
    out
}
