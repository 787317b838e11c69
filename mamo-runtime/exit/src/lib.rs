//! A function that runs when the process ends: the hook that std does not have.
//!
//! A crate of its own, as `mamo-map` is, so that every other crate of mamo's forbids itself unsafe code. libtest ends a
//! process by `std::process::exit`, after which only C's `atexit` is heard. It must stay this small.

use std::panic::catch_unwind;
use std::sync::OnceLock;

static HOOK: OnceLock<fn()> = OnceLock::new();

/// Runs `hook` when the process returns from `main` or calls [`std::process::exit`]; not if it aborts or is killed. Only the first call
/// of a process has an effect; is this it, and will the hook be run?
///
/// # Restrictions
/// Other threads may still run. Thread-local values of the thread that ends the process may be gone, so the hook uses
/// `LocalKey::try_with`. A panic in it is caught, and ends it.
pub fn at_end(hook: fn()) -> bool {
    HOOK.set(hook).is_ok() && registered()
}

extern "C" fn run() {
    if let Some(hook) = HOOK.get() {
        // Unwinding must not reach C. The panic has been reported already.
        let _ = catch_unwind(hook);
    }
}

#[cfg(any(unix, windows))]
fn registered() -> bool {
    #[expect(
        unsafe_code,
        reason = "declaring a foreign function is unsafe wherever it is done; the declaration is C's own"
    )]
    // SAFETY: `int atexit(void (*)(void))` is in the C standard, and in the C library that std itself is linked to on these
    // systems. It may be called from any thread with any function that does not unwind, and `run` does not.
    unsafe extern "C" {
        safe fn atexit(hook: extern "C" fn()) -> core::ffi::c_int;
    }
    atexit(run) == 0
}

#[cfg(not(any(unix, windows)))]
fn registered() -> bool {
    let _: extern "C" fn() = run;
    false
}
