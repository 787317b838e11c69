//! Statics that look alike are not the same.

use crate::scratch::ScratchCrate;

const SOURCE: &str = r"
use std::cell::Cell;
use std::collections::BTreeMap;
use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};
use std::sync::{LazyLock, Mutex, OnceLock};
pub static HITS: AtomicUsize = AtomicUsize::new(0);
pub static MISSES: AtomicUsize = AtomicUsize::new(0);
pub fn hit() { HITS.fetch_add(1, Relaxed); }
pub static USERS: LazyLock<Mutex<BTreeMap<u32, u32>>> = LazyLock::new(Mutex::default);
pub static GROUPS: LazyLock<Mutex<BTreeMap<u32, u32>>> = LazyLock::new(Mutex::default);
pub fn user(id: u32) { USERS.lock().unwrap().insert(id, id); }
pub static HOST: OnceLock<u32> = OnceLock::new();
pub static PORT: OnceLock<u32> = OnceLock::new();
pub fn host() -> u32 { *HOST.get_or_init(|| 1) }
thread_local! {
    pub static DEPTH: Cell<u32> = const { Cell::new(0) };
    pub static LEVEL: Cell<u32> = const { Cell::new(0) };
}
pub fn deeper() { DEPTH.with(|depth| depth.set(depth.get() + 1)); }
pub static ROOT: u8 = 0;
pub static NONE: u8 = 0;
pub fn parent() -> &'static u8 { &ROOT }
pub static mut LAST: i32 = 0;
pub static mut FIRST: i32 = 0;
pub fn note(value: i32) { unsafe { LAST = value } }
pub fn twice() -> usize {
    let first = { static CALLS: AtomicUsize = AtomicUsize::new(0); CALLS.fetch_add(1, Relaxed) };
    let second = { static CALLS: AtomicUsize = AtomicUsize::new(0); &CALLS };
    first + second.load(Relaxed)
}
#[cfg(test)]
mod tests {
    use super::*;
    #[test] fn hits() { hit(); assert_eq!((HITS.load(Relaxed), MISSES.load(Relaxed)), (1, 0)); }
    #[test] fn users() { user(1); assert!(USERS.lock().unwrap().len() > GROUPS.lock().unwrap().len()); }
    #[test] fn hosts() { host(); assert!(HOST.get().is_some() && PORT.get().is_none()); }
    #[test] fn depths() { deeper(); assert!(DEPTH.get() > LEVEL.get()); }
    #[test] fn parents() { assert!(std::ptr::eq(parent(), &ROOT)); }
    #[test] fn notes() { note(3); unsafe { assert!(LAST > FIRST); } }
    #[test] fn twices() { twice(); assert_eq!(twice(), 1); }
}
";

#[test]
fn another_static_that_begins_alike_changes_the_fingerprint() {
    let scratch = ScratchCrate::new(&[("src/lib.rs", SOURCE)]);
    let base = scratch.fingerprints();
    assert_eq!(base.len(), 7);
    let edits = [
        ("{ HITS.fetch_add", "{ MISSES.fetch_add", "hits"),
        ("{ USERS.lock", "{ GROUPS.lock", "users"),
        ("*HOST.get_or", "*PORT.get_or", "hosts"),
        ("{ DEPTH.with", "{ LEVEL.with", "depths"),
        ("{ &ROOT }", "{ &NONE }", "parents"),
        ("{ LAST = value", "{ FIRST = value", "notes"),
    ];
    for (from, to, test) in edits {
        let found = scratch.differing(&base, &[(from, to)]);
        assert_eq!(found, [format!("tests::{test}")], "{from} -> {to}");
    }
    // Both are `twice::CALLS`: which of them is meant is told by their order.
    let swapped = [
        ("CALLS.fetch_add(1, Relaxed) }", "&CALLS }"),
        (
            "AtomicUsize::new(0); &CALLS };\n    first +",
            "AtomicUsize::new(0); &CALLS };\n    first.fetch_add(1, Relaxed) +",
        ),
    ];
    assert_eq!(scratch.differing(&base, &swapped), ["tests::twices"]);
}

#[test]
fn a_static_beside_others_changes_nothing_of_theirs() {
    let scratch = ScratchCrate::new(&[("src/lib.rs", SOURCE)]);
    let base = scratch.fingerprints();
    let edits: [&[(&str, &str)]; 2] = [
        &[(
            "pub static HITS",
            "pub static EARLIER: AtomicUsize = AtomicUsize::new(0);\npub static HITS",
        )],
        &[(
            "pub fn hit()",
            "pub struct More; impl More { pub fn more() -> usize { static CALLS: AtomicUsize = AtomicUsize::new(0); CALLS.load(Relaxed) } }\npub fn hit()",
        )],
    ];
    for edit in edits {
        assert_eq!(scratch.differing(&base, edit), [""; 0], "{edit:?}");
    }
    scratch.replace("Cargo.toml", "0.1.0", "0.1.1");
    // rustc hashes a version into the names of statics. Of thread-locals it makes two of one name, whose order may be another then.
    let mut released = crate::scratch::differing(&base, &scratch.fingerprints());
    released.retain(|test| test != "tests::depths");
    assert_eq!(released, [""; 0]);
}
