//! The attribute macros of `mamo-runtime`.
