mod wrap_impl;

pub use wrap_impl::wrap;
