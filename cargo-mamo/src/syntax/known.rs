//! What mamo knows by name of std's macros, attributes and derives.
//!
//! Lists only: a name that is missing here is treated as foreign, which costs a reuse and never a wrong one.

use proc_macro2::TokenTree;

/// Macros of std that take a format string, by the number of arguments before it.
pub(super) const FORMAT: &[&str] = &[
    "format",
    "print",
    "println",
    "eprint",
    "eprintln",
    "write",
    "writeln",
    "panic",
    "assert",
    "assert_eq",
    "assert_ne",
    "debug_assert",
    "debug_assert_eq",
    "debug_assert_ne",
    "todo",
    "unimplemented",
    "unreachable",
    "format_args",
    "const_format_args",
];

/// Macros whose arguments are expressions, evaluated as they stand.
pub(super) const EXPRESSIONS: &[&str] = &[
    "vec",
    "dbg",
    "concat",
    "try",
    "ready",
    "pin",
    "addr_of",
    "addr_of_mut",
];

/// Macros whose arguments name nothing.
pub(super) const NAMELESS: &[&str] = &[
    "line",
    "column",
    "file",
    "module_path",
    "cfg",
    "compile_error",
    "is_x86_feature_detected",
    "is_aarch64_feature_detected",
];

/// Attributes that never change what code does.
const LINTS: &[&str] = &["allow", "warn", "deny", "expect", "forbid"];

/// Attributes of the language.
pub(super) const BUILT_IN_ATTRIBUTES: &[&str] = &[
    "allow",
    "warn",
    "deny",
    "expect",
    "forbid",
    "doc",
    "cfg",
    "cfg_attr",
    "test",
    "ignore",
    "should_panic",
    "bench",
    "derive",
    "automatically_derived",
    "macro_export",
    "macro_use",
    "proc_macro",
    "proc_macro_derive",
    "proc_macro_attribute",
    "deprecated",
    "must_use",
    "link",
    "link_name",
    "link_ordinal",
    "no_link",
    "repr",
    "crate_type",
    "no_main",
    "export_name",
    "link_section",
    "no_mangle",
    "used",
    "crate_name",
    "inline",
    "cold",
    "no_builtins",
    "target_feature",
    "track_caller",
    "instruction_set",
    "no_std",
    "no_implicit_prelude",
    "path",
    "recursion_limit",
    "type_length_limit",
    "panic_handler",
    "global_allocator",
    "windows_subsystem",
    "feature",
    "non_exhaustive",
    "debugger_visualizer",
    "naked",
    "unsafe",
    "coverage",
    "optimize",
    "no_core",
    "lang",
    "rustc_const_stable",
    "rustc_const_unstable",
    "stable",
    "unstable",
    "default",
    "fundamental",
    "may_dangle",
    "thread_local",
    "no_coverage",
    "allow_internal_unstable",
    "rustc_on_unimplemented",
    "marker",
    "const_trait",
    "type_const",
];

/// Derives of std.
const STD_DERIVES: &[&str] = &[
    "Clone",
    "Copy",
    "Debug",
    "Default",
    "Eq",
    "Hash",
    "Ord",
    "PartialEq",
    "PartialOrd",
    "CoercePointee",
];

/// Attributes whose first segment is a tool.
const TOOLS: &[&str] = &["rustfmt", "clippy", "diagnostic", "miri", "rust_analyzer"];

/// Attributes (last segment) that make libtest's tests.
pub(super) const TESTS: &[&str] = &[
    "test",
    "rstest",
    "test_case",
    "test_matrix",
    "case",
    "quickcheck",
    "parameterized",
    "wasm_bindgen_test",
    "gtest",
    "proptest",
    "property_test",
    "test_log",
    "traced_test",
    "serial_test",
    "sqlx_test",
    "db_test",
];

/// Attributes (last segment) that link an item in without its being named (rule R6).
pub(super) const LINKED: &[&str] = &[
    "no_mangle",
    "export_name",
    "used",
    "link_section",
    "global_allocator",
    "panic_handler",
    "ctor",
    "dtor",
    "distributed_slice",
    "linkme",
    "inventory",
    "submit",
    "rustc_std_internal_symbol",
    "lang",
    "alloc_error_handler",
    "entry",
    "pre_init",
    "interrupt",
    "exception",
    "startup",
    "wasm_bindgen",
    "no_main",
    "typetag",
    "serde_typetag",
];

/// Is `text` a keyword, path keywords included?
pub(super) fn is_keyword(text: &str) -> bool {
    matches!(
        text,
        "as" | "async"
            | "await"
            | "box"
            | "break"
            | "const"
            | "continue"
            | "crate"
            | "dyn"
            | "else"
            | "enum"
            | "extern"
            | "false"
            | "fn"
            | "for"
            | "if"
            | "impl"
            | "in"
            | "let"
            | "loop"
            | "match"
            | "mod"
            | "move"
            | "mut"
            | "pub"
            | "ref"
            | "return"
            | "self"
            | "Self"
            | "static"
            | "struct"
            | "super"
            | "trait"
            | "true"
            | "type"
            | "unsafe"
            | "use"
            | "where"
            | "while"
            | "yield"
            | "become"
            | "do"
            | "_"
    )
}

/// Is `text` a keyword that can be a segment of a path?
pub(super) fn is_path_keyword(text: &str) -> bool {
    matches!(text, "self" | "Self" | "super" | "crate")
}

/// Do parentheses after this identifier hold arguments?
pub(super) fn is_callable_name(text: &str) -> bool {
    !is_keyword(text) || is_path_keyword(text) || text == "fn"
}

/// Does std's macro of this name see no difference between `m!(a)` and `m!(a,)`?
pub(super) fn ignores_trailing_comma(name: &str) -> bool {
    FORMAT.contains(&name)
        || matches!(
            name,
            "vec"
                | "dbg"
                | "matches"
                | "assert_matches"
                | "debug_assert_matches"
                | "thread_local"
                | "env"
                | "option_env"
                | "concat"
                | "include_str"
                | "include_bytes"
        )
}

/// Is a derive of this path one of std's?
pub(super) fn is_std_derive(segments: &[ustr::Ustr]) -> bool {
    match segments {
        [name] => STD_DERIVES.contains(&name.as_str()),
        [first, .., last] => {
            matches!(first.as_str(), "std" | "core") && STD_DERIVES.contains(&last.as_str())
        }
        [] => false,
    }
}

/// Is an attribute of this path part of the language, or read by a tool alone?
pub(super) fn is_built_in_attribute(segments: &[ustr::Ustr]) -> bool {
    match segments {
        [name] => BUILT_IN_ATTRIBUTES.contains(&name.as_str()),
        [first, ..] => TOOLS.contains(&first.as_str()),
        [] => false,
    }
}

/// Is the attribute `#[content]` a matter of layout? `docs`: do doc comments count?
pub(super) fn is_layout_attribute(content: &[TokenTree], docs: bool) -> bool {
    let Some(TokenTree::Ident(first)) = content.first() else {
        return false;
    };
    let first = first.to_string();
    match content.get(1) {
        Some(TokenTree::Punct(punct)) if punct.as_char() == ':' => {
            matches!(first.as_str(), "rustfmt" | "clippy")
        }
        _ => LINTS.contains(&first.as_str()) || (!docs && first == "doc"),
    }
}
