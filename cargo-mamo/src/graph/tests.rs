//! The rules on small sources held in memory; what cargo and rustc say of them is held by the scenarios.

mod together;

use super::Graph;
use super::digest::path_of;
use super::lint;
use super::reach::Reacher;
use super::reaches::Reaches;
use super::roots;
use crate::facts::{Facts, LocalPackage, MacroReads, TargetKind, Unit};
use crate::fingerprint::Fingerprint;
use crate::resolve;
use crate::resolve::walk::Loaded;
use crate::syntax;
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use typed_arena::Arena;

/// A package `name` with one library unit.
fn unit(name: &str, package: usize, test: bool, deps: &[(&str, usize)]) -> (LocalPackage, Unit) {
    let dir = PathBuf::from("/ws").join(name);
    let unit = Unit {
        package,
        target: name.to_owned(),
        crate_name: name.to_owned(),
        kind: TargetKind::Lib,
        test,
        harness: true,
        doctest: false,
        root: dir.join("lib.rs"),
        edition: "2021".to_owned(),
        features: BTreeSet::new(),
        profile: String::new(),
        deps: deps
            .iter()
            .map(|(name, unit)| ((*name).to_owned(), vec![*unit]))
            .collect(),
        external_deps: BTreeSet::new(),
        files: BTreeSet::new(),
        env: BTreeMap::new(),
        executable: None,
        doubt: None,
        macro_reads: MacroReads::default(),
    };
    let package = LocalPackage {
        name: name.to_owned(),
        version: "0.1.0".to_owned(),
        dir,
        member: true,
        manifest: Fingerprint::NONE,
        external: BTreeMap::new(),
        foreign: BTreeMap::new(),
        build_external: BTreeSet::new(),
        targets: BTreeSet::new(),
        build_script: None,
    };
    (package, unit)
}

fn facts(units: Vec<(LocalPackage, Unit)>) -> Facts {
    let (packages, units) = units.into_iter().unzip();
    Facts {
        workspace_root: PathBuf::from("/ws"),
        target_dir: PathBuf::from("/ws/target"),
        build_dir: PathBuf::from("/ws/target"),
        lockfiles: Vec::new(),
        units,
        packages,
        toolchain: Fingerprint::NONE,
        rustdoc: Fingerprint::NONE,
        target_cfgs: BTreeSet::new(),
        unknown_cfgs: BTreeSet::new(),
        closed_bodies: true,
        sources: BTreeMap::new(),
        configured: BTreeMap::new(),
    }
}

/// What each test of the library reaches, by path, `crate` left out.
fn reaches(source: &str) -> BTreeMap<String, BTreeSet<String>> {
    reaches_in(
        &facts(vec![unit("krate", 0, true, &[])]),
        &[("krate/lib.rs", source)],
    )
}

fn loaded(files: &[(&str, &str)]) -> BTreeMap<PathBuf, Loaded> {
    files
        .iter()
        .map(|(path, text)| {
            let path = PathBuf::from("/ws").join(path);
            let file = syntax::parse_file(text);
            assert_eq!(file.error, None, "{path:?} parses");
            (
                path.clone(),
                Loaded {
                    path,
                    digest: Fingerprint::of(text.as_bytes()),
                    file,
                },
            )
        })
        .collect()
}

fn reaches_in(facts: &Facts, files: &[(&str, &str)]) -> BTreeMap<String, BTreeSet<String>> {
    let loaded = loaded(files);
    let arena = Arena::new();
    let program = resolve::program(facts, &arena, &|path: &Path| loaded.get(path));
    for krate in &program.crates {
        assert_eq!(krate.unseen, Vec::<String>::new());
    }
    let graph = Graph::new(program, facts, &BTreeSet::new());
    let mut reacher = Reacher::new(&graph);
    let found = roots::find(&graph, facts);
    let begin = found.iter().map(|root| (root.krate, root.first.as_slice()));
    let together = Reaches::of(&graph, &begin.collect::<Vec<_>>());
    found
        .into_iter()
        .enumerate()
        .map(|(at, root)| {
            let reach = reacher.reach(root.krate, &root.first);
            let at_once: Vec<_> = together.nodes(at).collect();
            assert_eq!(
                at_once, reach.nodes,
                "`{}` by itself and with all",
                root.name
            );
            let paths = reach.nodes.iter().map(|node| path_of(&graph, *node));
            (
                root.name,
                paths
                    .map(|path| path.trim_start_matches("krate::").to_owned())
                    .collect(),
            )
        })
        .collect()
}

#[track_caller]
fn assert_reach(source: &str, test: &str, reached: &[&str], apart: &[&str]) {
    let all = reaches(source);
    let reach = all
        .get(test)
        .unwrap_or_else(|| panic!("no test `{test}` in {all:?}"));
    for path in reached {
        assert!(reach.contains(*path), "`{path}` is not among {reach:#?}");
    }
    for path in apart {
        assert!(!reach.contains(*path), "`{path}` is among {reach:#?}");
    }
}

#[test]
fn a_test_reaches_what_it_calls_and_no_more() {
    let source = "fn a() { b() } fn b() {} fn c() {} #[test] fn t() { a() }";
    assert_reach(source, "t", &["a", "b", "t"], &["c"]);
}

#[test]
fn names_go_through_renames_globs_reexports_and_super() {
    let source = "
        mod x { pub mod y { pub fn f() {} pub fn g() { super::h() } pub fn unused() {} } pub use self::y::g as k; fn h() {} }
        use x::*; use x::y::f as renamed;
        mod tests { use super::*; #[test] fn t() { renamed(); k() } }";
    assert_reach(
        source,
        "tests::t",
        &["x::y::f", "x::y::g", "x::h"],
        &["x::y::unused"],
    );
}

#[test]
fn an_import_cycle_ends_in_the_own_definitions() {
    let source = "mod wrap { pub fn wrap() {} } pub use wrap::wrap; mod a { pub use super::b::*; } mod b { pub use super::a::*; pub fn f() {} }
        #[test] fn t() { wrap(); a::f() }";
    assert_reach(source, "t", &["wrap::wrap", "b::f"], &[]);
}

#[test]
fn an_impl_of_an_external_trait_is_reached_with_its_type() {
    let source = "
        struct S; impl Drop for S { fn drop(&mut self) { helper() } } fn helper() {}
        struct Other; impl Drop for Other { fn drop(&mut self) { far() } } fn far() {}
        fn make() -> S { S }
        #[test] fn t() { let _ = make(); }";
    assert_reach(
        source,
        "t",
        &["S", "<impl Drop for S>::drop", "helper"],
        &["far", "<impl Drop for Other>::drop"],
    );
}

#[test]
fn a_method_is_reached_by_name_once_its_type_is() {
    let source = "
        struct A; struct B; impl A { fn m(&self) { x() } fn n(&self) { y() } } impl B { fn m(&self) { z() } }
        fn x() {} fn y() {} fn z() {}
        #[test] fn t() { A.m() } #[test] fn u() { B.m() }";
    assert_reach(source, "t", &["<impl A>::m", "x"], &["y", "z"]);
    assert_reach(source, "u", &["<impl B>::m", "z"], &["x", "y"]);
}

#[test]
fn trait_methods_need_the_trait_in_scope_or_reached() {
    let source = "
        mod far { pub trait Far { fn go(&self) { far_default() } } impl Far for u8 {} fn far_default() {} }
        mod near { pub trait Near { fn go(&self) { near_default() } } impl Near for u8 {} fn near_default() {} }
        mod t { use super::near::Near; #[test] fn t() { 1u8.go() } }
        mod g { fn generic<T: super::far::Far>(x: T) { x.go() } #[test] fn g() { generic(1u8) } }";
    assert_reach(
        source,
        "t::t",
        &["near::near_default"],
        &["far::far_default"],
    );
    assert_reach(
        source,
        "g::g",
        &["far::far_default"],
        &["near::near_default"],
    );
}

#[test]
fn external_types_do_not_lend_their_names_to_local_members() {
    let source = "struct S; impl S { fn new() -> S { hidden() } } fn hidden() -> S { S }
        #[test] fn t() { let _: Vec<u8> = Vec::new(); let _ = std::mem::size_of::<S>(); }";
    assert_reach(source, "t", &["S"], &["hidden", "<impl S>::new"]);
}

#[test]
fn macros_are_expanded_by_text_order_and_keep_their_definition() {
    let source = "
        macro_rules! call { ($f:ident) => { $f() } }
        mod inner { macro_rules! call { ($f:ident) => { other() } } fn other() {} }
        fn a() {} fn b() {}
        #[test] fn t() { call!(a) }";
    assert_reach(source, "t", &["a", "call"], &["b", "inner::other"]);
}

#[test]
fn items_made_by_macros_are_found_with_impls_and_tests() {
    let source = "
        struct S;
        macro_rules! make { ($name:ident, $body:expr) => {
            impl std::fmt::Display for S { fn fmt(&self, f: &mut std::fmt::Formatter) -> std::fmt::Result { shown(); Ok(()) } }
            #[test] fn $name() { $body }
        } }
        fn shown() {} fn called() {} fn quiet() {}
        make!(made, { called(); S.to_string() });";
    assert_reach(
        source,
        "made",
        &["called", "shown", "make", "S"],
        &["quiet"],
    );
}

#[test]
fn an_unexpanded_macro_may_use_any_name_in_it() {
    let source = "fn a() {} fn b() {} struct S; impl S { fn m(&self) { c() } } fn c() {}
        #[test] fn t() { unknown::mac!(a, x.m(), S) }";
    assert_reach(source, "t", &["a", "c"], &["b"]);
}

#[test]
fn another_crate_counts_as_it_is_built_plainly() {
    let mut units = vec![
        unit("dep", 0, false, &[]),
        unit("krate", 1, true, &[("dep", 0)]),
    ];
    units[0].1.test = false;
    let files = [
        (
            "dep/lib.rs",
            "pub fn f() { g() } fn g() {} #[cfg(test)] mod tests { fn only() {} } pub trait T { fn m(&self); } pub fn dynamic(t: &dyn T) { t.m() }",
        ),
        (
            "krate/lib.rs",
            "struct S; impl dep::T for S { fn m(&self) { local() } } fn local() {} #[test] fn t() { dep::f(); dep::dynamic(&S) } #[test] fn u() { dep::f() }",
        ),
    ];
    let reach = reaches_in(&facts(units), &files);
    assert!(
        reach["t"].contains("dep::g") && reach["t"].contains("local"),
        "{reach:#?}"
    );
    assert!(!reach["u"].contains("local"), "{reach:#?}");
}

#[test]
fn recursion_and_cycles_are_ordinary() {
    let source = "fn even(n: u32) -> bool { n == 0 || odd(n - 1) } fn odd(n: u32) -> bool { n != 0 && even(n - 1) } #[test] fn t() { even(4); }";
    assert_reach(source, "t", &["even", "odd"], &[]);
}

#[test]
fn linked_items_belong_to_every_root() {
    let source = "#[unsafe(no_mangle)] pub extern \"C\" fn hook() { inner() } fn inner() {} fn other() {} #[test] fn t() {}";
    assert_reach(source, "t", &["hook", "inner"], &["other"]);
}

#[test]
fn assembly_belongs_to_every_root() {
    let source = "std::arch::global_asm!(\"f: call {}\", sym inner); fn inner() {} fn other() {} #[test] fn t() {}";
    assert_reach(source, "t", &["inner"], &["other"]);
}

#[test]
fn operators_from_and_deref_are_reached_with_their_types() {
    let source = "
        struct E; struct F; impl From<E> for F { fn from(_: E) -> F { conv() } } fn conv() -> F { F }
        fn fails() -> Result<(), E> { Err(E) } fn passes_on() -> Result<(), F> { fails()?; Ok(()) }
        struct W(In); struct In; impl In { fn deep(&self) { bottom() } } impl std::ops::Deref for W { type Target = In; fn deref(&self) -> &In { &self.0 } }
        fn bottom() {} fn w() -> W { W(In) }
        #[test] fn t() { let _ = passes_on(); } #[test] fn d() { w().deep() }";
    assert_reach(source, "t", &["conv"], &["bottom"]);
    assert_reach(source, "d", &["bottom"], &["conv"]);
}

#[test]
fn a_memo_is_named_as_the_runtime_names_it() {
    let found = reaches(
        "mod inner {\
            #[mamo::memo] pub fn free() {}\
            pub struct Own; trait Sized2 { fn of(&self); }\
            #[mamo::memo] impl Own { #[memo] fn method(&self) {} fn plain(&self) {} }\
            #[mamo::memo] impl Sized2 for super::Other<u8> { #[mamo::memo(version = 2)] fn of(&self) {} }\
        }\
        pub struct Other<T>(T);",
    );
    let names: Vec<_> = found.keys().map(String::as_str).collect();
    let keys = ["free", "Other::Sized2::of", "Own::method"];
    let mut expected = keys.map(|key| format!("krate/krate::inner::{key}"));
    expected.sort();
    assert_eq!(names, expected);
}

#[test]
fn what_stands_beside_a_memoized_method_reaches_it() {
    let source = "struct Disc(u8);\
        #[mamo::memo] impl Disc { #[memo] fn area(&self, by: u8) -> u8 { inner(by) } fn other(&self) {} }\
        fn inner(by: u8) -> u8 { by } fn free() {}\
        #[mamo::memo] fn f(n: u8) -> u8 { deep(n) } fn deep(n: u8) -> u8 { n }\
        #[test] fn asks() { Disc(1).area_memo(2).is_cached(); }\
        #[test] fn reads() { Disc::area_value(&Disc(1), 2); }\
        #[test] fn depth() { f::is_stale_to(0, 1); }";
    assert_reach(
        source,
        "asks",
        &["<impl Disc>::area", "inner"],
        &["free", "deep"],
    );
    assert_reach(source, "reads", &["<impl Disc>::area", "inner"], &["free"]);
    assert_reach(source, "depth", &["f", "deep"], &["inner"]);
}

#[test]
fn a_cell_reaches_its_block_and_the_types_around_it() {
    let source = "struct Held(u8); impl Held { fn size(&self) -> u8 { deep() } } fn deep() -> u8 { 1 }\
        impl std::fmt::Display for Held {}\
        fn make() -> Held { other(); Held(1) } fn other() {} fn inner() {} fn apart() {}\
        fn main() { let held = make(); mamo::cell!(\"one\", || { inner(); held.size() }); mamo::cell!(\"two\", || apart()); }\
        fn generic<T>() { mamo::cell!(\"three\", || 1); } fn shows(x: impl Sized) { mamo::cell!(\"four\", || 1); }\
        trait Default { const N: u8; fn n() -> u8 { mamo::cell!(\"five\", || Self::N) } }";
    let one = "krate/krate::cell(one)";
    assert_reach(
        source,
        one,
        &[
            "main::cell(one)",
            "inner",
            "<impl Held>::size",
            "deep",
            "Held",
            "impl std::fmt::Display for Held",
        ],
        &["apart", "other", "make", "main", "main::cell(two)"],
    );
    assert_reach(
        source,
        "krate/krate::cell(two)",
        &["apart", "Held"],
        &["inner", "deep"],
    );
    let roots: Vec<_> = reaches(source).into_keys().collect();
    assert_eq!(roots, [one, "krate/krate::cell(two)"]);
}

#[test]
fn a_generic_memo_reaches_what_its_callers_may_give_it() {
    let source = "pub trait Size { fn size(&self) -> u32; }\
        struct Loom; impl Size for Loom { fn size(&self) -> u32 { width() } } fn width() -> u32 { 1 }\
        #[mamo::memo] fn generic<T: Size>(x: T) -> u32 { x.size() }\
        #[mamo::memo] fn plain(x: u32) -> u32 { x }\
        struct Held<T>(T);\
        #[mamo::memo] impl<T: Size> Held<T> { #[memo] fn held(&self) -> u32 { self.0.size() } }";
    assert_reach(source, "krate/krate::generic", &["width"], &[]);
    assert_reach(source, "krate/krate::Held::held", &["width"], &[]);
    assert_reach(source, "krate/krate::plain", &["plain"], &["width"]);
}

#[test]
fn an_unexpanded_macro_among_members_may_hold_any_of_them() {
    let source = "struct S; impl S { unknown::members! { fn m(&self) { hidden() } } } fn hidden() {} fn other() {}
        fn make() -> S { S } #[test] fn t() { make().m() }";
    assert_reach(source, "t", &["hidden"], &["other"]);
}

#[test]
fn a_function_named_like_a_crate_does_not_hide_the_crate() {
    let mut units = vec![
        unit("dep", 0, false, &[]),
        unit("krate", 1, true, &[("dep", 0)]),
    ];
    units[0].1.test = false;
    let files = [
        (
            "dep/lib.rs",
            "pub struct S; impl S { pub fn m(&self) { deep() } } fn deep() {}",
        ),
        (
            "krate/lib.rs",
            "use dep::S; fn dep() -> S { S } #[test] fn t() { dep().m() }",
        ),
    ];
    let reach = reaches_in(&facts(units), &files);
    assert!(reach["t"].contains("dep::deep"), "{reach:#?}");
}

/// What mamo cannot see in a library that may use `externals`: lint and name, by item.
fn seen(source: &str, externals: &[&str]) -> BTreeSet<String> {
    let mut krate = unit("krate", 0, true, &[]);
    krate.1.external_deps = externals.iter().map(ToString::to_string).collect();
    let (facts, loaded) = (facts(vec![krate]), loaded(&[("krate/lib.rs", source)]));
    let arena = Arena::new();
    let program = resolve::program(&facts, &arena, &|path: &Path| loaded.get(path));
    let graph = Graph::new(program, &facts, &BTreeSet::new());
    let found = lint::sightings(&graph, |_| false).of;
    let found = found.iter().flat_map(|(node, all)| {
        let item = graph.program.nodes[*node as usize].item.name;
        all.iter()
            .map(move |one| format!("{item} {:?} {}", one.lint, one.name))
    });
    found.collect()
}

#[test]
fn names_of_other_crates_are_seen_as_what_they_do() {
    let source = "use chrono::Utc; use rand::prelude::*;\
        fn a() { Utc::now() } fn b() { chrono::NaiveDate::from_ymd(1, 2, 3) }\
        fn c() { thread_rng() } fn d() { rand::rngs::StdRng::seed_from_u64(1) }\
        fn e() { fastrand::u8(..) } fn f() { fastrand::Rng::with_seed(1).u8(..) }\
        fn g() { odd::call() } fn h() { serde_json::to_string(1) }\
        fn i() { unread::macro_of!(std::env::temp_dir()) }";
    let crates = ["chrono", "rand", "fastrand", "odd", "serde_json", "unread"];
    let expected = [
        "a Clock chrono::Utc::now",
        "c Randomness rand::prelude::thread_rng",
        "e Randomness fastrand::u8",
        "g ForeignCrate odd::call",
        "i ForeignCrate unread::macro_of",
        "i OutsideFiles std::env::temp_dir",
    ];
    assert_eq!(seen(source, &crates), expected.map(String::from).into());
}

#[test]
fn state_is_seen_behind_local_types_and_in_what_macros_make() {
    let source = "use std::cell::RefCell; use std::sync::{Mutex, LazyLock};\
        struct Held(Inner); struct Inner { list: Mutex<u8> } static HELD: Held = make();\
        thread_local! { static OWN: RefCell<u8> = RefCell::new(1); }\
        static ONCE: LazyLock<u8> = LazyLock::new(|| 1);\
        fn late() { static INSIDE: Mutex<u8> = Mutex::new(1); }";
    let found = seen(source, &[]);
    let state: Vec<&String> = found.iter().filter(|one| one.contains("State")).collect();
    // What only the text decides is looked up there: is it `static mut`?
    assert_eq!(
        state,
        [
            "HELD State HELD",
            "INSIDE State INSIDE",
            "ONCE State ONCE",
            "OWN State OWN"
        ]
    );
}

#[test]
fn names_that_macros_join_are_reached() {
    let source = "
        fn get_a() { x() } fn x() {} fn get_b() {} mod m_a { pub fn go() {} }
        macro_rules! make { ($n:ident) => { outer::paste! { fn [<call_ $n>]() { [<get_ $n>]() } } } } make!(a);
        macro_rules! other { ($n:ident) => { outer::unknown! { [<get_ $n>]() } } }
        macro_rules! module { ($n:ident) => { outer::unknown! { [<m_ $n>]::go() } } }
        #[test] fn t() { call_a() } #[test] fn u() { other!(a) } #[test] fn v() { module!(a) }";
    assert_reach(source, "t", &["get_a", "x"], &["get_b"]);
    assert_reach(source, "u", &["get_a", "x"], &["get_b"]);
    assert_reach(source, "v", &["m_a::go"], &["get_b"]);
}

#[test]
fn who_compiles_the_package_reaches_what_it_depends_on() {
    let mut units = vec![
        unit("low", 0, false, &[]),
        unit("krate", 1, true, &[("low", 0)]),
    ];
    units[1].1.external_deps.insert("trybuild".to_owned());
    let files = [
        ("low/lib.rs", "pub fn compiled() {}"),
        (
            "krate/lib.rs",
            "#[test] fn ui() { trybuild::TestCases::new(); } #[test] fn t() {}",
        ),
    ];
    let all = reaches_in(&facts(units), &files);
    assert!(all["ui"].contains("low::compiled"), "{all:#?}");
    assert!(!all["t"].contains("low::compiled"), "{all:#?}");
}

#[test]
fn a_type_that_inference_chooses_need_not_be_named() {
    let source = "
        struct Thing; struct Way; struct Part; struct W<S>(S); struct Start; struct Ready;
        trait Convert<M> { fn convert(&self); } impl Convert<Way> for Thing { fn convert(&self) {} }
        trait Shown { fn shown(&self); } impl Shown for Option<Part> { fn shown(&self) {} }
        impl W<Start> { fn new() -> Self {} } impl W<Ready> { fn done(&self) {} }
        #[test] fn converts() { Thing.convert() }
        #[test] fn shows() { None.shown() }
        #[test] fn builds() { W::new().done() }";
    assert_reach(source, "converts", &["Way"], &["Part"]);
    assert_reach(source, "shows", &["Part"], &["Way"]);
    assert_reach(source, "builds", &["Start", "Ready"], &["Way", "Part"]);
}

#[test]
fn a_type_that_inference_cannot_choose_has_to_be_named() {
    let source = "
        use std::ops::{Add, Mul};
        struct A; struct B; struct C; struct D;
        impl Mul<B> for A {} impl Mul<C> for A {} impl From<D> for A {} impl From<D> for u8 {}
        impl Add<D> for f32 {} impl PartialEq<D> for Vec<u8> {} impl<'a> Add<&'a D> for &'a D {}
        trait Shown { fn shown(&self); } impl Shown for &B {} impl Shown for &C {}
        #[test] fn t() { A; shown() }";
    assert_reach(source, "t", &["A"], &["B", "C", "D"]);
    let alone = source.replace("impl Mul<C> for A {}", "");
    assert_reach(&alone, "t", &["A", "B"], &["C", "D"]);
    let of_its_own = source.replace(
        "use std::ops::{Add, Mul};",
        "trait Add<T> {} trait Mul<T> {}",
    );
    assert_reach(&of_its_own, "t", &["A"], &["B", "C"]);
}
