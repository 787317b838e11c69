//! Kinds, names and generics of items.

use super::{item, parsed};
use crate::syntax::ir::ItemKind;

#[test]
fn every_kind_of_item_is_one() {
    let file = parsed(
        "extern crate a as b; use c; mod d; mod e {} fn f() {} const G: u8 = 1; static H: u8 = 1; struct I; enum J { K, L } union M { n: u8 } \
         type O = P; trait Q {} impl R {} macro_rules! s { () => {} } t! {} u! name {} extern \"C\" { type V; }",
    );
    assert_eq!(file.items.len(), 17);
    let names: Vec<_> = file.items.iter().map(|item| item.name.as_str()).collect();
    assert_eq!(
        names,
        [
            "b", "", "d", "e", "f", "G", "H", "I", "J", "M", "O", "Q", "", "s", "", "name", "V"
        ]
    );
    let ItemKind::Type { variants } = &file.items[8].kind else {
        panic!("an enum")
    };
    assert_eq!(variants.len(), 2);
}

#[test]
fn generics_are_types_and_constants() {
    let names: Vec<_> = item("fn f<'a, T: 'a, const N: usize>() {}")
        .generics
        .iter()
        .map(super::Symbol::as_str)
        .collect();
    assert_eq!(names, ["T", "N"]);
}

#[test]
fn a_declarative_macro_of_the_new_kind_is_never_expanded() {
    let new = item("pub macro m($a:expr) { b($a) }");
    let ItemKind::MacroRules { rules, .. } = new.kind else {
        panic!("a macro, not {:?}", new.kind)
    };
    assert!(rules.is_empty() && new.name.as_str() == "m" && !new.body_mentions.is_empty());
}

#[test]
fn rules_keep_their_text_and_line() {
    let ItemKind::MacroRules { rules, line } = item("macro_rules! m {\n\n  (a) => { b };\n}").kind
    else {
        panic!("a macro")
    };
    assert_eq!((rules.as_str(), line), ("(a) => { b };", 3));
}

#[test]
fn an_alias_says_what_it_stands_for() {
    let ItemKind::Alias { target } = item("type A = b::C<D>;").kind else {
        panic!("an alias")
    };
    assert_eq!(target.expect("a path").segments.len(), 2);
    assert_eq!(
        item("type A = (B, C);").kind,
        ItemKind::Alias { target: None }
    );
}

#[test]
fn what_syn_keeps_verbatim_keeps_its_name() {
    let foreign =
        parsed("unsafe extern \"C\" { pub safe fn a(b: C); safe static D: E; unsafe fn f(); }")
            .items;
    let names: Vec<_> = foreign.iter().map(|item| item.name.as_str()).collect();
    assert_eq!(names, ["a", "D", "f"]);
    assert!(matches!(foreign[0].kind, ItemKind::Fn(_)));
    assert_eq!(item("pub static A: B;").name.as_str(), "A");
}
