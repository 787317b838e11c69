//! A program that does everything that can be done with a store, in an order that chance decides, and knows each answer.

use crate::chance::Dice;
use crate::program::Program;
use mamo::__private::format::layout;
use mamo::__private::{gc, usage};
use mamo::Policy;
use std::path::PathBuf;
use std::process::Command;

/// Names what the program is to do: a seed and a number of operations.
const ORDERS: &str = "MAMO_TEST_ORDERS";

/// A program with this one's functions in its snapshot, besides the others.
pub(crate) fn program() -> Program {
    let mut program = Program::new();
    for function in ["small", "large", "alike", "nested"] {
        program.set_key(format!("mamo-runtime/it::campaign::{function}"), 1);
    }
    program.write_snapshot();
    program
}

/// The program, about to do so many operations.
pub(crate) fn worker(program: &Program, seed: u64, operations: u64) -> Command {
    let mut command = program.start("campaign::child");
    command.env(ORDERS, format!("{seed} {operations}"));
    command
}

/// The program, about to ask for every value.
pub(crate) fn reader(program: &Program) -> Command {
    let mut command = program.start("campaign::child");
    command.env(ORDERS, "0 0");
    command
}

/// Does what its orders say; does nothing when it is run as one of the tests.
#[test]
#[ignore = "the program that the campaigns start"]
fn child() {
    let orders = std::env::var(ORDERS).unwrap_or_default();
    let Some((seed, operations)) = orders.split_once(' ') else {
        return;
    };
    mamo::limit_memory(0);
    if operations == "0" {
        (0..SHARED).for_each(ask_all);
    }
    let mut dice = Dice::new(seed.parse().unwrap());
    for _ in 0..operations.parse().unwrap() {
        operate(&mut dice, true);
    }
}

/// How many arguments all processes share.
const SHARED: u64 = 60;

fn directory() -> PathBuf {
    std::env::var_os(layout::DIRECTORY_VARIABLE).unwrap().into()
}

/// One operation of any sort, with its answer checked. What a store that is not `whole` cannot do may be an error.
pub(crate) fn operate(dice: &mut Dice, whole: bool) {
    let n = if dice.one_in(2) {
        dice.below(SHARED)
    } else {
        1000 + dice.below(5000)
    };
    match dice.below(1000) {
        0..3 => collect(dice, whole),
        3..8 => drop(done(usage::of(&directory()), whole)),
        8..60 => {
            small::forget(n);
            large::forget(n % SHARED);
        }
        60..160 => drop(done(tag(n % 10, dice.any()), whole)),
        160..260 => check_tag(n % 10),
        260..280 => drop(mamo::untag::<Vec<u64>>(&tag_name(n % 10))),
        280..380 => {
            mamo::set_policy(Some(Policy::Always));
            ask(n);
            mamo::set_policy(None);
        }
        380..400 => {
            let _ = (small::why(n), large::metadata(n % SHARED));
        }
        400..550 => assert_eq!(large(n % SHARED), numbers(n % SHARED)),
        550..650 => assert_eq!(alike(n % SHARED), numbers(n % SHARED)),
        650..750 => check_lazy(n % SHARED),
        _ => ask(n),
    }
}

fn ask(n: u64) {
    assert_eq!(small(n), text(n));
    assert_eq!(
        nested(n % SHARED),
        numbers(n % SHARED)[0] + text(n % SHARED).len() as u64
    );
}

fn ask_all(n: u64) {
    ask(n);
    assert_eq!(large(n), numbers(n));
    assert_eq!(alike(n), numbers(n));
    check_lazy(n);
    check_tag(n % 10);
}

/// A handle that was made can be read, unless the file was found to be damaged: then it says so.
fn check_lazy(n: u64) {
    let value = alike::value(n);
    let digest = value.digest();
    match value.load() {
        Ok(read) => assert_eq!(*read, numbers(n)),
        Err(lost) => assert!(lost.to_string().contains("gone or damaged")),
    }
    assert!(digest.is_some());
}

pub(crate) fn collect(dice: &mut Dice, whole: bool) {
    let bound = dice.below(12) << 20;
    let dry = dice.one_in(4);
    // Another process may be at it.
    let collected = done(gc::collect(&directory(), Some(bound), dry), whole);
    if let Some(Some(collected)) = collected {
        assert!(collected.after <= collected.before);
    }
}

fn done<T, E: std::fmt::Debug>(result: Result<T, E>, whole: bool) -> Option<T> {
    if whole {
        Some(result.unwrap())
    } else {
        result.ok()
    }
}

fn tag_name(n: u64) -> String {
    format!("tag {n}")
}

/// A value that tells whether it is whole and its tag's own.
fn tag(n: u64, by: u64) -> Result<(), mamo::TagError> {
    let mut value = vec![n, by];
    let more = if by.is_multiple_of(2) { 3 } else { 20_000 };
    value.extend((0..more).map(|at| by.wrapping_mul(at)));
    mamo::tag(&tag_name(n), &value)
}

fn check_tag(n: u64) {
    let Some(value) = mamo::tagged::<Vec<u64>>(&tag_name(n)) else {
        return;
    };
    let Ok(value) = value.load() else {
        return; // damaged, and said
    };
    let by = value[1];
    assert_eq!(value[0], n);
    let expected = (0..).map(|at| by.wrapping_mul(at));
    assert!(
        value[2..]
            .iter()
            .copied()
            .zip(expected)
            .all(|(is, was)| is == was)
    );
    assert!(value.len() == 5 || value.len() == 20_002);
}

/// What [`small`] answers.
fn text(n: u64) -> String {
    format!("{n} {:?}", Dice::new(n).any()).repeat(1 + usize::try_from(n % 7).unwrap())
}

/// What [`large`] and [`alike`] answer: the same for many arguments.
fn numbers(n: u64) -> Vec<u64> {
    let mut dice = Dice::new(n % 20);
    (0..9000 + n % 20).map(|_| dice.any() >> 8).collect()
}

#[mamo::memo]
fn small(n: u64) -> String {
    text(n)
}

#[mamo::memo]
fn large(n: u64) -> Vec<u64> {
    numbers(n)
}

#[mamo::memo]
fn alike(n: u64) -> Vec<u64> {
    numbers(n)
}

#[mamo::memo]
fn nested(n: u64) -> u64 {
    large(n)[0] + small(n).len() as u64
}
