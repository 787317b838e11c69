//! Which data is one thing, whatever else looks like it: statics.
//!
//! Two counters that both begin at 0 are alike and yet not the same, and the address of a static can be compared even where it is
//! never written. Constants that rustc or LLVM stores without a name have no identity: they may be merged, and are told by content.

use super::sections::{RawSection, is_loaded, is_writable};
use object::SectionKind;

/// What a section is called, if it is data with an identity. No two sections need differ in it: a program tells them apart.
///
/// `symbols` are those of the section by offset; in an object of Rust's a static has a mangled name or a global one that the
/// user chose, in others every named or writable section counts.
pub(super) fn identity(
    section: &RawSection<'_>,
    symbols: &[(u64, &[u8])],
    is_rusts: bool,
) -> Option<String> {
    let is_data = is_loaded(section.flags) && section.kind != SectionKind::Text && section.size > 0;
    if !is_data || section.is_merged || section.name.starts_with(".gcc_except_table") {
        return None;
    }
    let names = symbols
        .iter()
        .map(|(_, name)| String::from_utf8_lossy(name));
    let has_identity = |name: &str| !is_rusts || !is_anonymous(name);
    let statics: Vec<_> = names.filter(|name| has_identity(name)).collect();
    if statics.is_empty() && !is_writable(section) {
        return None;
    }
    let paths = statics.iter().map(|name| without_hash(name));
    Some(paths.fold(section_kind(section).to_owned(), |all, name| {
        all + " " + name
    }))
}

/// What tells a section without a symbol from others, without a name that is made for it alone.
fn section_kind<'d>(section: &RawSection<'d>) -> &'d str {
    let mut dots = section.name.match_indices('.').skip(1);
    dots.next()
        .map_or(section.name, |(end, _)| &section.name[..end])
}

/// Whether rustc or LLVM made up the name of a constant.
fn is_anonymous(name: &str) -> bool {
    let is_hash = |text: &str| {
        text.len() >= 32 && text.is_char_boundary(32) && {
            text[..32].bytes().all(|byte| byte.is_ascii_hexdigit())
        }
    };
    name.is_empty()
        || name.strip_prefix("alloc_").is_some_and(is_hash)
        || ["anon.", "vtable.", "switch.table.", "str.", ".L"]
            .iter()
            .any(|prefix| name.starts_with(prefix))
}

/// Whether a name is one that rustc gives, which nothing but Rust code refers to.
pub(super) fn is_mangled(name: &[u8]) -> bool {
    let is_legacy = name.starts_with(b"_ZN")
        && name.len() > 20
        && name.ends_with(b"E")
        && name[..name.len() - 1].windows(3).any(|part| part == b"17h");
    is_legacy || name.starts_with(b"_R")
}

/// Without the hash by which rustc tells instances apart, where names end with it.
pub(crate) fn without_hash(name: &str) -> &str {
    const HASH: usize = "17h0123456789abcdefE".len();
    let Some(start) = name.len().checked_sub(HASH) else {
        return name;
    };
    let is_hash = |end: &str| {
        let hash = end
            .strip_prefix("17h")
            .and_then(|end| end.strip_suffix('E'));
        hash.is_some_and(|hash| hash.bytes().all(|byte| byte.is_ascii_hexdigit()))
    };
    match name.split_at_checked(start) {
        Some((path, end)) if name.starts_with("_ZN") && is_hash(end) => path,
        _ => name,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_hash_of_a_path_of_rust_is_left_out() {
        assert_eq!(
            without_hash("_ZN4demo3sum17h0123456789abcdefE"),
            "_ZN4demo3sum"
        );
        for whole in [
            "main",
            "_ZN4demo3sumE",
            "_RNvC4demo3sum",
            "17h0123456789abcdefE",
            "é17h0123456789abcdeE",
        ] {
            assert_eq!(without_hash(whole), whole);
        }
    }

    #[test]
    fn made_up_names_are_no_identity() {
        for name in [
            "",
            "alloc_0123456789abcdef0123456789abcdef",
            "alloc_0123456789abcdef0123456789abcdef.llvm.7",
            "anon.7.1",
            "vtable.0",
        ] {
            assert!(is_anonymous(name), "{name}");
        }
        for name in [
            "_ZN4demo4HITS17h0123456789abcdefE",
            "alloc_count",
            "anonymous",
            "str",
        ] {
            assert!(!is_anonymous(name), "{name}");
        }
    }
}
