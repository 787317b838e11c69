//! Names that mean the same everywhere.

use super::DOLLAR_CRATE;
use crate::syntax::ir::Symbol;

/// `crate`, `self`, `super`, `$crate`.
pub fn is_path_keyword(head: &str) -> bool {
    matches!(head, "crate" | "self" | "super") || head.starts_with(DOLLAR_CRATE)
}

/// Names that every module has from std's prelude or the language, if nothing local is called so.
pub fn is_std_prelude(name: Symbol) -> bool {
    const NAMES: &[&str] = &[
        "bool",
        "char",
        "str",
        "u8",
        "u16",
        "u32",
        "u64",
        "u128",
        "usize",
        "i8",
        "i16",
        "i32",
        "i64",
        "i128",
        "isize",
        "f32",
        "f64",
        "Option",
        "Some",
        "None",
        "Result",
        "Ok",
        "Err",
        "Vec",
        "String",
        "Box",
        "ToString",
        "ToOwned",
        "Clone",
        "Copy",
        "Send",
        "Sync",
        "Sized",
        "Drop",
        "Fn",
        "FnMut",
        "FnOnce",
        "drop",
        "Iterator",
        "IntoIterator",
        "Extend",
        "DoubleEndedIterator",
        "ExactSizeIterator",
        "Default",
        "From",
        "Into",
        "TryFrom",
        "TryInto",
        "AsRef",
        "AsMut",
        "PartialEq",
        "Eq",
        "PartialOrd",
        "Ord",
        "FromIterator",
        "Unpin",
        "Future",
        "IntoFuture",
        "Debug",
        "Hash",
        "AsyncFn",
        "AsyncFnMut",
        "AsyncFnOnce",
        "size_of",
        "align_of",
        "size_of_val",
        "align_of_val",
    ];
    NAMES.contains(&name.as_str())
}
