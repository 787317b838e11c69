//! Ctrl-C: the child that is running gets it too and ends; we stay to record what had passed.

use std::sync::atomic::{AtomicBool, Ordering};

static INTERRUPTED: AtomicBool = AtomicBool::new(false);

/// From now on an interrupt ends children only. A second one ends mamo.
pub fn outlive() {
    // Without a handler an interrupt ends mamo at once, and nothing is recorded: safe too.
    let _ = ctrlc::set_handler(|| {
        if INTERRUPTED.swap(true, Ordering::SeqCst) {
            std::process::abort();
        }
    });
}

/// Did the user interrupt?
pub fn happened() -> bool {
    INTERRUPTED.load(Ordering::SeqCst)
}
