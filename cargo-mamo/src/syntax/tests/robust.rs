//! No text makes lowering fail, and no entry of the cache makes it wrong.

use super::{assert_names, words};
use crate::fingerprint::Fingerprint;
use crate::syntax::ir::ItemKind;
use crate::syntax::{Cache, opaque, parse_file};

#[test]
fn a_file_that_does_not_parse_is_one_opaque_item() {
    let file = parse_file("fn ok() {}\nfn ( a::b c\u{7d}");
    assert!(file.error.is_some());
    let file = parse_file("fn ok() {}\nfn (a::b, c) {}");
    assert_eq!(file.error.expect("an error").line, 2);
    assert_eq!(file.items.len(), 1);
    assert_eq!(file.items[0].kind, ItemKind::Opaque);
    assert_names(&words(&file.items[0].body_mentions), "~ok a::b ~c");
}

#[test]
fn a_file_that_does_not_lex_still_has_a_fingerprint() {
    let (left, right) = (parse_file("\" a"), parse_file("\" b"));
    assert!(left.error.is_some());
    assert_ne!(left.items[0].signature, right.items[0].signature);
}

#[test]
fn byte_order_marks_and_shebangs_are_no_source() {
    for text in [
        "\u{feff}fn f() {}",
        "#!/usr/bin/env x\nfn f() {}",
        "#![no_std]\nfn f() {}",
        "#! /* c */ [no_std]\nfn f() {}",
        "",
    ] {
        assert_eq!(parse_file(text).error, None, "{text}");
    }
    assert_eq!(parse_file("#!/bin/x\n\nfn f() {}").items[0].lines, (3, 3));
}

#[test]
fn text_beyond_ascii_keeps_its_arguments() {
    let file = parse_file("// äöü 漢字\nfn f() { /* ü */ m!(\"ß\", é) }");
    let crate::syntax::ir::Mention::Macro(call) = &file.items[0].body_mentions[0] else {
        panic!("a call")
    };
    assert_eq!(call.tokens, "\"ß\", é");
}

#[test]
fn opaque_tokens_name_everything() {
    let found = words(
        &opaque("a::b(c) \"d::e\" if self.f include_str!(\"g\") env!(\"H\") var(\"I\")").mentions,
    );
    assert_names(&found, "a::b ~a ~b ~c d::e ~f");
    assert!(
        found.iter().any(|found| found.contains("File"))
            && found.iter().any(|found| found.contains("BuildEnv"))
    );
    assert!(!found.contains(&"~if".to_owned()));
}

#[test]
fn deep_nesting_does_not_end_the_process() {
    let deep = format!("fn f() {{ {}1{} }}", "(".repeat(3000), ")".repeat(3000));
    let long = format!("fn f() {{ 0{} }}", " + 1".repeat(20_000));
    let chain = format!("fn f() {{ x{} }}", ".a()".repeat(20_000));
    for text in [deep, long, chain] {
        assert_eq!(parse_file(&text).items.len(), 1);
    }
}

#[test]
fn a_cached_file_is_the_parsed_file_whatever_lies_on_disk() {
    let directory = tempfile::tempdir().unwrap();
    let cache = Cache::open(directory.path());
    let text = "#[cfg(a)] fn f(a: B) -> C { d!(e); include_str!(\"x\") }";
    let digest = Fingerprint::of(text.as_bytes());
    let fresh = parse_file(text);
    assert_eq!(cache.get_or_parse(text, digest), fresh);
    let entries = files(directory.path());
    assert_eq!(entries.len(), 1);
    assert_eq!(cache.get_or_parse("not read at all", digest), fresh);
    let whole = std::fs::read(&entries[0]).unwrap();
    for at in 0..whole.len() {
        let mut broken = whole.clone();
        broken[at] ^= 0x40;
        std::fs::write(&entries[0], &broken).unwrap();
        assert_eq!(cache.get_or_parse(text, digest), fresh, "byte {at}");
    }
    std::fs::write(&entries[0], &whole[..whole.len() / 2]).unwrap();
    assert_eq!(cache.get_or_parse(text, digest), fresh);
}

#[test]
fn a_cache_that_cannot_be_written_only_costs_time() {
    let directory = tempfile::tempdir().unwrap();
    let file = directory.path().join("file");
    std::fs::write(&file, "").unwrap();
    let cache = Cache::open(&file);
    assert_eq!(
        cache
            .get_or_parse("fn f() {}", Fingerprint::of(b"x"))
            .items
            .len(),
        1
    );
}

fn files(directory: &std::path::Path) -> Vec<std::path::PathBuf> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(directory).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            found.extend(files(&path));
        } else {
            found.push(path);
        }
    }
    found
}
