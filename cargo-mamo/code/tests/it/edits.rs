//! Which tests have another fingerprint after an edit.

use mamo_code::CodeRoot;

use crate::scratch::{ScratchCrate, differing};

const SOURCE: &str = r#"
use std::fmt;
pub const LIMIT: u32 = 7;
pub static NAMES: [&str; 2] = ["first", "second"];
pub static TABLE: [u32; 3] = [10, 20, 30];
thread_local! { static COUNT: std::cell::Cell<u32> = const { std::cell::Cell::new(3) }; }
macro_rules! twice { ($e:expr) => { $e * 2 }; }
#[derive(Clone, Debug, PartialEq)]
pub struct Point { pub x: u32, pub y: u32 }
pub trait Shape { fn area(&self) -> u32; fn name(&self) -> String { "shape".to_string() } }
pub struct Square(pub u32);
impl Shape for Square { fn area(&self) -> u32 { self.0 * self.0 } }
pub struct Guard<'a>(pub &'a std::cell::Cell<u32>);
impl Drop for Guard<'_> { fn drop(&mut self) { self.0.set(self.0.get() + 1); } }
impl fmt::Display for Point {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result { write!(f, "{}/{}", self.x, self.y) }
}
pub fn limited(a: u32) -> u32 { let value = a + 1; value.min(LIMIT) }
pub fn looked_up(at: usize) -> u32 { TABLE[at] }
pub fn named(at: usize) -> &'static str { NAMES[at] }
pub fn doubled(a: u32) -> u32 { twice!(a) }
pub fn generic<T: Into<u64>>(a: T) -> u64 { a.into() + 5 }
pub fn area(shape: &dyn Shape) -> u32 { shape.area() }
pub fn counted() -> u32 { COUNT.with(|count| count.get()) }
pub fn chosen(a: u32) -> &'static str { match a { 0 => "zero", 1 => "one", 2 => "two", 3 => "three", _ => "many" } }
pub fn guarded(a: &std::cell::Cell<u32>) -> u32 { let _guard = Guard(a); limited(a.get()) }
#[cfg(test)]
mod tests {
    use super::*;
    #[test] fn limits() { assert_eq!(limited(9), 7); }
    #[test] fn looks_up() { assert_eq!(looked_up(1), 20); }
    #[test] fn names() { assert_eq!(named(1), "second"); }
    #[test] fn doubles() { assert_eq!(doubled(2), 4); }
    #[test] fn generics() { assert_eq!(generic(2_u32), 7); }
    #[test] fn shapes() { assert_eq!(area(&Square(2)), 4); }
    #[test] fn counts() { assert_eq!(counted(), 3); }
    #[test] fn compares() { assert!(Point { x: 1, y: 2 } == Point { x: 1, y: 2 }); }
    #[test] fn displays() { assert!(Point { x: 1, y: 2 }.to_string() == "1/2"); }
    #[test] fn chooses() { assert_eq!(chosen(2), "two"); }
    #[test] fn guards() { let cell = std::cell::Cell::new(1); guarded(&cell); assert_eq!(cell.get(), 2); }
    #[test] #[should_panic(expected = "deliberate")] fn panics() { panic!("deliberate") }
}
"#;

fn source() -> ScratchCrate {
    ScratchCrate::new(&[("src/lib.rs", SOURCE)])
}

#[test]
fn edits_that_change_no_code_change_no_fingerprint() {
    let scratch = source();
    let base = scratch.fingerprints();
    assert_eq!(base.len(), 12);
    let edits: [&[(&str, &str)]; 8] = [
        &[(
            "let value = a + 1; value.min",
            "let renamed = a + 1; renamed.min",
        )],
        &[("use std::fmt;", "// a comment\n\n\nuse std::fmt;")],
        &[(
            "pub const LIMIT",
            "#[allow(dead_code)] fn unused() -> u32 { 77 }\npub const LIMIT",
        )],
        &[(
            "pub struct Square(pub u32);",
            "type Side = u32;\npub struct Square(pub Side);",
        )],
        &[(
            "use std::fmt;",
            "#[allow(unused_imports)] use std::collections::HashMap;\nuse std::fmt;",
        )],
        &[("mod tests {\n", "mod tests {\n\n    // further down\n")],
        &[("{ a.into() + 5 }", "{\n    a.into()\n        + 5\n}")],
        &[(
            "#[test] fn doubles() {",
            "#[test]\n    fn doubles() {\n        ",
        )],
    ];
    for edit in edits {
        assert_eq!(scratch.differing(&base, edit), [""; 0], "{edit:?}");
    }
}

#[test]
fn an_edit_changes_the_fingerprints_of_exactly_the_tests_that_it_reaches() {
    let scratch = source();
    let base = scratch.fingerprints();
    let edits: [(&str, &str, &[&str]); 16] = [
        (
            "let value = a + 1",
            "let value = a + 2",
            &["guards", "limits"],
        ),
        ("LIMIT: u32 = 7", "LIMIT: u32 = 8", &["guards", "limits"]),
        ("[10, 20, 30]", "[10, 21, 30]", &["looks_up"]),
        ("\"first\", \"second\"", "\"first\", \"secund\"", &["names"]),
        ("{ $e * 2 }", "{ $e * 3 }", &["doubles"]),
        ("a.into() + 5", "a.into() + 6", &["generics"]),
        ("{ self.0 * self.0 }", "{ self.0 + self.0 }", &["shapes"]),
        (
            "\"shape\".to_string()",
            "\"other\".to_string()",
            &["shapes"],
        ),
        ("Cell::new(3) };", "Cell::new(4) };", &["counts"]),
        (
            "#[derive(Clone, Debug, PartialEq)]",
            "impl PartialEq for Point { fn eq(&self, other: &Self) -> bool { self.x == other.x } }\n#[derive(Clone, Debug)]",
            &["compares"],
        ),
        ("\"{}/{}\"", "\"{}-{}\"", &["displays"]),
        ("2 => \"two\"", "2 => \"tow\"", &["chooses"]),
        ("self.0.get() + 1", "self.0.get() + 2", &["guards"]),
        (
            "expected = \"deliberate\"",
            "expected = \"other\"",
            &["panics"],
        ),
        (
            "#[test] #[should_panic(expected = \"deliberate\")]",
            "#[test]",
            &["panics"],
        ),
        (
            "panic!(\"deliberate\")",
            "panic!(\"deliberate!\")",
            &["panics"],
        ),
    ];
    for (from, to, expected) in edits {
        let found = scratch.differing(&base, &[(from, to)]);
        let expected: Vec<String> = expected
            .iter()
            .map(|name| format!("tests::{name}"))
            .collect();
        assert_eq!(found, expected, "{from} -> {to}");
    }
}

#[test]
fn an_impl_or_a_closure_that_renames_its_neighbours_changes_no_fingerprint() {
    let scratch = source();
    let base = scratch.fingerprints();
    let edits: [&[(&str, &str)]; 2] = [
        &[(
            "pub trait Shape",
            "impl Default for Point { fn default() -> Self { Point { x: 0, y: 0 } } }\npub trait Shape",
        )],
        &[(
            "pub fn counted()",
            "pub fn other() -> u32 { let more = |n: u32| n + 1; more(1) }\npub fn counted()",
        )],
    ];
    for edit in edits {
        assert_eq!(scratch.differing(&base, edit), [""; 0], "{edit:?}");
    }
}

#[test]
fn fingerprints_are_equal_in_another_directory() {
    let (one, other) = (source().fingerprints(), source().fingerprints());
    assert_eq!(one, other);
}

#[test]
fn positions_count_where_they_are_asked_for() {
    let scratch = source();
    let base = scratch.fingerprints();
    scratch.replace("src/lib.rs", "use std::fmt;", "\n\nuse std::fmt;");
    let moved = scratch.fingerprints();
    assert_eq!(differing(&base, &moved), [""; 0]);
    let limits = |found: &crate::scratch::Fingerprints| found["tests::limits"].unwrap().positioned;
    assert_ne!(limits(&base), limits(&moved));
}

#[test]
fn who_reads_a_position_is_known() {
    let source = "#[track_caller] fn line() -> u32 { std::panic::Location::caller().line() }\n\
        pub fn checked(n: usize) -> u32 { [1, 2][n] }\n\
        #[cfg(test)] mod tests {\n\
        #[test] fn asks() { assert_eq!(super::line(), 4); }\n\
        #[test] fn checks() { assert_eq!(super::checked(0), 1); }\n}\n";
    let scratch = ScratchCrate::new(&[("src/lib.rs", source)]);
    let executable = scratch.build(&[]).remove(0);
    let roots = ["tests::asks", "tests::checks"].map(|name| CodeRoot::Test(name.into()));
    let program = scratch.parts(&executable).unwrap();
    let asks = program.on_program(|program| program.asks_for_positions(&roots));
    assert_eq!(asks, [true, false]);
}

#[test]
fn what_runs_before_main_belongs_to_all_tests() {
    let hook = "\n#[used] #[unsafe(link_section = \".init_array\")]\nstatic HOOK: extern \"C\" fn() = hook;\nextern \"C\" fn hook() { std::hint::black_box(1); }\n";
    let scratch = ScratchCrate::new(&[("src/lib.rs", &format!("{SOURCE}{hook}"))]);
    let base = scratch.fingerprints();
    let found = scratch.differing(&base, &[("black_box(1)", "black_box(2)")]);
    assert_eq!(found.len(), base.len());
}
