//! All roots at once reach what each reaches by itself, on programs made by chance and where crates are gone into late.

use super::{facts, reaches_in, unit};
use crate::facts::{Facts, TargetKind};
use std::collections::BTreeSet;
use std::fmt::Write;

/// Numbers by chance, the same for the same seed (Marsaglia's xorshift).
struct Chance(u64);

impl Chance {
    fn below(&mut self, end: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 >> 33).unwrap() % end
    }
}

/// A library, its tests, a library above it with its tests, and a program of that one's package.
fn workspace() -> Facts {
    let plain = unit("base", 0, false, &[]);
    let tests = unit("base", 1, true, &[]);
    let above = unit("above", 2, false, &[("base", 0)]);
    let mut program = unit("program", 3, false, &[("base", 0), ("above", 2)]);
    program.1.kind = TargetKind::Bin;
    let above_tests = unit("above", 4, true, &[("base", 0)]);
    let mut facts = facts(vec![plain, tests, above, program, above_tests]);
    // Units of one package lie in one, as programs that tests start do.
    facts.units[1].package = 0;
    facts.units[3].package = 2;
    facts.units[4].package = 2;
    facts
}

/// Something that a body does.
fn statement(chance: &mut Chance, of: usize, from: &str) -> String {
    let other = chance.below(of);
    match chance.below(14) {
        0 => format!("{from}f{other}();"),
        1 => format!("let x: {from}T{other} = todo!();"),
        2 => format!("x.m{other}();"),
        3 => format!("x.m{other}(1);"),
        4 => format!("{from}T{other}::new();"),
        5 => format!("<u8 as {from}R{other}>::m{other}(&1);"),
        6 => format!("{from}R{other}::m{other}(x);"),
        7 => format!("X::m{other}();"),
        8 => format!("let y = {from}T{other};"),
        9 => "std::process::Command::new(\"sh\").spawn();".to_owned(),
        10 => "Command::new(\"program\").arg(\"cargo\").spawn();".to_owned(),
        11 => format!("unknown!({{ impl R{other} for T{other} {{}} }});"),
        12 => format!("use {from}R{other}; x.m{other}();"),
        _ => format!("Vec::m{other}();"),
    }
}

/// Functions, types, traits, impls and tests by chance.
fn source(chance: &mut Chance, of: usize, below: bool) -> String {
    let mut text = String::new();
    if below {
        text.push_str("use base::*;\n");
    }
    for at in 0..of {
        let mut body = String::new();
        for _ in 0..chance.below(4) {
            let from = if below && chance.below(2) == 0 {
                "base::"
            } else {
                "crate::"
            };
            body.push_str(&statement(chance, of, from));
        }
        let (one, other) = (chance.below(of), chance.below(of));
        let item = match chance.below(9) {
            0 => format!("impl T{one} {{ pub fn new() {{ {body} }} pub fn m{other}(&self) {{}} }}"),
            1 => format!("impl R{one} for T{other} {{ fn m{one}(&self) {{ {body} }} }}"),
            2 => format!("impl<X: R{one}> R{other} for X {{ fn m{other}(&self) {{ {body} }} }}"),
            3 => format!(
                "impl From<T{one}> for T{other} {{ fn from(x: T{one}) -> Self {{ {body} }} }}"
            ),
            4 => format!("impl Drop for T{one} {{ fn drop(&mut self) {{ {body} }} }}"),
            5 => format!("unknown!{{ T{one} impl R{other} {{ {body} }} }}"),
            6 => format!(
                "impl R{one} for &T{other} {{ type A = T{one}; fn m{one}(&self) {{ {body} }} }}"
            ),
            _ => String::new(),
        };
        writeln!(
            text,
            "pub fn f{at}() {{ {body} }}\npub struct T{at};\npub trait R{at} {{ type A; fn m{at}(&self) {{ {body} }} }}\n{item}"
        )
        .unwrap();
        if chance.below(2) == 0 {
            writeln!(text, "#[test]\nfn t{at}() {{ {body} f{one}(); }}").unwrap();
        }
    }
    text
}

#[test]
fn programs_by_chance_are_reached_alike() {
    let facts = workspace();
    let mut reached = 0;
    for seed in 1..=60 {
        let mut chance = Chance(0x9e37_79b9_7f4a_7c15 ^ seed);
        let of = 2 + chance.below(7);
        let (base, above) = (
            source(&mut chance, of, false),
            source(&mut chance, of, true),
        );
        let program = format!("{}\nfn main() {{ f0(); }}", source(&mut chance, of, true));
        let files = [
            ("base/lib.rs", base.as_str()),
            ("above/lib.rs", &above),
            ("program/lib.rs", &program),
        ];
        let of_tests = reaches_in(&facts, &files);
        reached += of_tests.values().map(BTreeSet::len).sum::<usize>();
    }
    assert!(reached > 1000, "the programs do something: {reached}");
}

#[test]
fn what_was_wanted_of_a_program_is_reached_once_the_program_is_started() {
    // The type is reached before the program is: what an unexpanded macro of the program may hold for it counts as well.
    let base = "pub struct T; pub fn f() -> T { T }";
    let above = "#[test]\nfn t() { base::f(); std::process::Command::new(\"x\").spawn(); }";
    let program = "fn main() {}\nunknown! { base::T }";
    let files = [
        ("base/lib.rs", base),
        ("above/lib.rs", above),
        ("program/lib.rs", program),
    ];
    let reaches = reaches_in(&workspace(), &files);
    let reach = &reaches["t"];
    assert!(reach.contains("program::main"), "{reach:?}");
    assert!(reach.contains("program::unknown!"), "{reach:?}");
}
