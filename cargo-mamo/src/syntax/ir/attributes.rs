//! What the attributes of an item say.

use super::{Path, Symbol};
use crate::syntax::cfg::Cfg;
use serde::{Deserialize, Serialize};

/// Is a test marked `#[ignore]`?
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
)]
pub enum Ignore {
    /// No.
    #[default]
    Never,
    /// Under a condition, or only the program knows.
    Perhaps,
    /// Yes.
    Always,
}

/// What attributes say that the graph must know.
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is one attribute, there or not"
)]
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Attributes {
    /// `#[test]`, or an attribute path whose last segment is `test` (`tokio::test`), `rstest`, `test_case`, …
    pub test: bool,
    /// `#[ignore]`.
    pub ignore: Ignore,
    /// `#[bench]`.
    pub bench: bool,
    /// `#[macro_export]`.
    pub macro_export: bool,
    /// `#[macro_use]` on a `mod` or `extern crate`.
    pub macro_use: bool,
    /// `#[path = ".."]`, each with the cfg under which it holds.
    pub path: Vec<(Option<Cfg>, String)>,
    /// Rule R6: `no_mangle`, `export_name`, `used`, `link_section`, `global_allocator`, `panic_handler`, `ctor`,
    /// `dtor`, `distributed_slice`, `linkme`, `inventory`, …: linked in without being named.
    pub linked: bool,
    /// `#[mamo::memo]` (last segment `memo`).
    pub memo: bool,
    /// `#[mamo::fixture]` (last segment `fixture`).
    pub fixture: bool,
    /// `#[mamo::test]`, written so.
    pub mamo_test: bool,
    /// It, with cases: `#[case(..)]` beside it, or a parameter marked `#[cases]`. Its tests have names below its own.
    pub cases: bool,
    /// Attribute macros and derives that are neither built in nor derives of std: their paths. An item with one is
    /// lowered with a [`Mention::Loose`](super::Mention::Loose) for every identifier besides its ordinary mentions, and keeps its docs in
    /// the fingerprint.
    pub macros: Vec<Path>,
    /// `#[proc_macro]`, `#[proc_macro_derive(Name)]`, `#[proc_macro_attribute]`: the name it is used by.
    pub proc_macro: Option<Symbol>,
    /// `#[track_caller]`.
    pub track_caller: bool,
}
