//! From parsed files to a [`Program`]: every unit's module tree, its macros expanded, its names ready to resolve.
//!
//! The over-approximation, rule by rule:
//!
//! - **R0 modules and cfg** (`walk`): each unit is walked under its own cfgs; what cannot be decided is kept.
//! - **R1 names** (`names`): all namespaces at once, all hits united.
//! - **R5 macros** (`walk`, `bodies`): `macro_rules!` are expanded, found by text order or by path; what cannot be
//!   expanded is opaque: every identifier in it is a mention, and it may define any name where it stands.
//!
//! Rules R2–R4 and R6–R8 say what is *reached* and live in `graph`. Nothing here reads a file: the loader is
//! handed in.

pub mod bodies;
pub mod doctests;
pub mod expansions;
mod left_out;
pub mod modules;
pub mod names;
pub mod program;
pub mod walk;

use crate::facts::{ANY_CFG, Facts, TargetKind, Unit, UnitIndex};
use crate::syntax::Expanded;
use crate::syntax::cfg::CfgSet;
use crate::syntax::ir::{Lowered, Symbol};
use doctests::{Documented, Text};
use expansions::Expansions;
use program::{Crate, Extern, MacroLink, Program};
use std::collections::BTreeSet;
use typed_arena::Arena;
use walk::{Load, Walker};

/// Builds the program of all units in `facts`.
pub fn program<'a>(facts: &Facts, arena: &'a Arena<Lowered>, load: Load<'_, 'a>) -> Program<'a> {
    let mut expansions = Expansions::new(arena, Expanded::default());
    let documented = Documented::without(facts);
    with_doctests(&documented, arena, &mut expansions, load, &|_| None)
}

/// Builds the program of all units in `documented`, doctests among them.
pub fn with_doctests<'a>(
    documented: &Documented,
    arena: &'a Arena<Lowered>,
    expansions: &mut Expansions<'a>,
    load: Load<'_, 'a>,
    text: Text<'_>,
) -> Program<'a> {
    let facts = &documented.facts;
    let mut program = Program {
        crates: facts.units.iter().map(|_| Crate::default()).collect(),
        ..Program::default()
    };
    let sentinel = MacroLink {
        name: Symbol::from(""),
        node: u32::MAX,
        before: 0,
        open: true,
    };
    program.macro_links.push(sentinel);
    for index in dependencies_first(facts) {
        let unit = &facts.units[index];
        program.crates[index] = new_crate(facts, index, &program);
        let cfgs = cfgs_of(facts, unit);
        if let Some(library) = documented.libraries.get(&index) {
            program.crates[index].doctests_of = Some(*library);
            let mut cfgs = cfgs_of(facts, &facts.units[*library]);
            cfgs.unknown.insert(Symbol::from("doctest"));
            let which = (index, *library);
            doctests::walk(
                &mut program,
                expansions,
                facts,
                which,
                &cfgs,
                arena,
                (load, text),
            );
            continue;
        }
        Walker::new(&mut program, expansions, index, &cfgs, &unit.env, load).walk_crate(&unit.root);
    }
    for root in facts.packages.iter().flat_map(|package| &package.targets) {
        left_out::target(root, load, &mut program.left_out);
    }
    program
}

fn new_crate(facts: &Facts, index: UnitIndex, program: &Program<'_>) -> Crate {
    let unit = &facts.units[index];
    let mut krate = Crate {
        name: Symbol::from(&unit.crate_name),
        edition_2015: unit.edition == "2015",
        proc_macro: unit.kind == TargetKind::ProcMacro,
        ..Crate::default()
    };
    for name in ["std", "core", "alloc", "proc_macro", "test"] {
        krate
            .extern_prelude
            .insert(Symbol::from(name), Extern::External);
    }
    for name in &unit.external_deps {
        krate
            .extern_prelude
            .insert(Symbol::from(name), Extern::External);
    }
    let mut closure = BTreeSet::from([index]);
    for (name, units) in &unit.deps {
        krate
            .extern_prelude
            .insert(Symbol::from(name), Extern::Local(units.clone()));
        closure.extend(
            units
                .iter()
                .flat_map(|dep| program.crates[*dep].closure.iter().copied()),
        );
    }
    krate.closure = closure.into_iter().collect();
    krate
}

/// Units in an order in which each comes after all that it depends on.
fn dependencies_first(facts: &Facts) -> Vec<UnitIndex> {
    fn visit(facts: &Facts, index: UnitIndex, done: &mut [bool], order: &mut Vec<UnitIndex>) {
        if std::mem::replace(&mut done[index], true) {
            return;
        }
        for dep in facts.units[index].deps.values().flatten() {
            visit(facts, *dep, done, order);
        }
        order.push(index);
    }
    let mut done = vec![false; facts.units.len()];
    let mut order = Vec::with_capacity(done.len());
    for index in 0..facts.units.len() {
        visit(facts, index, &mut done, &mut order);
    }
    order
}

/// The cfgs that `unit` was compiled with.
pub fn cfgs_of(facts: &Facts, unit: &Unit) -> CfgSet {
    let mut set = CfgSet::default();
    let script = facts
        .package_of(unit)
        .build_script
        .iter()
        .flat_map(|script| script.cfgs.iter());
    for cfg in facts.target_cfgs.iter().chain(script) {
        insert_cfg(&mut set, cfg);
    }
    for feature in &unit.features {
        set.values
            .insert((Symbol::from("feature"), Symbol::from(feature)));
    }
    if unit.test {
        set.flags.insert(Symbol::from("test"));
    }
    if unit.kind == TargetKind::ProcMacro {
        set.flags.insert(Symbol::from("proc_macro"));
    }
    set.open = facts.unknown_cfgs.contains(ANY_CFG);
    set.unknown = facts
        .unknown_cfgs
        .iter()
        .map(|name| Symbol::from(name))
        .collect();
    // Depends on the profile of the unit; both ways are kept.
    for name in ["debug_assertions", "overflow_checks"] {
        set.flags.remove(&Symbol::from(name));
        set.unknown.insert(Symbol::from(name));
    }
    set
}

fn insert_cfg(set: &mut CfgSet, cfg: &str) {
    match cfg.split_once('=') {
        Some((name, value)) => {
            let value = value.trim().trim_matches('"');
            set.values
                .insert((Symbol::from(name.trim()), Symbol::from(value)));
        }
        None => {
            set.flags.insert(Symbol::from(cfg.trim()));
        }
    }
}
