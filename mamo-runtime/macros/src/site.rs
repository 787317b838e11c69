//! The value of the static that stands for a memoized function in the running program.

use proc_macro2::TokenStream;
use quote::quote;

/// A new `Site`; `rest` is what follows the module's path in the function's key.
pub(crate) fn of(rest: &TokenStream) -> TokenStream {
    let key = quote! {
        ::core::concat!(::core::env!("CARGO_PKG_NAME"), "/", ::core::module_path!(), #rest)
    };
    let embedded = crate::embedded::of(&key);
    quote! {
        ::mamo::__private::Site::new(#key, ::core::file!(), ::core::line!()) #embedded
    }
}
