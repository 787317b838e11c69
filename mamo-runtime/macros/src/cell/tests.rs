//! What a block is taken to use, and what a block that stands alone may not.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on should stop")]

use super::{Cell, captures, cell};

fn used(block: &str) -> String {
    let found =
        captures::of(&syn::parse_str(block).unwrap_or_else(|error| panic!("{block}: {error}")))
            .unwrap();
    let names: Vec<_> = found.iter().map(ToString::to_string).collect();
    names.join(" ")
}

#[test]
fn captures_are_guessed_by_name() {
    for (block, names) in [
        ("|| a + b.c(d).e", "a b d"),
        ("|| f(a)", "a"),
        ("|| LIMIT + Some(a)", "a"),
        ("|| { let a = a + 1; a }", "a"),
        ("|| { let a = 1; { let b = 2; a + b; } b }", "b"),
        ("|| xs.iter().map(|x| x + y).sum()", "xs y"),
        ("|| match a { Some(b) if b > c => d, None => e }", "a c d e"),
        ("|| { if let Some(x) = a { x } else { x } }", "a x"),
        (
            "|| { for x in xs { y(x); } while let Some(z) = zs { z; } }",
            "xs zs",
        ),
        ("|| { let Some(x) = a else { return b }; x }", "a b"),
        ("|| S { x, y: z, ..w }", "x z w"),
        ("|| format!(\"{a} {b:?} {} {{c}}\", d, e = f)", "d f a b"),
        ("|| vec![a; n]", "a n"),
        ("|| odd!(a => b.c, d::e, f!(g))", "a b g"),
        ("|| { fn inner(x: u8) -> u8 { x } inner(a) }", "a"),
        ("|| a::b::C + <T>::d", ""),
    ] {
        assert_eq!(used(block), names, "{block}");
    }
}

/// What is said of a cell: nothing, or the first error.
fn said(input: &str) -> String {
    let parsed: syn::Result<Cell> = syn::parse_str(input);
    let expanded = parsed.and_then(|parsed| cell(&parsed));
    expanded.map_or_else(|error| error.to_string(), |_| String::new())
}

#[test]
fn strange_cells_are_refused() {
    for (input, instead) in [
        ("\"n\", || self.x", "let this = &*self;"),
        ("\"n\", async || 1", "#[mamo::memo]"),
        ("\"n\", |x: u8| x", "without types"),
        ("\"n\", lone, || 1", "there is `alone`"),
        ("\"n\", alone, |x| -> u8 { x }", "with its type"),
        ("\"n\", alone, |x: u8| x", "write the types"),
    ] {
        assert!(said(input).contains(instead), "{input}: {}", said(input));
    }
    assert_eq!(said("\"n\", |x, y| x + y"), "");
}

#[test]
fn what_leads_out_of_a_block_that_stands_alone_is_refused() {
    for block in [
        "crate::f()",
        "super::f()",
        "self::f()",
        "rand::random()",
        "::rand::random()",
        "1 > ::rand::random()",
        "return ::rand::random()",
        "{ use rand::Rng; 1 }",
        "{ use rand as r; r::f() }",
        "{ use {std::mem, rand::x}; 1 }",
        "{ use ::rand::x; 1 }",
        "{ use std::collections::*; 1 }",
        "{ use std::{mem, fs}; 1 }",
        "{ use std::time::Instant as I; 1 }",
        "{ extern crate rand; 1 }",
        "{ extern \"C\" { fn f(); } 1 }",
        "{ static S: u8 = 1; 1 }",
        "{ mod m {} 1 }",
        "{ macro_rules! m { () => {} } 1 }",
        "unsafe { f() }",
        "std::fs::read(x)",
        "std::env::var(x)",
        "std::time::SystemTime::now()",
        "std::collections::HashMap::new()",
        "include_str!(\"a\")",
        "env!(\"A\")",
        "mine!(1)",
        "rand::mine!(1)",
        "{ #[mine] fn f() {} 1 }",
        "vec![rand::random()]",
        "|x: other::T| 1",
        "Vec::<other::T>::new()",
        "helper::f(1)",
    ] {
        let input = format!("\"n\", alone, |x: u8| -> u8 {{ {block} }}");
        assert!(!said(&input).is_empty(), "{block}");
    }
    assert!(said("\"n\", alone, |x: other::T| -> u8 { 1 }").contains("neither of std"));
}

#[test]
fn a_block_that_stands_alone_has_all_that_computes() {
    for block in [
        "let v = Vec::<u8>::new(); v.len() as u8",
        "use std::collections::{BTreeMap, BTreeSet}; let m = BTreeMap::from([(x, 1)]); m[&x]",
        "println!(\"{x} {}\", vec![1; 3].len()); if x != 1 { return !(x) } x",
        "#[derive(Clone, Debug)] struct S { x: u8 } impl S { fn f(&self) -> u8 { self.x } } S { x }.f()",
        "fn inner(n: u8) -> u8 { n } inner(x) + std::cmp::max(x, u8::MAX)",
        "(0..=x).map(|process| process.env).net.sum::<u8>() + f64::from(x).sqrt() as u8",
        "let net = x; net + <u8 as Default>::default()",
        "'outer: loop { break 'outer x }",
    ] {
        let input = format!("\"n\", alone, |x: u8| -> u8 {{ {block} }}");
        assert_eq!(said(&input), "", "{block}");
    }
}
