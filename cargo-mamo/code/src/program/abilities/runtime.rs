//! What the standard library asks of the system for itself, in every program and whatever a test does.
//!
//! A function stands here if what it learns can never come back to its caller, or counts in another way. The reason stands beside it.
//! One that a toolchain does not have ends no reach: then more is taken to be asked than is.

use super::Abilities;
use crate::program::roots::demangled;

/// A function of the standard library whose questions are known.
#[derive(Clone, Copy, Debug)]
pub struct RuntimeFunction {
    /// Its path.
    pub path: &'static str,
    /// What it lets its callers learn nevertheless.
    pub abilities: Abilities,
    /// Why nothing else comes back to them.
    pub reason: &'static str,
}

/// Functions that end a reach.
pub struct Runtime;

impl Runtime {
    /// All of them.
    pub const FUNCTIONS: [RuntimeFunction; 9] = [
        RuntimeFunction {
            path: "std::panicking::default_hook",
            abilities: Abilities::NONE,
            reason: "reads RUST_BACKTRACE, the program and its debug files to print where a panic came from, and returns nothing",
        },
        RuntimeFunction {
            path: "std::panicking::panic_with_hook",
            abilities: Abilities::NONE,
            reason: "prints where a panic came from; a hook that it calls is given to it by code that is followed",
        },
        RuntimeFunction {
            path: "std::alloc::rust_oom",
            abilities: Abilities::NONE,
            reason: "prints where memory ended, and aborts",
        },
        RuntimeFunction {
            path: "std::sys::random::linux::hashmap_random_keys",
            abilities: Abilities::NONE,
            reason: "opens /dev/urandom where the kernel has no call for chance",
        },
        RuntimeFunction {
            path: "std::thread::functions::available_parallelism",
            abilities: Abilities::NONE,
            reason: "reads how many processors the machine gives, which mamo does not count",
        },
        RuntimeFunction {
            path: "std::rt::lang_start_internal",
            abilities: Abilities::NONE,
            reason: "opens /dev/null in the place of closed streams; `main` is given to it by code that is followed",
        },
        RuntimeFunction {
            path: "<std::backtrace::Backtrace>::capture",
            abilities: Abilities::TRACES_IF_ASKED,
            reason: "reads two variables, and captures nothing unless they ask for it",
        },
        RuntimeFunction {
            path: "<std::backtrace::Backtrace as core::fmt::Display>::fmt",
            abilities: Abilities::NONE,
            reason: "reads the program and its debug files for what was captured, and who captures is known",
        },
        RuntimeFunction {
            path: "<std::backtrace::Backtrace as core::fmt::Debug>::fmt",
            abilities: Abilities::NONE,
            reason: "reads the program and its debug files for what was captured, and who captures is known",
        },
    ];
}

/// Functions by which code is given positions that it does not name.
pub(super) const HOOKS: [&str; 3] = [
    "std::panicking::set_hook",
    "std::panicking::take_hook",
    "std::panicking::update_hook",
];

/// The known function of the toolchain with this symbol.
pub(super) fn function(symbol: &str) -> Option<RuntimeFunction> {
    let may_be = |known: &RuntimeFunction| symbol.contains(word(known.path));
    let mut known = Runtime::FUNCTIONS.into_iter().filter(may_be).peekable();
    known.peek()?;
    let path = demangled(symbol);
    known.find(|known| known.path == path)
}

/// A word of a path that stands in every symbol for it.
fn word(path: &str) -> &str {
    let path = path.strip_suffix("::fmt").unwrap_or(path);
    let is_letter = |letter: char| letter.is_alphanumeric() || letter == '_';
    let path = path.split(" as ").next().unwrap_or(path);
    path.rsplit(|letter| !is_letter(letter))
        .next()
        .unwrap_or(path)
}

/// Functions of the system that the standard library calls with what it names itself: the kernel's own numbers for locks, chance,
/// copies and children, none of which opens what is not opened by name beside it; and functions that a newer libc may have.
pub(super) fn asks_for_itself(symbol: &str) -> bool {
    matches!(symbol, "syscall" | "dlsym")
}

/// A word in the name of the static that holds how big stacks are.
pub(super) const STACK_SIZE_WORD: &str = "spawn_unchecked";

/// What the size of a stack is read by.
pub(super) const STACK_SIZE_READER: &str = "std::env::var_os";

/// Whether a function that leads to just these reads `RUST_MIN_STACK`, which counts for all tests, and no other variable.
///
/// It is a closure of a generic function, and so belongs to the program; what the thread shall do is no part of it. Where it became
/// a part of its caller, it leads to more.
pub(super) fn is_stack_size(targets: &[Option<String>]) -> bool {
    const SIZE: &str = "std::thread::lifecycle::spawn_unchecked::{closure#0}::MIN";
    const BESIDES: [&str; 3] = [
        "core::sync::atomic::atomic_load",
        "core::sync::atomic::atomic_store",
        "std::thread::lifecycle::spawn_unchecked",
    ];
    let is_known = |path: &String| {
        let is_besides = BESIDES.iter().any(|start| path.starts_with(start));
        is_besides || path == STACK_SIZE_READER
    };
    let is_size = |path: &Option<String>| path.as_deref() == Some(SIZE);
    targets.iter().any(is_size)
        && targets
            .iter()
            .all(|path| path.as_ref().is_some_and(is_known))
}
